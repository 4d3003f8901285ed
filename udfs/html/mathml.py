"""MathML to LaTeX: presentation markup by our own rules, content markup through ``content_mathml``.

Rules follow MathML 3 (W3C); the walk is iterative, so nesting cannot exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from udfs.html.content_mathml import CONTENT_TAGS, content_to_tex
from udfs.html.math_symbols import (
    ACCENTS,
    FUNCTIONS,
    INVISIBLE,
    LARGE_OPERATORS,
    UNDER_ACCENTS,
    join_tex,
    local_name,
    symbol_tex,
)
from udfs.html.tex import clean_tex

_VARIANTS = {
    "bold": "mathbf",
    "double-struck": "mathbb",
    "script": "mathcal",
    "fraktur": "mathfrak",
    "sans-serif": "mathsf",
    "monospace": "mathtt",
    "bold-italic": "boldsymbol",
    "bold-script": "mathcal",
    "bold-fraktur": "mathfrak",
}
_OPENERS = {
    "(": "(",
    "[": "[",
    "{": r"\{",
    "|": "|",
    "‖": r"\|",
    "⟨": r"\langle",
    "⌊": r"\lfloor",
    "⌈": r"\lceil",
    "": ".",
}
_CLOSERS = {
    ")": ")",
    "]": "]",
    "}": r"\}",
    "|": "|",
    "‖": r"\|",
    "⟩": r"\rangle",
    "⌋": r"\rfloor",
    "⌉": r"\rceil",
    "": ".",
}
_TEXT_SPECIAL = re.compile(r"[#$%&_{}]")
_TALL = re.compile(r"\\(?:frac|sum|int|prod|begin|sqrt|binom)")


def _group(tex: str) -> str:
    return "{" + tex + "}"


def _base(tex: str) -> str:
    atom = len(tex) == 1 or re.fullmatch(r"\\[a-zA-Z]+(\{[^{}]*\})?", tex)
    fenced = re.fullmatch(r"\([^()]*\)|\[[^\[\]]*\]|\|[^|]*\|", tex)
    return tex if atom or fenced else _group(tex)


def _text(node: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(node.itertext())).strip(" \n\t")


def _identifier(node: etree._Element, _: list[str]) -> str:
    text = _text(node).translate(INVISIBLE)
    if text in FUNCTIONS:
        return "\\" + text
    tex = symbol_tex(text)
    variant = _VARIANTS.get((node.get("mathvariant") or "").lower())
    if variant and tex:
        return rf"\{variant}{{{tex}}}"
    if text.isascii() and text.isalpha():
        # A letter by itself is in italics where nothing is said.
        style = node.get("mathvariant")
        if style == "normal" or (style and len(text) > 1):
            return rf"\mathrm{{{text}}}"
        return rf"\operatorname{{{text}}}" if len(text) > 1 else tex
    return tex


def _operator(node: etree._Element, _: list[str]) -> str:
    text = _text(node).translate(INVISIBLE)
    if text in FUNCTIONS:
        return "\\" + text
    if len(text) > 1 and text.isascii() and text.isalpha():
        return rf"\operatorname{{{text}}}"
    return symbol_tex(text)


def _words(node: etree._Element, _: list[str]) -> str:
    text = re.sub(r"\s+", " ", "".join(node.itertext()).translate(INVISIBLE))
    if not text.strip(" \u00a0\u2003\u2009"):
        return r"\ " if text else ""
    return r"\text{" + _TEXT_SPECIAL.sub(lambda match: "\\" + match[0], text.replace("\u00a0", " ")) + "}"


def _row(node: etree._Element, parts: list[str]) -> str:
    tex = join_tex(parts)
    if len(parts) == 3 and (parts[0], parts[2]) == ("(", ")") and parts[1].count(r" \atop ") == 1:
        return r"\binom{" + parts[1][1:-1].replace(r" \atop ", "}{") + "}"
    if len(parts) > 1 and _TALL.search(tex):
        first, last = parts[0], parts[-1]
        if first in ("(", "[", r"\{", "|") and last in (")", "]", r"\}", "|"):
            return rf"\left{first}{join_tex(parts[1:-1])}\right{last}"
        # A brace that nothing closes, as before cases.
        if first == r"\{" and len(parts) - (not last) == 2:
            return rf"\left\{{{parts[1]}\right."
    return tex


def _fraction(node: etree._Element, parts: list[str]) -> str:
    top, bottom = [*parts, "", ""][:2]
    if re.match(r"0(\.0*)?(\D|$)", node.get("linethickness") or ""):
        return rf"{{{top} \atop {bottom}}}"
    return rf"\frac{{{top}}}{{{bottom}}}"


def _root(node: etree._Element, parts: list[str]) -> str:
    base, index = [*parts, "", ""][:2]
    return rf"\sqrt[{index}]{{{base}}}"


def _scripts(*marks: str) -> Callable[[etree._Element, list[str]], str]:
    def build(node: etree._Element, parts: list[str]) -> str:
        base = _base(parts[0]) if parts and parts[0] else "{}"
        scripts = []
        for mark, script in zip(marks, parts[1:], strict=False):
            if mark == "^" and script and set(script.replace(r"\prime", "'")) == {"'"}:
                scripts.append(script.replace(r"\prime", "'"))
            elif script:
                scripts.append(mark + _group(script))
        return base + "".join(scripts)

    return build


def _over_under(node: etree._Element, parts: list[str]) -> str:
    name = local_name(node.tag)
    base, *rest = parts or [""]
    under = rest[0] if name != "mover" and rest else ""
    over = rest[-1] if name != "munder" and rest else ""
    if name == "mover" and over in ACCENTS:
        return rf"{ACCENTS[over]}{{{base}}}"
    if name == "munder" and under in UNDER_ACCENTS:
        return rf"{UNDER_ACCENTS[under]}{{{base}}}"
    limits = base in LARGE_OPERATORS or base.startswith((r"\operatorname", r"\underbrace", r"\overbrace"))
    if limits or base.lstrip("\\") in FUNCTIONS:
        return base + (f"_{{{under}}}" if under else "") + (f"^{{{over}}}" if over else "")
    if over:
        base = rf"\overset{{{over}}}{{{base}}}"
    return rf"\underset{{{under}}}{{{base}}}" if under else base


def _multiscripts(node: etree._Element, parts: list[str]) -> str:
    names = [local_name(child.tag) for child in node if isinstance(child.tag, str)]
    cut = names.index("mprescripts") if "mprescripts" in names else len(parts)
    after, before = parts[1:cut], parts[cut + 1 :]

    def pairs(scripts: list[str]) -> str:
        low, high = "".join(scripts[0::2]), "".join(scripts[1::2])
        return (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else "")

    lead = "{}" + pairs(before) if pairs(before) else ""
    return lead + _base(parts[0] if parts else "") + pairs(after)


def _fenced(node: etree._Element, parts: list[str]) -> str:
    opening, closing = (node.get("open", "(") or "").strip(), (node.get("close", ")") or "").strip()
    separators = (node.get("separators", ",") or "").replace(" ", "")
    body = ""
    for index, part in enumerate(parts):
        if index and separators:
            body += separators[min(index - 1, len(separators) - 1)]
        body = join_tex([body, part])
    left, right = _OPENERS.get(opening, symbol_tex(opening)), _CLOSERS.get(closing, symbol_tex(closing))
    if left == "." or right == "." or _TALL.search(body):
        return join_tex([r"\left" + left, body]) + r"\right" + right
    return join_tex([left, body, right])


def _table(node: etree._Element, parts: list[str]) -> str:
    columns = max((part.count(" & ") + 1 for part in parts), default=1)
    align = [word[0] for word in (node.get("columnalign") or "").split() if word in ("left", "right", "center")]
    layout = "".join((align + align[-1:] * columns)[:columns]) or "c" * columns
    return rf"\begin{{array}}{{{layout}}}" + r" \\ ".join(parts) + r"\end{array}"


def _enclosed(node: etree._Element, parts: list[str]) -> str:
    tex = join_tex(parts)
    notation = (node.get("notation") or "longdiv").split()
    if "box" in notation or "roundedbox" in notation:
        return rf"\boxed{{{tex}}}"
    if "radical" in notation:
        return rf"\sqrt{{{tex}}}"
    if "top" in notation or "actuarial" in notation:
        return rf"\overline{{{tex}}}"
    if "bottom" in notation:
        return rf"\underline{{{tex}}}"
    return rf"\cancel{{{tex}}}" if any("strike" in word for word in notation) else tex


def _space(node: etree._Element, parts: list[str]) -> str:
    # An unclosed <mml:mspace> swallows what follows it, so its children are kept.
    width = re.match(r"-?(\d*\.?\d+)(em|px|pt|ex)", node.get("width") or "")
    size = float(width[1]) / {"em": 1, "ex": 2, "pt": 10, "px": 16}[width[2]] if width else 0
    return join_tex([r"\quad" if size >= 0.9 else r"\ " if size >= 0.25 else "", *parts])


_RULES: dict[str, Callable[[etree._Element, list[str]], str]] = {
    "mi": _identifier,
    "mo": _operator,
    "mn": lambda node, _: symbol_tex(_text(node)),
    "mtext": _words,
    "ms": lambda node, _: r"\text{``" + _text(node) + "''}",
    "mspace": _space,
    "mfrac": _fraction,
    "msqrt": lambda node, parts: rf"\sqrt{{{join_tex(parts)}}}",
    "mroot": _root,
    "msub": _scripts("_"),
    "msup": _scripts("^"),
    "msubsup": _scripts("_", "^"),
    "munder": _over_under,
    "mover": _over_under,
    "munderover": _over_under,
    "mmultiscripts": _multiscripts,
    "mfenced": _fenced,
    "mtable": _table,
    "mtr": lambda node, parts: " & ".join(parts),
    "mlabeledtr": lambda node, parts: " & ".join(parts[1:]),
    "menclose": _enclosed,
    "mphantom": lambda node, parts: rf"\phantom{{{join_tex(parts)}}}",
    "maction": lambda node, parts: parts[0] if parts else "",
    "semantics": lambda node, parts: parts[0] if parts else "",
    "none": lambda node, _: "",
    "mprescripts": lambda node, _: "",
    "annotation": lambda node, _: "",
    "annotation-xml": lambda node, _: "",
}
_TOKENS = frozenset(("mi", "mo", "mn", "mtext", "ms", "annotation", "annotation-xml"))


def presentation_to_tex(root: etree._Element) -> str:
    r"""Convert presentation MathML (any prefix) to LaTeX without delimiters.

    Examples
    --------
    >>> presentation_to_tex(etree.fromstring("<math><msup><mi>x</mi><mn>2</mn></msup><mo>≤</mo><mi>π</mi></math>"))
    'x^{2}\\le\\pi'
    """
    parts: list[list[str]] = [[]]
    stack: list[tuple[etree._Element, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        name = local_name(node.tag)
        if not name:
            continue
        if not done and name in CONTENT_TAGS:
            parts[-1].append(content_to_tex(node))
        elif not done and name not in _TOKENS:
            stack.append((node, True))
            parts.append([node.text.strip()] if name not in _RULES and node.text and node.text.strip() else [])
            stack.extend((child, False) for child in reversed(node))
        else:
            children = parts.pop() if done else []
            rule = _RULES.get(name)
            tex = rule(node, children) if rule else _row(node, children)
            variant = _VARIANTS.get((node.get("mathvariant") or "").lower()) if name == "mstyle" else None
            parts[-1].append(rf"\{variant}{{{tex}}}" if variant else tex)
    return parts[0][0] if parts[0] else ""


def mathml_to_tex(math: etree._Element) -> tuple[str, bool]:
    """Return the LaTeX of a ``math`` element and whether it is a display formula.

    The TeX annotation comes first, then MathJax 4's ``data-latex``, then ``alttext``, then conversion.
    """
    display = math.get("display") == "block" or math.get("mode") == "display"
    for node in math.iter():
        name = local_name(node.tag)
        if name == "annotation" and "tex" in (node.get("encoding") or "").lower():
            tex, told = clean_tex("".join(node.itertext()), display)
            if tex:
                return tex, told
    source = math.get("data-latex") or math.get("alttext") or ""
    if source.strip():
        return clean_tex(source, display)
    return clean_tex(presentation_to_tex(math).strip(), display)
