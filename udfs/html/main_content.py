"""Main text or furniture: which blocks of a page to keep.

Boosted trees over the features of ``features`` say how likely a block is text; the thresholds are chosen for each page
by the F1 that its kept words can be expected to have. ``training`` fits the trees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from udfs.html.boosted_trees import BoostedTrees
from udfs.html.features import block_features
from udfs.html.flow import Block, Flow, Frame, Metadata
from udfs.html.page_arrays import PageArrays
from udfs.html.tree import names

_LEAST_THRESHOLD = 0.2
# How far the threshold for a block anywhere is below the best F1 that a page can be expected to have.
_BELOW_BEST = 0.3
_BELOW_BEST_OF_ARTICLES = 0.15
_BELOW_BEST_OF_DOCUMENTATION = 0.6
_LEAST_OF_RUN = 0.75
# A page of fewer blocks has hardly any furniture, and the model knows hardly any such page.
_FEW_BLOCKS = 5
# Measured on the pages with code of all sets: more of the labelled code, and F1 of the kept words is the same.
_CODE_SHARE = 0.5
_CODE_LABEL = re.compile(
    r"(?:[A-Za-z+#]{1,12}\s)?code\s?[:：]?(?:\s\[?select(?:\sall)?\]?)?|copy(?:\s(?:code|to\sclipboard))?!?|copied!?"
    r"|[A-Za-z+#]{0,12}代[码碼]\s?[:：]?|(?:全选|全選)?\s?(?:复制|複製)(?:代[码碼])?",
    re.IGNORECASE,
)
_LABEL_LENGTH = 40
_LISTS = names("ul ol dl menu")
# The features of more blocks would take too much memory; such pages are judged by link density alone.
_MOST_BLOCKS = 30_000


def text_probabilities(flow: Flow, metadata: Metadata, trees: BoostedTrees) -> np.ndarray:
    """Return how likely each block is main text: float64 array (blocks,)."""
    return trees.probability(block_features(PageArrays(flow, metadata)))


def with_lists(probability: np.ndarray, size: np.ndarray, frames: Sequence[Frame]) -> np.ndarray:
    """Return how likely each block is main text where it is known that lists are text, or are not, as a whole.

    An item is moved half of the way to the mean of its list; one of an inner list first to that of the outer one.

    Examples
    --------
    >>> with_lists(np.array([0.9, 0.5, 0.1]), np.array([9.0, 9.0, 9.0]), [Frame("ul", -1, 0, "", False, 0, 2)]).round(2)
    array([0.8, 0.6, 0.1])
    """
    weight = size + 1.0
    mass, total = (np.concatenate([[0.0], np.cumsum(each)]) for each in (weight * probability, weight))
    moved = probability.copy()
    for frame in frames:
        first, last = frame.first_block, frame.last_block
        if frame.tag in _LISTS and last - first > 1:
            mean = (mass[last] - mass[first]) / (total[last] - total[first])
            moved[first:last] = (moved[first:last] + mean) / 2
    return moved


def below_best(kind: str, declares_article: bool) -> float:
    """Return how far the threshold of a page is below the best F1 to expect: lenient where nearly all of it is text.

    Documentation has little furniture, and what is doubtful there is mostly reference text. What a page that declares
    to be an article has beside one is other articles.
    """
    if kind == "documentation":
        return _BELOW_BEST_OF_DOCUMENTATION
    return _BELOW_BEST_OF_ARTICLES if kind == "article" and declares_article else _BELOW_BEST


def page_thresholds(probability: np.ndarray, words: np.ndarray, below: float = _BELOW_BEST) -> tuple[float, float]:
    """Return the thresholds of a page: for a block anywhere, and for one between kept blocks.

    The second is half of the best F1 that the kept words can be expected to have: the optimum where blocks err one by
    one (Lipton et al., ECML 2014). But a page's related stories, or its notices of consent, are misjudged together, so
    the first is steeper: near 0.7 on articles the model is sure of, lower on listings.

    Examples
    --------
    >>> [round(each, 3) for each in page_thresholds(np.array([0.9, 0.8, 0.1]), np.array([100.0, 50.0, 80.0]))]
    [0.603, 0.451]
    """
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum((probability * words)[order])
    kept = np.cumsum(words[order])
    best = float(np.max(2 * hits / np.maximum(kept + hits[-1], 1e-9)))
    anywhere = min(max(best - below, _LEAST_THRESHOLD), float(probability.max()))
    return anywhere, min(max(best / 2, _LEAST_THRESHOLD), anywhere)


def choose_blocks(flow: Flow, metadata: Metadata, trees: BoostedTrees, below: float = _BELOW_BEST) -> list[Block]:
    """Return the blocks of the main text in their order.

    A page where nothing passes gives its likeliest blocks.
    """
    if not flow.blocks:
        return []
    if len(flow.blocks) > _MOST_BLOCKS:
        return [block for block in flow.blocks if block.link_characters < 0.5 * len(block.plain)]
    size = np.array([float(len(block.plain)) for block in flow.blocks])
    alone = text_probabilities(flow, metadata, trees)
    has_formulas = np.array([block.formulas > 0 for block in flow.blocks])
    moved = with_lists(alone, size, flow.frames)
    # No formula is lost to its neighbours: furniture has none.
    probability = np.where(has_formulas, np.maximum(moved, alone), moved)
    anywhere, between = page_thresholds(probability, size, below if len(size) >= _FEW_BLOCKS else 1.0)
    places = [place for place in range(len(flow.blocks)) if not _is_code_label(flow.blocks, place)]
    blocks, probability = [flow.blocks[place] for place in places], probability[places]
    keep = _with_doubtful_between(probability, size[places], anywhere, between)
    # Furniture has hardly any code and formulas, so they need no kept text around them.
    keep |= (probability >= between) & np.array([_is_exact(block) for block in blocks], dtype=bool)
    keep = _with_code_beside(blocks, keep, probability >= _CODE_SHARE * between)
    # Labels differ on whether a page's title is a part of its text; here it is.
    keep[:-1] |= keep[1:] & np.array([block.level == 1 for block in blocks[:-1]], dtype=bool)
    return [block for block, kept in zip(blocks, keep, strict=True) if kept]


def _with_doubtful_between(probability: np.ndarray, size: np.ndarray, anywhere: float, between: float) -> np.ndarray:
    """Keep what passes, and runs between it that are doubtful as a whole and have no block far below that."""
    keep = probability >= anywhere
    last = -1
    for place in np.flatnonzero(keep):
        run = slice(last + 1, place)
        if (
            0 <= last < place - 1
            and probability[run].min() >= _LEAST_OF_RUN * between
            and np.average(probability[run], weights=size[run] + 1.0) >= between
        ):
            keep[run] = True
        last = place
    return keep


def _with_code_beside(blocks: list[Block], passes: np.ndarray, doubtful: np.ndarray) -> np.ndarray:
    """Keep what passes, and code and formulas that stand with it: text about them is worth little without them.

    What stands between kept blocks stays in any case; beside only one, or beside kept code, it must be doubtful at
    least.
    """
    keep = passes.copy()
    places = [place for place, block in enumerate(blocks) if _is_exact(block)]
    # Such blocks in a row have their place less their rank in common.
    for _, run in groupby(enumerate(places), lambda ranked: ranked[1] - ranked[0]):
        stretch = [place for _, place in run]
        start, end = stretch[0], stretch[-1] + 1
        before, after = start > 0 and passes[start - 1], end < len(blocks) and passes[end]
        if before and after:
            keep[start:end] = True
        elif before or after or passes[start:end].any():
            keep[start:end] |= doubtful[start:end]
    return keep


def _is_exact(block: Block) -> bool:
    return block.kind == "code" or block.formulas > 0


def _is_code_label(blocks: list[Block], place: int) -> bool:
    """Tell buttons and captions of code boxes: "Code:", "Copy", or the language that the fence tells too."""
    block = blocks[place]
    if block.kind != "text" or len(block.plain) > _LABEL_LENGTH:
        return False
    beside = [other for other in blocks[max(place - 1, 0) : place + 2] if other.kind == "code"]
    if beside and _CODE_LABEL.fullmatch(block.plain):
        return True
    return any(other.language and block.plain.lower() in (other.language, f"{other.language}:") for other in beside)
