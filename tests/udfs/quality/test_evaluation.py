import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.errors import InputError
from udfs.quality.evaluation import (
    calibration_error,
    cohen_kappa,
    evaluate,
    split,
    threshold_for_precision,
    threshold_for_share,
)

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.3, 0.2])
GOOD = np.array([True, True, False, True, False, False])


def test_known_values():
    values = evaluate(SCORES, GOOD, 0.5)
    assert values["documents"] == 6
    assert values["auc"] == pytest.approx(8 / 9)
    assert values["precision"] == pytest.approx(3 / 4)
    assert values["recall"] == 1
    assert values["f1"] == pytest.approx(6 / 7)
    # Observed 5/6, expected 4/6 * 3/6 + 2/6 * 3/6 = 1/2.
    assert values["kappa"] == pytest.approx((5 / 6 - 1 / 2) / (1 / 2))
    assert values["score_q50"] == pytest.approx(0.65)
    # Every document has a bin of its own, so the error is the mean distance from the truth.
    assert values["calibration_error"] == pytest.approx((0.1 + 0.2 + 0.7 + 0.4 + 0.3 + 0.2) / 6)


def test_one_class_and_nothing():
    values = evaluate(SCORES, np.ones(6, dtype=bool), 1.0)
    assert np.isnan(values["auc"])
    assert values["precision"] == values["recall"] == values["f1"] == 0
    with pytest.raises(InputError, match="EVALUATION_EMPTY"):
        evaluate(np.array([]), np.array([], dtype=bool), 0.5)


def test_perfect_calibration():
    scores = np.array([0.25] * 4 + [1.0] * 4)
    assert calibration_error(scores, np.array([True, False, False, False] + [True] * 4)) == pytest.approx(0)


def test_kappa_is_zero_at_chance_and_negative_below():
    assert cohen_kappa(np.array([True] * 4), np.array([True] * 4)) == 0
    assert cohen_kappa(np.array([True, False]), np.array([False, True])) == pytest.approx(-1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0.01, 1))
def test_the_share_is_kept_and_no_higher_threshold_would_do(scores, share):
    array = np.array(scores)
    threshold = threshold_for_share(array, share)
    assert (array >= threshold).mean() >= share - 1e-9
    assert (array > threshold).mean() < share


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), max_size=30), st.floats(0.05, 1))
def test_the_precision_is_reached_and_no_lower_threshold_would_do(rows, precision):
    scores = np.array([score for score, _ in rows])
    good = np.array([flag for _, flag in rows], dtype=bool)
    reached = [value for value in sorted(set(scores)) if good[scores >= value].mean() >= precision - 1e-12]
    assert threshold_for_precision(scores, good, precision) == (reached[0] if reached else None)


def test_the_split_holds_for_each_id_alone():
    ids = [f"document-{index}" for index in range(4000)]
    held_out = split(ids, 0.2, seed=3)
    assert 0.17 < held_out.mean() < 0.23
    assert split(ids[::-1], 0.2, seed=3).tolist() == held_out[::-1].tolist()
    assert split([ids[17]], 0.2, seed=3)[0] == held_out[17]
    assert not split(ids, 0.0, seed=3).any()
    assert split(ids, 1.0, seed=3).all()
    other = split(ids, 0.2, seed=4)
    # Independent splits share about 4 % of the ids.
    assert 0.02 < (other & held_out).mean() < 0.06


def test_a_larger_share_only_adds():
    ids = [str(index) for index in range(500)]
    assert not (split(ids, 0.1, seed=1) & ~split(ids, 0.3, seed=1)).any()
