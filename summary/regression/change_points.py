"""Finds, in hindsight, the nights on which a level changed for good. Pure.

The nights are cut into stretches of one level each such that the loss of all, and a penalty for
every cut, is least. The loss of a night grows with the square of its distance from the level, and
no further than three deviations: a single odd night is not worth a cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from summary.regression import robust
from summary.regression.history import Array

PENALTY: Final = 2 * 2.5
"""Times the logarithm of the number of nights, for each change."""
LEAST_NIGHTS: Final = 4
LEAST_CHANGE: Final = log(1.03)
_FARTHEST: Final = 3.0**2
_FLOOR: Final = 0.005


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A change of level."""

    index: int
    """The first night of the new level."""
    effect: float
    """How much slower it is, as a share of the level before."""


def change_points(values: Array) -> tuple[ChangePoint, ...]:
    """Return the changes of ``values``: logarithms by night, NaN where there is none."""
    known = np.flatnonzero(~np.isnan(values))
    series = values[known]
    if len(series) < 2 * LEAST_NIGHTS:
        return ()
    cuts = [0, *_cuts(series), len(series)]
    levels = [float(np.median(series[a:b])) for a, b in pairwise(cuts)]
    changes = []
    level = levels[0]
    for cut, after in zip(cuts[1:-1], levels[1:], strict=True):
        if abs(after - level) >= LEAST_CHANGE:
            changes.append(ChangePoint(int(known[cut]), exp(after - level) - 1))
            level = after
    return tuple(changes)


def _cuts(series: Array) -> list[int]:
    """Return where stretches begin, the first one aside."""
    number = len(series)
    losses = _losses(series / max(_deviation(series), _FLOOR))
    penalty = PENALTY * log(number)
    best = np.full(number + 1, np.inf)
    best[0] = -penalty
    came_from = np.zeros(number + 1, dtype=int)
    for end in range(LEAST_NIGHTS, number + 1):
        costs = best[:end] + losses[:end, end] + penalty
        came_from[end] = int(np.argmin(costs))
        best[end] = costs[came_from[end]]
    cuts = []
    end = number
    while came_from[end]:
        end = int(came_from[end])
        cuts.append(end)
    return cuts[::-1]


def _losses(scaled: Array) -> Array:
    """Return the loss of each stretch by first night and end; infinite for one too short."""
    number = len(scaled)
    losses = np.full((number + 1, number + 1), np.inf)
    for length in range(LEAST_NIGHTS, number + 1):
        stretches = sliding_window_view(scaled, length)
        squares = (stretches - np.median(stretches, axis=1, keepdims=True)) ** 2
        starts = np.arange(number - length + 1)
        losses[starts, starts + length] = np.minimum(squares, _FARTHEST).sum(axis=1)
    return losses


def _deviation(series: Array) -> float:
    """Return the deviation of a night, from what neighbours differ by: levels do not count."""
    steps = np.diff(series)
    return float(robust.spread(steps[:, None])[0]) / 2**0.5
