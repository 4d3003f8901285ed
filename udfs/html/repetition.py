"""What tells one text from many: the cards a block stands in, and the articles and headings above it.

Lists of related stories and of products repeat one template, reviews and the next articles of an endless page too; what
stands in such a card is told by all cards of its group (Web2Text, ECIR 2018, has the template's facts only).
"""

from __future__ import annotations

import numpy as np

from udfs.html.page_arrays import PageArrays, log

_LEVELS = 6
_FEWEST = 3
_FAR, _NEVER = 60, 80.0


def card_features(page: PageArrays) -> list[np.ndarray]:
    """Return columns on the innermost repeated sibling around each block, and on the innermost of several blocks."""
    signature = page.frame_signature
    _, group = np.unique(page.parent * (signature.max() + 1) + signature, return_inverse=True)
    blocks = page.last - page.first
    # Only frames that hold something make a group.
    held = (blocks > 0).astype(np.float64)
    siblings = np.bincount(group, held)
    linked = ((page.text[:, 2] >= 0.8) & (page.size >= 8)).astype(np.float64)
    size, link, links = page.over_frames(page.size), page.over_frames(page.link), page.over_frames(linked)
    group_size, group_link = np.bincount(group, size), np.bincount(group, link)
    with_link = np.bincount(group, (links > 0).astype(np.float64))
    total = max(float(page.size.sum()), 1.0)
    columns: list[np.ndarray] = []
    for fewest_blocks in (1, 2):
        level = np.full(len(page.frame), -1)
        card = np.zeros(len(page.frame), dtype=np.intp)
        for above in range(_LEVELS, -1, -1):
            frame = page.ancestors[above]
            repeated = (siblings[group[frame]] >= _FEWEST) & (blocks[frame] >= fewest_blocks)
            level[repeated] = above
            card[repeated] = frame[repeated]
        of_card = group[card]
        count = np.maximum(siblings[of_card], 1)
        facts = [
            log(count),
            log(blocks[card]),
            link[card] / np.maximum(size[card], 1),
            linked[np.minimum(page.first[card], len(linked) - 1)],
            links[card] / np.maximum(blocks[card], 1),
            log(group_size[of_card] / count),
            group_size[of_card] / total,
            with_link[of_card] / count,
            group_link[of_card] / np.maximum(group_size[of_card], 1),
        ]
        columns += [level, *(np.where(level >= 0, fact, -1.0) for fact in facts)]
    return columns


def outline_features(page: PageArrays) -> list[np.ndarray]:
    """Return columns on the titles, articles and headings that come before each block."""
    count = len(page.frame)
    index = np.arange(count)
    level, call, legal, overlap = page.text[:, 19], page.text[:, 14] > 0, page.text[:, 13] > 0, page.text[:, 18]
    article, begun, share = _articles(page)
    titles = np.cumsum(level == 1)
    heading = _latest(level > 0)
    # A fact of the heading above.
    known = [np.where(heading >= 0, fact[heading], -1.0) for fact in (call, level, overlap)]
    next_call = np.minimum.accumulate(np.where(call, index, count + _NEVER)[::-1])[::-1] - index
    return [
        titles,
        np.full(count, titles[-1]),
        begun,
        share,
        np.where(article >= 0, np.minimum(index - article, _FAR), -1),
        np.cumsum(page.long_text) / page.long_total,
        *known,
        *(_since(_latest(mark)) for mark in (level > 0, call, legal, (level > 0) & call)),
        np.minimum(next_call, _NEVER),
    ]


def _articles(page: PageArrays) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where the outermost article around each block begins, how many begin up to it, and its share of long text.

    The first and the last are -1 outside of articles.
    """
    count = len(page.frame)
    start, begun, share = np.full(count, -1), np.zeros(count), np.full(count, -1.0)
    end = 0
    for frame in page.flow.frames:
        if frame.tag == "article" and frame.last_block > frame.first_block:
            begun[frame.first_block] += 1
            if frame.first_block >= end:
                end = frame.last_block
                start[frame.first_block : end] = frame.first_block
                share[frame.first_block : end] = page.long_text[frame.first_block : end].sum() / page.long_total
    return start, np.cumsum(begun), share


def _latest(mark: np.ndarray) -> np.ndarray:
    """Return the place of the last marked block up to each, -1 where there is none."""
    return np.maximum.accumulate(np.where(mark, np.arange(len(mark)), -1))


def _since(place: np.ndarray) -> np.ndarray:
    return np.where(place >= 0, np.minimum(np.arange(len(place)) - place, _FAR), _NEVER)
