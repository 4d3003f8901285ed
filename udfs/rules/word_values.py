"""Values of the Gopher quality rules and of the FineWeb line rules.

Gopher: Rae et al. 2021 (arXiv 2112.11446) as in datatrove 0.10.0 ``filters/gopher_quality_filter.py``. FineWeb: Penedo
et al. 2024 (arXiv 2406.17557) as in datatrove 0.10.0 ``filters/fineweb_quality_filter.py``.
"""

from __future__ import annotations

import numpy as np

from udfs.rules.repetition import duplicates
from udfs.text.punctuation import TERMINAL_PUNCTUATION
from udfs.text.vocabulary import HAS_LETTER, NOT_SYMBOLS, STOP_WORD_CLASSES, Words

SHORT_LINE = 30
# What may stand between a sentence's mark and the end of its line.
CLOSING_MARKS = "\"'”’»›)]）」』"


def word_values(text: str, words: Words) -> dict[str, float]:
    """Counts and shares of words; shares are 0 for a text without words.

    Parameters
    ----------
    text : str
        The document: hash signs and ellipses are counted in it.
    words : Words
        Its words.
    """
    count = len(words.numbers)
    are_not_symbols = words.classes & NOT_SYMBOLS != 0
    not_symbols = int(np.count_nonzero(are_not_symbols))
    stop_words = np.bitwise_or.reduce(words.classes) & sum(STOP_WORD_CLASSES.values())
    with_letters = int(np.count_nonzero(words.classes & HAS_LETTER))
    return {
        "words": float(count),
        "words_not_symbols": float(not_symbols),
        "mean_word_length": int(words.lengths[are_not_symbols].sum()) / (not_symbols or 1),
        "hashes_per_word": text.count("#") / (count or 1),
        "ellipses_per_word": (text.count("...") + text.count("…")) / (count or 1),
        "alphabetic_word_share": with_letters / (count or 1),
        "alphabetic_share_not_symbols": with_letters / (not_symbols or 1),
        "distinct_stop_words": float(int(stop_words).bit_count()),
    }


def line_mark_values(text: str) -> dict[str, float]:
    """Shares of lines (`str.splitlines`) that start with a bullet or end with an ellipsis."""
    lines = text.splitlines()
    count = len(lines) or 1
    starts = [line.lstrip()[:1] for line in lines]
    ellipses = "..." in text or "…" in text
    return {
        "bullet_line_share": (starts.count("•") + starts.count("-")) / count,
        "ellipsis_line_share": sum(line.rstrip().endswith(("...", "…")) for line in lines if ellipses) / count,
    }


def fineweb_values(text: str, words: Words) -> dict[str, float]:
    """Values over the lines (parted by LF) that are not blank; zeros where there are none.

    ``end_mark_line_share`` is the reference's: the last character is a terminal mark, and ``”`` is none of them.
    ``ended_line_share`` looks behind closing quotes and brackets.

    Examples
    --------
    >>> from udfs.text.vocabulary import vocabulary
    >>> values = fineweb_values("“It rose.”\\nSales", vocabulary().look_up([]))
    >>> values["end_mark_line_share"], values["ended_line_share"]
    (0.0, 0.5)
    """
    lines = [line for line in text.split("\n") if line and not line.isspace()]
    count = len(lines) or 1
    breaks = text.count("\n")
    last = [line[-1] for line in lines]
    ended = sum(map(TERMINAL_PUNCTUATION.__contains__, last))
    closed = [line for line, mark in zip(lines, last, strict=True) if mark in CLOSING_MARKS]
    ended_before = sum(line.rstrip(CLOSING_MARKS)[-1:] in TERMINAL_PUNCTUATION for line in closed)
    return {
        "filled_lines": float(len(lines)),
        "end_mark_line_share": ended / count,
        "ended_line_share": (ended + ended_before) / count,
        "short_line_share": sum(map(SHORT_LINE.__ge__, map(len, lines))) / count,
        "duplicate_filled_line_character_share": duplicates(lines)[1] / ((len(text) - breaks) or 1),
        "line_breaks_per_word": breaks / (len(words.numbers) or 1),
    }
