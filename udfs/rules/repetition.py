"""Repetition values of Gopher: paragraphs, lines and word n-grams.

Rae et al. 2021 (arXiv 2112.11446), Table A1, with the exact meaning of datatrove 0.10.0
``filters/gopher_repetition_filter.py``: the denominators are all characters of the text, a duplicate is every
occurrence after the first, the scan for duplicated n-grams jumps over what it counted and compares the words
concatenated.

Stretches of a text are compared by a 64-bit polynomial hash first. Equal stretches have equal hashes, so a hash seen
once proves a stretch unique; what shares a hash is compared as text. The results are therefore exact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Positions = NDArray[np.int64]

_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
_LINE_BREAK = re.compile(r"\n+")
_BASE = 0x9E3779B97F4A7C15
_POWERS_KEPT = 1 << 17

TOP_SIZES = (2, 3, 4)
DUPLICATED_SIZES = (5, 6, 7, 8, 9, 10)


def duplicates(items: Iterable[str]) -> tuple[int, int]:
    """Count the items that occurred before, and their characters.

    Examples
    --------
    >>> duplicates(["ab", "c", "ab", "ab"])
    (2, 4)
    """
    seen: set[str] = set()
    count = characters = 0
    for item in items:
        if item in seen:
            count += 1
            characters += len(item)
        else:
            seen.add(item)
    return count, characters


def block_values(text: str) -> dict[str, float]:
    """Shares of duplicate paragraphs and lines, by count and by characters; zeros for an empty text."""
    size = len(text) or 1
    paragraphs = _PARAGRAPH_BREAK.split(text.strip())
    paragraph_count, paragraph_characters = duplicates(paragraphs)
    lines = _LINE_BREAK.split(text)
    line_count, line_characters = duplicates(lines)
    return {
        "duplicate_paragraph_share": paragraph_count / len(paragraphs),
        "duplicate_paragraph_character_share": paragraph_characters / size,
        "duplicate_line_share": line_count / len(lines),
        "duplicate_line_character_share": line_characters / size,
    }


def ngram_values(text: str, words: Sequence[str], lengths: Positions) -> dict[str, float]:
    """Character shares of the most frequent 2-, 3- and 4-gram, and of duplicated 5- to 10-grams.

    Parameters
    ----------
    text : str
        The document: its length is the denominator.
    words : sequence of str
        Its words.
    lengths : array of int64, one a word
        Characters of each word.
    """
    size = len(text) or 1
    values: dict[str, float] = {}
    ends = np.cumsum(lengths, dtype=np.int64)
    starts = ends - lengths
    # One space after each word parts the words of the top n-grams; the others are compared without.
    spaced = _Stretches(" ".join(words))
    shift = np.arange(len(words), dtype=np.int64)
    for n in TOP_SIZES:
        top = spaced.most_frequent((starts + shift)[: len(words) - n + 1], (ends + shift)[n - 1 :])
        values[f"top_{n}gram_character_share"] = top / size
    glued = _Stretches("".join(words))
    for n in DUPLICATED_SIZES:
        repeated = glued.repeated(starts[: max(0, len(words) - n + 1)], ends[n - 1 :], n)
        values[f"duplicate_{n}gram_character_share"] = repeated / size
    return values


class _Stretches:
    """Compares stretches ``text[start:end]``."""

    def __init__(self, text: str) -> None:
        self._text = text
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        powers, self._inverses = _powers(len(codes))
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum((codes + np.uint64(1)) * powers, out=self._sums[1:])

    def _hashes(self, starts: Positions, ends: Positions) -> Hashes:
        hashes: Hashes = (self._sums[ends] - self._sums[starts]) * self._inverses[starts]
        return hashes

    def most_frequent(self, starts: Positions, ends: Positions) -> int:
        """Return length times count of the most frequent stretch, the first seen where several are; 0 for none."""
        if len(ends) == 0:
            return 0
        hashes = self._hashes(starts, ends)
        ordered, edges = _groups(hashes)
        counts = np.diff(edges)
        most = int(counts.max())
        if most == 1:
            return int(ends[0] - starts[0])
        first = np.flatnonzero(_any_of(hashes, ordered[edges[:-1][counts == most]]))[0]
        members = np.flatnonzero(hashes == hashes[first])
        stretches = {self._text[starts[i] : ends[i]] for i in members.tolist()}
        if len(stretches) > 1:
            counter = Counter(self._text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True))
            top, most = counter.most_common(1)[0]
            return len(top) * most
        return len(stretches.pop()) * most

    def repeated(self, starts: Positions, ends: Positions, n: int) -> int:
        """Scan from left to right: count the characters of a stretch seen before and jump over its `n` words."""
        if len(ends) == 0:
            return 0
        hashes = self._hashes(starts, ends)
        ordered, edges = _groups(hashes)
        counts = np.diff(edges)
        if len(counts) == len(ordered):
            return 0
        shared = np.flatnonzero(_any_of(hashes, ordered[edges[:-1][counts > 1]]))
        seen: set[str] = set()
        characters = position = 0
        for i, start, end in zip(shared.tolist(), starts[shared].tolist(), ends[shared].tolist(), strict=True):
            if i < position:
                continue
            stretch = self._text[start:end]
            if stretch in seen:
                characters += end - start
                position = i + n
            else:
                seen.add(stretch)
        return characters


def _groups(hashes: Hashes) -> tuple[Hashes, Positions]:
    """Return the hashes in order, and where each group of equal ones begins, with the end of all."""
    ordered = np.sort(hashes)
    changes = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    return ordered, np.concatenate([[0], changes, [len(ordered)]])


def _any_of(hashes: Hashes, wanted: Hashes) -> NDArray[np.bool_]:
    """Tell which hashes are among the wanted ones, which are in order."""
    places = np.minimum(np.searchsorted(wanted, hashes), len(wanted) - 1)
    found: NDArray[np.bool_] = wanted[places] == hashes
    return found


def _powers(size: int) -> tuple[Hashes, Hashes]:
    if size <= _POWERS_KEPT:
        return tuple(powers[:size] for powers in _kept_powers())  # type: ignore[return-value]
    return _compute_powers(size)


@cache
def _kept_powers() -> tuple[Hashes, Hashes]:
    return _compute_powers(_POWERS_KEPT)


def _compute_powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of the odd base and of its inverse, modulo 2 ** 64."""
    both = []
    for factor in (_BASE, pow(_BASE, -1, 1 << 64)):
        steps = np.full(size, factor, np.uint64)
        steps[:1] = 1
        both.append(np.cumprod(steps, dtype=np.uint64))
    return both[0], both[1]
