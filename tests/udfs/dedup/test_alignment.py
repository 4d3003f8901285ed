import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from udfs.dedup.alignment import align


def array(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_an_inserted_and_a_dropped_token_leave_the_rest_matched() -> None:
    passage = array([1, 2, 3, 4, 5, 6, 7, 8])
    document = array([50, 1, 2, 3, 51, 4, 5, 7, 8, 52])
    aligned = align(document, passage, np.full(8, 5), array([1, 5, 7]), array([0, 3, 6]))
    assert aligned.matched.tolist() == [True, True, True, True, True, False, True, True]
    assert aligned.run_units == 15
    assert aligned.run == (1, 3)


def test_a_passage_may_stick_out_on_either_side() -> None:
    aligned = align(array([3, 4]), array([1, 2, 3, 4, 5]), np.array([5, 5, 3, 3, 5]), array([0]), array([2]))
    assert aligned.matched.tolist() == [False, False, True, True, False]
    assert (aligned.run_units, aligned.run) == (6, (0, 1))


def test_windows_that_coincide_by_a_collision_only_match_nothing() -> None:
    aligned = align(array([1, 2]), array([3, 4]), np.array([5, 5]), array([0]), array([0]))
    assert not aligned.matched.any()
    assert aligned.run_units == 0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.lists(st.integers(0, 4), max_size=8), st.integers(0, 8))
def test_a_passage_that_is_there_is_matched_whole(passage: list[int], around: list[int], place: int) -> None:
    place = min(place, len(around))
    document = around[:place] + passage + around[place:]
    aligned = align(array(document), array(passage), np.full(len(passage), 5), array([place]), array([0]))
    assert aligned.matched.all()
    assert aligned.run_units == 5 * len(passage)
    assert aligned.run == (place, place + len(passage) - 1)
