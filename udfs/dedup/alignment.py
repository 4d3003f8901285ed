"""Compares a document with a passage token by token, along the offsets at which windows of the two coincide."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Offsets compared: an inserted or dropped word starts a new one, so a passage with more than this many is another text.
_OFFSETS = 16


class Alignment(NamedTuple):
    """What a document has of a passage.

    Parameters
    ----------
    matched : numpy.ndarray
        bool, one value a token of the passage: whether the document has it in its place.
    run_units : int
        Weight of the longest unbroken match.
    run : tuple of int
        First and last token of that match in the document.
    """

    matched: np.ndarray
    run_units: int
    run: tuple[int, int]


def align(
    document: np.ndarray, passage: np.ndarray, units: np.ndarray, document_places: np.ndarray, places: np.ndarray
) -> Alignment:
    """Align a passage with a stretch of a document.

    Parameters
    ----------
    document, passage : numpy.ndarray
        Token hashes of the same integer type.
    units : numpy.ndarray
        Weights of the passage's tokens.
    document_places, places : numpy.ndarray
        Coinciding windows: first token in the document and in the passage, at least one.

    Returns
    -------
    Alignment
        Over the 16 offsets with the most windows.

    Examples
    --------
    >>> document, passage = np.array([9, 1, 2, 3, 8, 5]), np.array([1, 2, 3, 4, 5])
    >>> align(document, passage, np.full(5, 5), np.array([1]), np.array([0]))
    Alignment(matched=array([ True,  True,  True, False,  True]), run_units=15, run=(1, 3))
    """
    offsets, counts = np.unique(document_places - places, return_counts=True)
    offsets = offsets[np.argsort(-counts, kind="stable")][:_OFFSETS]
    matched = np.zeros(len(passage), dtype=bool)
    weights = np.concatenate(([0], np.cumsum(units, dtype=np.int64)))
    best, run = 0, (0, 0)
    for offset in offsets.tolist():
        first, end = max(0, -offset), min(len(passage), len(document) - offset)
        equal = document[first + offset : end + offset] == passage[first:end]
        matched[first:end] |= equal
        steps = np.flatnonzero(np.diff(equal, prepend=False, append=False)) + first
        starts, ends = steps[::2], steps[1::2]
        if len(starts) == 0:
            continue
        run_units = weights[ends] - weights[starts]
        longest = int(np.argmax(run_units))
        if run_units[longest] > best:
            best = int(run_units[longest])
            run = (int(starts[longest]) + offset, int(ends[longest]) - 1 + offset)
    return Alignment(matched, best, run)
