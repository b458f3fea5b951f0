"""How the load generator fared, a row for each cell. Pure.

The readings are those of ``executors/health.py``; one that is not known here stands under its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from summary.models import CellSummary, ReadingSummary
from summary.reports import rendering
from tandem.models import Executor

LABELS: Final = {
    "machine_cpu": "Machine busy",
    "executor_cpu": "Processors used",
    "executor_wait": "Processors waited for",
    "event_loop_lag": "Event loop late",
    "executor_memory_mb": "Memory",
    "machine_memory": "Machine's memory in use",
    "executor_processes": "Processes",
    "late_interactions": "Started late",
    "dropped_iterations": "Iterations dropped",
    "own_errors": "Errors of its own",
}
"""What each reading is called, in the order in which they are shown."""
_SAID: Final = ("processors", "processes", "interactions", "iterations", "errors")
"""Units that the labels say already."""


@dataclass(frozen=True, slots=True)
class CellHealth:
    """The readings of one cell by their names."""

    journey: str
    executor: Executor
    users: int
    readings: dict[str, ReadingSummary]


@dataclass(frozen=True, slots=True)
class HealthTable:
    """The cells that have readings, and which readings those are."""

    columns: tuple[tuple[str, str], ...]
    """Name and label of each reading."""
    cells: tuple[CellHealth, ...]


def amount(value: float, reading: ReadingSummary) -> str:
    """Return a value of ``reading`` as its column shows it: with its unit, if no label has it."""
    if reading.name not in LABELS or reading.unit not in _SAID:
        return rendering.in_unit(value, reading.unit)
    return rendering.count(value) if value == int(value) else rendering.number(value)


def health_table(cells: Iterable[CellSummary], health: Iterable[ReadingSummary]) -> HealthTable:
    """Return the readings of each cell that has some, in the order of the cells."""
    found: dict[tuple[str, str, int], dict[str, ReadingSummary]] = {}
    for each in health:
        found.setdefault((each.journey, each.executor, each.users), {})[each.name] = each
    names = dict.fromkeys([*LABELS, *(name for readings in found.values() for name in readings)])
    read = {name for readings in found.values() for name in readings}
    rows = (
        CellHealth(cell.journey, cell.executor, cell.users, readings)
        for cell in cells
        if (readings := found.get((cell.journey, cell.executor, cell.users)))
    )
    columns = tuple((name, LABELS.get(name, name)) for name in names if name in read)
    return HealthTable(columns, tuple(rows))
