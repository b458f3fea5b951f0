"""Two runs held against each other: what was different, and how sure that is. Pure.

A difference of two quantiles has the interval of two figures that know nothing of each other
(:func:`summary.comparisons.between`). It covers which users and iterations happened to be ridden;
it does not cover what differs from one night to the next whatever the app does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from summary.comparisons import between
from summary.models import Bounds, CellSummary, RunInfo, SeriesSummary, SloResult, Summary
from summary.trend_models import (
    CellChange,
    FactChange,
    FigureChange,
    RunComparison,
    SloChange,
    StepChange,
    Told,
)
from tandem.models import Executor


class _Cell(NamedTuple):
    journey: str
    executor: Executor
    users: int


def compare(before: Summary, after: Summary) -> RunComparison:
    """Return what differs from ``before`` to ``after``."""
    steps = tuple(_steps(before, after))
    told = [each.told for step in steps for each in (step.p50, step.p95)]
    return RunComparison(
        before=before.run.stamp,
        after=after.run.stamp,
        verdict_before=before.verdict,
        verdict_after=after.verdict,
        facts=tuple(_facts(before, after)),
        cells=tuple(_cells(before.cells, after.cells)),
        slos=tuple(_slos(before.slos, after.slos)),
        steps=steps,
        judged=sum(each in ("slower", "faster", "no difference shown") for each in told),
    )


def _facts(before: Summary, after: Summary) -> Iterator[FactChange]:
    one, other = _told(before.run), _told(after.run)
    one |= {f"pacing of {each.id}": f"{each.pacing_s:g} s" for each in before.journeys}
    other |= {f"pacing of {each.id}": f"{each.pacing_s:g} s" for each in after.journeys}
    for name in dict.fromkeys([*one, *other]):
        if one.get(name, "") != other.get(name, ""):
            yield FactChange(name=name, before=one.get(name, ""), after=other.get(name, ""))


def _told(run: RunInfo) -> dict[str, str]:
    narrowed = ", ".join(f"{name}={value}" for name, value in sorted(run.narrowed.items()))
    return {
        "profile": run.profile,
        "narrowed by": narrowed,
        "environment": run.environment,
        "target": run.base_url,
        "app": run.app,
        **run.tools,
    }


def _cells(before: Sequence[CellSummary], after: Sequence[CellSummary]) -> Iterator[CellChange]:
    one, other = _outcomes(before), _outcomes(after)
    for key in dict.fromkeys([*other, *one]):
        was, is_now = one.get(key, ""), other.get(key, "")
        if was != is_now:
            yield CellChange(**key._asdict(), before=was, after=is_now)


def _outcomes(cells: Sequence[CellSummary]) -> dict[_Cell, str]:
    return {_cell(each): f"{each.outcome}, flaky" if each.flaky else each.outcome for each in cells}


def _cell(each: CellSummary | SeriesSummary | SloResult) -> _Cell:
    return _Cell(each.journey, each.executor, each.users)


def _slos(before: Sequence[SloResult], after: Sequence[SloResult]) -> Iterator[SloChange]:
    was = {(_cell(each), each.step, each.threshold): each for each in before}
    for each in after:
        old = was.get((_cell(each), each.step, each.threshold))
        if old is not None and old.verdict != each.verdict:
            yield SloChange(
                **_cell(each)._asdict(),
                step=each.step,
                threshold=each.threshold,
                before=old.verdict,
                after=each.verdict,
                measured_before=old.measured,
                measured_after=each.measured,
            )


def _steps(before: Summary, after: Summary) -> Iterator[StepChange]:
    unsound = {_cell(each) for run in (before, after) for each in run.cells if _is_unsound(each)}
    was, is_now = _interactions(before), _interactions(after)
    order = {
        (journey.id, step.id): (at, place)
        for at, journey in enumerate(after.journeys)
        for place, step in enumerate(journey.steps)
    }
    last = (len(order), len(order))

    def place(key: tuple[_Cell, str]) -> tuple[Any, ...]:
        cell, step = key  # the browser stands before the protocol, as everywhere
        return order.get((cell.journey, step), last), step, cell.executor == "k6", cell.users

    for key in sorted(was.keys() & is_now.keys(), key=place):
        yield _step(was[key], is_now[key], key[0] in unsound)


def _is_unsound(cell: CellSummary) -> bool:
    return cell.outcome == "invalid"


def _interactions(run: Summary) -> Mapping[tuple[_Cell, str], SeriesSummary]:
    return {
        (_cell(row), row.step): row
        for row in run.series
        if row.kind == "interaction" and row.p50_ms is not None
    }


def _step(before: SeriesSummary, after: SeriesSummary, unsound: bool) -> StepChange:
    return StepChange(
        **_cell(after)._asdict(),
        step=after.step,
        p50=_figure(before, after, "p50_ms", unsound),
        p95=_figure(before, after, "p95_ms", unsound),
        errors_before=before.errors,
        errors_after=after.errors,
        count_before=before.count,
        count_after=after.count,
    )


def _figure(before: SeriesSummary, after: SeriesSummary, name: str, unsound: bool) -> FigureChange:
    was, is_now = float(getattr(before, name)), float(getattr(after, name))
    bounds: Any = between(is_now, was, after.intervals.get(name), before.intervals.get(name))
    return FigureChange(
        before_ms=was,
        after_ms=is_now,
        change_ms=round(is_now - was, 3),
        interval_ms=bounds,
        change_rate=round((is_now - was) / was, 4) if was > 0 else None,
        told="invalid" if unsound else _word(bounds),
    )


def _word(bounds: Bounds | None) -> Told:
    if bounds is None:
        return "too few samples"
    low, high = bounds
    if low > 0:
        return "slower"
    if high is None:
        return "too few samples"
    return "faster" if high < 0 else "no difference shown"
