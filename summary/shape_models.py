"""``shapes.json``: how each step's latency was distributed, and how it went over the run.

Figures say how slow; these say what it looked like. They are made from the tables once, so that a
report is drawn anew without them, and they stay when a run's tables are thrown away.
"""

from __future__ import annotations

from typing import Final, Literal

from tandem.models import Executor, FrozenModel

SCHEMA_VERSION: Final = 1
Milliseconds = tuple[float, ...]


class Course(FrozenModel):
    """A step's latency over the run: one entry for each part of the time that holds samples."""

    at_s: tuple[float, ...]
    """The middle of the part, since the cell's first sample."""
    count: tuple[int, ...]
    errors: tuple[int, ...]
    p50_ms: tuple[float | None, ...]
    """Of the samples that are ok; None where none is."""
    max_ms: tuple[float | None, ...]


class StepShape(FrozenModel):
    """One step in one cell."""

    step: str
    count: int
    quantiles_ms: Milliseconds
    """Of the samples that are ok, ascending and evenly spaced in rank: all of them when they are
    few, else as many as make a smooth drawing, from the least to the greatest."""
    course: Course


class CellShape(FrozenModel):
    """One cell."""

    journey: str
    executor: Executor
    users: int
    span_s: float
    """From its first sample to the end of its last."""
    steps: tuple[StepShape, ...]


class Shapes(FrozenModel):
    """The whole of ``shapes.json``."""

    schema_version: Literal[1] = SCHEMA_VERSION
    cells: tuple[CellShape, ...] = ()
