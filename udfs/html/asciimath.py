"""AsciiMath to LaTeX, after the grammar on asciimath.org; iterative, so brackets may nest as deep as they like."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from udfs.html.math_symbols import join_tex

_GREEK = (
    "alpha beta chi delta Delta epsilon varepsilon eta gamma Gamma iota kappa lambda Lambda mu nu omega Omega phi varphi Phi pi Pi psi Psi "
    "rho sigma Sigma tau theta vartheta Theta upsilon xi Xi zeta"
)
_FUNCTIONS = "arccos arcsin arctan cos cosh cot csc det dim exp gcd glb lcm lim ln log lub max min mod sec sin sinh tan tanh"
_SYMBOLS = {
    **{name: "\\" + name for name in _GREEK.split()},
    **{name: "\\" + name for name in _FUNCTIONS.split()},
    **{name: rf"\operatorname{{{name}}}" for name in ("lcm", "lub", "glb")},
    "mod": r"\bmod ",
    "*": r"\cdot ", "**": r"\ast ", "***": r"\star ", "//": "/", "\\\\": r"\backslash ", "xx": r"\times ", "-:": r"\div ", "|><|": r"\bowtie ",
    "@": r"\circ ", "o+": r"\oplus ", "ox": r"\otimes ", "o.": r"\odot ", "^^": r"\wedge ", "^^^": r"\bigwedge ", "vv": r"\vee ",
    "vvv": r"\bigvee ", "nn": r"\cap ", "nnn": r"\bigcap ", "uu": r"\cup ", "uuu": r"\bigcup ", "sum": r"\sum", "prod": r"\prod", "int": r"\int",
    "oint": r"\oint", "del": r"\partial ", "grad": r"\nabla ", "+-": r"\pm ", "-+": r"\mp ", "O/": r"\emptyset ", "oo": r"\infty ", "aleph": r"\aleph ",
    "/_": r"\angle ", ":.": r"\therefore ", ":'": r"\because ", "...": r"\ldots ", "cdots": r"\cdots ", "vdots": r"\vdots ", "ddots": r"\ddots ",
    "diamond": r"\diamond ", "square": r"\square ", "CC": r"\mathbb{C}", "NN": r"\mathbb{N}", "QQ": r"\mathbb{Q}", "RR": r"\mathbb{R}", "ZZ": r"\mathbb{Z}",
    "=": "=", "!=": r"\ne ", "<": "<", ">": ">", "<=": r"\le ", "lt=": r"\le ", ">=": r"\ge ", "gt=": r"\ge ", "lt": "<", "gt": ">", "-<": r"\prec ", ">-": r"\succ ",
    "in": r"\in ", "!in": r"\notin ", "sub": r"\subset ", "sup": r"\supset ", "sube": r"\subseteq ", "supe": r"\supseteq ", "-=": r"\equiv ", "~=": r"\cong ",
    "~~": r"\approx ", "prop": r"\propto ", "~": r"\sim ", "and": r"\text{ and }", "or": r"\text{ or }", "if": r"\text{ if }", "not": r"\neg ", "=>": r"\Rightarrow ",
    "<=>": r"\Leftrightarrow ", "AA": r"\forall ", "EE": r"\exists ", "_|_": r"\perp ", "TT": r"\top ", "|--": r"\vdash ", "|==": r"\models ",
    "uarr": r"\uparrow ", "darr": r"\downarrow ", "rarr": r"\rightarrow ", "->": r"\to ", "|->": r"\mapsto ", "larr": r"\leftarrow ", "harr": r"\leftrightarrow ",
    "rArr": r"\Rightarrow ", "lArr": r"\Leftarrow ", "hArr": r"\Leftrightarrow ", "quad": r"\quad ", "qquad": r"\qquad ", "dx": "dx", "dy": "dy", "dz": "dz", "dt": "dt",
    "%": r"\%", "#": r"\#", "$": r"\$", "&": r"\&", "'": "'", "ne": r"\ne ", "le": r"\le ", "ge": r"\ge ", "cdot": r"\cdot ", "times": r"\times ", "infty": r"\infty ",
    "partial": r"\partial ", "to": r"\to ", "forall": r"\forall ", "exists": r"\exists ", "cap": r"\cap ", "cup": r"\cup ", "setminus": r"\setminus ",
    "rightarrow": r"\rightarrow ", "Rightarrow": r"\Rightarrow ", "approx": r"\approx ", "equiv": r"\equiv ", "pm": r"\pm ", "circ": r"\circ ", "div": r"\div ",
}  # fmt: skip
_UNARY = {
    "sqrt": r"\sqrt{%s}", "abs": r"\left|%s\right|", "norm": r"\left\|%s\right\|", "floor": r"\lfloor %s\rfloor ", "ceil": r"\lceil %s\rceil ",
    "hat": r"\hat{%s}", "bar": r"\overline{%s}", "ul": r"\underline{%s}", "vec": r"\vec{%s}", "tilde": r"\tilde{%s}", "dot": r"\dot{%s}", "ddot": r"\ddot{%s}",
    "bb": r"\mathbf{%s}", "bbb": r"\mathbb{%s}", "cc": r"\mathcal{%s}", "tt": r"\mathtt{%s}", "fr": r"\mathfrak{%s}", "sf": r"\mathsf{%s}",
    "overline": r"\overline{%s}", "underline": r"\underline{%s}", "cancel": r"\cancel{%s}", "ubrace": r"\underbrace{%s}", "obrace": r"\overbrace{%s}",
    "mathbf": r"\mathbf{%s}", "mathbb": r"\mathbb{%s}", "mathcal": r"\mathcal{%s}",
}  # fmt: skip
_BINARY = {"frac": r"\frac{%s}{%s}", "root": r"\sqrt[%s]{%s}", "stackrel": r"\stackrel{%s}{%s}", "overset": r"\overset{%s}{%s}", "underset": r"\underset{%s}{%s}"}  # fmt: skip
_OPEN = {"(:": r"\langle ", "<<": r"\langle ", "langle": r"\langle ", "{:": ".", "(": "(", "[": "[", "{": r"\{"}
_CLOSE = {":)": r"\rangle ", ">>": r"\rangle ", "rangle": r"\rangle ", ":}": ".", ")": ")", "]": "]", "}": r"\}"}
_CLOSING = {"(": ")", "[": "]"}
_WORDS = sorted({*_SYMBOLS, *_UNARY, *_BINARY, *_OPEN, *_CLOSE, "^", "_", "/", "|", ","}, key=lambda word: (-len(word), word))
_TOKEN = re.compile(
    r"(?:text|mbox)\s*\((?P<words>[^()]*)\)|\"(?P<quoted>[^\"]*)\"|(?P<number>\d+(?:\.\d+)?)|(?P<known>"
    + "|".join(re.escape(word) for word in _WORDS)
    + r")|(?P<other>\S)",
    re.S,
)


@dataclass
class _Group:
    """A bracket that is still open: the terms so far, with the operators that wait for their arguments."""

    opening: str = ""
    terms: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    waiting: list[tuple[str, list[str]]] = field(default_factory=list)


def _add(group: _Group, tex: str, bare: str | None = None) -> None:
    """Give a finished simple expression to what waits for it; `bare` is the form without its brackets."""
    bare = tex if bare is None else bare
    while group.waiting:
        kind, arguments = group.waiting[-1]
        if kind in _UNARY:
            group.waiting.pop()
            tex = bare = _UNARY[kind] % bare.strip()
        elif kind in _BINARY:
            arguments.append(bare.strip())
            if len(arguments) < 2:
                return
            group.waiting.pop()
            tex = bare = _BINARY[kind] % tuple(arguments)
        elif kind in "^_":
            group.waiting.pop()
            head = group.terms.pop() if group.terms else "{}"
            if group.bare:
                group.bare.pop()
            tex = bare = f"{head.rstrip()}{kind}{{{bare.strip()}}}"
        else:
            break
    group.terms.append(tex)
    group.bare.append(bare)


def _close_fractions(group: _Group) -> None:
    """Join ``a / b`` from the left; scripts were bound before."""
    terms: list[str] = []
    index = 0
    while index < len(group.terms):
        if group.terms[index] == "\0/" and terms and index + 1 < len(group.terms):
            terms[-1] = rf"\frac{{{terms[-1].strip()}}}{{{group.bare[index + 1].strip()}}}"
            index += 2
            continue
        following = index + 1 < len(group.terms) and group.terms[index + 1] == "\0/"
        term = group.bare[index] if following else group.terms[index]
        terms.append("/" if term == "\0/" else term)
        index += 1
    group.terms = terms


def _matrix(body: str, opening: str, closing: str) -> str | None:
    rows = re.findall(r"\0[(\[]([^\0]*)\0end", body)
    if not rows or not opening or re.sub(r"\0[(\[][^\0]*\0end|[,\s]", "", body):
        return None
    kind = {("[", "]"): "bmatrix", ("(", ")"): "pmatrix", ("|", "|"): "vmatrix"}.get((opening, closing))
    cells = r" \\ ".join(" & ".join(cell.strip() for cell in row.split("\1")) for row in rows)
    if kind:
        return rf"\begin{{{kind}}}{cells}\end{{{kind}}}"
    return rf"\left{_OPEN.get(opening, opening)}\begin{{matrix}}{cells}\end{{matrix}}\right{_CLOSE.get(closing, closing)}"


def _finish(group: _Group, closing: str) -> tuple[str, str]:
    while group.waiting:
        _add(group, "{}")
    _close_fractions(group)
    body = join_tex(group.terms)
    matrix = _matrix(body, group.opening, closing)
    if matrix:
        return matrix, matrix
    plain = re.sub(r"\0([(\[])([^\0]*)\0end", _row_as_text, body)
    left, right = _OPEN.get(group.opening, group.opening), _CLOSE.get(closing, closing)
    tall = r"\frac" in plain or "." in (left, right)
    whole = rf"\left{left}{plain}\right{right}" if tall else f"{left}{plain}{right}"
    # A bracket that holds a comma list inside another may be the row of a matrix; the outer one decides.
    if group.opening in ("[", "(") and "," in group.bare and "\0" not in body:
        cells = "\1".join(_split_cells(group.terms))
        return f"\0{group.opening}{cells}\0end", plain
    return whole, plain


def _row_as_text(row: re.Match[str]) -> str:
    return row[1] + row[2].replace("\1", ",") + _CLOSING[row[1]]


def _split_cells(terms: list[str]) -> list[str]:
    cells: list[list[str]] = [[]]
    for term in terms:
        if term == ",":
            cells.append([])
        else:
            cells[-1].append(term)
    return [join_tex(cell) for cell in cells]


def asciimath_to_tex(source: str) -> str:
    r"""Convert one AsciiMath expression to LaTeX without delimiters.

    Examples
    --------
    >>> asciimath_to_tex("sum_(i=1)^n i^3=((n(n+1))/2)^2")
    '\\sum_{i=1}^{n}i^{3}=\\left(\\frac{n(n+1)}{2}\\right)^{2}'
    >>> asciimath_to_tex("[[a,b],[c,d]]")
    '\\begin{bmatrix}a & b \\\\ c & d\\end{bmatrix}'
    """
    groups = [_Group()]
    for match in _TOKEN.finditer(source.replace("\0", "").replace("\1", "")):
        group = groups[-1]
        words = match["words"] if match["words"] is not None else match["quoted"]
        known = match["known"]
        if words is not None:
            _add(group, rf"\text{{{words}}}")
        elif known is None:
            _add(group, match["number"] or match["other"])
        elif known in _OPEN or (known == "|" and group.opening != "|"):
            groups.append(_Group(opening=known))
        elif known in _CLOSE or known == "|":
            if len(groups) == 1:
                _add(group, _CLOSE.get(known, known).replace(".", ""))
                continue
            groups.pop()
            _add(groups[-1], *_finish(group, known))
        elif known == "/":
            group.terms.append("\0/")
            group.bare.append("\0/")
        elif known in _UNARY or known in _BINARY:
            group.waiting.append((known, []))
        elif known in ("^", "_"):
            if group.terms:
                group.waiting.append((known, []))
        else:
            _add(group, _SYMBOLS.get(known, known))
    while len(groups) > 1:
        group = groups.pop()
        # An unclosed bracket is written as it stands.
        _add(groups[-1], _OPEN.get(group.opening, group.opening).replace(".", "") + _finish(group, ":}")[1])
    body = _finish(groups[0], "")[1]
    return re.sub(r"[ \t\n]+", " ", body.replace("\0", "").replace("\1", ",")).strip()
