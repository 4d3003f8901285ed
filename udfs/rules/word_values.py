"""Values of the Gopher quality rules and of the FineWeb line rules.

Gopher: Rae et al. 2021 (arXiv 2112.11446) as in datatrove 0.10.0 ``filters/gopher_quality_filter.py``. FineWeb: Penedo
et al. 2024 (arXiv 2406.17557) as in datatrove 0.10.0 ``filters/fineweb_quality_filter.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from udfs.rules.repetition import duplicates
from udfs.text.punctuation import PUNCTUATION, TERMINAL_PUNCTUATION

STOP_WORDS = frozenset({"the", "be", "to", "of", "and", "that", "have", "with"})
SHORT_LINE = 30

_REMEMBERED_WORDS = 1 << 18
_LONGEST_REMEMBERED = 64
_HAS_LETTER = 1
_NOT_SYMBOLS = 2
_LENGTH_SHIFT = 2

Codes = NDArray[np.int64]


class _Words(dict[str, int]):
    """A word's length and two flags in one number."""

    def __missing__(self, word: str) -> int:
        code = len(word) << _LENGTH_SHIFT
        if any(map(str.isalpha, word)):
            code |= _HAS_LETTER
        if not PUNCTUATION.issuperset(word):
            code |= _NOT_SYMBOLS
        if len(word) <= _LONGEST_REMEMBERED:
            self[word] = code
        return code


_words = _Words()


def word_codes(words: Sequence[str]) -> Codes:
    """Return length and character classes of each word, for `word_values` and `word_lengths`."""
    if len(_words) > _REMEMBERED_WORDS:
        _words.clear()
    return np.fromiter(map(_words.__getitem__, words), np.int64, len(words))


def word_lengths(codes: Codes) -> Codes:
    """Return the characters of each word."""
    lengths: Codes = codes >> _LENGTH_SHIFT
    return lengths


def word_values(text: str, words: Sequence[str], codes: Codes) -> dict[str, float]:
    """Counts and shares of words; shares are 0 for a text without words.

    Parameters
    ----------
    text : str
        The document: hash signs and ellipses are counted in it.
    words : sequence of str
        Its words.
    codes : array of int64
        From `word_codes`.
    """
    count = len(words)
    not_symbols = codes[codes & _NOT_SYMBOLS != 0]
    with_letters = int(np.count_nonzero(codes & _HAS_LETTER))
    return {
        "words": float(count),
        "words_not_symbols": float(len(not_symbols)),
        "mean_word_length": int(word_lengths(not_symbols).sum()) / (len(not_symbols) or 1),
        "hashes_per_word": text.count("#") / (count or 1),
        "ellipses_per_word": (text.count("...") + text.count("…")) / (count or 1),
        "alphabetic_word_share": with_letters / (count or 1),
        "alphabetic_share_not_symbols": with_letters / (len(not_symbols) or 1),
        "distinct_stop_words": float(len(STOP_WORDS.intersection(words))),
    }


def line_mark_values(text: str) -> dict[str, float]:
    """Shares of lines (`str.splitlines`) that start with a bullet or end with an ellipsis."""
    lines = text.splitlines()
    count = len(lines) or 1
    return {
        "bullet_line_share": sum(line.lstrip().startswith(("•", "-")) for line in lines) / count,
        "ellipsis_line_share": sum(line.rstrip().endswith(("...", "…")) for line in lines) / count,
    }


def fineweb_values(text: str, words: Sequence[str]) -> dict[str, float]:
    """Values over the lines (parted by LF) that are not blank; zeros where there are none."""
    lines = [line for line in text.split("\n") if line and not line.isspace()]
    count = len(lines) or 1
    breaks = text.count("\n")
    return {
        "filled_lines": float(len(lines)),
        "end_mark_line_share": sum(line[-1] in TERMINAL_PUNCTUATION for line in lines) / count,
        "short_line_share": sum(len(line) <= SHORT_LINE for line in lines) / count,
        "duplicate_filled_line_character_share": duplicates(lines)[1] / ((len(text) - breaks) or 1),
        "line_breaks_per_word": breaks / (len(words) or 1),
    }
