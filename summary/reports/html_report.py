"""``report.html``: one self-contained page that asks nothing of any network.

The templates draw the tables, ``report.js`` the charts, with Observable Plot in the page; this
module says how long the bars are and in which order things stand.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Final

from summary.changes_models import NO_NIGHTS, Changes
from summary.grouping import grouped
from summary.models import CellSummary, ErrorSummary, SeriesSummary, SloResult, Summary
from summary.reports import page, rendering
from summary.reports.changes_page import NIGHTS_SCRIPT, nights_view
from summary.reports.chart_data import chart_data
from summary.reports.health_table import amount, health_table
from summary.reports.same_findings import together
from summary.reports.side_by_side import JourneySides, lay_side_by_side
from summary.reports.vitals import vitals_of
from summary.shape_models import Shapes

MAX_FAILURES: Final = 50


@dataclass(frozen=True, slots=True)
class Scale:
    """A common scale from zero: every bar of a journey is drawn against the same one."""

    end_ms: float
    ticks: tuple[float, ...]

    def share(self, value: float | None) -> str:
        """Return how far ``value`` reaches, as a CSS percentage; nothing measured reaches 0."""
        return _percent((value or 0) / self.end_ms)


@dataclass(frozen=True, slots=True)
class Meter:
    """An SLO's measured value and its bound, as CSS percentages of one bar."""

    measured: str
    bound: str


def render_html(summary: Summary, shapes: Shapes, changes: Changes = NO_NIGHTS) -> str:
    """Return the run as one HTML page; the same input gives the same bytes."""
    journeys = lay_side_by_side(summary)
    nights = nights_view(changes)
    failures = sorted(summary.errors, key=rendering.failure_rank)
    page.environment().filters.update(
        scale_to=scale_to,
        meter=meter,
        trace_commands=trace_commands,
        amount=amount,
    )
    return page.render_page(
        "report",
        summary.verdict,
        chart_data(summary, journeys, shapes),
        (NIGHTS_SCRIPT,) if nights else (),
        summary=summary,
        run=summary.run,
        overview=rendering.overview(summary),
        meaning=rendering.verdict_meaning(summary),
        journeys=journeys,
        anchors={journey.info.id: f"journey-{at}" for at, journey in enumerate(journeys, 1)},
        findings=together(summary.findings),
        slos=sorted(summary.slos, key=rendering.worst_slo_first),
        errors=_errors(summary.series),
        failures=list(_with_evidence(failures[:MAX_FAILURES], summary.cells)),
        failures_left_out=len(failures[MAX_FAILURES:]),
        health=health_table(summary.cells, summary.health),
        vitals_of=vitals_of,
        figures_of=partial(_figures_of, grouped(summary.series, attrgetter("journey"))),
        nights=nights,
    )


def scale_to(longest: float | None) -> Scale:
    """Return the scale with the least round end that holds ``longest`` milliseconds."""
    if not longest or longest <= 0:
        return Scale(1.0, (0.0, 1.0))
    power = 10.0 ** math.floor(math.log10(longest))
    steps = (power * factor for factor in (0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0))
    # Five marks at most: more of them crowd a phone.
    step = next(step for step in steps if longest <= step * 5)
    marks = math.ceil(round(longest / step, 9))
    return Scale(step * marks, tuple(step * mark for mark in range(marks + 1)))


def meter(slo: SloResult) -> Meter | None:
    """Return the drawing of an SLO, or None where there is nothing to draw."""
    threshold = rendering.threshold(slo)
    if threshold is None or slo.measured is None:
        return None
    end = max(slo.measured, threshold.bound) * 1.15
    if end <= 0:
        return None
    return Meter(_percent(slo.measured / end), _percent(threshold.bound / end))


def _percent(share: float) -> str:
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"


def trace_commands(cell: CellSummary) -> list[str]:
    """Return what opens the cell's traces, typed in the result directory; the first two of them."""
    traces = [path for path in cell.artifacts.values() if _is_trace(path)]
    return [_show_trace(path) for path in traces[:2]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the browser kept of one failure."""

    files: list[tuple[str, str]]
    """What each is called, and its path."""
    command: str
    """Opens its trace; empty where there is none."""


def _with_evidence(
    failures: Iterable[ErrorSummary], cells: Iterable[CellSummary]
) -> Iterator[tuple[ErrorSummary, Evidence]]:
    """Yield each failure with what was kept of it, which one failure of several kinds has once."""
    told: set[tuple[str, ...]] = set()
    for failure in failures:
        kept = evidence_of(failure, cells)
        paths = (kept.command, *(path for _, path in kept.files))
        yield failure, Evidence([], "") if paths in told else kept
        told.add(paths)


def evidence_of(failure: ErrorSummary, cells: Iterable[CellSummary]) -> Evidence:
    """Return what was kept of the failure that is told of its kind, in its cell's artifacts."""
    key = (failure.journey, failure.executor, failure.users)
    kept = next((c.artifacts for c in cells if (c.journey, c.executor, c.users) == key), {})
    user = f"user{failure.user or 0:03d}"
    about = f"{user}-iteration{failure.iteration or 0:03d}-{failure.step}"
    files = {"picture of the page": f"failure-{about}.png", "its text": f"failure-{about}.txt"}
    paths = (kept.get(name, "") for name in (f"trace-{about}.zip", f"trace-{user}.zip"))
    traces = [path for path in paths if _is_trace(path)]
    return Evidence(
        [(said, kept[name]) for said, name in files.items() if name in kept],
        _show_trace(traces[0]) if traces else "",
    )


def _show_trace(path: str) -> str:
    return f"playwright show-trace {shlex.quote(path)}"


def _is_trace(path: str) -> bool:
    name = path.rpartition("/")[2]
    return (
        name.startswith("trace") and name.endswith(".zip") and bool(rendering.relative_link(path))
    )


def _figures_of(
    series: Mapping[str, Sequence[SeriesSummary]], journey: JourneySides
) -> list[SeriesSummary]:
    """Return a journey's figures: cell by cell, its steps in order, the requests of each below."""
    steps = {step.id: place for place, step in enumerate(journey.info.steps)}
    mine = [
        row
        for row in series.get(journey.info.id, ())
        if row.has_protocol or row.executor == "playwright"
    ]
    executors = list(rendering.EXECUTOR_LABELS)
    return sorted(
        mine,
        key=lambda row: (
            executors.index(row.executor),
            row.users,
            steps.get(row.step, len(steps)),
            row.kind != "interaction",
            row.name,
        ),
    )


def _errors(series: tuple[SeriesSummary, ...]) -> list[SeriesSummary]:
    """Return the series with errors in them, the most errors first."""
    return sorted((row for row in series if row.errors), key=lambda row: -row.errors)
