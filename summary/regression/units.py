"""What is judged: a step over all its cells, a journey, a cell, a steady series. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np

from summary.regression import robust
from summary.regression.history import Array, SeriesKey
from summary.regression.noise import Cleaned

UnitKind = Literal["step", "journey", "cell", "series"]
STEADY: Final = 0.05
"""A single series is judged where its nights differ by less than this; else it only advises."""


class Unit(NamedTuple):
    """What a verdict is about; what it is over stays empty."""

    kind: UnitKind
    journey: str = ""
    step: str = ""
    executor: str = ""
    users: int = 0


@dataclass(frozen=True, slots=True)
class UnitValues:
    """How far each unit was from its usual level; ``values`` by night and unit."""

    units: tuple[Unit, ...]
    values: Array


def unit_values(cleaned: Cleaned, keys: tuple[SeriesKey, ...], baseline: slice) -> UnitValues:
    """Return the units that these series make up."""
    own, left = cleaned.without_run, cleaned.without_machine
    precision = precision_of(own[baseline])
    columns: dict[Unit, Array] = {}
    for unit, chosen in _chosen(keys, lambda key: Unit("step", key.journey, key.step)):
        columns[unit] = weighted_mean(own[:, chosen], precision[chosen])
    for unit, chosen in _chosen(keys, lambda key: Unit("journey", key.journey)):
        columns[unit] = robust.median(left[:, chosen], axis=1)
    for unit, chosen in _chosen(keys, lambda key: Unit("cell", "", "", key.executor, key.users)):
        columns[unit] = robust.median(left[:, chosen], axis=1)
    for column, key in enumerate(keys):
        columns[Unit("series", *key)] = own[:, column]
    return UnitValues(tuple(columns), np.stack(list(columns.values()), axis=1))


def precision_of(baseline: Array) -> Array:
    """Return the weight of each column: the steadier from night to night, the more."""
    return np.asarray(1.0 / np.maximum(robust.spread(baseline), 0.01) ** 2)


def _chosen(
    keys: tuple[SeriesKey, ...], unit_of: Callable[[SeriesKey], Unit]
) -> Iterator[tuple[Unit, list[int]]]:
    found: dict[Unit, list[int]] = {}
    for column, key in enumerate(keys):
        found.setdefault(unit_of(key), []).append(column)
    yield from sorted(found.items())


def weighted_mean(values: Array, weights: Array) -> Array:
    """Return the mean of each row over the columns that have a value there."""
    heavy = np.where(np.isnan(values), 0.0, np.nan_to_num(weights))
    total = heavy.sum(axis=1)
    summed = np.nansum(values * np.nan_to_num(weights), axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, summed / total, np.nan)
