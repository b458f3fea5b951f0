"""``coverage.json``: which steps have a protocol half, were ridden, measured, skipped. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Final, Literal

from summary.grouping import grouped
from summary.models import CellSummary, JourneyInfo, SeriesSummary, StepInfo, Summary
from tandem.models import Executor, FrozenModel

SCHEMA_VERSION: Final = 1

State = Literal["measured", "errors only", "skipped", "no protocol half", "not reached"]


class StepInCell(FrozenModel):
    """One step in one cell, counted in interactions of all its users."""

    executor: Executor
    users: int
    planned: int
    ridden: int
    measured: int
    """Ridden, ok, not skipped, and with a protocol half."""
    skipped: int
    """Ridden in vain, as an optional step may be."""
    not_reached: int
    """Planned and not ridden, since an earlier step of the iteration failed."""
    state: State


class StepCoverage(FrozenModel):
    """One step of a journey."""

    step: str
    action: str
    has_protocol: bool
    optional: bool
    cells: tuple[StepInCell, ...]


class JourneyCoverage(FrozenModel):
    """One journey; the counts are of its steps."""

    journey: str
    steps: int
    steps_with_protocol: int
    steps_optional: int
    steps_ridden: int
    """In at least one cell."""
    steps_measured: int
    """In every cell where they have something to measure."""
    steps_skipped: int
    """In at least one cell, at least once."""
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
    cells = grouped(summary.cells, attrgetter("journey"))
    return Coverage(
        stamp=summary.run.stamp,
        journeys=tuple(_journey(each, cells.get(each.id, []), series) for each in summary.journeys),
    )


_Series = dict[tuple[str, Executor, int, str], SeriesSummary]


def _journey(journey: JourneyInfo, cells: list[CellSummary], series: _Series) -> JourneyCoverage:
    steps = tuple(
        StepCoverage(
            step=step.id,
            action=step.action,
            has_protocol=step.has_protocol,
            optional=step.optional,
            cells=tuple(_cells(step, cells, series)),
        )
        for step in journey.steps
    )
    return JourneyCoverage(
        journey=journey.id,
        steps=len(steps),
        steps_with_protocol=sum(step.has_protocol for step in steps),
        steps_optional=sum(step.optional for step in steps),
        steps_ridden=sum(any(cell.ridden for cell in step.cells) for step in steps),
        steps_measured=sum(_is_measured(step) for step in steps),
        steps_skipped=sum(any(cell.skipped for cell in step.cells) for step in steps),
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
        skipped = row.skipped if row else 0
        measured = row.count - row.errors - skipped if row and has_half else 0
        yield StepInCell(
            executor=cell.executor,
            users=cell.users,
            planned=cell.iterations_planned,
            ridden=ridden,
            measured=measured,
            skipped=skipped,
            not_reached=max(0, cell.iterations_planned - ridden),
            state=_state(has_half, ridden, measured, skipped),
        )


def _state(has_half: bool, ridden: int, measured: int, skipped: int) -> State:
    if not ridden:
        return "not reached"
    if not has_half:
        return "no protocol half"
    if measured:
        return "measured"
    return "skipped" if skipped == ridden else "errors only"
