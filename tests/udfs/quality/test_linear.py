import io
import random
import time

import numpy as np
import pytest

from udfs.errors import InputError
from udfs.quality.evaluation import evaluate
from udfs.quality.features import features
from udfs.quality.linear import LinearModel, TrainSettings, train

GOOD_WORDS = [
    "water",
    "heat",
    "plant",
    "theorem",
    "river",
    "proof",
    "because",
    "therefore",
    "energy",
    "light",
    "cell",
    "number",
    "定理",
    "证明",
]
BAD_WORDS = [
    "click",
    "free",
    "offer",
    "login",
    "menu",
    "cart",
    "sale",
    "win",
    "now",
    "!!!",
    "subscribe",
    "cookie",
    "点击",
    "登录",
]
SETTINGS = TrainSettings(bits=14)


def corpus(count, seed):
    """Half prose-like and half furniture-like documents that share a third of their words."""
    chance = random.Random(seed)
    shared = ["the", "of", "and", "a", "in", "to", "it", "is"]
    texts, labels = [], []
    for index in range(count):
        own = GOOD_WORDS if index % 2 else BAD_WORDS
        texts.append(" ".join(chance.choice(shared if chance.random() < 0.6 else own) for _ in range(20)))
        labels.append(4 if index % 2 else 1)
    return texts, labels


@pytest.fixture(scope="module")
def model():
    return train(*corpus(300, seed=1), SETTINGS)


def test_it_tells_unseen_good_from_bad(model):
    texts, labels = corpus(200, seed=2)
    values = evaluate(model.score(texts), np.array(labels) >= 3, 0.5)
    assert values["auc"] > 0.99
    assert values["f1"] > 0.95


def test_scores_are_probabilities_for_any_text(model):
    scores = model.score(["", None, "\x00\ud800", "a" * 100_000, "!" * 9000, "定理"])
    assert scores.shape == (6,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores[0] == scores[1]


def test_a_score_is_the_logistic_of_the_linear_form(model):
    sparse, dense = features(["the proof of water"], model.bits)
    shares = (dense[0] - model.dense_mean) / model.dense_scale
    log_odds = float((sparse @ model.weights)[0]) + float(shares @ model.dense_weights) + model.intercept
    assert model.score(["the proof of water"])[0] == pytest.approx(1 / (1 + np.exp(-log_odds)))


def test_a_score_does_not_depend_on_the_batch(model):
    texts, _ = corpus(700, seed=3)
    together = model.score(texts)
    alone = np.concatenate([model.score([text]) for text in texts[::50]])
    assert np.array_equal(together[::50], alone)


def test_training_does_not_depend_on_the_order(model):
    texts, labels = corpus(300, seed=1)
    order = list(range(300))
    random.Random(5).shuffle(order)
    shuffled = train([texts[index] for index in order], [labels[index] for index in order], SETTINGS)
    assert shuffled.to_bytes() == model.to_bytes()


def test_a_model_survives_the_way_to_the_executors(model):
    texts, _ = corpus(20, seed=4)
    data = model.to_bytes()
    again = LinearModel.from_bytes(data)
    assert np.array_equal(again.score(texts), model.score(texts))
    assert again.to_bytes() == data


def arrays_with(model, **changes):
    arrays = model.to_arrays() | changes
    return {name: array for name, array in arrays.items() if array is not None}


@pytest.mark.parametrize(
    "change",
    [
        {"weights": None},
        {"weights": np.zeros(3, dtype=np.float32)},
        {"weights": np.full(16, np.nan, dtype=np.float32)},
        {"dense_weights": np.zeros(2)},
        {"dense_scale": np.zeros(12)},
        {"intercept": np.array(np.inf)},
        {"format": np.array(99)},
    ],
)
def test_broken_arrays_are_refused(model, change):
    with pytest.raises(InputError, match="QUALITY_MODEL_BROKEN"):
        LinearModel.from_arrays(arrays_with(model, **change))


def test_broken_and_pickled_bytes_are_refused():
    buffer = io.BytesIO()
    np.savez(buffer, weights=np.array([{"a": 1}], dtype=object))
    for data in (b"", b"PK\x03\x04", buffer.getvalue()):
        with pytest.raises(InputError, match="QUALITY_MODEL_BROKEN"):
            LinearModel.from_bytes(data)


def test_labels_that_cannot_be_learnt_are_refused():
    with pytest.raises(InputError, match="TRAIN_ONE_CLASS"):
        train(["a", "b"], [5, 5])
    with pytest.raises(InputError, match="TRAIN_LENGTHS"):
        train(["a", "b"], [5])
    with pytest.raises(InputError, match="TRAIN_BITS"):
        TrainSettings(bits=40)


def test_good_from_moves_the_border():
    texts, labels = corpus(40, seed=6)
    high = [5 if label == 4 else 4 for label in labels]
    assert train(texts, high, TrainSettings(bits=10, good_from=5)).score(["proof theorem"])[0] > 0.5


def test_scoring_is_fast_enough_for_a_corpus(model):
    texts, _ = corpus(2000, seed=7)
    model.score(texts[:100])
    start = time.process_time()
    model.score(texts)
    assert time.process_time() - start < 2.0
