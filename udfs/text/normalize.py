"""The normal form of a document's text: no invisible characters, plain spaces, paragraphs kept."""

from __future__ import annotations

import re

import regex

from udfs.text.markup import Fence

# Carriage returns, NEL and the Unicode line and paragraph separators end a line as LF does.
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Controls but tab, LF, VT and FF; soft hyphen; zero-width and bidirectional marks; tags; private use; noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
# Joiners shape the letters of some scripts and hold emoji together; between anything else they are noise.
_JOINED = r"[\p{Arabic}\p{Syriac}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}" + (
    r"\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Mongolian}\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]"
)
_STRAY_JOINER = regex.compile(rf"(?<!{_JOINED})[\u200c\u200d]+|[\u200c\u200d]{{2,}}|[\u200c\u200d](?!{_JOINED})")
# Category Zs but the plain space, and the two vertical controls that pages are parted with.
_WIDE = "\x0b\x0c\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_WIDE_SPACE = re.compile(f"[{_WIDE}]")
_MOST_BLANK_LINES = 2


def normalize(text: str) -> str:
    r"""Bring a text to its normal form; applying it twice changes nothing more.

    Line ends become LF. Zero-width, bidirectional, control (but tab) and private-use characters go; joiners stay
    between letters of scripts that are shaped by them and inside emoji. Lone surrogates become U+FFFD. Outside fenced
    code, wide spaces become a normal space, so that words are never glued, and at most two blank lines stay together;
    whitespace inside fenced code is kept but for line ends.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text that can be encoded as UTF-8.

    Examples
    --------
    >>> normalize("wide\u2003space\u3000and\xa0more\r\nzero\u200bwidth")
    'wide space and more\nzerowidth'
    >>> normalize("one\n\n\n\n\ntwo")
    'one\n\n\ntwo'
    """
    text = _LINE_END.sub("\n", text)
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    text = _INVISIBLE.sub("", text)
    if "\u200c" in text or "\u200d" in text:
        text = _STRAY_JOINER.sub("", text)
    kept: list[str] = []
    opened: Fence | None = None
    blank = 0
    for line in text.split("\n"):
        # Wide spaces count as indentation: they are about to become plain ones, and a second pass must see the same.
        plain = _WIDE_SPACE.sub(" ", line)
        fence = Fence.of(plain)
        if opened is not None:
            kept.append(line)
            if fence is not None and fence.closes(opened):
                opened = None
            continue
        if fence is not None and fence.opens():
            opened = fence
        blank = 0 if plain.strip() else blank + 1
        if blank <= _MOST_BLANK_LINES:
            kept.append(plain)
    return "\n".join(kept)
