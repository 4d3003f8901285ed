import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from udfs.dedup.similarity import containment, jaccard, shared, shingle_hashes

sets = st.frozensets(st.integers(0, 60), max_size=40)


def as_array(values: frozenset[int]) -> np.ndarray:
    # Spread over the whole range, so that half of the values have the sign bit of int64.
    return np.array(sorted(value * 0x0410410410410410 for value in values), dtype=np.uint64)


@given(sets, sets)
def test_agrees_with_sets(a: frozenset[int], b: frozenset[int]) -> None:
    left, right = as_array(a), as_array(b)
    assert shared(left, right) == len(a & b)
    assert jaccard(left, right) == (len(a & b) / len(a | b) if a & b else 0.0)
    assert containment(left, right) == (len(a & b) / len(a) if a else 0.0)


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
