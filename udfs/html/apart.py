"""What stands in a line of text, and what a style sheet sets apart in it, although nothing parts it in the source."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from udfs.html.tree import names

_SETTING_APART = re.compile(r"(?<![-\w])float\s*:\s*(?:left|right)|display\s*:\s*(?:block|flex|grid|table)")
_LONGEST_INITIAL = 3
_MOST_IN_PHRASE = 20
_PHRASE_PARENTS = names("p span b i em strong u font h1 h2 h3 h4 h5 h6")
# Scripts from here on set no blanks between words.
_FIRST_WITHOUT_BLANKS = "\u2e80"


def is_set_apart(node: etree._Element, style: str) -> bool:
    """Tell whether an inline element's own style sets it apart; a letter that floats is the initial of the next word.

    Examples
    --------
    >>> style = "float: left"
    >>> is_set_apart(etree.fromstring("<b>250 items</b>"), style), is_set_apart(etree.fromstring("<b>T</b>"), style)
    (True, False)
    """
    if "float" not in style and "display" not in style:
        return False
    return (len(node) > 0 or len(node.text or "") > _LONGEST_INITIAL) and _SETTING_APART.search(style) is not None


def is_phrase(node: etree._Element, blocks: frozenset[str]) -> bool:
    """Tell whether an element of a script's making stands in a line of text, as those of annotators do.

    Parameters
    ----------
    node : lxml element
        An element with a hyphen in its name.
    blocks : frozenset of str
        The elements that do not stand in lines.

    Examples
    --------
    >>> line = etree.fromstring("<p>the <my-mark>old</my-mark> mill, <my-card><div>and</div></my-card></p>")
    >>> is_phrase(line[0], frozenset(["div"])), is_phrase(line[1], frozenset(["div"]))
    (True, False)
    """
    parent = node.getparent()
    if parent is None or parent.tag not in _PHRASE_PARENTS:
        return False
    inside = list(islice(node.iter(etree.Element), 1, _MOST_IN_PHRASE))
    if len(inside) == _MOST_IN_PHRASE - 1:
        return False
    return not any(child.tag in blocks or "-" in child.tag for child in inside)


def is_hidden_copy(one: etree._Element, other: etree._Element) -> bool:
    """Tell whether the element after another says the same, for the eye or the ear alone."""
    return other.get("aria-hidden") == "true" and len(other) == 0 and one.text == other.text


def are_labels(one: etree._Element, other: etree._Element) -> bool:
    """Tell two elements of one template from parts of a word: "Ann Lee" and "Head of Mills".

    Examples
    --------
    >>> row = etree.fromstring("<p><b class='a'>Ann Lee</b><b class='a'>Editor</b><b class='a'>ial</b></p>")
    >>> are_labels(row[0], row[1]), are_labels(row[1], row[2])
    (True, False)
    """
    if len(other) or one.get("class") != other.get("class"):
        return False
    before, after = (one.text or "").strip(), (other.text or "").strip()
    if not before or not after or not (" " in before or " " in after):
        return False
    last, first = before[-1], after[0]
    if not (last.isalnum() and first.isalnum()) or max(last, first) >= _FIRST_WITHOUT_BLANKS:
        return False
    return first.isupper() or last.isdigit() or first.isdigit()
