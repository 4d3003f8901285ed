"""Turns benchmark items into what a document is searched for: token streams, telling windows, short questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from udfs.dedup.benchmark_items import BenchmarkItem
from udfs.dedup.tokens import SYMBOL_UNITS, WORD_UNITS, slice_hashes, tokenize, windows

# Drawings in the Asymptote language stand in MATH's questions and are the first thing a copy loses.
_DRAWING = re.compile(r"\[asy\](?:[^\[]|\[(?!/asy\]))*\[/asy\]")
_BATCH_CHARS = 1 << 20
# Odd factors that tell the four tokens around a window apart by their place.
_PLACE_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64
)


class Passage(NamedTuple):
    """A text of an item that is looked for on its own.

    Parameters
    ----------
    item : int
        Number of the item.
    is_answer : bool
        Whether it is the answer, else the question.
    text : str
        The passage.
    stem_chars : int
        Characters before the options.
    """

    item: int
    is_answer: bool
    text: str
    stem_chars: int


class Stream(NamedTuple):
    """The tokens of all passages, one after the other.

    Parameters
    ----------
    hashes, strict, units : numpy.ndarray
        As in :class:`udfs.dedup.tokens.Tokens`; units as uint8.
    bounds : numpy.ndarray
        int64, one more than there are passages: passage p is tokens ``bounds[p]`` to ``bounds[p + 1]``, exclusive.
    stem_ends : numpy.ndarray
        int64, one a passage: first token that belongs to the options.
    """

    hashes: np.ndarray
    strict: np.ndarray
    units: np.ndarray
    bounds: np.ndarray
    stem_ends: np.ndarray


def passages(items: Sequence[BenchmarkItem]) -> list[Passage]:
    """Return question and answer of each item, and the question once more without drawings where it has any."""
    found = []
    for number, item in enumerate(items):
        found.append(Passage(number, False, item.question, len(item.stem)))
        if "[asy]" in item.question:
            bare = item._replace(question=_DRAWING.sub(" ", item.question))
            found.append(Passage(number, False, bare.question, len(bare.stem)))
        if item.answer:
            found.append(Passage(number, True, item.answer, len(item.answer)))
    return found


def stream(found: Sequence[Passage]) -> Stream:
    """Tokenize passages, about a million characters at a time."""
    hashes, strict, units, counts, stems = [], [], [], [], []
    for batch in _batches(found):
        starts = np.cumsum([0, *(len(passage.text) + 1 for passage in batch)])
        tokens = tokenize("\n".join(passage.text for passage in batch), breaks=starts)
        firsts = np.searchsorted(tokens.starts, starts)
        stem_chars = starts[:-1] + [passage.stem_chars for passage in batch]
        hashes.append(tokens.hashes)
        strict.append(tokens.strict)
        units.append(tokens.units.astype(np.uint8))
        counts.append(np.diff(firsts))
        stems.append(np.searchsorted(tokens.starts, stem_chars) - firsts[:-1])
    bounds = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    return Stream(
        hashes=np.concatenate(hashes),
        strict=np.concatenate(strict),
        units=np.concatenate(units),
        bounds=bounds,
        stem_ends=bounds[:-1] + np.concatenate(stems),
    )


def _batches(found: Sequence[Passage]) -> Iterator[list[Passage]]:
    batch: list[Passage] = []
    chars = 0
    for passage in found:
        batch.append(passage)
        chars += len(passage.text)
        if chars >= _BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def telling_windows(tokens: Stream, units: int, generic_contexts: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the windows that are specific to an item.

    A phrase such as "which of the following statements is true of" goes on differently each time, whereas a passage
    that several items share is always followed by the same words. So a window is generic by the number of different
    surroundings it has (two tokens to each side), not by the number of items it is in.

    Parameters
    ----------
    tokens : Stream
        Tokens of all passages.
    units : int
        Least weight of a window.
    generic_contexts : int
        Windows with at least so many different surroundings are left out.

    Returns
    -------
    tuple of numpy.ndarray
        Hashes (uint64, sorted) and first tokens (int64) of the windows.
    """
    starts, ends = windows(tokens.units, units)
    passage = np.searchsorted(tokens.bounds, starts, side="right") - 1
    inside = ends <= tokens.bounds[passage + 1]
    starts, ends, passage = starts[inside], ends[inside], passage[inside]
    hashes = slice_hashes(tokens.hashes, starts, ends)
    around = np.zeros(len(starts), dtype=np.uint64)
    for places, factor in zip((starts - 2, starts - 1, ends, ends + 1), _PLACE_FACTORS, strict=True):
        beside = (places >= tokens.bounds[passage]) & (places < tokens.bounds[passage + 1])
        around[beside] += tokens.hashes[places[beside]] * factor
    order = np.lexsort((starts, around, hashes))
    hashes, around, starts = hashes[order], around[order], starts[order]
    first = _first_of_run(hashes)
    group = np.cumsum(first) - 1
    contexts = np.bincount(group, weights=first | _first_of_run(around))
    telling = contexts[group] < generic_contexts
    return hashes[telling], starts[telling]


def short_questions(
    tokens: Stream, found: Sequence[Passage], least: tuple[int, int, int], units: int, generic_contexts: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the questions and stems that are too short for windows to prove anything, to be matched as a whole.

    Parameters
    ----------
    tokens : Stream
        Tokens of the passages.
    found : sequence of Passage
        The passages.
    least : tuple of int
        Least weight of a whole question; of a stem without its options; and of a whole question with numbers or
        formulas, where each of their tokens weighs as much as a word, twice that where there is no word beside them.
    units : int
        All must weigh less.
    generic_contexts : int
        Stems that so many different questions share are left out.

    Returns
    -------
    tuple of numpy.ndarray
        Hashes of the strict tokens (uint64, sorted), numbers of tokens and numbers of passages (int64).
    """
    weights = np.concatenate(([0], np.cumsum(tokens.units, dtype=np.int64)))
    firsts, lasts = tokens.bounds[:-1], tokens.bounds[1:]
    is_question = ~np.array([passage.is_answer for passage in found], dtype=bool)
    has_options = tokens.stem_ends < lasts
    weight, stem_weight = weights[lasts] - weights[firsts], weights[tokens.stem_ends] - weights[firsts]
    long_enough = (weight >= least[0]) | _is_telling_formula(tokens, least[2])
    passage = np.flatnonzero(is_question & long_enough & (weight < units))
    stem = np.flatnonzero(is_question & has_options & (stem_weight >= least[1]) & (stem_weight < units))
    end = np.concatenate((lasts[passage], tokens.stem_ends[stem]))
    passage = np.concatenate((passage, stem))
    hashes = slice_hashes(tokens.strict, firsts[passage], end)
    rest = slice_hashes(tokens.hashes, end, lasts[passage])
    order = np.lexsort((passage, rest, hashes))
    hashes, rest, passage, end = hashes[order], rest[order], passage[order], end[order]
    first = _first_of_run(hashes)
    group = np.cumsum(first) - 1
    questions = np.bincount(group, weights=first | _first_of_run(rest))
    telling = questions[group] < generic_contexts
    return hashes[telling], (end - firsts[passage])[telling], passage[telling]


def _is_telling_formula(tokens: Stream, least: int) -> np.ndarray:
    """Tell of which passages the numbers and formulas, each as good as a word, are enough; words alone never are."""
    symbols = np.concatenate(([0], np.cumsum(tokens.units == SYMBOL_UNITS)))[tokens.bounds]
    others = np.concatenate(([0], np.cumsum(tokens.units * (tokens.units != SYMBOL_UNITS), dtype=np.int64)))[
        tokens.bounds
    ]
    symbols, others = np.diff(symbols), np.diff(others)
    return (symbols > 0) & (symbols * WORD_UNITS + others >= np.where(others > 0, least, 2 * least))


def _first_of_run(values: np.ndarray) -> np.ndarray:
    first = np.ones(len(values), dtype=bool)
    first[1:] = values[1:] != values[:-1]
    return first
