"""AsciiMath to LaTeX, after the grammar on asciimath.org; iterative, so brackets may nest as deep as they like."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from udfs.html.math_symbols import join_tex


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


# Names that AsciiMath and LaTeX share.
_SHARED = r"""
    alpha beta chi delta Delta epsilon varepsilon eta gamma Gamma iota kappa lambda Lambda mu nu omega Omega phi varphi
    Phi pi Pi psi Psi rho sigma Sigma tau theta vartheta Theta upsilon xi Xi zeta arccos arcsin arctan cos cosh cot csc
    det dim exp gcd lim ln log max min sec sin sinh tan tanh sum prod int oint aleph cdots vdots ddots diamond square in
    quad qquad ne le ge cdot times infty partial to forall exists cap cup setminus rightarrow Rightarrow approx equiv
    pm circ div
"""
_SYMBOLS = {name: "\\" + name for name in _SHARED.split()} | _pairs(r"""
    lcm \operatorname{lcm} lub \operatorname{lub} glb \operatorname{glb} mod \bmod
    * \cdot ** \ast *** \star // / \\ \backslash xx \times -: \div |><| \bowtie @ \circ o+ \oplus ox \otimes o. \odot
    ^^ \wedge ^^^ \bigwedge vv \vee vvv \bigvee nn \cap nnn \bigcap uu \cup uuu \bigcup
    del \partial grad \nabla +- \pm -+ \mp O/ \emptyset oo \infty /_ \angle :. \therefore :' \because ... \ldots
    CC \mathbb{C} NN \mathbb{N} QQ \mathbb{Q} RR \mathbb{R} ZZ \mathbb{Z}
    = = != \ne < < > > <= \le lt= \le >= \ge gt= \ge lt < gt > -< \prec >- \succ !in \notin
    sub \subset sup \supset sube \subseteq supe \supseteq -= \equiv ~= \cong ~~ \approx prop \propto ~ \sim
    not \neg => \Rightarrow <=> \Leftrightarrow AA \forall EE \exists _|_ \perp TT \top |-- \vdash |== \models
    uarr \uparrow darr \downarrow rarr \rightarrow -> \to |-> \mapsto larr \leftarrow harr \leftrightarrow
    rArr \Rightarrow lArr \Leftarrow hArr \Leftrightarrow dx dx dy dy dz dz dt dt % \% # \# $ \$ & \& ' '
""")
_SYMBOLS |= {word: rf"\text{{ {word} }}" for word in ("and", "or", "if")}
_UNARY = _pairs(r"""
    sqrt \sqrt{%s} abs \left|%s\right| norm \left\|%s\right\| floor \lfloor{%s}\rfloor ceil \lceil{%s}\rceil
    hat \hat{%s} bar \overline{%s} ul \underline{%s} vec \vec{%s} tilde \tilde{%s} dot \dot{%s} ddot \ddot{%s}
    bb \mathbf{%s} bbb \mathbb{%s} cc \mathcal{%s} tt \mathtt{%s} fr \mathfrak{%s} sf \mathsf{%s}
    overline \overline{%s} underline \underline{%s} cancel \cancel{%s} ubrace \underbrace{%s} obrace \overbrace{%s}
    mathbf \mathbf{%s} mathbb \mathbb{%s} mathcal \mathcal{%s}
""")
_BINARY = _pairs(r"""
    frac \frac{%s}{%s} root \sqrt[%s]{%s} stackrel \stackrel{%s}{%s} overset \overset{%s}{%s} underset \underset{%s}{%s}
""")
_OPEN = _pairs(r"(: \langle << \langle langle \langle {: . ( ( [ [ { \{")
_CLOSE = _pairs(r":) \rangle >> \rangle rangle \rangle :} . ) ) ] ] } \}")
_CLOSING = {"(": ")", "[": "]"}
_WORDS = sorted(
    {*_SYMBOLS, *_UNARY, *_BINARY, *_OPEN, *_CLOSE, "^", "_", "/", "|", ","}, key=lambda word: (-len(word), word)
)
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
    return (
        rf"\left{_OPEN.get(opening, opening)}\begin{{matrix}}{cells}\end{{matrix}}\right{_CLOSE.get(closing, closing)}"
    )


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
