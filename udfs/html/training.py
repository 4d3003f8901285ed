"""Fits the block model of ``main_content`` to pages whose main text is known.

The packaged model was fitted to the development pages of web-content-extraction-benchmark (Murrough-Foley, labels CC BY
4.0) and to the articles of magic-html (labels Apache-2.0), with the containers of documentation and LaTeXML sites as
known text: ``python -m tests.benchmarks.html_training`` makes it. scikit-learn is needed here only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from udfs.html.boosted_trees import BoostedTrees
from udfs.html.features import block_features
from udfs.html.flow import Flow, Metadata
from udfs.html.labels import words
from udfs.html.page_arrays import PageArrays

_MODELS = 2
_ROUNDS = 140
# How much of text and of furniture each model sees.
_DRAWN = (0.79, 0.3)
_GLANCE = 0.3


def from_sklearn(*models: Any, glance: float = 1.0) -> BoostedTrees:
    """Turn fitted binary ``HistGradientBoostingClassifier`` into arrays.

    Parameters
    ----------
    *models : HistGradientBoostingClassifier
        Models with as many trees each; of several, the mean of their log-odds is taken.
    glance : float
        Share of the trees after which surely negative rows are left.
    """
    feature: list[int] = []
    left: list[int] = []
    threshold: list[float] = []
    value: list[float] = []
    roots: list[int] = []
    depth = 0
    # The models in turns, so that the first trees are a small model of all of them.
    for (tree,) in chain.from_iterable(zip(*(model._predictors for model in models), strict=True)):
        roots.append(len(feature))
        # Breadth first, so that the two children of a node stand side by side.
        order = [0]
        for place, number in enumerate(order):
            node = tree.nodes[number]
            leaf = bool(node["is_leaf"])
            feature.append(0 if leaf else int(node["feature_idx"]))
            left.append(roots[-1] + (place if leaf else len(order)))
            threshold.append(np.inf if leaf else float(node["num_threshold"]))
            value.append(float(node["value"]) / len(models) if leaf else 0.0)
            depth = max(depth, int(node["depth"]))
            if not leaf:
                order += [int(node["left"]), int(node["right"])]
    return BoostedTrees(
        feature=np.array(feature, dtype=np.uint16),
        left=np.array(left, dtype=np.uint16),
        threshold=np.array(threshold, dtype=np.float32),
        value=np.array(value, dtype=np.float32),
        roots=np.array(roots, dtype=np.uint16),
        glance=round(glance * len(roots)),
        depth=depth,
        baseline=float(np.mean([model._baseline_prediction for model in models])),
    )


class Example(NamedTuple):
    """A page whose main text is known: the features, the label and the weight of every block."""

    rows: np.ndarray
    labels: np.ndarray
    weights: np.ndarray


def example(flow: Flow, metadata: Metadata, labels: np.ndarray, weight: float = 1.0) -> Example:
    """Return a page with labels as from `label_blocks`, which counts `weight` times."""
    if not flow.blocks:
        return Example(np.zeros((0, 0)), labels, np.zeros(0))
    size = np.array([len(words(block.plain)) for block in flow.blocks], dtype=float) ** 0.6 + 0.3
    # A page weighs as the root of its length, so that giant pages do not decide alone.
    return Example(block_features(PageArrays(flow, metadata)), labels, weight * size / np.sqrt(size.sum()))


def fit(examples: Sequence[Example], rounds: int = _ROUNDS) -> BoostedTrees:
    """Fit the block model: the mean of models with so many trees each, which differ in what they drew of the data."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    examples = [each for each in examples if len(each.labels)]
    rows = np.concatenate([each.rows for each in examples])
    target = np.concatenate([each.labels for each in examples])
    weights = np.concatenate([each.weights for each in examples])
    # Furniture outnumbers text: a part of both, weighted to stand for all, teaches as much.
    chance = np.where(target > 0, *_DRAWN)
    models = []
    for seed in range(_MODELS):
        drawn = np.random.RandomState(seed).rand(len(target)) < chance
        model = HistGradientBoostingClassifier(
            max_iter=rounds,
            max_leaf_nodes=31,
            max_depth=8,
            max_features=0.25,
            learning_rate=0.12,
            min_samples_leaf=100,
            l2_regularization=0.5,
            max_bins=127,
            early_stopping=False,
            random_state=seed,
        )
        # The order in which threads add numbers would change their last bits.
        with threadpool_limits(limits=1):
            models.append(model.fit(rows[drawn], target[drawn], sample_weight=(weights / chance)[drawn]))
    return from_sklearn(*models, glance=_GLANCE)
