"""Finds the items of evaluation sets in documents, with the place and the text that prove it.

Short windows of tokens propose an item, its coverage decides. Peers delete a document for one shared 12-gram (datatrove
``decont/n_grams.py``), which convicts quotations and misses items that are shorter or had a word changed.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from udfs.dedup.alignment import align
from udfs.dedup.array_bytes import read_arrays, write_arrays
from udfs.dedup.benchmark_items import BenchmarkItem, read_items
from udfs.dedup.benchmark_windows import Stream, passages, short_questions, stream, telling_windows
from udfs.dedup.clauses import readings
from udfs.dedup.leaks import Leak, LeakRule
from udfs.dedup.tokens import WORD_UNITS, Tokens, join, slice_hashes, split, windows
from udfs.errors import InputError

__all__ = ["BenchmarkItem", "ContaminationIndex", "Leak", "LeakRule", "build_index", "read_items"]

# A window that a hostile document repeats is looked up this often, no more.
_REPEATS = 8
# Longer documents are searched piece by piece; what the pieces share is longer than any question.
_PIECE_CHARS = 1 << 18
_OVERLAP_CHARS = 1 << 15
# First bits of the hash of a short question: most lines and sentences of a clean document end here.
_EXACT_BITS = 18
# Windows of a passage that lie further apart than this many tokens, or its own length, are two places.
_GAP_TOKENS = 64


def build_index(items: Sequence[BenchmarkItem], rule: LeakRule | None = None) -> ContaminationIndex:
    """Index benchmark items.

    Parameters
    ----------
    items : sequence of BenchmarkItem
        All items of all benchmarks in one go: what is generic is seen only across them.
    rule : LeakRule, optional
        Defaults to ``LeakRule()``.

    Returns
    -------
    ContaminationIndex

    Raises
    ------
    InputError
        ``BENCHMARK_NO_ITEMS`` for no items.

    Notes
    -----
    ``O(n log n)`` for n tokens; 8 bytes a window and 5 a token.

    Examples
    --------
    >>> question = "Natalia sold 48 clips to her friends in April and May."
    >>> index = build_index([BenchmarkItem("gsm8k/1", "gsm8k", "test", question, "")])
    >>> [leak] = index.find("Quiz! NATALIA sold 50 clips to\\nher friends - in April AND May")
    >>> leak.rule, leak.start, leak.end
    ('whole_item', 6, 61)
    """
    if not items:
        raise InputError(
            "BENCHMARK_NO_ITEMS", "there is no benchmark item to index; leave decontamination out or name a file"
        )
    rule = rule or LeakRule()
    found = passages(items)
    tokens = stream(found)
    hashes, places = telling_windows(tokens, round(rule.window_words * WORD_UNITS), rule.generic_contexts)
    exact = short_questions(
        tokens,
        found,
        (
            round(rule.exact_words * WORD_UNITS),
            round(rule.exact_stem_words * WORD_UNITS),
            round(rule.exact_formula_words * WORD_UNITS),
        ),
        round(rule.ngram_words * WORD_UNITS),
        rule.generic_contexts,
    )
    window_hashes = (hashes >> np.uint64(32)).astype(np.uint32)
    passage_items = np.array([passage.item for passage in found], dtype=np.int32)
    findable = _passages_with_evidence(tokens, places, rule)
    findable[exact[2]] = True
    findable_items = np.bincount(passage_items[findable], minlength=len(items)) > 0
    return ContaminationIndex(
        rule=rule,
        items=[(item.item_id, item.benchmark) for item in items],
        present=_present(window_hashes),
        window_hashes=window_hashes,
        window_places=places.astype(np.uint32),
        token_hashes=tokens.hashes.astype(np.uint32),
        token_units=tokens.units,
        bounds=tokens.bounds,
        stem_ends=tokens.stem_ends,
        passage_items=passage_items,
        passage_is_answer=np.array([passage.is_answer for passage in found], dtype=bool),
        exact_hashes=exact[0],
        exact_lengths=exact[1],
        exact_passages=exact[2],
        undetectable_items=np.flatnonzero(~findable_items).astype(np.int32),
    )


def _passages_with_evidence(tokens: Stream, window_places: np.ndarray, rule: LeakRule) -> np.ndarray:
    """Tell which passages are long enough and have two windows that propose them: bool array (passages,)."""
    weights = np.concatenate(([0], np.cumsum(tokens.units, dtype=np.int64)))
    windows_before = np.searchsorted(np.sort(window_places), tokens.bounds)
    return (np.diff(weights[tokens.bounds]) >= rule.whole_words * WORD_UNITS) & (np.diff(windows_before) > 1)


def _present_bits(windows_count: int) -> int:
    return min(26, max(6, windows_count.bit_length() + 3))


def _present(window_hashes: np.ndarray) -> np.ndarray:
    bits = _present_bits(len(window_hashes))
    present = np.zeros(1 << bits, dtype=bool)
    present[window_hashes >> np.uint32(32 - bits)] = True
    return np.packbits(present, bitorder="little")


class _Hits(NamedTuple):
    """Windows that one passage shares with one stretch of the document, by their first tokens."""

    passage: int
    document_places: np.ndarray
    places: np.ndarray


@dataclass(frozen=True, eq=False)
class ContaminationIndex:
    """Benchmark items by the windows of their tokens; made by :func:`build_index`, shipped by :meth:`to_bytes`.

    Its arrays may lie in a mapped file, which the workers of a machine share.

    Parameters
    ----------
    rule : LeakRule
        When an item counts as leaked.
    items : list of (str, str)
        Id and benchmark of the items.
    present : numpy.ndarray
        A bit for every beginning of a window's hash that occurs: most windows of a clean document end here.
    window_hashes, window_places : numpy.ndarray
        uint32, sorted: upper half of a window's hash, and its first token.
    token_hashes, token_units : numpy.ndarray
        uint32 lower half of the hash, and uint8 weight, of the tokens of all passages, one passage after the other.
    bounds, stem_ends : numpy.ndarray
        int64: where passages begin (and the last one ends), and where their options do.
    passage_items, passage_is_answer : numpy.ndarray
        int32 number of the item, and whether it is the answer, of each passage.
    exact_hashes, exact_lengths, exact_passages : numpy.ndarray
        Short questions: uint64 hash, sorted; int64 tokens; int64 number of the passage.
    undetectable_items : numpy.ndarray
        int32 numbers of the items that are too short or too generic to be found.
    """

    rule: LeakRule
    items: list[tuple[str, str]]
    present: np.ndarray
    window_hashes: np.ndarray
    window_places: np.ndarray
    token_hashes: np.ndarray
    token_units: np.ndarray
    bounds: np.ndarray
    stem_ends: np.ndarray
    passage_items: np.ndarray
    passage_is_answer: np.ndarray
    exact_hashes: np.ndarray
    exact_lengths: np.ndarray
    exact_passages: np.ndarray
    undetectable_items: np.ndarray

    @cached_property
    def _exact_present(self) -> np.ndarray:
        """Whether any short question's hash begins with these bits."""
        present = np.zeros(1 << _EXACT_BITS, dtype=bool)
        present[self.exact_hashes >> np.uint64(64 - _EXACT_BITS)] = True
        return present

    @cached_property
    def _exact_sizes(self) -> np.ndarray:
        return np.unique(self.exact_lengths)

    def find(self, text: str) -> list[Leak]:
        """Find the benchmark items a document contains.

        Parameters
        ----------
        text : str
            The document, in any language: tokens follow the script.

        Returns
        -------
        list of Leak
            One an item, its best; in order of place, then of benchmark and id. Empty for a clean document.
        """
        best: dict[int, Leak] = {}
        for start in range(0, max(1, len(text)), _PIECE_CHARS):
            piece = text[start : start + _PIECE_CHARS + _OVERLAP_CHARS]
            for item, leak in self._find(piece):
                if item not in best or leak.coverage > best[item].coverage:
                    best[item] = leak._replace(start=leak.start + start, end=leak.end + start)
        return sorted(best.values(), key=lambda leak: (leak.start, leak.end, leak.benchmark, leak.item_id))

    def _find(self, text: str) -> Iterator[tuple[int, Leak]]:
        parts = split(text)
        tokens = join(parts)
        hashes = tokens.hashes.astype(np.uint32)
        for hits in self._window_hits(tokens):
            leak = self._judge(text, tokens, hashes, hits)
            if leak is not None:
                yield int(self.passage_items[hits.passage]), leak
        for view, begins, stops in readings(text, parts, tokens):
            yield from self._exact_leaks(text, view, begins, stops)

    def undetectable(self) -> list[str]:
        """Return the ids of items that are too short or too generic to be found, in order."""
        return [self.items[number][0] for number in self.undetectable_items.tolist()]

    def to_bytes(self) -> bytes:
        """Return the index as bytes that :meth:`from_bytes` uses where they lie."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        return write_arrays({"rule": asdict(self.rule), "items": self.items}, arrays, _ARRAYS)

    @classmethod
    def from_bytes(cls, data: bytes | mmap.mmap) -> ContaminationIndex:
        """Read what :meth:`to_bytes` wrote; the arrays stay in ``data``.

        Raises
        ------
        InputError
            ``BENCHMARK_BAD_INDEX`` where the bytes are no such index.
        """
        try:
            described, arrays = read_arrays(data, _ARRAYS)
            items = [(item_id, benchmark) for item_id, benchmark in described["items"]]
            return cls(rule=LeakRule(**described["rule"]), items=items, **arrays)
        except (ValueError, KeyError, TypeError) as error:
            message = f"the benchmark index cannot be read ({error}); build it again"
            raise InputError("BENCHMARK_BAD_INDEX", message) from error

    def _window_hits(self, tokens: Tokens) -> Iterator[_Hits]:
        """Group the windows a document shares with the items by passage and stretch of the document."""
        starts, ends = windows(tokens.units, round(self.rule.window_words * WORD_UNITS))
        hashes = (slice_hashes(tokens.hashes, starts, ends) >> np.uint64(32)).astype(np.uint32)
        heads = hashes >> np.uint32(32 - _present_bits(len(self.window_hashes)))
        present = np.flatnonzero((self.present[heads >> np.uint32(3)] >> (heads & np.uint32(7)).astype(np.uint8)) & 1)
        order = present[np.argsort(hashes[present], kind="stable")]
        hashes, starts = hashes[order], starts[order]
        first = np.searchsorted(self.window_hashes, hashes)
        known = np.flatnonzero(self.window_hashes[np.minimum(first, len(self.window_hashes) - 1)] == hashes)
        hashes, starts, first = hashes[known], starts[known], first[known]
        repeat = np.arange(len(hashes)) - np.searchsorted(hashes, hashes)
        counts = np.searchsorted(self.window_hashes, hashes, side="right") - first
        counts[repeat >= _REPEATS] = 0
        found = np.flatnonzero(counts)
        counts = counts[found]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        places = self.window_places[np.repeat(first[found], counts) + within].astype(np.int64)
        document_places = np.repeat(starts[found], counts)
        passage = np.searchsorted(self.bounds, places, side="right") - 1
        order = np.lexsort((places, document_places, passage))
        places, document_places, passage = places[order], document_places[order], passage[order]
        apart = np.maximum(self.bounds[passage + 1] - self.bounds[passage], _GAP_TOKENS)
        new = np.ones(len(places), dtype=bool)
        new[1:] = (passage[1:] != passage[:-1]) | (np.diff(document_places) > apart[1:])
        groups = np.append(np.flatnonzero(new), len(places))
        for group in np.flatnonzero(np.diff(groups) > 1).tolist():
            begin, end = int(groups[group]), int(groups[group + 1])
            number = int(passage[begin])
            yield _Hits(number, document_places[begin:end], places[begin:end] - self.bounds[number])

    def _judge(self, text: str, tokens: Tokens, hashes: np.ndarray, hits: _Hits) -> Leak | None:
        begin, end = int(self.bounds[hits.passage]), int(self.bounds[hits.passage + 1])
        units = self.token_units[begin:end]
        aligned = align(hashes, self.token_hashes[begin:end], units, hits.document_places, hits.places)
        parts = {"stem": int(self.stem_ends[hits.passage]) - begin, "question": end - begin}
        if self.passage_is_answer[hits.passage]:
            parts = {"answer": end - begin}
        for part, size in parts.items():
            total = int(units[:size].sum())
            matched = int(units[:size][aligned.matched[:size]].sum())
            rule = self.rule.verdict(part, matched, total, aligned.run_units)
            if rule:
                span = int(hits.document_places.min()), int(hits.document_places.max())
                span = min(span[0], aligned.run[0]), max(span[1], aligned.run[1])
                return self._leak(text, tokens, hits.passage, span, aligned.run, rule, part, matched / total)
        return None

    def _exact_leaks(
        self, text: str, tokens: Tokens, begins: np.ndarray, stops: np.ndarray
    ) -> Iterator[tuple[int, Leak]]:
        """Find the short questions that are whole lines or sentences of the document."""
        starts = np.flatnonzero(begins)
        ends = (starts[:, None] + self._exact_sizes).ravel()
        starts = np.repeat(starts, len(self._exact_sizes))
        fits = ends <= len(tokens.starts)
        fits[fits] = stops[ends[fits] - 1]
        starts, ends = starts[fits], ends[fits]
        hashes = slice_hashes(tokens.strict, starts, ends)
        present = self._exact_present[hashes >> np.uint64(64 - _EXACT_BITS)]
        if not present.any():
            return
        starts, ends, hashes = starts[present], ends[present], hashes[present]
        first = np.searchsorted(self.exact_hashes, hashes)
        last = np.searchsorted(self.exact_hashes, hashes, side="right")
        for place in np.flatnonzero(last > first).tolist():
            span = int(starts[place]), int(ends[place]) - 1
            for passage in self.exact_passages[first[place] : last[place]].tolist():
                whole = span[1] - span[0] + 1 == int(self.bounds[passage + 1] - self.bounds[passage])
                part = "question" if whole else "stem"
                leak = self._leak(text, tokens, passage, span, span, "exact_item", part, 1.0)
                yield int(self.passage_items[passage]), leak

    def _leak(
        self,
        text: str,
        tokens: Tokens,
        passage: int,
        span: tuple[int, int],
        run: tuple[int, int],
        rule: str,
        part: str,
        coverage: float,
    ) -> Leak:
        item_id, benchmark = self.items[int(self.passage_items[passage])]
        start, end = int(tokens.starts[span[0]]), int(tokens.ends[span[1]])
        ngram = text[int(tokens.starts[run[0]]) : int(tokens.ends[run[1]])]
        return Leak(item_id, benchmark, start, end, ngram, rule, part, round(coverage, 4))


_ARRAYS: dict[str, type[np.generic]] = {
    "present": np.uint8,
    "window_hashes": np.uint32,
    "window_places": np.uint32,
    "token_hashes": np.uint32,
    "token_units": np.uint8,
    "bounds": np.int64,
    "stem_ends": np.int64,
    "passage_items": np.int32,
    "passage_is_answer": np.bool_,
    "exact_hashes": np.uint64,
    "exact_lengths": np.int64,
    "exact_passages": np.int64,
    "undetectable_items": np.int32,
}
