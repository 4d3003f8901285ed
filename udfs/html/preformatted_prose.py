"""Prose in a ``pre``: mails in the archives of lists, manual pages, licences. It is text, not code."""

from __future__ import annotations

import re
from itertools import pairwise

from lxml import etree

from udfs.html.tree import names

_INLINE = names("a b i em strong u font br hr")
_FEWEST_CHARACTERS, _FEWEST_ENDS, _FEWEST_WORDS_A_LINE = 120, 2, 5
_MOST_SIGNS, _MOST_COLUMNS, _LONGEST_CLAUSE = 0.035, 0.1, 160
_SIGNS = re.compile(r"[{}\[\]();=<>|\\_$#@*/+&^~`]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_IDEOGRAPH = re.compile(r"[\u3040-\u9fff]")
_END = re.compile(r"[^\W\d_][\"')”’]?[.!?](?=\s|\Z)|[。！？]")
_COMMA = re.compile(r"[^\W\d_],\s|，")
_COLUMNS = re.compile(r"\S[ \t]{3,}\S")
_COMMENT = re.compile(r"\s*(?:#|//|--|%|;)")
# What begins a line of its own: quotes, list items, fields of a mail's head.
_OWN_LINE = re.compile(r"[>|*•-]|\(?\d{1,3}[.)]\s|[A-Z][A-Za-z-]{1,20}:\s")
_SHORT = 0.6


def is_prose(node: etree._Element) -> bool:
    """Tell whether a ``pre`` without a class holds sentences: words in lines, hardly any sign that code is made of.

    Examples
    --------
    >>> text = "The ferry leaves at nine.\\nWho comes later, as we did on Monday, waits for the\\n"
    >>> text += "next one, and that is late. It rains today."
    >>> is_prose(etree.fromstring(f"<pre>{text}</pre>")), is_prose(etree.fromstring(f"<pre><code>{text}</code></pre>"))
    (True, False)
    """
    if node.get("class") or any(child.tag not in _INLINE for child in node.iterdescendants(etree.Element)):
        return False
    text = "".join(node.itertext())
    lines = [line for line in text.split("\n") if line.strip()]
    if len(text) < _FEWEST_CHARACTERS:
        return False
    ends = len(_END.findall(text))
    if ends < _FEWEST_ENDS or len(_SIGNS.findall(text)) > _MOST_SIGNS * len(text):
        return False
    if len(text) > _LONGEST_CLAUSE * (ends + len(_COMMA.findall(text))):
        return False
    if sum(_COLUMNS.search(line) is not None for line in lines) > _MOST_COLUMNS * len(lines):
        return False
    if 2 * sum(_COMMENT.match(line) is not None for line in lines) > len(lines):
        return False
    words = len(_WORD.findall(text))
    return words >= _FEWEST_WORDS_A_LINE * len(lines) or 3 * len(_IDEOGRAPH.findall(text)) > len(text)


def paragraphs(node: etree._Element) -> list[list[str]]:
    """Return the paragraphs of a text that was wrapped by hand, each as the lines that are meant to be lines.

    Examples
    --------
    >>> text = "The ferry leaves at nine, and who comes\\nlater waits.\\n> When?\\nAt nine.\\n\\nAnn"
    >>> paragraphs(etree.fromstring(f"<pre>{text.replace('>', '&gt;')}</pre>"))
    [['The ferry leaves at nine, and who comes later waits.', '> When?', 'At nine.'], ['Ann']]
    """
    for mark in node.iter("br", "hr"):
        mark.tail = "\n" + (mark.tail or "")
    text = "".join(node.itertext()).replace("\r\n", "\n").replace("\r", "\n").expandtabs()
    width = max(map(len, text.split("\n")))
    found = []
    for paragraph in re.split(r"\n(?:[ ]*\n)+", text.strip("\n")):
        lines = [line.rstrip() for line in paragraph.split("\n") if line.strip()]
        if not lines:
            continue
        joined = [lines[0].strip()]
        for before, line in pairwise(lines):
            if _goes_on(before, line, width):
                joined[-1] += " " + line.strip()
            else:
                joined.append(line.strip())
        found.append(joined)
    return found


def _goes_on(before: str, line: str, width: int) -> bool:
    """Tell whether a line is the rest of the one before, which was full."""
    if len(before) < _SHORT * width or _OWN_LINE.match(line.strip()) or _OWN_LINE.match(before.strip()) is not None:
        return False
    return _indent(line) == _indent(before)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
