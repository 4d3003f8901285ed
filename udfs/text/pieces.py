"""Pieces of text as the words that they are split into: a piece is split once, then its words are looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from udfs.text.remembered import Remembered
from udfs.text.vocabulary import Column, Integers, Numbers, Vocabulary


@dataclass(frozen=True, slots=True)
class SplitPieces:
    """The words of pieces of text.

    Attributes
    ----------
    numbers : array of int64
        Of the words of all pieces.
    ends : array of int64
        How many words there are up to the end of each piece.
    marked : array of int64
        Places of the pieces that were marked when they were split.
    """

    numbers: Integers
    ends: Integers
    marked: Integers


class Pieces:
    """Splits pieces of text into words, and remembers what came of each.

    Parameters
    ----------
    split : callable
        Gives the words of a piece, and whether it is to be marked.
    more_classes : callable
        See `Vocabulary`.
    """

    def __init__(self, split: Callable[[str], tuple[Sequence[str], bool]], more_classes: Callable[[str], int]) -> None:
        self._split = split
        self.vocabulary = Vocabulary(more_classes)
        self._forget()

    def look_up(self, pieces: Sequence[str]) -> SplitPieces:
        """Return the words of these pieces; their numbers hold until the next call.

        Examples
        --------
        >>> pieces = Pieces(lambda piece: (piece.split("-"), "--" in piece), lambda word: 0)
        >>> found = pieces.look_up(["a-b", "b", "c--"])
        >>> pieces.vocabulary.of(found.numbers, "a-bbc").texts, found.ends.tolist(), found.marked.tolist()
        (['a', 'b', 'b', 'c', '', ''], [2, 3, 6], [2])
        """
        if self._numbers.is_full() or self.vocabulary.is_full():
            self._forget()
        numbers = self._numbers.of(pieces)
        if new := self._numbers.take_new():
            self._add(new)
        counts = self._counts.values[numbers]
        ends = counts.cumsum()
        places = np.repeat(self._starts.values[numbers] - ends + counts, counts)
        places += np.arange(len(places))
        return SplitPieces(self._words.values[places], ends, np.flatnonzero(self._marks.values[numbers]))

    def _add(self, pieces: list[str]) -> None:
        words: list[str] = []
        lengths: list[int] = []
        marks: list[bool] = []
        # One by one: many that are kept until all are split are work for the garbage collector.
        for piece in pieces:
            split, marked = self._split(piece)
            words += split
            lengths.append(len(split))
            marks.append(marked)
        counts = np.array(lengths, np.int64)
        self._starts.append(counts.cumsum() - counts + self._words.size)
        self._counts.append(counts)
        self._marks.append(marks)
        self._words.append(self.vocabulary.numbers(words))

    def _forget(self) -> None:
        self.vocabulary.forget()
        self._numbers = Numbers()
        # Of a piece: where its words start, how many they are, whether it is marked; and the words of all pieces.
        self._starts, self._counts, self._marks, self._words = (Column() for _ in range(4))


class TextPieces(Remembered[Sequence[str]]):
    """The words of pieces of text as texts, without numbers; `split` as `Pieces` takes it.

    Attributes
    ----------
    marked : set of str
        Pieces that were marked when they were split.
    """

    def __init__(self, split: Callable[[str], tuple[Sequence[str], bool]]) -> None:
        super().__init__()
        self._split = split
        self.marked: set[str] = set()

    def __missing__(self, piece: str) -> Sequence[str]:
        """Split a new piece.

        Examples
        --------
        >>> pieces = TextPieces(lambda piece: (piece.split("-"), "--" in piece))
        >>> pieces["a-b"], pieces["c--"], pieces.marked
        (['a', 'b'], ['c', '', ''], {'c--'})
        """
        self[piece], marked = self._split(piece)
        self.characters += len(piece)
        if marked:
            self.marked.add(piece)
        return self[piece]
