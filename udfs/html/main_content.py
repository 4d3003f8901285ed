"""Main text or furniture: which blocks of a page to keep.

Boosted trees over the features of ``features`` say how likely a block is text; the thresholds are chosen for each page
by the F1 that its kept words can be expected to have. ``training`` fits the trees.
"""

from __future__ import annotations

import numpy as np

from udfs.html.boosted_trees import BoostedTrees
from udfs.html.features import PageArrays, block_features
from udfs.html.flow import Block, Flow

_LEAST_THRESHOLD = 0.25
_BELOW_BEST = 0.25
# Larger batches fall out of the processor's cache.
_BATCH = 256
# The features of more blocks would take too much memory; such pages are judged by link density alone.
_MOST_BLOCKS = 30_000
_COPY_LENGTH = 40


def text_probabilities(flow: Flow, title: str, trees: BoostedTrees) -> np.ndarray:
    """Return how likely each block is main text: float64 array (blocks,)."""
    rows = block_features(PageArrays(flow, title))
    return np.concatenate([trees.probability(rows[start : start + _BATCH]) for start in range(0, len(rows), _BATCH)])


def page_thresholds(probability: np.ndarray, words: np.ndarray) -> tuple[float, float]:
    """Return the thresholds of a page: for a block anywhere, and for one between kept blocks.

    The second is half of the best F1 that the kept words can be expected to have: the optimum where blocks err one by
    one (Lipton et al., ECML 2014). But a page's related stories, or its notices of consent, are misjudged together, so
    the first is steeper: near 0.7 on pages the model is sure of, lower on listings.

    Examples
    --------
    >>> [round(each, 3) for each in page_thresholds(np.array([0.9, 0.8, 0.1]), np.array([100.0, 50.0, 80.0]))]
    [0.653, 0.451]
    """
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum((probability * words)[order])
    kept = np.cumsum(words[order])
    best = float(np.max(2 * hits / np.maximum(kept + hits[-1], 1e-9)))
    anywhere = min(max(best - _BELOW_BEST, _LEAST_THRESHOLD), float(probability.max()))
    return anywhere, min(max(best / 2, _LEAST_THRESHOLD), anywhere)


def choose_blocks(flow: Flow, title: str, trees: BoostedTrees) -> list[Block]:
    """Return the blocks of the main text in their order.

    A page where nothing passes gives its likeliest blocks. Of a long text that the page holds twice, as pages for two
    screen widths do, the first copy stays.
    """
    if not flow.blocks:
        return []
    if len(flow.blocks) > _MOST_BLOCKS:
        return [block for block in flow.blocks if block.link_characters < 0.5 * len(block.plain)]
    probability = text_probabilities(flow, title, trees)
    size = np.array([float(len(block.plain)) for block in flow.blocks])
    anywhere, between = page_thresholds(probability, size)
    keep = _with_doubtful_between(probability >= anywhere, probability >= between)
    keep = _with_code_between(flow.blocks, keep)
    return _without_copies([block for block, kept in zip(flow.blocks, keep, strict=True) if kept])


def _with_doubtful_between(keep: np.ndarray, doubtful: np.ndarray) -> np.ndarray:
    """Keep runs of doubtful blocks that stand between kept ones too."""
    keep = keep.copy()
    last = -1
    for place in np.flatnonzero(keep):
        if last >= 0 and doubtful[last:place].all():
            keep[last:place] = True
        last = place
    return keep


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
