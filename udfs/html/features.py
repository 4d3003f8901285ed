"""What is known of each block of a page, as numbers: its text, its place, its neighbours, its containers.

The facts are those of the boilerplate literature: text and link density (Kohlschuetter et al., WSDM 2010), tag paths
and class-name hints (readability), repeated siblings (Web2Text, ECIR 2018).
"""

from __future__ import annotations

import math
import re
from array import array
from functools import lru_cache

import numpy as np

from udfs.html.flow import Flow
from udfs.html.text_facts import text_facts

HINTS: dict[str, str] = {
    "navigation": r"nav|menu|breadcrumb|pagination|pager|jump|skip",
    "footer": r"foot|bottom|copyright|colophon|legal",
    "header": r"header|masthead|topbar|top-?bar|hero",
    "sidebar": r"side|aside|rail|widget|complementary|column-?right|col-?right",
    "comments": r"comment|respond|reply|replies|disqus",
    "share": r"share|sharing|social|follow|facebook|twitter|like-",
    "related": r"relat|recommend|trending|popular|also|similar|suggest|teaser|up-?next|prev|next|latest|recent|more-"
    r"|read-?more|see-?more|upsell|cross-?sell",
    "promotion": r"\bads?\b|\bad-|-ad\b|advert|promo|sponsor|banner|newsletter|subscri|sign-?up|\bcta\b|cta-"
    r"|call-to|optin|mailing|donat",
    "overlay": r"cookie|consent|gdpr|popup|pop-up|modal|overlay|dialog|notice|alert|toast|drawer|offcanvas|mega",
    "meta": r"meta|byline|author|date|time|publish|tags?\b|categor|\bbio\b|info|label|badge|avatar|user|profile"
    r"|signature|rank",
    "content": r"content|article|entry|post|body|story|text|main|prose|markdown|rich|wysiwyg|copy|paragraph|rte|editor",
    "title": r"title|headline|heading|subhead",
    "product": r"product|price|sku|cart|buy|stock|shipping|variant|swatch|quantity|wishlist",
    "review": r"review|rating|star|testimonial|feedback",
    "list": r"list|grid|item|card|tile|result|collection|loop|archive|feed|row",
    "forum": r"forum|thread|message|topic|answer|question|discussion|bbs|cooked|postbody|post-?content|bbwrapper",
    "media": r"caption|figure|image|img|gallery|photo|slide|carousel|swiper|slick|video|thumb|media|credit",
    "summary": r"descri|summary|abstract|excerpt|intro|lead|dek|standfirst|overview|detail|feature|benefit|spec",
    "form": r"login|search|form|input|filter|sort|select|dropdown|field|button|btn",
    "hidden": r"hidden|hide|sr-only|screen-reader|visually|collapse|print|mobile|noscript|no-js",
    "accordion": r"tab|accordion|faq|toggle|expand|collaps|panel",
    "contents": r"\btoc\b|toc-|-toc|table-of-contents|contents|on-this-page|outline|anchor",
    "section": r"section|block|container|wrap|module|component|region|layout|page|site",
}
_OWN_TAGS = "p li td div span dd dt blockquote pre table figcaption button label a summary section article"
_ABOVE = "nav header footer aside form article main section figure blockquote ul table dialog button details dl tr"
TAGS = tuple(_OWN_TAGS.split())
_ANCESTOR_TAGS = tuple(_ABOVE.split())
_ANCESTOR_POSITION = {tag: index for index, tag in enumerate(_ANCESTOR_TAGS)}
_TAG_CODES = {tag: index for index, tag in enumerate(TAGS)}
_PATTERN = re.compile("|".join(HINTS.values()))
_EACH = [re.compile(pattern) for pattern in HINTS.values()]
_DIGITS = re.compile(r"\d+")
_FAR = 25


@lru_cache(maxsize=1 << 15)
def _hint_indices(names: str) -> frozenset[int]:
    return frozenset().union(*map(_name_hints, _DIGITS.sub("0", names.lower()).split()))


# Class names come again on every page of a site, and no pattern looks beyond one name or at a digit.
@lru_cache(maxsize=1 << 16)
def _name_hints(name: str) -> frozenset[int]:
    if not _PATTERN.search(name):
        return frozenset()
    return frozenset(index for index, pattern in enumerate(_EACH) if pattern.search(name))


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
        found = _hint_indices(frame.hints) if frame.tag not in ("html", "body") else ()
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


def _log(values: np.ndarray) -> np.ndarray:
    return np.log1p(np.maximum(values, 0.0))


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


class PageArrays:
    """Arrays over the blocks and frames of one page."""

    def __init__(self, flow: Flow, title: str) -> None:
        self.flow = flow
        self.text = text_facts(flow, title)
        self.frame = np.array([block.frame for block in flow.blocks])
        self.parent = np.array([max(frame.parent, 0) for frame in flow.frames])
        self.first = np.array([frame.first_block for frame in flow.frames])
        self.last = np.array([frame.last_block for frame in flow.frames])
        self.depth = np.array([frame.depth for frame in flow.frames])
        self.size = self.text[:, 0]
        self.link = self.text[:, 2] * self.size
        self.signature = self._signatures()
        ancestors = [self.frame]
        for _ in range(6):
            ancestors.append(self.parent[ancestors[-1]])
        self.ancestors = ancestors

    def _signatures(self) -> np.ndarray:
        # The path of tags with the classes of the two innermost elements: blocks of one template share it.
        numbers: dict[tuple[int, str, str], int] = {}
        of_frame: list[int] = []
        for frame in self.flow.frames:
            above = of_frame[frame.parent] if frame.parent >= 0 else 0
            key = (above, frame.tag, frame.hints[:40])
            of_frame.append(numbers.setdefault(key, len(numbers)))
        return np.array([of_frame[block.frame] for block in self.flow.blocks])

    def over_frames(self, values: np.ndarray) -> np.ndarray:
        """Sum a value of the blocks over the subtree of every frame."""
        total = np.concatenate([[0.0], np.cumsum(values)])
        return total[self.last] - total[self.first]

    def over_signature(self, values: np.ndarray) -> np.ndarray:
        """Mean of a value over the blocks that share a block's signature."""
        counts = np.bincount(self.signature)
        return (np.bincount(self.signature, weights=values) / np.maximum(counts, 1))[self.signature]


def block_features(page: PageArrays) -> np.ndarray:
    """Return the features of every block: float32 array (blocks, features)."""
    flow, text = page.flow, page.text
    count = len(flow.blocks)
    size, link = page.size, page.link
    words, density, sentences, commas = text[:, 1], text[:, 2], text[:, 4], text[:, 5]
    index = np.arange(count)
    columns: list[np.ndarray] = [
        _log(size),
        _log(words),
        density,
        _log(text[:, 3]),
        _log(sentences),
        _log(commas),
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
        _log(index.astype(np.float64)),
        _log((count - index).astype(np.float64)),
    ]
    # Containers
    long_text = np.where((density < 0.3) & (size >= 80), size, 0.0)
    frame_size, frame_link = page.over_frames(size), page.over_frames(link)
    frame_count, frame_long = page.over_frames(np.ones(count)), page.over_frames(long_text)
    frame_sentences = page.over_frames(sentences)
    long_total = max(float(long_text.sum()), 1.0)
    for level in (1, 2, 3, 4, 6):
        frame = page.ancestors[level]
        columns += [
            _log(frame_size[frame]),
            frame_link[frame] / np.maximum(frame_size[frame], 1),
            _log(frame_count[frame]),
            _log(frame_size[frame] / np.maximum(frame_count[frame], 1)),
            frame_long[frame] / long_total,
            _log(frame_sentences[frame] / np.maximum(frame_count[frame], 1)),
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
        _log(groups.astype(np.float64)),
        _log(page.over_signature(size)),
        page.over_signature(density),
        page.over_signature(sentences),
    ]
    # Neighbours
    heading = (text[:, 19] > 0).astype(np.float64)
    for offset in (-3, -2, -1, 1, 2, 3):
        columns += [
            _shifted(_log(size), offset),
            _shifted(density, offset),
            _shifted(_log(sentences), offset),
            _shifted(heading, offset),
        ]
    for radius in (3, 8):
        columns += [
            _log(_window(size, radius)),
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
    return np.stack(columns, axis=1).astype(np.float32)
