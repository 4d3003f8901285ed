"""A page as arrays over its blocks and frames, from which its features are computed."""

from __future__ import annotations

import numpy as np

from udfs.html.flow import Flow, Metadata
from udfs.html.text_facts import text_facts


def log(values: np.ndarray) -> np.ndarray:
    """Return the logarithm of one more than each value, negative ones taken as 0."""
    return np.log1p(np.maximum(values, 0.0))


class PageArrays:
    """Arrays over the blocks and frames of one page."""

    def __init__(self, flow: Flow, metadata: Metadata) -> None:
        self.flow = flow
        self.text = text_facts(flow, metadata)
        self.frame = np.array([block.frame for block in flow.blocks])
        self.parent = np.array([max(frame.parent, 0) for frame in flow.frames])
        self.first = np.array([frame.first_block for frame in flow.frames])
        self.last = np.array([frame.last_block for frame in flow.frames])
        self.depth = np.array([frame.depth for frame in flow.frames])
        self.size = self.text[:, 0]
        self.link = self.text[:, 2] * self.size
        self.long_text = np.where((self.text[:, 2] < 0.3) & (self.size >= 80), self.size, 0.0)
        self.long_total = max(float(self.long_text.sum()), 1.0)
        self.frame_signature = self._signatures()
        self.signature = self.frame_signature[self.frame]
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
        return np.array(of_frame)

    def over_frames(self, values: np.ndarray) -> np.ndarray:
        """Sum a value of the blocks over the subtree of every frame."""
        total = np.concatenate([[0.0], np.cumsum(values)])
        return total[self.last] - total[self.first]

    def over_signature(self, values: np.ndarray) -> np.ndarray:
        """Mean of a value over the blocks that share a block's signature."""
        counts = np.bincount(self.signature)
        return (np.bincount(self.signature, weights=values) / np.maximum(counts, 1))[self.signature]
