"""What all series of a night, or all steps of a run, have in common is noise, and taken out. Pure.

A slow machine slows everything, each series by a share of its own; a bad minute slows the steps
that were ridden in it. What is left of a series is its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from summary.regression import robust
from summary.regression.history import Array, SeriesKey

RIDGE_NIGHTS: Final = 4.0
"""So many nights' worth of evidence says, before any was seen, that a series feels all of it."""
ROUNDS: Final = 3
LEAST_STEPS: Final = 3
"""Of a run whose noise can be told from what happened to one of its steps."""
LEAST_SERIES: Final = 3
"""Of a night from which its machine's speed can be told: of fewer, it would be their own change."""
_FLOOR: Final = 0.01


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Deviations from each series' usual level; arrays of (nights, series)."""

    without_machine: Array
    without_run: Array
    """The noise of the run is taken out too."""
    speed: Array
    """By night: how much slower the machine was than usual, as a logarithm."""
    run: Array
    """What was taken out as the noise of the run."""


def cleaned(values: Array, keys: tuple[SeriesKey, ...], baseline: slice) -> Cleaned:
    """Return what is each series' own. ``values`` are logarithms by night and series."""
    deviations = values - robust.median(values[baseline])
    speed, felt = _machine(deviations, baseline)
    left = deviations - felt * speed[:, None]
    run = np.zeros(left.shape)
    for columns in _runs(keys):
        if len(columns) >= LEAST_STEPS:
            run[:, columns] = robust.median(left[:, columns], axis=1)[:, None]
    return Cleaned(left, left - run, speed, run)


def cleaned_alike(made: Cleaned, values: Array, columns: Sequence[int], baseline: slice) -> Array:
    """Return what is left of parts of the series ``columns``: the same noise is taken out.

    ``values`` are logarithms by night and part, such as the requests of a step.
    """
    deviations = values - robust.median(values[baseline])
    felt = _felt(deviations[baseline], made.speed[baseline])
    return np.asarray(deviations - felt * made.speed[:, None] - made.run[:, list(columns)])


def _machine(deviations: Array, baseline: slice) -> tuple[Array, Array]:
    """Return the machine's speed of each night, and how much of it each series feels."""
    felt = np.ones(deviations.shape[1])
    if deviations.shape[1] < LEAST_SERIES:
        return np.zeros(len(deviations)), felt
    scale = np.maximum(robust.spread(deviations[baseline]), _FLOOR)
    speed = np.zeros(len(deviations))
    for _ in range(ROUNDS):
        weights = np.nan_to_num(felt / scale)
        speed = np.nan_to_num(robust.weighted_median(deviations / felt, weights))
        felt = _felt(deviations[baseline], speed[baseline])
        rest = deviations[baseline] - felt * speed[baseline, None]
        scale = np.maximum(robust.spread(rest), _FLOOR)
    return speed, felt


def _felt(deviations: Array, speed: Array) -> Array:
    """Return the share of the machine's speed that each series feels, shrunk to all of it."""
    known = ~np.isnan(deviations)
    prior = RIDGE_NIGHTS * float(np.mean(speed**2)) + 1e-12
    both = np.nansum(speed[:, None] * robust.winsorised(deviations), axis=0)
    alone = np.sum(known * speed[:, None] ** 2, axis=0)
    return np.asarray(np.clip((both + prior) / (alone + prior), 0.1, 3.0))


def _runs(keys: tuple[SeriesKey, ...]) -> list[list[int]]:
    """Return the columns of each run: a journey in one cell rides within the same minutes."""
    found: dict[tuple[str, str, int], list[int]] = {}
    for column, key in enumerate(keys):
        found.setdefault((key.journey, key.executor, key.users), []).append(column)
    return list(found.values())
