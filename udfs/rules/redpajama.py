"""Quality signals of RedPajama-V2, for users who know a document by them: recorded, and compared by nobody.

Definitions: ``app/src/core/quality_signals`` of togethercomputer/RedPajama-Data (arXiv 2411.12372, appendix D), which
write most of them after Gopher, RefinedWeb and C4. The signals of lines become one number a document: a share of the
lines that are not blank, or a mean over them. Signals that need a list or a model of the authors are not here.
"""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_RAW_WORD = re.compile(r"\w+|[^\w\s]+")
_LETTER = re.compile("[a-zA-Z]")
_SENTENCE = re.compile(r"\b[^.!?]+[.!?]*")
_NO_MARKS = str.maketrans("", "", string.punctuation)
_BULLETS = ("\u2022", "\u2023", "\u25b6", "\u25c0", "\u25e6", "\u25a0", "\u25a1", "\u25aa", "\u25ab", "\u2013")
_END_MARKS = (".", "!", "?", "\u201d")
_TOP_SIZES = (2, 3, 4)
_REPEATED_SIZES = (5, 6, 7, 8, 9, 10)


def redpajama_values(text: str) -> dict[str, float]:
    """Compute the signals of a text; shares and means are 0 where there is nothing to count.

    Examples
    --------
    >>> values = redpajama_values("One two. One TWO!\\n\\u2022 one two three")
    >>> values["rps_doc_word_count"], values["rps_doc_num_sentences"], values["rps_lines_start_with_bulletpoint"]
    (8.0, 3.0, 0.5)
    """
    normal = _normalised(text)
    words = normal.split()
    raw_words = _RAW_WORD.findall(text)
    symbols = text.count("#") + text.count("...") + text.count("\u2026")
    counts = Counter(words)
    characters = sum(map(len, words))
    values = {
        "rps_doc_word_count": float(len(words)),
        "rps_doc_mean_word_length": _share(characters, len(words)),
        "rps_doc_symbol_to_word_ratio": _share(symbols, len(raw_words)),
        "rps_doc_frac_no_alph_words": _share(sum(not _LETTER.search(word) for word in raw_words), len(raw_words)),
        "rps_doc_frac_all_caps_words": _share(sum(map(str.isupper, raw_words)), len(raw_words)),
        "rps_doc_frac_unique_words": _share(len(counts), len(words)),
        "rps_doc_unigram_entropy": -math.fsum(n / len(words) * math.log(n / len(words)) for n in counts.values()),
        "rps_doc_num_sentences": float(sum(1 for _ in _SENTENCE.finditer(text))),
        "rps_doc_curly_bracket": _share(text.count("{") + text.count("}"), len(text)),
        "rps_doc_lorem_ipsum": _share(normal.count("lorem ipsum"), len(normal)),
        **_line_values(text),
    }
    for size in _TOP_SIZES:
        values[f"rps_doc_frac_chars_top_{size}gram"] = _share(_top(words, size), characters)
    for size in _REPEATED_SIZES:
        values[f"rps_doc_frac_chars_dupe_{size}grams"] = _share(_repeated(words, size), characters)
    # A difference in the ninth place is one of the order of additions; the authors round too.
    return {name: round(value, 8) for name, value in values.items()}


def _line_values(text: str) -> dict[str, float]:
    lines = text.splitlines()
    filled = [line for line in lines if line.strip()]
    normal = [_normalised(line) for line in filled]
    return {
        "rps_doc_frac_lines_end_with_ellipsis": _share(
            sum(line.rstrip().endswith(("...", "\u2026")) for line in lines), len(lines)
        ),
        "rps_lines_ending_with_terminal_punctuation_mark": _share(
            sum(line.rstrip().endswith(_END_MARKS) for line in filled), len(filled)
        ),
        "rps_lines_num_words": _share(sum(len(line.split()) for line in normal), len(filled)),
        "rps_lines_numerical_chars_fraction": _share(
            math.fsum(_share(sum(map(str.isnumeric, line)), len(line)) for line in normal), len(filled)
        ),
        "rps_lines_uppercase_letter_fraction": _share(
            math.fsum(_share(sum(map(str.isupper, line)), len(line)) for line in filled), len(filled)
        ),
        "rps_lines_start_with_bulletpoint": _share(
            sum(line.lstrip().startswith(_BULLETS) for line in filled), len(filled)
        ),
        "rps_lines_javascript_counts": float(sum(line.split().count("javascript") for line in normal)),
    }


def _normalised(text: str) -> str:
    plain = " ".join(text.translate(_NO_MARKS).lower().split())
    return unicodedata.normalize("NFD", plain)


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0


def _ngrams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*[words[start:] for start in range(size)], strict=False))


def _top(words: Sequence[str], size: int) -> int:
    """Characters that the most frequent n-gram takes, 0 where none comes twice."""
    counts = Counter(_ngrams(words, size))
    top, count = max(counts.items(), key=lambda item: item[1], default=((), 0))
    return sum(map(len, top)) * count if count > 1 else 0


def _repeated(words: Sequence[str], size: int) -> int:
    """Characters of the words that stand in any n-gram that comes twice or more, each word once."""
    grams = _ngrams(words, size)
    counts = Counter(grams)
    starts = [place for place, gram in enumerate(grams) if counts[gram] > 1]
    ends = [min(start + size, following) for start, following in pairwise([*starts, len(words)])]
    return sum(len(word) for start, end in zip(starts, ends, strict=True) for word in words[start:end])
