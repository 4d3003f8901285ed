"""Texts that a page holds twice, as pages for two screen widths do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from udfs.html.flow import Block, Frame

_LENGTH = 40
_DIGITS = re.compile(r"\d+")


def without_copies(blocks: Sequence[Block], frames: Sequence[Frame]) -> list[Block]:
    """Drop long texts that came before in another template: one copy of a page's text for each width of the screen.

    Siblings that repeat each other, and cards and panels of one template, are the author's own words.

    Parameters
    ----------
    blocks : sequence of Block
        The blocks of the main text in their order.
    frames : sequence of Frame
        Those of the flow that they are from.
    """
    templates = _Templates(frames)
    firsts: dict[str, int] = {}
    kept = []
    for block in blocks:
        if len(block.plain) >= _LENGTH and not block.formulas and block.kind == "text":
            first = firsts.setdefault(block.plain, block.frame)
            if frames[first].parent != frames[block.frame].parent and templates[first] != templates[block.frame]:
                continue
        kept.append(block)
    return kept


class _Templates:
    """A number for the path of tags and names of every frame, in which numbers do not count; found when asked for."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames
        self._numbers: dict[tuple[int, str, str], int] = {}
        self._of_frame: dict[int, int] = {-1: -1}

    def __getitem__(self, frame: int) -> int:
        path = []
        while frame not in self._of_frame:
            path.append(frame)
            frame = self._frames[frame].parent
        number = self._of_frame[frame]
        for place in reversed(path):
            step = (number, self._frames[place].tag, _DIGITS.sub("0", self._frames[place].hints))
            number = self._of_frame[place] = self._numbers.setdefault(step, len(self._numbers))
        return number
