"""Notes of a text: references to them must not melt into the word before, and links back are no text.

``version 3.2<sup>1</sup>`` would become version 3.21.
"""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.source import Source
from udfs.html.tree import names

_NUMBER = re.compile(r"\d{1,3}|[a-z]")
_DIGITS = re.compile(r"\d{1,3}")
_NOTE_CLASS = re.compile(r"foot-?note|note-?ref|end-?note", re.IGNORECASE)
_BACK_CLASSES = names("""
    footnote-backref footnote-back footnote-return footnoteBackLink data-footnote-backref reversefootnote
""")
_LABEL = names("label")
_BACK_MARKS = frozenset("↩↑↲↵⤴⬆⏎⇑^")
# What links of a place to itself say: anywhere, and in headings.
_PERMALINK_MARKS = frozenset("¶🔗⚓")
_HEADING_MARKS = frozenset("#§")
_HEADINGS = names("h1 h2 h3 h4 h5 h6")
_VARIATION_SELECTORS = "\ufe0e\ufe0f"
_ENDS_OF_PHRASES = frozenset(".,;:!?\"'”’»。，；：！？」』")
_LATEXML_CONTENT = etree.XPath(".//span[contains(concat(' ', @class, ' '), ' ltx_note_content ')]")
_LATEXML_MARKS = names("ltx_note_mark ltx_tag_note")


def mark_notes(root: etree._Element, source: Source) -> None:
    """Set the numbers of notes in brackets, and empty the links that lead back from them or to where they stand.

    LaTeXML writes a note where it is referred to: it is set in parentheses there.

    Parameters
    ----------
    root : lxml element
        Root of the page.
    source : Source
        Says whether the page is LaTeXML's.

    Examples
    --------
    >>> page = etree.fromstring('<p>in 3.2<sup><a href="#n1">1</a></sup>. 1. The note. <a href="#r1">↩</a></p>')
    >>> mark_notes(page, Source(b""))
    >>> "".join(page.itertext())
    'in 3.2[1]. 1. The note. '
    """
    for node in list(root.iter("a", "sup")):
        if node.tag == "sup":
            _mark_superscript(node)
        elif "#" in (node.get("href") or ""):
            _mark_link(node)
    if source.holds(b"ltx_note"):
        for content in _LATEXML_CONTENT(root):
            _set_in_place(content)


def _mark_link(link: etree._Element) -> None:
    if _has_class(link, _BACK_CLASSES) or link.get("role") == "doc-backlink":
        # Docutils makes the note's own number its link back.
        parent = link.getparent()
        if parent is None or not _has_class(parent, _LABEL):
            _empty(link)
        return
    if len(link) > 1:
        return
    text = "".join(link.itertext()).strip()
    if (link.get("href") or "").startswith("#") and _is_mark(link, text.rstrip(_VARIATION_SELECTORS)):
        _empty(link)
    elif _NUMBER.fullmatch(text) and _refers_to_note(link):
        _empty(link)
        link.text = f"[{text}]"


def _is_mark(link: etree._Element, text: str) -> bool:
    if text in _HEADING_MARKS:
        parent = link.getparent()
        return parent is not None and parent.tag in _HEADINGS
    return text in _BACK_MARKS or text in _PERMALINK_MARKS


def _refers_to_note(link: etree._Element) -> bool:
    parent = link.getparent()
    raised = (parent is not None and parent.tag == "sup") or link.find("./sup") is not None
    return raised or link.get("role") == "doc-noteref" or _NOTE_CLASS.search(link.get("class") or "") is not None


def _mark_superscript(sup: etree._Element) -> None:
    """A number behind the end of a phrase is no power, and neither is one that is a link, wherever it leads."""
    text = "".join(sup.itertext()).strip()
    if not _DIGITS.fullmatch(text) or len(sup) > 1:
        return
    if (len(sup) and sup[0].tag == "a") or (len(sup) == 0 and _character_before(sup) in _ENDS_OF_PHRASES):
        _empty(sup)
        sup.text = f"[{text}]"


def _character_before(node: etree._Element) -> str:
    previous = node.getprevious()
    parent = node.getparent()
    if previous is not None:
        before = previous.tail or "".join(previous.itertext())
    else:
        before = (parent.text if parent is not None else None) or ""
    return before[-1:]


def _set_in_place(content: etree._Element) -> None:
    note = content.getparent()
    while note is not None and "ltx_note" not in (note.get("class") or "").split():
        note = note.getparent()
    if note is None:
        return
    for node in list(note.iter("sup", "span")):
        if _has_class(node, _LATEXML_MARKS):
            _empty(node)
    if "".join(content.itertext()).strip():
        content.text = " (" + (content.text or "").lstrip()
        last = content[-1] if len(content) else None
        if last is None:
            content.text = content.text.rstrip() + ")"
        else:
            last.tail = (last.tail or "").rstrip() + ")"


def _has_class(node: etree._Element, wanted: frozenset[str]) -> bool:
    classes = node.get("class")
    return classes is not None and not wanted.isdisjoint(classes.split())


def _empty(node: etree._Element) -> None:
    """Take all content of an element away; what follows it stays."""
    del node[:]
    node.text = None
