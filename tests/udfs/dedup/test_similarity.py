import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udfs.dedup.similarity import containment, jaccard, pair_similarities, shared, shingle_hashes

sets = st.frozensets(st.integers(0, 60), max_size=40)


def as_array(values: frozenset[int]) -> np.ndarray:
    # Spread over the whole range, so that half of the values have the sign bit of int64.
    return np.array(sorted(value * 0x0410410410410410 for value in values), dtype=np.uint64)


@settings(deadline=None)
@given(sets, sets)
def test_agrees_with_sets(a: frozenset[int], b: frozenset[int]) -> None:
    left, right = as_array(a), as_array(b)
    assert shared(left, right) == len(a & b)
    assert jaccard(left, right) == (len(a & b) / len(a | b) if a & b else 0.0)
    assert containment(left, right) == (len(a & b) / len(a) if a else 0.0)


@settings(deadline=None)
@given(sets, sets)
def test_bounds_and_symmetry(a: frozenset[int], b: frozenset[int]) -> None:
    left, right = as_array(a), as_array(b)
    assert jaccard(left, right) == jaccard(right, left)
    assert jaccard(left, right) <= containment(left, right) <= 1.0
    assert jaccard(left, left) == (1.0 if a else 0.0)


def test_two_empty_documents_are_not_duplicates() -> None:
    empty = np.empty(0, dtype=np.uint64)
    assert jaccard(empty, empty) == 0.0
    assert containment(empty, empty) == 0.0


def test_shingle_hashes_are_a_sorted_set() -> None:
    hashes = shingle_hashes(["a", "b", "c", "a", "b", "c", "a", "b"], 3)
    assert len(hashes) == 3
    assert (np.diff(hashes.astype(object)) > 0).all()
    assert shingle_hashes(["a", "b"], 3).shape == (0,)


def test_known_similarity_of_two_sentences() -> None:
    a = shingle_hashes(["one", "two", "three", "four", "five", "six"], 3)
    b = shingle_hashes(["one", "two", "three", "four", "five", "seven"], 3)
    assert jaccard(a, b) == 3 / 5
    assert containment(a, b) == 3 / 4


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("signed", [False, True])
@settings(deadline=None)
@given(st.lists(st.tuples(sets, sets), max_size=6))
def test_arrow_rows_agree_with_single_pairs(large: bool, signed: bool, rows: list[tuple[frozenset[int], ...]]) -> None:
    def column(side: int) -> pa.Array:
        values = [as_array(row[side]) for row in rows]
        # A table sorts signed numbers its own way.
        listed = [np.sort(value.view(np.int64)) if signed else value for value in values]
        item = pa.int64() if signed else pa.uint64()
        return pa.array([part.tolist() for part in listed], pa.large_list(item) if large else pa.list_(item))

    similar, contained = pair_similarities(column(0), column(1))
    assert similar.tolist() == [jaccard(as_array(a), as_array(b)) for a, b in rows]
    assert contained.tolist() == [containment(as_array(a), as_array(b)) for a, b in rows]


def test_nulls_and_slices_of_a_batch() -> None:
    left = pa.array([[9], [1, 2], None, [3]], pa.list_(pa.uint64())).slice(1)
    right = pa.array([[9], [2, 3], [1], None], pa.list_(pa.uint64())).slice(1)
    similar, contained = pair_similarities(left, right)
    assert similar.tolist() == [1 / 3, 0.0, 0.0]
    assert contained.tolist() == [1 / 2, 0.0, 0.0]


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 left documents, but 1 right"):
        pair_similarities(pa.array([[1], [2]], pa.list_(pa.uint64())), pa.array([[1]], pa.list_(pa.uint64())))
