"""Main text or furniture: which blocks of a page to keep.

Boosted trees over the features of ``features`` say how likely a block is text; the threshold is chosen for each page as
the one that makes the expected F1 of the kept words highest. ``training`` fits the trees.
"""

from __future__ import annotations

import numpy as np

from udfs.html.boosted_trees import packaged
from udfs.html.features import PageArrays, block_features
from udfs.html.flow import Block, Flow

# Measured on held-out halves of the development pages: 0.879 against 0.873 for the best fixed threshold.
_LEAST_THRESHOLD = 0.25
_MOST_THRESHOLD = 0.9
# Labels of articles are stricter than the trees expect.
_STRICTNESS = 0.05
_BATCH = 2048
# The features of more blocks would take too much memory; such pages are judged by link density alone.
_MOST_BLOCKS = 30_000
_COPY_LENGTH = 40


def text_probabilities(flow: Flow, title: str) -> np.ndarray:
    """Return how likely each block is main text: float64 array (blocks,)."""
    rows = block_features(PageArrays(flow, title))
    trees = packaged()
    return np.concatenate([trees.probability(rows[start : start + _BATCH]) for start in range(0, len(rows), _BATCH)])


def page_threshold(probability: np.ndarray, words: np.ndarray) -> float:
    """Return the threshold at which the expected F1 of the kept words is highest, a little raised.

    The optimum lies at half of the best F1 (Lipton et al., ECML 2014): pages the model is sure of get a threshold near
    0.5, listings a lower one.

    Examples
    --------
    >>> page_threshold(np.array([0.9, 0.8, 0.1]), np.array([100.0, 50.0, 80.0]))
    0.501389
    """
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum((probability * words)[order])
    kept = np.cumsum(words[order])
    best = float(np.max(2 * hits / np.maximum(kept + hits[-1], 1e-9)))
    return round(min(max(best / 2 + _STRICTNESS, _LEAST_THRESHOLD), _MOST_THRESHOLD), 6)


def choose_blocks(flow: Flow, title: str) -> list[Block]:
    """Return the blocks of the main text in their order.

    A page where nothing passes gives its likeliest blocks. Of a long text that the page holds twice, as pages for two
    screen widths do, the first copy stays.
    """
    if not flow.blocks:
        return []
    if len(flow.blocks) > _MOST_BLOCKS:
        return [block for block in flow.blocks if block.link_characters < 0.5 * len(block.plain)]
    probability = text_probabilities(flow, title)
    size = np.array([float(len(block.plain)) for block in flow.blocks])
    threshold = min(page_threshold(probability, size), float(probability.max()))
    keep = _with_code_between(flow.blocks, probability >= threshold)
    return _without_copies([block for block, kept in zip(flow.blocks, keep, strict=True) if kept])


def _with_code_between(blocks: list[Block], keep: np.ndarray) -> np.ndarray:
    """Keep code that stands between kept blocks too: text about code is worth little without it."""
    keep = keep.copy()
    start = None
    for place, block in enumerate(blocks):
        if block.kind == "code":
            start = place if start is None else start
            continue
        if start is not None and start > 0 and keep[start - 1] and keep[place]:
            keep[start:place] = True
        start = None
    return keep


def _without_copies(blocks: list[Block]) -> list[Block]:
    seen: set[str] = set()
    kept = []
    for block in blocks:
        if len(block.plain) >= _COPY_LENGTH and not block.formulas and block.kind == "text":
            if block.plain in seen:
                continue
            seen.add(block.plain)
        kept.append(block)
    return kept
