"""What MathJax 3 and 4 draw, brought back to MathML: for pages that were saved without the formulas' source.

Both outputs keep the tree of the formula: CommonHTML as elements of its own, each sign in the class of an ``mjx-c``,
SVG as groups with ``data-mml-node``, each sign in ``data-c``. Only the order of the children differs from MathML's.
"""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.mathml_tree import element, one
from udfs.html.tree import is_deep, names

_TOKENS = names("mi mn mo mtext ms")
_KEPT = _TOKENS | names("msup msub msubsup munder mover munderover mfrac msqrt mroot mtable mtr mtd mspace")
_LAYOUT = names("""
    mjx-surd mjx-line mjx-nstrut mjx-dstrut mjx-tstrut mjx-spacer mjx-mark mjx-speech mjx-linestrut mjx-break
    mjx-assistive-mml mjx-labels defs rect title
""")
_SIGN = re.compile(r"(?:^|\s)mjx-c([0-9A-F]{1,6})(?=\s|$)")
_MOVED = re.compile(r"translate\([^,()]{1,20},\s*(-?\d{1,9}(?:\.\d{1,9})?)\)")
_CODE_POINT = re.compile(r"[0-9A-F]{1,6}")
# The walk calls itself.
_DEEPEST = 120
_HIGHEST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
# Alphabets that MathJax keeps in fonts, with plain letters in the text.
_VARIANTS = {"TEX-C": "script", "TEX-FR": "fraktur", "TEX-B": "bold", "TEX-SS": "sans-serif", "TEX-T": "monospace"}
# A delimiter of several pieces is drawn by its first.
_TALL = dict(zip("⎛⎜⎝⎞⎟⎠⎡⎢⎣⎤⎥⎦⎧⎨⎩⎫⎬⎭\ue150\ue152", "((()))[[[]]]{{{}}}⏞⏟", strict=True))
_BELOW = "./mjx-dbox/mjx-dtable/mjx-row/mjx-den"
_FONT = re.compile(r"\bTEX-[A-Z]{1,2}\b")


def drawn_formula(container: etree._Element) -> etree._Element | None:
    """Return the MathML of a formula that MathJax has drawn; None where there is no drawing.

    Examples
    --------
    >>> x = '<mjx-mi><mjx-c class="mjx-c1D465 TEX-I"/></mjx-mi>'
    >>> sup = '<mjx-script><mjx-mn><mjx-c class="mjx-c32"/></mjx-mn></mjx-script>'
    >>> math = f"<mjx-math><mjx-msup>{x}{sup}</mjx-msup></mjx-math>"
    >>> etree.tostring(drawn_formula(etree.fromstring(f"<mjx-container>{math}</mjx-container>"))).decode()
    '<math><msup><mi>&#119909;</mi><mn>2</mn></msup></math>'
    """
    if is_deep(container, _DEEPEST):
        return None
    html = next(container.iter("mjx-math"), None)
    if html is not None:
        return element("math", *[_from_html(child) for child in _parts(html)])
    drawing = next((node for node in container.iter("g") if node.get("data-mml-node") == "math"), None)
    if drawing is not None:
        return element("math", *[_from_svg(child) for child in _parts(drawing)])
    return None


def _parts(node: etree._Element | None) -> list[etree._Element]:
    """Return the children that are parts of the formula."""
    if node is None:
        return []
    return [child for child in node if isinstance(child.tag, str) and child.tag not in _LAYOUT]


def _token(name: str, node: etree._Element) -> etree._Element:
    made = etree.Element(name)
    signs = _signs(node)
    made.text = "".join(character for character, _ in signs)
    if name == "mo":
        made.text = _TALL.get(made.text[:1], made.text)
    variant = next((_VARIANTS[font] for _, font in signs if font in _VARIANTS), None)
    if name == "mi" and len(made.text) == 1:
        # Letters in italics are signs of their own.
        variant = variant or "normal"
    if variant and made.text.isascii() and made.text.isalpha():
        made.set("mathvariant", variant)
    return made


def _signs(node: etree._Element) -> list[tuple[str, str]]:
    """Return the characters that an element draws, with their fonts; what is drawn of pieces counts as a whole."""
    signs = []
    stack = list(reversed(node))
    while stack:
        child = stack.pop()
        value = child.get("class") or ""
        found = _SIGN.search(value)
        code = found[1] if found else child.get("data-c") or ""
        font = _FONT.search(value or child.get("xlink:href") or child.get("href") or "")
        if _CODE_POINT.fullmatch(code) and int(code, 16) <= _HIGHEST and int(code, 16) not in _SURROGATES:
            signs.append((chr(int(code, 16)), font[0] if font else ""))
        elif child.tag in ("mjx-utext", "mjx-c", "text"):
            signs.append((child.text or "", ""))
        else:
            stack.extend(reversed(child))
    return signs


def _from_html(node: etree._Element) -> etree._Element:
    name = str(node.tag).removeprefix("mjx-")
    if name in _TOKENS:
        return _token(name, node)
    if name not in _KEPT:
        return one([_from_html(child) for child in _parts(node)])
    if name == "mspace":
        width = re.search(r"width:\s*([\d.]+em)", node.get("style") or "")
        return etree.Element("mspace", width=width[1] if width else "0em")
    if name == "mtable":
        rows = [_parts(row) for row in node.findall("./mjx-table/mjx-itable/*")]
        return _table([[_inside(cell) for cell in row] for row in rows])
    fraction = node.find("./mjx-frac")
    if fraction is not None:
        parts = [
            fraction.find("./mjx-num"),
            next(iter(fraction.findall("./mjx-den") or fraction.findall(_BELOW)), None),
        ]
        made = element("mfrac", *[_inside(part) for part in parts])
        if fraction.get("atop") == "true":
            made.set("linethickness", "0")
        return made
    if name in ("msqrt", "mroot"):
        root = [node.find("./mjx-root")] if name == "mroot" else []
        return element(name, *[_inside(part) for part in [node.find("./mjx-sqrt/mjx-box"), *root]])
    return _scripts(name, node)


def _inside(node: etree._Element | None) -> etree._Element:
    return one([_from_html(child) for child in _parts(node)])


def _table(rows: list[list[etree._Element]]) -> etree._Element:
    return element("mtable", *[element("mtr", *[element("mtd", cell) for cell in row]) for row in rows])


def _scripts(name: str, node: etree._Element) -> etree._Element:
    """Return a base with its scripts: CommonHTML has the upper before the lower, and limits in boxes."""
    script = node.find("./mjx-script")
    if script is not None:
        base = [_from_html(child) for child in _parts(node) if child is not script]
        marks = [_from_html(child) for child in _parts(script)]
        return element(name, one(base), *reversed(marks))
    lower = node.find("./mjx-box/mjx-munder") if name == "munderover" else node
    lower = node if lower is None else lower
    parts = [lower.find("./mjx-base") if name == "mover" else lower.find("./mjx-row/mjx-base")]
    if "under" in name:
        parts.append(lower.find("./mjx-row/mjx-under"))
    if "over" in name:
        parts.append(node.find("./mjx-over"))
    return element(name, *[_inside(part) for part in parts])


def _from_svg(node: etree._Element) -> etree._Element:
    name = (node.get("data-mml-node") or "").lower()
    if name in _TOKENS:
        return _token(name, node)
    children = [_from_svg(child) for child in _parts(node) if child.tag == "g" and not child.get("data-labels")]
    if name in ("msqrt", "mroot"):
        return element(name, *[child for child in children if child.text != "√"])
    if name in ("msubsup", "munderover") and len(children) == 3:
        below, above = sorted(zip(map(_height, _parts(node)[1:]), children[1:], strict=True), key=lambda part: part[0])
        return element(name, children[0], below[1], above[1])
    made = element(name, *children) if name in _KEPT else one(children)
    if name == "mfrac" and node.find("./rect") is None:
        made.set("linethickness", "0")
    return made


def _height(node: etree._Element) -> float:
    moved = _MOVED.match(node.get("transform") or "")
    return float(moved[1]) if moved else 0.0
