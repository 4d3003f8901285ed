"""Main text or furniture: which blocks of a page to keep.

Boosted trees over the features of ``features`` say how likely a block is text; the threshold is chosen for each page as
the one that makes the expected F1 of the kept words highest. ``training`` fits the trees.
"""

from __future__ import annotations

import re
from itertools import groupby

import numpy as np

from udfs.html.boosted_trees import packaged
from udfs.html.features import PageArrays, block_features
from udfs.html.flow import Block, Flow

# Measured on held-out halves of the development pages: 0.879 against 0.873 for the best fixed threshold.
_LEAST_THRESHOLD = 0.25
_MOST_THRESHOLD = 0.9
# Labels of articles are stricter than the trees expect.
_STRICTNESS = 0.05
# Measured on the pages with code of all sets: more of the labelled code, and F1 of the kept words is the same.
_CODE_SHARE = 0.5
_CODE_LABEL = re.compile(
    r"(?:[A-Za-z+#]{1,12}\s)?code\s?[:：]?(?:\s\[?select(?:\sall)?\]?)?|copy(?:\s(?:code|to\sclipboard))?!?|copied!?"
    r"|[A-Za-z+#]{0,12}代[码碼]\s?[:：]?|(?:全选|全選)?\s?(?:复制|複製)(?:代[码碼])?",
    re.IGNORECASE,
)
_LABEL_LENGTH = 40
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
    keep = _with_code_beside(flow.blocks, probability, threshold)
    return _without_copies(_without_code_labels([block for block, kept in zip(flow.blocks, keep, strict=True) if kept]))


def _with_code_beside(blocks: list[Block], probability: np.ndarray, threshold: float) -> np.ndarray:
    """Keep what passes, and code that stands with it: text about code is worth little without it.

    Code between kept blocks stays in any case; code beside only one, or beside kept code, must reach a share of the
    threshold.
    """
    passes = probability >= threshold
    keep = passes.copy()
    places = [place for place, block in enumerate(blocks) if block.kind == "code"]
    # Code blocks in a row have their place less their rank in common.
    for _, run in groupby(enumerate(places), lambda ranked: ranked[1] - ranked[0]):
        stretch = [place for _, place in run]
        start, end = stretch[0], stretch[-1] + 1
        before, after = start > 0 and passes[start - 1], end < len(blocks) and passes[end]
        if before and after:
            keep[start:end] = True
        elif before or after or passes[start:end].any():
            keep[start:end] |= probability[start:end] >= _CODE_SHARE * threshold
    return keep


def _without_code_labels(blocks: list[Block]) -> list[Block]:
    """Drop buttons and captions of code boxes: "Code:", "Copy", or the language that the fence tells too."""
    kept = []
    for place, block in enumerate(blocks):
        if block.kind == "text" and len(block.plain) <= _LABEL_LENGTH:
            beside = [other for other in blocks[max(place - 1, 0) : place + 2] if other.kind == "code"]
            if beside and _CODE_LABEL.fullmatch(block.plain):
                continue
            if any(
                other.language and block.plain.lower() in (other.language, f"{other.language}:") for other in beside
            ):
                continue
        kept.append(block)
    return kept


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
