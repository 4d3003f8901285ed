"""Which blocks of a page its known main text holds: the words of both are aligned, as of two versions of a file.

Runs of words that both have once are the anchors (patience diff); between two anchors shorter runs are, and what is
left is compared in full. So the copy of a text that stands at its place counts, not the menu that names it before.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from udfs.html.flow import Block

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+")
# Lengths of the runs that are anchors, one after the other.
_RUNS = (8, 4, 2, 1)
# Stretches with more pairs of words are not compared in full.
_MOST_PAIRS = 200_000
_SHARE = 0.5
# A text elsewhere than in the page counts where it is as long as this.
_LONG = 6


def words(text: str) -> list[str]:
    """Split into lower-case words; Chinese, Japanese and Korean by character."""
    return _TOKEN.findall(text.lower())


def label_blocks(blocks: Sequence[Block], content: str) -> np.ndarray:
    """Tell which blocks of a page the main text holds: those with half of their words in it at their place.

    A long block that the text has at another place counts too.

    Returns
    -------
    numpy.ndarray
        0.0 or 1.0 for every block.
    """
    tokens = [words(block.plain) for block in blocks]
    sizes = np.array([len(block) for block in tokens], dtype=np.intp)
    page, label = [word for block in tokens for word in block], words(content)
    owner = np.repeat(np.arange(len(blocks)), sizes)
    of_page, of_label = _aligned(page, label)
    verdict = _held(owner[of_page], sizes)
    rest = np.flatnonzero(~of_page & ~verdict[owner])
    others = np.flatnonzero(~of_label)
    found, _ = _aligned([page[at] for at in rest], [label[at] for at in others])
    moved = _held(owner[rest[found]], sizes) & (sizes >= _LONG)
    return (verdict | moved).astype(np.float64)


def _held(owner: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    matched = np.bincount(owner, minlength=len(sizes))
    return (matched >= _SHARE * sizes) & (matched > 0)


def _aligned(ours: Sequence[str], theirs: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return which words of two texts are a common subsequence, a long one."""
    of_ours, of_theirs = np.zeros(len(ours), dtype=bool), np.zeros(len(theirs), dtype=bool)

    def match(at: int, other: int, count: int = 1) -> None:
        of_ours[at : at + count] = True
        of_theirs[other : other + count] = True

    stretches = [(0, len(ours), 0, len(theirs), 0)]
    while stretches:
        start, end, low, high, level = stretches.pop()
        # Only what stands beside an anchor is surely at its place.
        while 0 < low < high and start < end and ours[start] == theirs[low]:
            match(start, low)
            start, low = start + 1, low + 1
        while low < high < len(theirs) and start < end and ours[end - 1] == theirs[high - 1]:
            end, high = end - 1, high - 1
            match(end, high)
        if start == end or low == high:
            continue
        if level == len(_RUNS):
            if (end - start) * (high - low) <= _MOST_PAIRS:
                matcher = SequenceMatcher(None, ours[start:end], theirs[low:high], autojunk=False)
                for at, other, count in matcher.get_matching_blocks():
                    match(start + at, low + other, count)
            continue
        one, two = _single_runs(ours, start, end, _RUNS[level]), _single_runs(theirs, low, high, _RUNS[level])
        anchors = _rising([(at, two[run]) for run, at in one.items() if run in two])
        level += not anchors
        for at, other in anchors:
            match(at, other)
            stretches.append((start, at, low, other, level))
            start, low = at + 1, other + 1
        stretches.append((start, end, low, high, level))
    return of_ours, of_theirs


def _single_runs(text: Sequence[str], start: int, end: int, length: int) -> dict[tuple[str, ...], int]:
    """Return the runs of so many words that a stretch has once, with their places in rising order."""
    places: dict[tuple[str, ...], int] = {}
    for at in range(start, end - length + 1):
        run = tuple(text[at : at + length])
        places[run] = -1 if run in places else at
    return {run: at for run, at in places.items() if at >= 0}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest choice of pairs, which rise in the first number, that rises in the second too.

    Examples
    --------
    >>> _rising([(0, 5), (1, 2), (2, 3), (3, 9), (4, 4)])
    [(1, 2), (2, 3), (4, 4)]
    """
    lowest: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, (_, other) in enumerate(pairs):
        length = bisect_left(lowest, other)
        lowest[length : length + 1] = [other]
        last[length : length + 1] = [place]
        before.append(last[length - 1] if length else -1)
    chosen = []
    place = last[-1] if last else -1
    while place >= 0:
        chosen.append(pairs[place])
        place = before[place]
    return chosen[::-1]
