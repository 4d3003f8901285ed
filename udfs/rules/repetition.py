"""Repetition values of Gopher: paragraphs, lines and word n-grams.

Rae et al. 2021 (arXiv 2112.11446), Table A1, with the exact meaning of datatrove 0.10.0
``filters/gopher_repetition_filter.py``: the denominators are all characters of the text, a duplicate is every
occurrence after the first, the scan for duplicated n-grams jumps over what it counted and compares the words
concatenated.

N-grams are compared by a hash first. Equal ones have equal hashes, so a hash that did not come before proves an n-gram
new; one that did is compared word by word, and as text where the words differ. The results are therefore exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, chain, islice, pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from udfs.text.vocabulary import Integers, Words

Hashes = NDArray[np.uint64]

# Odd numbers: the bases of polynomials of words and of characters, and what spreads a hash over its upper bits.
_WORD_BASE = np.uint64(0xD6E8FEB86659FD93)
_CHARACTER_BASE = 0x9E3779B97F4A7C15
_SPREADING = np.uint64(0xFF51AFD7ED558CCD)
_ROW_BITS = np.uint64(15)
# Characters of a text up to which the powers of the base are kept.
_POWERS_KEPT = 1 << 19
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
        self._bytes = words.numbers.tobytes()

    def repeats(self) -> Iterator[tuple[Integers, Integers]]:
        """Give, size by size, the n-grams whose hash came before, and for each of them the first that has it."""
        hashes = chain(self._parted_hashes(), self._joined_hashes())
        while together := list(islice(hashes, max(1, _MOST_AT_ONCE // len(self._ends)))):
            yield from _repeats(together)

    def _parted_hashes(self) -> Iterator[Hashes]:
        """Hash the n-grams as words with something between them."""
        numbers = self._words.numbers.view(np.uint64)
        hashes = numbers
        for held in range(1, TOP_SIZES[-1]):
            hashes = hashes[:-1] * _WORD_BASE + numbers[held:]
            yield hashes

    def _joined_hashes(self) -> Iterator[Hashes]:
        """Hash the n-grams as words written together."""
        codes = np.frombuffer(self._words.joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        powers, inverse_powers = _powers(len(codes))
        sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * powers[: len(codes)], out=sums[1:])
        sums, inverse_powers = sums[self._ends], inverse_powers[self._ends]
        for n in DUPLICATED_SIZES:
            yield (sums[n:] - sums[:-n]) * inverse_powers[:-n]

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
            if any(self._words_at(place, n) != self._words_at(first, n) for place in places[firsts == first].tolist()):
                windows = sliding_window_view(self._words.numbers, n)
                top, most = Counter(map(tuple, windows.tolist())).most_common(1)[0]
                first = int(np.flatnonzero((windows == top).all(axis=1))[0])
        return (int(self._ends[first + n] - self._ends[first]) + n - 1) * most

    def duplicated(self, n: int, places: Integers, firsts: Integers) -> int:
        """Scan from left to right: count the characters of n-grams seen before, and jump over their `n` words."""
        if len(places) == 0:
            return 0
        counted = self._scan(n, places.tolist(), firsts.tolist())
        if counted is None:
            texts: dict[str, int] = {}
            exact = [texts.setdefault(self._text(place, n), place) for place in range(len(self._ends) - n)]
            again = [place for place, first in enumerate(exact) if first != place]
            counted = self._scan(n, again, [exact[place] for place in again]) or []
        starts = np.array(counted, np.int64)
        return int((self._ends[starts + n] - self._ends[starts]).sum())

    def _scan(self, n: int, places: list[int], firsts: list[int]) -> list[int] | None:
        """Return the places of the n-grams that count; None where one only shares the hash of its first."""
        words = self._bytes
        jumped_over = bytearray(len(self._ends))
        jump = b"\1" * n
        seen: set[int] = set()
        counted: list[int] = []
        number, end = 0, len(self._ends)
        # What follows the last lets each jump look at no more than the next n.
        places = places + [end] * n
        while (place := places[number]) < end:
            first = firsts[number]
            number += 1
            # Compared before the texts, as this takes a tenth of the time.
            same_words = words[8 * place : 8 * (place + n)] == words[8 * first : 8 * (first + n)]
            if not same_words and self._text(place, n) != self._text(first, n):
                return None
            # An n-gram that was jumped over was not seen: the next one like it counts as the first.
            if jumped_over[first] and first not in seen:
                seen.add(first)
            else:
                counted.append(place)
                jumped_over[place : place + n] = jump
                number = bisect_left(places, place + n, number, number + n - 1)
        return counted

    def _words_at(self, place: int, n: int) -> bytes:
        return self._bytes[8 * place : 8 * (place + n)]

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


def _powers(highest: int) -> tuple[Hashes, Hashes]:
    """Return the powers, from 0 to `highest` at least, of the base of characters and of its inverse, modulo 2 ** 64."""
    return _kept_powers() if highest <= _POWERS_KEPT else _compute_powers(highest)


@cache
def _kept_powers() -> tuple[Hashes, Hashes]:
    return _compute_powers(_POWERS_KEPT)


def _compute_powers(highest: int) -> tuple[Hashes, Hashes]:
    steps = np.full((2, highest + 1), [[_CHARACTER_BASE], [pow(_CHARACTER_BASE, -1, 1 << 64)]], np.uint64)
    steps[:, 0] = 1
    powers, inverse_powers = np.cumprod(steps, axis=1, dtype=np.uint64)
    return powers, inverse_powers
