"""Words as numbers: what the rules ask of a word is computed once for each, and then taken by the array.

A word has a number, a length, classes and a hash. The hash is a polynomial of the word's characters, so that the hash
of words written together follows from those of the words. All of it is bound to the process: nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from udfs.text.punctuation import PUNCTUATION

Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]

HAS_LETTER = 1
NOT_SYMBOLS = 2

# Words and their characters, after which all are forgotten.
_REMEMBERED_WORDS = 1 << 18
_REMEMBERED_CHARACTERS = 1 << 22
_BASE = 0x9E3779B97F4A7C15
_POWERS_KEPT = 1 << 12


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a document, and what is known of each.

    Attributes
    ----------
    texts : sequence of str
        The words.
    numbers : array of int64
        Equal for equal words and different for different ones, among these words.
    lengths : array of int64
        Characters.
    classes : array of int64
        Sum of `HAS_LETTER` (a character of it is alphabetic) and `NOT_SYMBOLS` (a character of it is no punctuation).
    hashes, powers : array of uint64
        Polynomial hash, and the factor of the hash of what stands before the word, when both are written together.
    """

    texts: Sequence[str]
    numbers: Integers
    lengths: Integers
    classes: Integers
    hashes: Hashes
    powers: Hashes


class Vocabulary:
    """Gives words their numbers, and remembers them.

    Use `vocabulary` to get the process-wide instance.
    """

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._forget()

    def look_up(self, words: Sequence[str]) -> Words:
        """Return what is known of these words.

        Examples
        --------
        >>> words = vocabulary().look_up(["a", "b", "--", "a"])
        >>> words.lengths.tolist(), words.classes.tolist(), bool(words.numbers[0] == words.numbers[3])
        ([1, 1, 2, 1], [3, 3, 0, 3], True)
        """
        if len(self._numbers) > _REMEMBERED_WORDS or self._characters > _REMEMBERED_CHARACTERS:
            self._forget()
        numbers = np.fromiter(map(self._numbers.__getitem__, words), np.int64, len(words))
        if self._numbers.new:
            self._add(self._numbers.new)
            self._numbers.new = []
        integers, hashes = self._integers, self._hashes
        return Words(words, numbers, integers[0][numbers], integers[1][numbers], hashes[0][numbers], hashes[1][numbers])

    def _forget(self) -> None:
        self._numbers.clear()
        self._characters = 0
        self._integers = np.zeros((2, 1 << 12), np.int64)
        self._hashes = np.zeros((2, 1 << 12), np.uint64)

    def _add(self, words: list[str]) -> None:
        end = len(self._numbers)
        start = end - len(words)
        while end > self._integers.shape[1]:
            self._integers = np.concatenate([self._integers, np.zeros_like(self._integers)], axis=1)
            self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)], axis=1)
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        self._integers[0, start:end] = lengths
        self._integers[1, start:end] = [_classes(word) for word in words]
        self._hashes[0, start:end] = _polynomials("".join(words), lengths)
        self._hashes[1, start:end] = _powers(int(lengths.max()))[lengths]
        self._characters += int(lengths.sum())


class _Numbers(dict[str, int]):
    """Numbers words in the order of their coming."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[str] = []

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        self.new.append(word)
        return number


def _classes(word: str) -> int:
    if word.isalpha():
        return HAS_LETTER | NOT_SYMBOLS
    return HAS_LETTER * any(map(str.isalpha, word)) | NOT_SYMBOLS * (not PUNCTUATION.issuperset(word))


def _polynomials(text: str, lengths: Integers) -> Hashes:
    """Hash each of the words that are written together in a text; none is empty."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    ends = np.cumsum(lengths)
    exponents = np.repeat(ends, lengths) - np.arange(1, len(codes) + 1)
    terms = (codes + np.uint64(1)) * _powers(int(lengths.max()))[exponents]
    hashes: Hashes = np.add.reduceat(terms, ends - lengths)
    return hashes


def _powers(highest: int) -> Hashes:
    return _kept_powers() if highest <= _POWERS_KEPT else _compute_powers(highest)


@cache
def _kept_powers() -> Hashes:
    return _compute_powers(_POWERS_KEPT)


def _compute_powers(highest: int) -> Hashes:
    """Powers of the base from 0 on, modulo 2 ** 64."""
    steps = np.full(highest + 1, _BASE, np.uint64)
    steps[0] = 1
    powers: Hashes = np.cumprod(steps, dtype=np.uint64)
    return powers


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary of this process."""
    return Vocabulary()
