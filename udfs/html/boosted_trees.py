"""Gradient-boosted trees read from arrays: numpy only, no pickle, the same bits on every machine."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

# Larger batches fall out of the processor's cache.
_BATCH = 256
# Log-odds of a probability of 0.047. Half of all blocks are menus and the like, and no more trees make text of them.
_SURELY_NEGATIVE = -3.0


@dataclass(frozen=True)
class BoostedTrees:
    """A binary classifier.

    Attributes
    ----------
    feature, left : numpy.ndarray
        Integer arrays over all nodes of all trees. The right child stands after the left one; a leaf points at itself.
    threshold : numpy.ndarray
        float32; a value at or below it goes left, so that of a leaf is infinite.
    value : numpy.ndarray
        float32; log-odds that a leaf adds.
    roots : numpy.ndarray
        Index of the root of every tree.
    glance : int
        After so many trees, rows that are surely negative are left as they are.
    depth : int
        Longest path.
    baseline : float
        Log-odds before the first tree.
    """

    feature: np.ndarray
    left: np.ndarray
    threshold: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    glance: int
    depth: int
    baseline: float

    def probability(self, rows: np.ndarray) -> np.ndarray:
        """Return the probability of the positive class for every row of a float32 array (rows, features)."""
        margin = self.baseline + self._margin(rows, self.roots[: self.glance])
        rest = self.roots[self.glance :]
        if len(rest):
            doubtful = np.flatnonzero(margin > _SURELY_NEGATIVE)
            margin[doubtful] += self._margin(rows[doubtful], rest)
        return 1.0 / (1.0 + np.exp(-margin))

    def _margin(self, rows: np.ndarray, roots: np.ndarray) -> np.ndarray:
        parts = [self._batch_margin(rows[start : start + _BATCH], roots) for start in range(0, len(rows), _BATCH)]
        return np.concatenate([*parts, np.zeros(0)])

    def _batch_margin(self, rows: np.ndarray, roots: np.ndarray) -> np.ndarray:
        count = len(rows)
        node = np.broadcast_to(roots, (count, len(roots))).copy()
        base = (np.arange(count) * rows.shape[1])[:, None]
        flat = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        for _ in range(self.depth):
            goes_right = flat.take(base + self.feature.take(node)) > self.threshold.take(node)
            node = self.left.take(node)
            node += goes_right
        # Summed in float64 in the order of the trees, so that no machine rounds another way.
        return np.cumsum(self.value.take(node).astype(np.float64), axis=1)[:, -1]


_PARTS = ("feature", "left", "threshold", "value", "roots")


def pack(model: BoostedTrees) -> bytes:
    """Write a model as a compressed ``.npz``."""
    buffer = io.BytesIO()
    scalars = np.array([model.glance, model.depth, model.baseline])
    np.savez_compressed(buffer, scalars=scalars, **{part: getattr(model, part) for part in _PARTS})
    return buffer.getvalue()


def unpack(data: bytes) -> BoostedTrees:
    """Read what `pack` wrote."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        parts = {part: arrays[part] for part in _PARTS}
        glance, depth, baseline = arrays["scalars"]
    for part in ("feature", "left", "roots"):
        parts[part] = parts[part].astype(np.intp)
    return BoostedTrees(**parts, glance=int(glance), depth=int(depth), baseline=float(baseline))


@cache
def packaged() -> BoostedTrees:
    """Return the model of ``main_content``, which travels with this package in ``blocks.npz``."""
    return unpack((files("udfs.html") / "blocks.npz").read_bytes())
