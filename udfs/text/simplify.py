"""The simplified text on which deduplication and decontamination compare documents."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import regex

from udfs.text.punctuation import FIXED_PUNCTUATION

# The separators are the point, the comma, their Arabic forms and the decimal exponent signs U+2396 to U+2398.
_NUMBER = regex.compile(r"\p{Nd}+(?:[.,،٫⎖⎗⎘]\p{Nd}+)?")
_ASCII_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_ASCII_TO_SPACE = str.maketrans(dict.fromkeys(FIXED_PUNCTUATION, " "))
_PUNCTUATION = re.compile("[" + re.escape("".join(sorted(FIXED_PUNCTUATION))) + "]")
_FEW_MARKS = 8


def _characters() -> Iterator[str]:
    """Planes that hold marks: of the others Unicode has assigned none, or left them to private use."""
    return map(chr, itertools.chain(range(0x40000), range(0xE0000, 0xF0000)))


@cache
def _nonspacing_marks() -> frozenset[str]:
    """Category Mn as `unicodedata` has it: the regex package follows another Unicode version."""
    return frozenset(c for c in _characters() if unicodedata.category(c) == "Mn")


@cache
def _reordered_marks() -> frozenset[str]:
    """Characters that the canonical ordering may move."""
    return frozenset(c for c in _characters() if unicodedata.combining(unicodedata.normalize("NFD", c)[0]))


@cache
def _long_mark_run() -> re.Pattern[str]:
    return re.compile("[" + "".join(sorted(_reordered_marks())) + "]{32,}")


def _sort_marks(run: re.Match[str]) -> str:
    marks = "".join(unicodedata.normalize("NFD", c) for c in run.group())
    return "".join(sorted(marks, key=unicodedata.combining))


def _without_diacritics(text: str) -> str:
    if not _reordered_marks().isdisjoint(text):
        # `unicodedata` takes quadratic time to order a long run of marks, unless it is in order already.
        text = _long_mark_run().sub(_sort_marks, text)
    text = unicodedata.normalize("NFD", text)
    present = _nonspacing_marks().intersection(text)
    if len(present) > _FEW_MARKS:
        return text.translate(dict.fromkeys(map(ord, present)))
    for mark in present:
        text = text.replace(mark, "")
    return text


def simplify_text(text: str) -> str:
    """Reduce a text to what two near copies share: lower case, no punctuation, no diacritics, numbers as ``0``.

    The steps and their order are those of ``simplify_text`` in datatrove 0.10.0 (``utils/text.py``) with its default
    settings, so shingles and 12-grams can be compared with that implementation. Only the fixed punctuation set becomes
    a space; terminal marks of other scripts stay.

    Parameters
    ----------
    text : str
        Any text, also with lone surrogates.

    Returns
    -------
    str
        Words parted by single spaces; may be empty.

    Examples
    --------
    >>> simplify_text("Hello, WORLD! 12.5 and 1,000,000 café ½ x² Monday")
    'hello world 0 and 0 0 cafe ½ x² monday'
    >>> simplify_text("don't e-mail")
    'don t e mail'
    """
    text = text.lower()
    if text.isascii():
        return " ".join(_ASCII_NUMBER.sub("0", text).translate(_ASCII_TO_SPACE).split())
    text = " ".join(_PUNCTUATION.sub(" ", _NUMBER.sub("0", text)).split())
    # A mark between two spaces leaves both behind, as in the reference; only the ends are stripped again.
    return _without_diacritics(text).strip()
