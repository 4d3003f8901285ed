"""Repetition values of Gopher: paragraphs, lines and word n-grams.

Rae et al. 2021 (arXiv 2112.11446), Table A1, with the exact meaning of datatrove 0.10.0
``filters/gopher_repetition_filter.py``: the denominators are all characters of the text, a duplicate is every
occurrence after the first, the scan for duplicated n-grams jumps over what it counted and compares the words
concatenated.

N-grams are compared by a hash first. Equal ones have equal hashes, so a hash that did not come before proves an n-gram
new; one that did is compared word by word, and as text where the words differ. The results are therefore exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, chain, islice
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from udfs.text.vocabulary import Integers, Words

Hashes = NDArray[np.uint64]

# Odd numbers: the bases of polynomials of words and of characters, and what spreads a hash over its upper bits.
_WORD_BASE = np.uint64(0xD6E8FEB86659FD93)
_CHARACTER_BASE = 0x9E3779B97F4A7C15
_SPREADING = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)
_FEW = 200
_ROW_BITS = np.uint64(15)
# Characters of a text up to which the powers of the base are kept.
_POWERS_KEPT = 1 << 19
# How many n-grams, of several sizes, are compared at once: for few of them the calls cost more than the n-grams.
_MOST_AT_ONCE = 1 << 14

# What the scan makes of an n-gram that came before.
_JUMPED_OVER, _COUNTED, _TAKEN_AS_NEW = 1, 2, 3
_REPEATED = 1
_NONE = np.zeros((4, 0), np.int64)

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
    values = {f"top_{n}gram_character_share": ngrams.most_frequent(n, next(repeats)) / size for n in TOP_SIZES}
    for n, characters in zip(DUPLICATED_SIZES, ngrams.duplicated(repeats), strict=True):
        values[f"duplicate_{n}gram_character_share"] = characters / size
    return values


class _Repeats(NamedTuple):
    """Which n-grams of one size came before: for each the first one like it, and whether that is another."""

    firsts: Integers
    again: bytes

    @classmethod
    def of(cls, firsts: Integers) -> _Repeats:
        return cls(firsts, (firsts != np.arange(len(firsts))).tobytes())


class _NGrams:
    """Finds the n-grams of a document that come more than once; an n-gram is named by the place of its first word."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._ends = np.zeros(len(words.lengths) + 1, np.int64)
        np.cumsum(words.lengths, out=self._ends[1:])
        self._bytes = words.numbers.tobytes()

    def repeats(self) -> Iterator[_Repeats]:
        """Give, size by size, which n-grams have a hash that came before."""
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

    def most_frequent(self, n: int, repeats: _Repeats) -> int:
        """Return length times count of the most frequent n-gram, with spaces; the first seen where several are.

        0 where there is none.
        """
        if len(self._ends) <= n:
            return 0
        first, most = 0, 1
        if _REPEATED in repeats.again:
            counts = np.bincount(repeats.firsts)
            first = int(counts.argmax())
            most = int(counts[first])
            places = np.flatnonzero(repeats.firsts == first).tolist()
            if any(self._words_at(place, n) != self._words_at(first, n) for place in places):
                windows = sliding_window_view(self._words.numbers, n)
                top, most = Counter(map(tuple, windows.tolist())).most_common(1)[0]
                first = int(np.flatnonzero((windows == top).all(axis=1))[0])
        return (int(self._ends[first + n] - self._ends[first]) + n - 1) * most

    def duplicated(self, repeats: Iterable[_Repeats]) -> list[float]:
        """Scan for each size from left to right: count the characters of n-grams seen before, and jump over them."""
        sizes, places, originals, counted = _scan_all(repeats)
        if len(places) == 0:
            return [0.0] * len(DUPLICATED_SIZES)
        if not self._same_texts(sizes, places, originals):
            sizes, places, _, counted = _scan_all(map(self._exact_repeats, DUPLICATED_SIZES))
        characters = (self._ends[places + sizes] - self._ends[places]) * counted
        sums: list[float] = np.bincount(sizes, characters, DUPLICATED_SIZES[-1] + 1)[list(DUPLICATED_SIZES)].tolist()
        return sums

    def _same_texts(self, sizes: Integers, places: Integers, others: Integers) -> bool:
        """Compare n-grams of these sizes with others; word by word before the texts."""
        rest = ~self._same_words(sizes, places, others)
        return all(
            self._text(place, n) == self._text(other, n)
            for n, place, other in zip(*(each[rest].tolist() for each in (sizes, places, others)), strict=True)
        )

    def _same_words(self, sizes: Integers, places: Integers, others: Integers) -> NDArray[np.bool_]:
        held = np.arange(DUPLICATED_SIZES[-1])
        # What follows the last word lets all be compared as if they were of the highest size.
        numbers = np.concatenate([self._words.numbers, held])
        same = numbers[np.add.outer(places, held)] == numbers[np.add.outer(others, held)]
        same |= np.less_equal.outer(sizes, held)
        return same.all(axis=1)

    def _exact_repeats(self, n: int) -> _Repeats:
        texts: dict[str, int] = {}
        firsts = [texts.setdefault(self._text(place, n), place) for place in range(len(self._ends) - n)]
        return _Repeats.of(np.array(firsts, np.int64))

    def _words_at(self, place: int, n: int) -> bytes:
        return self._bytes[8 * place : 8 * (place + n)]

    def _text(self, place: int, n: int) -> str:
        return "".join(self._words.texts[place : place + n])


def _scan_all(repeats: Iterable[_Repeats]) -> Integers:
    return np.hstack([_scan(n, each) for n, each in zip(DUPLICATED_SIZES, repeats, strict=True)])


def _scan(n: int, repeats: _Repeats) -> Integers:
    """Return the n-grams that a scan comes upon and that came before: size, place, first, and whether it counts."""
    next_again = repeats.again.find
    place = next_again(_REPEATED)
    if place < 0:
        return _NONE
    firsts = repeats.firsts
    first_of = firsts.data
    found = bytearray(len(firsts) + n)
    counted = bytes([_COUNTED] + [_JUMPED_OVER] * (n - 1))
    seen: set[int] = set()
    while place >= 0:
        first = first_of[place]
        # An n-gram that was jumped over was not seen: the next one like it counts as the first.
        if found[first] and first not in seen:
            seen.add(first)
            found[place] = _TAKEN_AS_NEW
            place = next_again(_REPEATED, place + 1)
        else:
            after = place + n
            found[place:after] = counted
            place = next_again(_REPEATED, after)
    states = np.frombuffer(found, np.uint8)
    places = np.flatnonzero(states >= _COUNTED)
    return np.array([np.full(len(places), n), places, firsts[places], states[places] == _COUNTED])


def _repeats(rows: Sequence[Hashes]) -> Iterator[_Repeats]:
    """Give for each row which of its hashes came before in it."""
    lengths = list(map(len, rows))
    ends = list(accumulate(lengths))
    hashes = np.concatenate(rows)
    if len(rows) > 1:
        # The low bits tell the row.
        hashes = hashes * _SPREADING & ~_ROW_BITS | np.repeat(np.arange(len(rows), dtype=np.uint64), lengths)
    firsts = _first_places(hashes)
    again = (firsts != np.arange(len(firsts))).tobytes()
    firsts -= np.repeat(np.array(ends) - lengths, lengths)
    for length, end in zip(lengths, ends, strict=True):
        yield _Repeats(firsts[end - length : end], again[end - length : end])


def _first_places(hashes: Hashes) -> Integers:
    count = len(hashes)
    table_bits = count.bit_length() + 1
    buckets = (hashes * _SPREADING >> np.uint64(64 - table_bits)).view(np.int64)
    table = np.full(1 << table_bits, count)
    np.minimum.at(table, buckets, np.arange(count))
    firsts = table[buckets]
    # A hash that shares its bucket with another may not be that of the first there.
    others = np.flatnonzero(hashes[firsts] != hashes)
    left = hashes[others]
    if _FEW < len(others) < count // 2:
        # With the upper half in the lower one, too, they spread in another way.
        firsts[others] = others[_first_places(left ^ left >> _HALF)]
    elif len(others):
        seen: dict[int, int] = {}
        firsts[others] = list(map(seen.setdefault, left.tolist(), others.tolist()))
    return firsts


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
