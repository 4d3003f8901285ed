"""Exact similarity of two documents over their word shingles: the check that decides what MinHash proposes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from udfs.dedup.minhash import hash_shingles, shingles


def shingle_hashes(words: Sequence[str], size: int) -> np.ndarray:
    """Return the set of a document's shingles as sorted unique xxh64 values.

    Parameters
    ----------
    words : sequence of str
        Words of the simplified text.
    size : int
        Words in a shingle.

    Returns
    -------
    numpy.ndarray
        uint64, sorted, unique; empty for fewer than ``size`` words.
    """
    return np.unique(hash_shingles(shingles(words, size), "xxh64"))


def shared(a: np.ndarray, b: np.ndarray) -> int:
    """Return how many values two sorted unique arrays have in common, in ``O(min * log max)``."""
    if len(a) > len(b):
        a, b = b, a
    if len(a) == 0:
        return 0
    places = np.searchsorted(b, a)
    places[places == len(b)] = 0
    return int(np.count_nonzero(b[places] == a))


def jaccard(a: np.ndarray, b: np.ndarray) -> float:
    """Return ``|a & b| / |a | b|`` of two sorted unique arrays.

    Two empty sets have similarity 0: a document too short for one shingle is a duplicate of nothing.

    Examples
    --------
    >>> jaccard(np.array([1, 2, 3], dtype=np.uint64), np.array([2, 3, 4], dtype=np.uint64))
    0.5
    """
    common = shared(a, b)
    return common / (len(a) + len(b) - common) if common else 0.0


def containment(a: np.ndarray, b: np.ndarray) -> float:
    """Return ``|a & b| / |a|``, the share of ``a`` that is found in ``b``; 0 for an empty ``a``.

    Marin deletes a document when all its word 3-grams are contained in a representative that is not shorter
    (marin-community/marin#8114).

    Examples
    --------
    >>> containment(np.array([2, 3], dtype=np.uint64), np.array([1, 2, 3, 4], dtype=np.uint64))
    1.0
    """
    return shared(a, b) / len(a) if len(a) else 0.0
