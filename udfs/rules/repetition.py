"""Repetition values of Gopher: paragraphs, lines and word n-grams.

Rae et al. 2021 (arXiv 2112.11446), Table A1, with the exact meaning of datatrove 0.10.0
``filters/gopher_repetition_filter.py``: the denominators are all characters of the text, a duplicate is every
occurrence after the first, the scan for duplicated n-grams jumps over what it counted and compares the words
concatenated.

N-grams are compared by a hash first. Equal ones have equal hashes, so a hash seen once proves an n-gram unique; what
shares a hash is compared word by word, and as text where the words differ. The results are therefore exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from udfs.text.vocabulary import Hashes, Integers, Words

# Odd numbers: of what parts the words of an n-gram, and of what spreads a hash over its upper bits.
_PARTING = np.uint64(0xD6E8FEB86659FD93)
_SPREADING = np.uint64(0xFF51AFD7ED558CCD)

TOP_SIZES = (2, 3, 4)
DUPLICATED_SIZES = (5, 6, 7, 8, 9, 10)


def duplicates(items: Sequence[str]) -> tuple[int, int]:
    """Count the items that occurred before, and their characters.

    Examples
    --------
    >>> duplicates(["ab", "c", "ab", "ab"])
    (2, 4)
    """
    if len(set(items)) == len(items):
        return 0, 0
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
    paragraphs = _parted(text.strip(), "\n\n")
    paragraph_count, paragraph_characters = duplicates(paragraphs)
    lines = _parted(text, "\n")
    line_count, line_characters = duplicates(lines)
    return {
        "duplicate_paragraph_share": paragraph_count / len(paragraphs),
        "duplicate_paragraph_character_share": paragraph_characters / size,
        "duplicate_line_share": line_count / len(lines),
        "duplicate_line_character_share": line_characters / size,
    }


def _parted(text: str, line_breaks: str) -> list[str]:
    """Split at so many line breaks or more, as ``re.split`` does: one at an end of the text leaves an empty part."""
    parts = [part.lstrip("\n") for part in text.split(line_breaks)]
    return [part for number, part in enumerate(parts) if part or number in (0, len(parts) - 1)]


def ngram_values(text: str, words: Words) -> dict[str, float]:
    """Character shares of the most frequent 2-, 3- and 4-gram, and of duplicated 5- to 10-grams.

    Parameters
    ----------
    text : str
        The document: its length is the denominator.
    words : Words
        Its words; none holds whitespace.
    """
    size = len(text) or 1
    ngrams = _NGrams(words)
    values = {f"top_{n}gram_character_share": ngrams.most_frequent(n) / size for n in TOP_SIZES}
    return values | {f"duplicate_{n}gram_character_share": ngrams.repeated(n) / size for n in DUPLICATED_SIZES}


class _NGrams:
    """Finds the n-grams of a document that come more than once; an n-gram is named by the place of its first word."""

    def __init__(self, words: Words) -> None:
        count = len(words.texts)
        self._words = words
        self._ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(words.lengths)])
        # The low bits of an ordered hash hold its place.
        self._place_bits = np.uint64((1 << count.bit_length()) - 1)
        self._places = np.arange(count, dtype=np.uint64)
        # How many words the hashes are of, and the hashes: of words with something between them, and of words joined.
        self._parted = (1, words.hashes)
        self._joined = (1, words.hashes)

    def most_frequent(self, n: int) -> int:
        """Return length times count of the most frequent n-gram, with spaces; the first seen where several are.

        0 where there is none. `n` may only grow from call to call.
        """
        size, hashes = self._parted
        for held in range(size, n):
            hashes = hashes[:-1] * _PARTING + self._words.hashes[held:]
        self._parted = n, hashes
        if len(hashes) == 0:
            return 0
        ordered, again = self._in_order(hashes)
        if not again.any():
            return self._length(0, n) + n - 1
        edges = np.concatenate([[0], np.flatnonzero(~again) + 1, [len(ordered)]])
        counts = edges[1:] - edges[:-1]
        most = int(counts.max())
        starts = edges[:-1][counts == most]
        start = starts[self._place_of(ordered[starts]).argmin()]
        members = self._place_of(ordered[start : start + most])
        first = int(members[0])
        if not self._same_words(members, first, n).all():
            windows = np.lib.stride_tricks.sliding_window_view(self._words.numbers, n)
            top, most = Counter(map(tuple, windows.tolist())).most_common(1)[0]
            first = int(np.flatnonzero((windows == top).all(axis=1))[0])
        return (self._length(first, n) + n - 1) * most

    def repeated(self, n: int) -> int:
        """Scan from left to right: count the characters of n-grams seen before, and jump over their `n` words.

        `n` may only grow from call to call.
        """
        size, hashes = self._joined
        for held in range(size, n):
            hashes = hashes[:-1] * self._words.powers[held:] + self._words.hashes[held:]
        self._joined = n, hashes
        ordered, again = self._in_order(hashes)
        if not again.any():
            return 0
        continued = np.concatenate([[False], again])
        shared = continued.copy()
        shared[:-1] |= again
        places = self._place_of(ordered[shared])
        begins = ~continued[shared]
        firsts = places[begins][np.cumsum(begins) - 1]
        different = np.flatnonzero(~self._same_words(places, firsts, n))
        if any(self._text(int(places[i]), n) != self._text(int(firsts[i]), n) for i in different):
            texts: dict[str, int] = {}
            firsts = np.array([texts.setdefault(self._text(place, n), place) for place in places.tolist()])
        order = places.argsort()
        places, firsts = places[order], firsts[order]
        lengths = self._ends[places + n] - self._ends[places]
        seen: set[int] = set()
        characters = free = 0
        for place, first, length in zip(places.tolist(), firsts.tolist(), lengths.tolist(), strict=True):
            if place < free:
                continue
            if first in seen:
                characters += length
                free = place + n
            else:
                seen.add(first)
        return characters

    def _in_order(self, hashes: Hashes) -> tuple[Hashes, NDArray[np.bool_]]:
        """Order the hashes, each with its place in the low bits; tell which are followed by an equal one."""
        ordered = hashes * _SPREADING & ~self._place_bits | self._places[: len(hashes)]
        ordered.sort()
        return ordered, (ordered[1:] ^ ordered[:-1]) <= self._place_bits

    def _place_of(self, ordered: Hashes) -> Integers:
        return (ordered & self._place_bits).astype(np.int64)

    def _same_words(self, places: Integers, others: Integers | int, n: int) -> NDArray[np.bool_]:
        numbers = self._words.numbers
        same = numbers[places] == numbers[others]
        for following in range(1, n):
            same &= numbers[places + following] == numbers[others + following]
        return same

    def _text(self, place: int, n: int) -> str:
        return "".join(self._words.texts[place : place + n])

    def _length(self, place: int, n: int) -> int:
        return int(self._ends[place + n] - self._ends[place])
