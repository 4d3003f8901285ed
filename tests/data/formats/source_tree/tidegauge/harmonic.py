# Copyright 2026 The tidegauge authors
# SPDX-License-Identifier: Apache-2.0
"""Adds up the harmonic constituents of a tide."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians


@dataclass(frozen=True)
class Constituent:
    """One regular rhythm of the tide: amplitude in metres, phase in degrees, speed in degrees per hour."""

    name: str
    amplitude: float
    phase: float
    speed: float

    def at(self, hours: float) -> float:
        """Return the contribution in metres, a number of hours after the epoch."""
        return self.amplitude * cos(radians(self.speed * hours - self.phase))


def height(constituents: Iterable[Constituent], mean_level: float, hours: float) -> float:
    """Return the height of the tide in metres above chart datum."""
    return mean_level + sum(constituent.at(hours) for constituent in constituents)


def high_waters(constituents: list[Constituent], hours: int, step: float = 0.1) -> list[float]:
    """Return the times of high water, in hours, found by stepping through the curve."""
    times = [i * step for i in range(int(hours / step) + 1)]
    levels = [height(constituents, 0.0, t) for t in times]
    triples = zip(levels, levels[1:], levels[2:], times[1:], strict=False)
    return [time for before, here, after, time in triples if before < here >= after]
