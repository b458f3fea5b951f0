"""``coverage.json``: which steps have a protocol half, were ridden, were measured. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from summary.models import CellSummary, JourneyInfo, SeriesSummary, StepInfo, Summary
from tandem.models import Executor, FrozenModel

SCHEMA_VERSION: Final = 1

State = Literal["measured", "errors only", "no protocol half", "not reached"]


class StepInCell(FrozenModel):
    """One step in one cell, counted in interactions of all its users."""

    executor: Executor
    users: int
    planned: int
    ridden: int
    measured: int
    """Ridden, ok, and with a protocol half."""
    not_reached: int
    """Planned and not ridden, since an earlier step of the iteration failed."""
    state: State


class StepCoverage(FrozenModel):
    """One step of a journey."""

    step: str
    action: str
    has_protocol: bool
    cells: tuple[StepInCell, ...]


class JourneyCoverage(FrozenModel):
    """One journey; the counts are of its steps."""

    journey: str
    steps: int
    steps_with_protocol: int
    steps_ridden: int
    """In at least one cell."""
    steps_measured: int
    """In every cell where they have something to measure."""
    step: tuple[StepCoverage, ...]


class Coverage(FrozenModel):
    """The whole of ``coverage.json``."""

    schema_version: Literal[1] = SCHEMA_VERSION
    stamp: str
    journeys: tuple[JourneyCoverage, ...]


def coverage(summary: Summary) -> Coverage:
    """Return what of each journey was ridden and measured."""
    series = {
        (row.journey, row.executor, row.users, row.step): row
        for row in summary.series
        if row.kind == "interaction"
    }
    return Coverage(
        stamp=summary.run.stamp,
        journeys=tuple(_journey(journey, summary, series) for journey in summary.journeys),
    )


_Series = dict[tuple[str, Executor, int, str], SeriesSummary]


def _journey(journey: JourneyInfo, summary: Summary, series: _Series) -> JourneyCoverage:
    cells = [cell for cell in summary.cells if cell.journey == journey.id]
    steps = tuple(
        StepCoverage(
            step=step.id,
            action=step.action,
            has_protocol=step.has_protocol,
            cells=tuple(_cells(step, cells, series)),
        )
        for step in journey.steps
    )
    return JourneyCoverage(
        journey=journey.id,
        steps=len(steps),
        steps_with_protocol=sum(step.has_protocol for step in steps),
        steps_ridden=sum(any(cell.ridden for cell in step.cells) for step in steps),
        steps_measured=sum(_is_measured(step) for step in steps),
        step=steps,
    )


def _is_measured(step: StepCoverage) -> bool:
    telling = [cell.state for cell in step.cells if cell.state != "no protocol half"]
    return bool(telling) and set(telling) == {"measured"}


def _cells(step: StepInfo, cells: list[CellSummary], series: _Series) -> Iterator[StepInCell]:
    for cell in cells:
        row = series.get((cell.journey, cell.executor, cell.users, step.id))
        has_half = step.has_protocol or cell.executor == "playwright"
        ridden = row.count if row else 0
        measured = row.count - row.errors if row and has_half else 0
        yield StepInCell(
            executor=cell.executor,
            users=cell.users,
            planned=cell.iterations_planned,
            ridden=ridden,
            measured=measured,
            not_reached=max(0, cell.iterations_planned - ridden),
            state=_state(has_half, ridden, measured),
        )


def _state(has_half: bool, ridden: int, measured: int) -> State:
    if not ridden:
        return "not reached"
    if not has_half:
        return "no protocol half"
    return "measured" if measured else "errors only"
