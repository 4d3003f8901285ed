import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.quality.features import DENSE_NAMES, MAX_CHARACTERS, dense_features, features, hashed_ngrams, tokens


def dense_of(text):
    return dict(zip(DENSE_NAMES, features([text], 8)[1][0], strict=True))


def test_words_characters_and_marks_are_tokens():
    assert tokens("Don't stop, 机器学习 v2 naïve") == ["don", "'", "t", "stop", ",", *"机器学习", "v0", "naïve"]


def test_one_and_two_grams_are_counted():
    matrix = hashed_ngrams([["a", "b", "a", "b"]], 24)
    # a, b and "a b" twice each, "b a" once: 1 + ln 2 three times and 1, then divided by the row's length.
    weight = 1 + np.log(2)
    length = np.sqrt(3 * weight**2 + 1)
    assert sorted(matrix.data) == pytest.approx(sorted([weight / length] * 3 + [1 / length]), rel=1e-6)


def test_grams_do_not_cross_documents():
    together = hashed_ngrams([["a", "b"], ["c", "d"]], 24)
    assert together[0].nnz == together[1].nnz == 3
    alone = hashed_ngrams([["c", "d"]], 24)
    assert (together[1] != alone[0]).nnz == 0


def test_word_order_matters():
    left, right = hashed_ngrams([["a", "b", "c"]], 24), hashed_ngrams([["c", "b", "a"]], 24)
    assert set(left.indices) != set(right.indices)


def test_known_shares():
    shares = dense_of("Ab 12!\n机器.")
    assert shares["log_characters"] == pytest.approx(np.log1p(10))
    assert shares["letters"] == pytest.approx(0.2)
    assert shares["upper_case"] == pytest.approx(0.1)
    assert shares["digits"] == pytest.approx(0.2)
    assert shares["punctuation"] == pytest.approx(0.2)
    assert shares["wide_characters"] == pytest.approx(0.2)
    assert shares["line_breaks"] == pytest.approx(0.1)
    assert shares["lines_ending_in_stop"] == 1
    assert shares["distinct_words"] == 1


def test_an_empty_text_has_finite_features():
    sparse, dense = features(["", "\n\n", "a"], 8)
    assert np.isfinite(dense).all()
    assert np.isfinite(sparse.data).all()
    assert sparse[0].nnz == 0


def test_only_the_prefix_counts():
    head = "word " * (MAX_CHARACTERS // 5)
    left, right = features([head, head + "tail"], 12)
    assert (left[0] != left[1]).nnz == 0
    assert (right[0] == right[1]).all()


@given(st.lists(st.text(st.characters(), max_size=40), max_size=6))
def test_rows_do_not_depend_on_their_neighbours(texts):
    sparse, dense = features(texts, 10)
    assert np.isfinite(dense).all()
    for index, text in enumerate(texts):
        alone_sparse, alone_dense = features([text], 10)
        assert (sparse[index] != alone_sparse[0]).nnz == 0
        assert np.array_equal(dense[index], alone_dense[0])


@given(st.text(st.characters(), max_size=60))
def test_shares_lie_between_zero_and_one(text):
    token_list = tokens(text)
    values = dict(zip(DENSE_NAMES, dense_features([text], [token_list])[0], strict=True))
    for name in DENSE_NAMES:
        if name not in ("log_characters", "mean_line_length", "mean_word_length"):
            assert 0 <= values[name] <= 1, name


def test_columns_do_not_depend_on_the_hash_seed():
    code = "from udfs.quality.features import features as f; print(f(['One two 三四'], 16)[0].indices.tolist())"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {str(features(["One two 三四"], 16)[0].indices.tolist()) + "\n"}
