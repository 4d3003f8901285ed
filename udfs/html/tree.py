"""From the text of a page to a tree of bounded depth."""

from __future__ import annotations

import re

from lxml import etree


def names(text: str) -> frozenset[str]:
    """Return the words of a list that is written as a text."""
    return frozenset(text.split())


# libxml2 stops reading at depth 2048 and older builds at 256, so nesting is cut before it gets there.
MAX_DEPTH = 200
_SUSPECT_TAGS = 400
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,60}+)((?:[^<>\"']|\"[^\"<>]*+\"|'[^'<>]*+')*+)>")
_VOID = names("area base br col embed hr img input link meta param source track wbr")
# A noncharacter never belongs to a text; flow.py marks its inline atoms with two of them.
FORBIDDEN = re.compile("[\x00\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")

# As references: the noncharacters U+FDD0 to U+FDEF, and controls.
_REFERENCE = re.compile(
    r"&#(?:[xX]0*(?:[fF][dD][dDeE][0-9a-fA-F]|[1-8bBcCeEfF](?![0-9a-fA-F])|1[0-9a-fA-F](?![0-9a-fA-F]))"
    r"|0*(?:6497[6-9]|649[89]\d|6500[0-7]|(?:[1-8]|1[124-9]|2\d|3[01])(?!\d)));?"
)


_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# What lxml lets no one write into a tree that it has read; form feeds part words.
_CONTROLS = bytes(set(range(0x01, 0x20)) - set(b"\t\n\v\f\r"))
_BLANKS = bytes.maketrans(b"\v\f", b"  ")


def limit_depth(markup: str, limit: int = MAX_DEPTH) -> str:
    """Drop the tags that would nest deeper than `limit`, and keep all text.

    Linear in the length of the markup: an end tag is matched by counting, not by searching a stack.

    Examples
    --------
    >>> limit_depth("<i><b><u>x</u></b></i>", limit=2)
    '<i><b>x</b></i>'
    """
    depth = 0
    open_tags: dict[str, int] = {}
    dropped: dict[str, int] = {}
    pieces: list[str] = []
    end = 0
    for match in _TAG.finditer(markup):
        closing, name = match[1], match[2].lower()
        if name in _VOID or match[3].endswith("/"):
            continue
        if not closing:
            if depth < limit:
                depth += 1
                open_tags[name] = open_tags.get(name, 0) + 1
                continue
            dropped[name] = dropped.get(name, 0) + 1
        elif dropped.get(name):
            dropped[name] -= 1
        else:
            if open_tags.get(name):
                open_tags[name] -= 1
                depth -= 1
            continue
        pieces.append(markup[end : match.start()])
        end = match.end()
    pieces.append(markup[end:])
    return "".join(pieces)


def _parse(source: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(source, parser)
    except etree.LxmlError:
        return None


def is_deep(root: etree._Element, limit: int) -> bool:
    """Tell whether a tree nests deeper than `limit`."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def clean_source(markup: str) -> bytes:
    """Return a page in UTF-8, without what its tree may not hold.

    Characters that no text may hold (NUL and other controls, lone surrogates, noncharacters) vanish, and so does an XML
    declaration: it would contradict the encoding that the bytes now have.

    Examples
    --------
    >>> clean_source("<p>a\\x01b&#2;c")
    b'<p>abc'
    """
    if not markup.isascii() or "\0" in markup:
        markup = FORBIDDEN.sub("", markup)
    if "&#" in markup:
        markup = _REFERENCE.sub("", markup)
    markup = _DECLARATION.sub("", markup, count=1)
    return markup.encode("utf-8", "replace").translate(_BLANKS, _CONTROLS)


def tree_of(source: bytes) -> etree._Element | None:
    """Parse a page in UTF-8 that is clean; None where it has no element."""
    root = _parse(source)
    if root is not None and source.count(b"<") > _SUSPECT_TAGS and is_deep(root, MAX_DEPTH):
        root = _parse(limit_depth(source.decode("utf-8", "replace")).encode())
    return root


def parse_tree(markup: str) -> etree._Element | None:
    """Parse a page; None where it has no element.

    Examples
    --------
    >>> parse_tree("<p>a<p>b").findall(".//p")[1].text
    'b'
    """
    return tree_of(clean_source(markup))


def drop(node: etree._Element) -> None:
    """Remove a node but not the text after it."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is None:
            parent.text = (parent.text or "") + node.tail
        else:
            before.tail = (before.tail or "") + node.tail
    parent.remove(node)


def own_rows(table: etree._Element) -> list[etree._Element]:
    """Return the rows of a table without those of tables inside it."""
    rows = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows.extend(row for row in child if row.tag == "tr")
    return rows


def cells(row: etree._Element) -> list[etree._Element]:
    """Return the cells of a table's row."""
    return [cell for cell in row if cell.tag in ("td", "th")]
