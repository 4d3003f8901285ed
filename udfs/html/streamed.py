"""Parts of a page that React's server sends late: they stand at its end, hidden, until a script puts them in place."""

from __future__ import annotations

from lxml import etree

from udfs.html.source import Source
from udfs.html.tree import MAX_DEPTH, drop

# React writes the start of such a part in just this way.
_MARK = b'<div hidden id="s:'


def place_streamed(root: etree._Element, source: Source) -> None:
    """Put every part that was sent late, in place, where the template of its number stands, as React's script does.

    What was to be seen meanwhile stays: it says little beside the part itself.

    Parameters
    ----------
    root : lxml element
        Root of the page.
    source : Source
        Says whether the page has such parts.

    Examples
    --------
    >>> page = '<body><main><template id="B:0"/></main><div hidden id="S:0"><p>Late.</p></div></body>'
    >>> root = etree.fromstring(page.replace("hidden", 'hidden=""'))
    >>> place_streamed(root, Source(page.lower().encode()))
    >>> etree.tostring(root).decode()
    '<body><main><span><p>Late.</p></span></main></body>'
    """
    if not source.holds(_MARK):
        return
    parts: dict[str, etree._Element] = {}
    places: dict[str, etree._Element] = {}
    for node in root.iter("div", "template"):
        kind, _, number = (node.get("id") or "").partition(":")
        if node.tag == "div" and kind == "S" and "hidden" in node.attrib:
            parts.setdefault(number, node)
        elif node.tag == "template" and kind in ("B", "P"):
            places.setdefault(number, node)
    for number in _placeable(parts, places):
        part, place = parts[number], places[number]
        parent = place.getparent()
        drop(part)
        part.tail = place.tail
        parent.replace(place, part)
        # React puts there what the part holds; a span parts no text.
        part.tag = "span"
        part.attrib.clear()


def _placeable(parts: dict[str, etree._Element], places: dict[str, etree._Element]) -> list[str]:
    """Return the parts that have a place which is in none of themselves, and not too deep."""
    number_of = {part: number for number, part in parts.items()}
    # How deep a place is in the part that it stands in, or in the page.
    steps: dict[str, int] = {}
    holder: dict[str, str] = {}
    for number in parts.keys() & places.keys():
        steps[number] = 0
        for above in places[number].iterancestors():
            steps[number] += 1
            if above in number_of:
                holder[number] = number_of[above]
                break
    depths: dict[str, int] = {}
    for number in parts:
        chain = []
        while number in steps and number not in depths:
            # Until it is known, a part is too deep: so is one that stands in itself.
            depths[number] = MAX_DEPTH
            chain.append(number)
            number = holder.get(number, "")
        depth = depths.get(number, 0)
        for number in reversed(chain):
            depth = depths[number] = min(depth + steps[number], MAX_DEPTH)
    return [number for number in parts if depths.get(number, MAX_DEPTH) < MAX_DEPTH]
