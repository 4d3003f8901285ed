"""Repetition values of Gopher: paragraphs, lines and word n-grams.

Rae et al. 2021 (arXiv 2112.11446), Table A1, with the exact meaning of datatrove 0.10.0
``filters/gopher_repetition_filter.py``: the denominators are all characters of the text, a duplicate is every
occurrence after the first, the scan for duplicated n-grams jumps over what it counted and compares the words
concatenated.

N-grams are compared by a hash first. Equal ones have equal hashes, so a hash seen once proves an n-gram unique; what
shares a hash is compared word by word, and as text where the words differ. The results are therefore exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from udfs.text.vocabulary import Hashes, Integers, Words

# Odd numbers: of what parts the words of an n-gram, and of what spreads a hash over its upper bits.
_PARTING = np.uint64(0xD6E8FEB86659FD93)
_SPREADING = np.uint64(0xFF51AFD7ED558CCD)
_ROW_BITS = np.uint64(15)
# How many n-grams, of several sizes, are compared at once: for few of them the calls cost more than the n-grams.
_MOST_AT_ONCE = 1 << 14

TOP_SIZES = (2, 3, 4)
DUPLICATED_SIZES = (5, 6, 7, 8, 9, 10)


def duplicates(items: Sequence[str]) -> tuple[int, int]:
    """Count the items that occurred before, and their characters.

    Examples
    --------
    >>> duplicates(["ab", "c", "ab", "ab"])
    (2, 4)
    """
    distinct = set(items)
    if len(distinct) == len(items):
        return 0, 0
    return len(items) - len(distinct), sum(map(len, items)) - sum(map(len, distinct))


def block_values(text: str) -> dict[str, float]:
    """Shares of duplicate paragraphs and lines, by count and by characters; zeros for an empty text."""
    size = len(text) or 1
    paragraphs = _filled([part.lstrip("\n") for part in text.strip().split("\n\n")])
    paragraph_count, paragraph_characters = duplicates(paragraphs)
    lines = _filled(text.split("\n"))
    line_count, line_characters = duplicates(lines)
    return {
        "duplicate_paragraph_share": paragraph_count / len(paragraphs),
        "duplicate_paragraph_character_share": paragraph_characters / size,
        "duplicate_line_share": line_count / len(lines),
        "duplicate_line_character_share": line_characters / size,
    }


def _filled(parts: list[str]) -> list[str]:
    """Leave out the empty parts but those at the ends, as where a text is split at runs of line breaks."""
    return [parts[0], *filter(None, parts[1:-1]), *parts[1:][-1:]]


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
    repeats = ngrams.repeats()
    values = {f"top_{n}gram_character_share": ngrams.most_frequent(n, *next(repeats)) / size for n in TOP_SIZES}
    for n in DUPLICATED_SIZES:
        values[f"duplicate_{n}gram_character_share"] = ngrams.duplicated(n, *next(repeats)) / size
    return values


class _NGrams:
    """Finds the n-grams of a document that come more than once; an n-gram is named by the place of its first word."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._ends = np.zeros(len(words.lengths) + 1, np.int64)
        np.cumsum(words.lengths, out=self._ends[1:])

    def repeats(self) -> Iterator[tuple[Integers, Integers]]:
        """Give, size by size, the n-grams whose hash came before, and for each of them the first that has it."""
        hashes = chain(self._parted_hashes(), self._joined_hashes())
        while together := list(islice(hashes, max(1, _MOST_AT_ONCE // len(self._ends)))):
            yield from _repeats(together)

    def _parted_hashes(self) -> Iterator[Hashes]:
        """Hash the n-grams as words with something between them."""
        hashes = self._words.hashes
        for held in range(1, TOP_SIZES[-1]):
            hashes = hashes[:-1] * _PARTING + self._words.hashes[held:]
            yield hashes

    def _joined_hashes(self) -> Iterator[Hashes]:
        """Hash the n-grams as words written together."""
        hashes = self._words.hashes
        for held in range(1, DUPLICATED_SIZES[-1]):
            hashes = hashes[:-1] * self._words.powers[held:] + self._words.hashes[held:]
            if held + 1 >= DUPLICATED_SIZES[0]:
                yield hashes

    def most_frequent(self, n: int, places: Integers, firsts: Integers) -> int:
        """Return length times count of the most frequent n-gram, with spaces; the first seen where several are.

        0 where there is none.
        """
        if len(self._ends) <= n:
            return 0
        first, most = 0, 1
        if len(places):
            counts = np.bincount(firsts)
            first = int(counts.argmax())
            most += int(counts[first])
            of_first = firsts == first
            if len(self._different(places[of_first], firsts[of_first], n)):
                windows = sliding_window_view(self._words.numbers, n)
                top, most = Counter(map(tuple, windows.tolist())).most_common(1)[0]
                first = int(np.flatnonzero((windows == top).all(axis=1))[0])
        return (int(self._ends[first + n] - self._ends[first]) + n - 1) * most

    def duplicated(self, n: int, places: Integers, firsts: Integers) -> int:
        """Scan from left to right: count the characters of n-grams seen before, and jump over their `n` words."""
        if len(places) == 0:
            return 0
        different = self._different(places, firsts, n)
        if any(self._text(places[i], n) != self._text(firsts[i], n) for i in different):
            texts: dict[str, int] = {}
            firsts = np.array([texts.setdefault(self._text(place, n), place) for place in range(len(self._ends) - n)])
            places = np.flatnonzero(firsts != np.arange(len(firsts)))
            firsts = firsts[places]
        place_list, first_list = places.tolist(), firsts.tolist()
        jumped_over = bytearray(len(self._ends))
        jump = b"\1" * n
        seen: set[int] = set()
        counted: list[int] = []
        number = 0
        while number < len(place_list):
            place, first = place_list[number], first_list[number]
            number += 1
            # An n-gram that was jumped over was not seen: the next one like it counts as the first.
            if jumped_over[first] and first not in seen:
                seen.add(first)
            else:
                counted.append(place)
                jumped_over[place : place + n] = jump
                number = bisect_left(place_list, place + n, number)
        starts = np.array(counted, np.int64)
        return int((self._ends[starts + n] - self._ends[starts]).sum())

    def _different(self, places: Integers, firsts: Integers, n: int) -> Integers:
        """Return which of the n-grams do not have the words of their firsts."""
        within = np.arange(n)
        same = self._words.numbers[places[:, None] + within] == self._words.numbers[firsts[:, None] + within]
        return np.flatnonzero(~same.all(axis=1)) if not same.all() else np.zeros(0, np.int64)

    def _text(self, place: int, n: int) -> str:
        return "".join(self._words.texts[place : place + n])


def _repeats(rows: Sequence[Hashes]) -> Iterator[tuple[Integers, Integers]]:
    """Give for each row the places of the hashes that came before in it, and for each of them the first place."""
    lengths = list(map(len, rows))
    # The low bits tell the row.
    hashes = np.concatenate(rows) * _SPREADING & ~_ROW_BITS | np.repeat(np.arange(len(rows), dtype=np.uint64), lengths)
    count = len(hashes)
    places = np.arange(count)
    table_bits = count.bit_length() + 2
    buckets = (hashes >> np.uint64(64 - table_bits)).view(np.int64)
    table = np.full(1 << table_bits, count)
    np.minimum.at(table, buckets, places)
    firsts = table[buckets]
    # A hash that shares its bucket with another may not be that of the first there.
    others = np.flatnonzero(hashes[firsts] != hashes)
    if len(others):
        _, index, inverse = np.unique(hashes[others], return_index=True, return_inverse=True)
        firsts[others] = others[index[inverse]]
    places = np.flatnonzero(firsts != places)
    firsts = firsts[places]
    starts = list(accumulate(lengths[:-1], initial=0))
    parts = [*places.searchsorted(starts).tolist(), len(places)]
    for start, (low, high) in zip(starts, pairwise(parts), strict=True):
        yield places[low:high] - start, firsts[low:high] - start
