"""What is known of each block of a page, as numbers: its text, its place, its neighbours, its containers.

The facts are those of the boilerplate literature: text and link density (Kohlschuetter et al., WSDM 2010), tag paths
and class-name hints (readability), repeated siblings (Web2Text, ECIR 2018).
"""

from __future__ import annotations

import math
from array import array

import numpy as np

from udfs.html.flow import Flow
from udfs.html.hints import HINTS, hint_indices
from udfs.html.page_arrays import PageArrays, log
from udfs.html.repetition import card_features, outline_features

_OWN_TAGS = "p li td div span dd dt blockquote pre table figcaption button label a summary section article"
_ABOVE = "nav header footer aside form article main section figure blockquote ul table dialog button details dl tr"
TAGS = tuple(_OWN_TAGS.split())
_ANCESTOR_TAGS = tuple(_ABOVE.split())
_ANCESTOR_POSITION = {tag: index for index, tag in enumerate(_ANCESTOR_TAGS)}
_TAG_CODES = {tag: index for index, tag in enumerate(TAGS)}
_FAR = 25
# A block as long as this says by itself that a text is there.
_TELLING_SIZE = 40
_APART = 60


def _frame_facts(flow: Flow) -> tuple[np.ndarray, np.ndarray]:
    """Return the depth of the nearest ancestor (or self) with each hint and of each tag, -1 where there is none."""
    # Most frames add nothing to what their parent knows, so they share its row.
    hint_rows = [array("h", [-1] * len(HINTS))]
    tag_rows = [array("h", [-1] * len(_ANCESTOR_TAGS))]
    hint_of: list[int] = []
    tag_of: list[int] = []
    for frame in flow.frames:
        hint = hint_of[frame.parent] if frame.parent >= 0 else 0
        tag = tag_of[frame.parent] if frame.parent >= 0 else 0
        # The classes of body speak of the whole page, not of a place in it.
        found = hint_indices(frame.hints) if frame.tag not in ("html", "body") else ()
        if found:
            row = hint_rows[hint][:]
            for index in found:
                row[index] = frame.depth
            hint = len(hint_rows)
            hint_rows.append(row)
        where = _ANCESTOR_POSITION.get(frame.tag)
        if where is not None:
            row = tag_rows[tag][:]
            row[where] = frame.depth
            tag = len(tag_rows)
            tag_rows.append(row)
        hint_of.append(hint)
        tag_of.append(tag)
    return _stacked(hint_rows)[hint_of], _stacked(tag_rows)[tag_of]


def _stacked(rows: list[array[int]]) -> np.ndarray:
    return np.frombuffer(b"".join(rows), np.int16).reshape(len(rows), -1).astype(np.int64)


def _shifted(values: np.ndarray, offset: int) -> np.ndarray:
    out = np.full_like(values, -1.0)
    if offset > 0:
        out[:-offset] = values[offset:]
    else:
        out[-offset:] = values[:offset]
    return out


def _window(values: np.ndarray, radius: int) -> np.ndarray:
    total = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    low, high = np.maximum(index - radius, 0), np.minimum(index + radius + 1, len(values))
    return (total[high] - total[low]) / (high - low)


def _stated_features(stated: np.ndarray, described: np.ndarray, size: np.ndarray) -> list[np.ndarray]:
    """Return columns on where the text is that the page states as JSON-LD, and what its description repeats."""
    count = len(size)
    index = np.arange(count)
    found = np.flatnonzero((stated > 0) & (size >= _TELLING_SIZE))
    lead = np.flatnonzero(described)
    share = float(size[found].sum()) / max(float(size.sum()), 1.0)
    return [
        np.full(count, share if stated.max(initial=-1.0) >= 0 else -1.0),
        np.clip(index - found[0], -_APART, _APART) if len(found) else np.full(count, _APART + 1.0),
        np.clip(index - found[-1], -_APART, _APART) if len(found) else np.full(count, _APART + 1.0),
        np.clip(index - lead[0], -_APART, _APART) if len(lead) else np.full(count, _APART + 1.0),
    ]


def block_features(page: PageArrays) -> np.ndarray:
    """Return the features of every block: float32 array (blocks, features)."""
    flow, text = page.flow, page.text
    count = len(flow.blocks)
    size, link = page.size, page.link
    words, density, sentences, commas = text[:, 1], text[:, 2], text[:, 4], text[:, 5]
    index = np.arange(count)
    columns: list[np.ndarray] = [
        log(size),
        log(words),
        density,
        log(text[:, 3]),
        log(sentences),
        log(commas),
        *text[:, 6:].T,
    ]
    frames = flow.frames
    tags = [frames[block.frame].tag for block in flow.blocks]
    codes = np.array([_TAG_CODES.get(tag, -1) for tag in tags])
    columns += list((codes[:, None] == np.arange(len(TAGS))).astype(np.float64).T)
    columns.append(np.array([frames[block.frame].hidden for block in flow.blocks], dtype=np.float64))
    hints, ancestor_tags = _frame_facts(flow)
    depth = page.depth[page.frame]
    for nearest in (hints, ancestor_tags):
        distance = np.where(nearest >= 0, page.depth[:, None] - nearest, _FAR)[page.frame]
        columns += list(np.minimum(distance, _FAR).astype(np.float64).T)
    total = max(float(size.sum()), 1.0)
    before = np.cumsum(size) - size
    columns += [
        depth.astype(np.float64),
        index / count,
        before / total,
        log(index.astype(np.float64)),
        log((count - index).astype(np.float64)),
    ]
    # Containers
    long_text, long_total = page.long_text, page.long_total
    frame_size, frame_link = page.over_frames(size), page.over_frames(link)
    frame_count, frame_long = page.over_frames(np.ones(count)), page.over_frames(long_text)
    frame_sentences = page.over_frames(sentences)
    for level in (1, 2, 3, 4, 6):
        frame = page.ancestors[level]
        columns += [
            log(frame_size[frame]),
            frame_link[frame] / np.maximum(frame_size[frame], 1),
            log(frame_count[frame]),
            log(frame_size[frame] / np.maximum(frame_count[frame], 1)),
            frame_long[frame] / long_total,
            log(frame_sentences[frame] / np.maximum(frame_count[frame], 1)),
        ]
    for share in (0.4, 0.6, 0.8):
        candidates = np.flatnonzero(frame_long >= share * long_total)
        if len(candidates) and long_text.any():
            main = candidates[np.argmax(page.depth[candidates])]
            low, high = page.first[main], page.last[main]
            columns += [
                ((index >= low) & (index < high)).astype(np.float64),
                (index - low) / count,
                (high - index) / count,
            ]
        else:
            columns += [np.zeros(count)] * 3
    # Template groups
    groups = np.bincount(page.signature)[page.signature]
    columns += [
        log(groups.astype(np.float64)),
        log(page.over_signature(size)),
        page.over_signature(density),
        page.over_signature(sentences),
    ]
    # Neighbours
    heading = (text[:, 19] > 0).astype(np.float64)
    for offset in (-3, -2, -1, 1, 2, 3):
        columns += [
            _shifted(log(size), offset),
            _shifted(density, offset),
            _shifted(log(sentences), offset),
            _shifted(heading, offset),
        ]
    for radius in (3, 8):
        columns += [
            log(_window(size, radius)),
            _window(link, radius) / np.maximum(_window(size, radius), 1),
            _window(sentences, radius),
            _window(heading, radius),
        ]
    same_frame = (page.ancestors[1][1:] == page.ancestors[1][:-1]).astype(np.float64)
    columns += [np.concatenate([[0.0], same_frame]), np.concatenate([same_frame, [0.0]])]
    first_heading = int(np.argmax(text[:, 19] == 1)) if (text[:, 19] == 1).any() else -1
    columns += [(index - first_heading) / count if first_heading >= 0 else np.full(count, -2.0)]
    titled = text[:, 18] >= 0.6
    columns += [(index - int(np.argmax(titled))) / count if titled.any() else np.full(count, -2.0)]
    # The page
    page_facts = [
        math.log1p(total),
        float(link.sum()) / total,
        math.log1p(count),
        long_total / total,
        float(text[:, 12].mean()),
        float((codes == 0).mean()),
        float((ancestor_tags[:, _ANCESTOR_TAGS.index("article")] >= 0).any()),
        float((ancestor_tags[:, _ANCESTOR_TAGS.index("main")] >= 0).any()),
        float(sum(frame.tag == "article" for frame in frames)),
        float(text[:, 20].sum()),
        float(text[:, 17].mean()),
        float(text[:, 22].sum() > 0),
        float(size.max()) / total,
    ]
    columns += [np.full(count, fact) for fact in page_facts]
    columns += _stated_features(text[:, 26], text[:, 27], size)
    # Notices of consent are long, and stand in frames full of their words.
    consent = page.over_frames(np.minimum(text[:, 25], 3.0))
    columns += [
        consent[page.ancestors[level]] / np.maximum(frame_count[page.ancestors[level]], 1) for level in (1, 2, 4, 6)
    ]
    columns += card_features(page) + outline_features(page)
    return np.ascontiguousarray(np.array(columns, dtype=np.float32).T)
