"""Changes of level over all nights: of a step, one side of it, a journey, everything. Pure.

What all series of a night have in common is taken out first, and looked at by itself: a machine
that is slower since some night changes everything, and no step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import log, log1p
from typing import Final, Literal

import numpy as np

from summary.regression.change_points import LEAST_NIGHTS, change_points
from summary.regression.history import Array, History, SeriesKey
from summary.regression.moves import Moves, moves_of
from summary.regression.units import Unit, unit_values

NEAR: Final = 3
"""Nights by which a change may be told too early or too late."""
FAR: Final = 8
"""The same for one side of a step, which is less steady than the whole."""
LEAST_ALONE: Final = log(1.05)
"""The least change, as a logarithm, of what is less steady than a step over all its cells."""
Level = Literal["everything", "journey", "step"]


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One change, by the nights' places."""

    level: Level
    journey: str
    step: str
    executor: str
    """Of a change that one side alone shows."""
    index: int
    """The first night of the new level."""
    effect: float
    """How much slower it is, as a share of the level before."""
    before: range
    after: range
    """The nights of the two levels."""


def hindsight(
    table: History, requests: Sequence[tuple[SeriesKey, str]], values: Array
) -> tuple[list[LevelChange], Moves]:
    """Return the changes, oldest first, and how far every part was from its usual level.

    ``table`` has two nights at least; ``values`` are the requests' logarithms by night. Looked at
    twice: what is found first is left out when noise is learnt for the second look, which gives the
    changes their whole size.
    """
    everything = slice(0, len(table.nights))
    moves = moves_of(table, requests, values, everything)
    first = level_changes(table, moves, {key.journey for key in table.series})
    again = {each.journey for each in first if each.level == "step"}
    if not again:
        return first, moves
    moves = moves_of(table, requests, values, everything, _as_array(table, first))
    others = [each for each in first if each.level != "everything" and each.journey not in again]
    return sorted([*level_changes(table, moves, again), *others], key=_in_order), moves


def _as_array(table: History, changes: Sequence[LevelChange]) -> Array:
    """Return what the changes of steps did to each series, by night."""
    added = np.zeros(table.loc.shape)
    for change in changes:
        if change.level == "step":
            mine = [
                (key.journey, key.step) == (change.journey, change.step)
                and change.executor in ("", key.executor)
                for key in table.series
            ]
            added[change.index :, mine] += log1p(change.effect)
    return added


def level_changes(table: History, moves: Moves, journeys: Collection[str]) -> list[LevelChange]:
    """Return the changes of ``journeys`` and of everything, oldest first.

    ``moves`` were made of ``table``.
    """
    number = len(table.nights)
    if number < 2 * LEAST_NIGHTS:
        return []
    made = unit_values(moves.cleaned, table.series, slice(0, number))
    found = [each for each in _of("everything", moves.cleaned.speed) if _is_plain(each)]
    steps: list[LevelChange] = []
    for column, unit in enumerate(made.units):
        if unit.journey not in journeys:
            continue
        values = made.values[:, column]
        if unit.kind == "journey":
            found += filter(_is_plain, _of("journey", values, unit.journey))
        elif unit.kind == "step":
            whole = list(_of("step", values, unit.journey, unit.step))
            steps += whole
            steps += _of_sides(moves, unit, whole)
    found += [each for each in steps if not any(_is_echo(each, other) for other in steps)]
    return sorted(found, key=_in_order)


def _in_order(change: LevelChange) -> tuple[int, str, str, str]:
    return change.index, change.level, change.journey, change.step


def _of_sides(moves: Moves, unit: Unit, whole: Sequence[LevelChange]) -> Iterator[LevelChange]:
    """Yield the changes that one side of a step shows and the step as a whole does not."""
    for part, values in moves.values.items():
        if (part.journey, part.step, part.request) == (unit.journey, unit.step, ""):
            for each in _of("step", values, unit.journey, unit.step, part.executor):
                if _is_plain(each) and not any(_is_same(each, other) for other in whole):
                    yield each


def _of(
    level: Level, values: Array, journey: str = "", step: str = "", executor: str = ""
) -> Iterator[LevelChange]:
    changes = change_points(values)
    for at, change in enumerate(changes):
        first = changes[at - 1].index if at else 0
        end = changes[at + 1].index if at + 1 < len(changes) else len(values)
        yield LevelChange(
            level=level,
            journey=journey,
            step=step,
            executor=executor,
            index=change.index,
            effect=change.effect,
            before=range(first, change.index),
            after=range(change.index, end),
        )


def _is_plain(change: LevelChange) -> bool:
    """Tell whether it is large enough for what has the noise of fewer series, or of the machine."""
    return abs(log1p(change.effect)) >= LEAST_ALONE


def _is_same(side: LevelChange, step: LevelChange) -> bool:
    is_alike = (side.effect > 0) == (step.effect > 0)
    return is_alike and abs(side.index - step.index) <= FAR


def _is_echo(change: LevelChange, other: LevelChange) -> bool:
    """Tell whether it is but the other's shadow.

    What the steps of a run have in common is their median; one step that became slower moves that,
    and makes the others look faster.
    """
    return (
        change.journey == other.journey
        and change.step != other.step
        and (change.effect > 0) != (other.effect > 0)
        and abs(change.index - other.index) <= NEAR
        and abs(log1p(other.effect)) >= 2 * abs(log1p(change.effect))
    )
