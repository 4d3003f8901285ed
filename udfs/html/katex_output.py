"""What KaTeX draws as HTML, brought back to MathML: for pages that were saved without its MathML.

Nothing in the HTML names fractions' parts or scripts but their places: a ``vlist`` holds its parts each with its
``top``, and its ``pstrut`` says where the line of the text is.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest

from lxml import etree

from udfs.html.mathml_tree import element, one
from udfs.html.tree import is_deep, names

_LAYOUT = names("strut pstrut vlist-s nulldelimiter hide-tail frac-line overline-line underline-line rule newline tag")
_VARIANTS = {
    "mathrm": "normal",
    "mathbf": "bold",
    "mathbb": "double-struck",
    "mathcal": "script",
    "mathscr": "script",
    "mathfrak": "fraktur",
    "mathsf": "sans-serif",
    "mathtt": "monospace",
    "boldsymbol": "bold-italic",
}
_LENGTH = r"\s*:\s*(-?\d{1,4}(?:\.\d{1,9})?)em"
_TOP, _HEIGHT = re.compile(rf"(?<![-\w])top{_LENGTH}"), re.compile(rf"(?<![-\w])height{_LENGTH}")
# The walk calls itself, and every formula of KaTeX nests deeply.
_DEEPEST = 190
# The stroke that KaTeX lays over a relation.
_NOT = "\ue020"
_INVISIBLE = "\u200b\u200c\u2061"


def drawn_formula(node: etree._Element) -> etree._Element | None:
    """Return the MathML of a formula that KaTeX has drawn; None where there is no drawing.

    Examples
    --------
    >>> strut = '<span class="pstrut" style="height:2.7em;"/>'
    >>> script = f'<span style="top:-3.063em;">{strut}<span class="mord mtight">2</span></span>'
    >>> script = f'<span class="msupsub"><span class="vlist-t"><span class="vlist">{script}</span></span></span>'
    >>> power = f'<span class="mord"><span class="mord mathnormal">x</span>{script}</span>'
    >>> drawn = drawn_formula(etree.fromstring(f'<span><span class="katex-html">{power}</span></span>'))
    >>> etree.tostring(drawn).decode()
    '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    html = next((child for child in node.iter("span") if "katex-html" in _classes(child)), None)
    if html is None or is_deep(html, _DEEPEST):
        return None
    return element("math", *_row(html))


def _classes(node: etree._Element) -> list[str]:
    return (node.get("class") or "").split()


def _row(node: etree._Element) -> list[etree._Element]:
    """Convert the children of an element; scripts go to what is before them."""
    row: list[etree._Element] = []
    for child in node:
        classes = _classes(child)
        if child.tag != "span" or not _LAYOUT.isdisjoint(classes):
            continue
        if "msupsub" in classes:
            base = row.pop() if row else element("mrow")
            row.append(_scripts(base, _levels(child)))
            continue
        for found in _convert(child, classes):
            if row and row[-1].text == _NOT and found.text:
                found.text = unicodedata.normalize("NFC", found.text + "\u0338")
                row.pop()
            row.append(found)
    return row


def _convert(node: etree._Element, classes: list[str]) -> list[etree._Element]:
    found = set(classes)
    if "mfrac" in found:
        return [_fraction(node)]
    if "sqrt" in found:
        return [_square_root(node)]
    if "op-limits" in found:
        return [_limits(_levels(node))]
    if found & {"accent", "overline", "underline", "mover", "munder"}:
        return [_accent(node, found)]
    if "mtable" in found:
        columns = [_levels(child) for child in node if any(name.startswith("col-align") for name in _classes(child))]
        rows = zip_longest(*columns)
        return [element("mtable", *(element("mtr", *(element("mtd", _part(cell)) for cell in row)) for row in rows))]
    if "text" in found:
        return [_token("mtext", _text(node))]
    if "minner" in found:
        return [element("mrow", *_row(node))]
    words = "mop" in found and not any("vlist" in _classes(child) for child in node.iter("span"))
    if len(node) == 0 or words or "delimsizing" in found:
        return _leaf(_text(node), classes)
    letters = _leaf(node.text or "", classes)
    return [*letters, one(_row(node))] if _is_group(node) else [*letters, *_row(node)]


def _is_group(node: etree._Element) -> bool:
    """Tell whether an element is a base with its scripts, or a group that has some itself."""
    following = node.getnext()
    return following is not None and "msupsub" in _classes(following)


def _text(node: etree._Element) -> str:
    return "".join(node.itertext()).strip(_INVISIBLE)


def _token(name: str, text: str) -> etree._Element:
    token = etree.Element(name)
    token.text = text
    return token


def _leaf(text: str, classes: list[str]) -> list[etree._Element]:
    if not text.strip():
        return []
    if re.fullmatch(r"[\d.]+", text):
        return [_token("mn", text)]
    if {"mbin", "mrel", "mopen", "mclose", "mpunct", "delimsizing"}.intersection(classes):
        return [_token("mo", text)]
    token = _token("mi", text)
    variant = next((_VARIANTS[name] for name in classes if name in _VARIANTS), None)
    if variant:
        token.set("mathvariant", variant)
    return [token]


def _part(level: tuple[float, list[etree._Element]] | None) -> etree._Element:
    return one(level[1]) if level is not None else element("mrow")


def _vlist(node: etree._Element) -> etree._Element | tuple[()]:
    """Return the nearest element that holds parts one over another."""
    return next((child for child in node.iter("span") if "vlist" in _classes(child)), ())


def _levels(node: etree._Element) -> list[tuple[float, list[etree._Element]]]:
    """Return the parts of the first ``vlist`` from top to bottom, each with its height over the line of the text."""
    levels = []
    for part in _vlist(node):
        top = _TOP.search(part.get("style") or "")
        strut = next((child for child in part if "pstrut" in _classes(child)), None)
        height = _HEIGHT.search(strut.get("style") or "") if strut is not None else None
        row = _row(part)
        if row:
            levels.append((-(float(top[1]) if top else 0.0) - (float(height[1]) if height else 0.0), row))
    return sorted(levels, key=lambda level: -level[0])


def _scripts(base: etree._Element, levels: list[tuple[float, list[etree._Element]]]) -> etree._Element:
    if len(levels) == 1:
        height, script = levels[0]
        return element("msup" if height > 0 else "msub", base, one(script))
    if len(levels) == 2:
        return element("msubsup", base, one(levels[1][1]), one(levels[0][1]))
    return base


def _limits(levels: list[tuple[float, list[etree._Element]]]) -> etree._Element:
    """Return a large operator: what is at the line of the text is the operator, the rest its limits."""
    if not levels:
        return element("mrow")
    middle = min(range(len(levels)), key=lambda place: abs(levels[place][0]))
    parts = [one(row) for _, row in levels]
    over, base, under = parts[:middle], parts[middle], parts[middle + 1 :]
    if over and under:
        return element("munderover", base, under[0], over[-1])
    return element("mover" if over else "munder", base, *over[-1:], *under[:1]) if over or under else base


def _fraction(node: etree._Element) -> etree._Element:
    levels = _levels(node)
    if len(levels) < 2:
        return element("mrow", *_row(node))
    fraction = element("mfrac", _part(levels[0]), _part(levels[-1]))
    if not any("frac-line" in _classes(child) for part in _vlist(node) for child in part):
        fraction.set("linethickness", "0")
    return fraction


def _square_root(node: etree._Element) -> etree._Element:
    root = None
    base = node
    for child in node:
        if "root" in _classes(child):
            root = _levels(child)
        elif "vlist-t" in _classes(child):
            base = child
    inside = _part(next(iter(_levels(base)), None))
    return element("msqrt", inside) if root is None else element("mroot", inside, _part(next(iter(root), None)))


def _accent(node: etree._Element, classes: set[str]) -> etree._Element:
    """Return what stands under or over a mark, or is one: a line, a brace, a letter's accent, words."""
    name = "munder" if {"underline", "munder"} & classes else "mover"
    base: list[etree._Element] = []
    mark: list[etree._Element] = []
    for part in _vlist(node):
        inside = {found for child in part for below in child.iter("span") for found in _classes(below)}
        row = _row(part)
        if "accent-body" in inside:
            mark = row or [_token("mo", "→")]
        elif not row and "brace-left" in inside:
            mark = [_token("mo", "⏟" if name == "munder" else "⏞")]
        elif row and base and not mark:
            # Words over or under; the part that comes first is the lower.
            base, mark = (row, base) if name == "munder" else (base, row)
        elif row:
            base = row
    if {"overline", "underline"} & classes:
        mark = [_token("mo", "_")]
    for accent in mark:
        accent.text = {"ˉ": "¯", "⃗": "→"}.get(accent.text or "", accent.text)
    return element(name, one(base), one(mark)) if mark else one(base)
