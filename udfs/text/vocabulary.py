"""Words as numbers: what the rules ask of a word is computed once for each, and then taken by the array.

A word has a number, a length and classes. All of it is bound to the process: nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from udfs.text.punctuation import PUNCTUATION
from udfs.text.remembered import Remembered

Integers = NDArray[np.int64]

# Classes of words. Each of the stop words that Gopher counts is a class by itself.
HAS_LETTER = 1
NOT_SYMBOLS = 2
STOP_WORD_CLASSES = {
    word: 4 << place for place, word in enumerate(("the", "be", "to", "of", "and", "that", "have", "with"))
}
# The lowest bit of the classes that one may add.
MORE_CLASSES = 1024


@dataclass(frozen=True)
class Words:
    """The words of a document, and what is known of each.

    Attributes
    ----------
    numbers : array of int64
        Equal for equal words and different for different ones, among these words.
    lengths : array of int64
        Characters.
    classes : array of int64
        Sum of `HAS_LETTER` (a character of it is alphabetic), `NOT_SYMBOLS` (a character of it is no punctuation), a
        value of `STOP_WORD_CLASSES`, and what the vocabulary was told to add.
    joined : str
        The words written together.
    known : sequence of str
        Words by number.
    """

    numbers: Integers
    lengths: Integers
    classes: Integers
    joined: str
    known: Sequence[str]

    @cached_property
    def texts(self) -> list[str]:
        """The words themselves."""
        return list(map(self.known.__getitem__, self.numbers.tolist()))


class Vocabulary:
    """Gives words their numbers, and remembers them.

    Use `vocabulary` to get the process-wide instance.

    Parameters
    ----------
    more_classes : callable, optional
        Gives the classes of a word without letters beside those that all words have: a multiple of `MORE_CLASSES`.
    """

    def __init__(self, more_classes: Callable[[str], int] = lambda word: 0) -> None:
        self._more_classes = more_classes
        self.forget()

    def look_up(self, words: Sequence[str]) -> Words:
        """Return what is known of these words.

        Examples
        --------
        >>> words = vocabulary().look_up(["a", "b", "--", "a"])
        >>> words.lengths.tolist(), words.classes.tolist(), bool(words.numbers[0] == words.numbers[3])
        ([1, 1, 2, 1], [3, 3, 0, 3], True)
        """
        if self.is_full():
            self.forget()
        return self.of(self.numbers(words), "".join(words))

    def numbers(self, words: Sequence[str]) -> Integers:
        """Return the numbers of these words, and remember them."""
        numbers = self._numbers.of(words)
        if new := self._numbers.take_new():
            self._known += new
            self._lengths.append(list(map(len, new)))
            self._classes.append(list(map(self._classes_of, new)))
        return numbers

    def of(self, numbers: Integers, joined: str) -> Words:
        """Return what is known of the words with these numbers, which are `joined` when written together."""
        return Words(numbers, self._lengths.values[numbers], self.classes(numbers), joined, self._known)

    def classes(self, numbers: Integers) -> Integers:
        """Return the classes of the words with these numbers."""
        return self._classes.values[numbers]

    def is_full(self) -> bool:
        """Tell whether it is time to forget."""
        return self._numbers.is_full()

    def forget(self) -> None:
        """Forget all words; those that were looked up before are not touched."""
        self._numbers = Numbers()
        self._known: list[str] = []
        self._lengths, self._classes = Column(), Column()

    def _classes_of(self, word: str) -> int:
        if word.isalpha() or any(map(str.isalpha, word)):
            return HAS_LETTER | NOT_SYMBOLS | STOP_WORD_CLASSES.get(word, 0)
        return NOT_SYMBOLS * (not PUNCTUATION.issuperset(word)) + self._more_classes(word)


class Numbers(Remembered[int]):
    """Numbers texts in the order of their coming."""

    def __init__(self) -> None:
        super().__init__()
        self._new: list[str] = []

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        self._new.append(text)
        return number

    def of(self, texts: Sequence[str]) -> Integers:
        """Return the number of each text."""
        return np.fromiter(map(self.__getitem__, texts), np.int64, len(texts))

    def take_new(self) -> list[str]:
        """Return the texts that came since the last call."""
        new, self._new = self._new, []
        self.characters += sum(map(len, new))
        return new


class Column:
    """Integers, one after another, in an array that grows.

    Attributes
    ----------
    values : array of int64
        At least as many as were appended.
    size : int
        How many were appended.
    """

    def __init__(self) -> None:
        self.values: Integers = np.zeros(1 << 12, np.int64)
        self.size = 0

    def append(self, values: Sequence[int] | Integers) -> None:
        """Add values behind those that are there.

        Examples
        --------
        >>> column = Column()
        >>> column.append([3, 4])
        >>> column.append([5])
        >>> column.values[:3].tolist()
        [3, 4, 5]
        """
        start = self.size
        self.size += len(values)
        if self.size > len(self.values):
            self.values = np.concatenate([self.values, np.zeros(self.size, np.int64)])
        self.values[start : self.size] = values


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary of this process."""
    return Vocabulary()
