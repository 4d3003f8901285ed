"""Exact similarity of two documents over their word shingles: the check that decides what MinHash proposes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

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


def pair_similarities(left: pa.Array, right: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return Jaccard and containment of candidate pairs, row by row, for an Arrow batch.

    Parameters
    ----------
    left, right : pyarrow.ListArray or pyarrow.LargeListArray
        Shingle sets, one a row and equally many rows: values of :func:`shingle_hashes` as uint64 or, as a table has no
        unsigned type, their bits as int64. Their order may be another, such as that of signed numbers. A null is empty.

    Returns
    -------
    tuple of numpy.ndarray
        float64 arrays of shape ``(rows,)``: Jaccard, and the share of ``left`` found in ``right``.

    Raises
    ------
    ValueError
        When the two arrays differ in length.
    """
    if len(left) != len(right):
        raise ValueError(f"{len(left)} left documents, but {len(right)} right ones")
    similarities = np.zeros((2, len(left)))
    for row, (a, b) in enumerate(zip(_rows(left), _rows(right), strict=True)):
        common = shared(a, b)
        if common:
            similarities[:, row] = common / (len(a) + len(b) - common), common / len(a)
    return similarities[0], similarities[1]


def _rows(lists: pa.Array) -> list[np.ndarray]:
    values = lists.values.to_numpy(zero_copy_only=False)
    offsets = lists.offsets.to_numpy(zero_copy_only=False).tolist()
    valid = lists.is_valid().to_pylist()
    if values.dtype == np.int64:
        values = values.view(np.uint64)
    documents = [values[offsets[row] : offsets[row + 1] if valid[row] else offsets[row]] for row in range(len(lists))]
    return [a if bool(np.all(a[1:] > a[:-1])) else np.unique(a) for a in documents]
