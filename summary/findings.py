"""What the reader should know, in sentences, worst first. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from executors.outcome import CellOutcome
from journeys.slo import parse_threshold
from summary.models import CellSummary, Finding, JourneyInfo, SeriesSummary, SloResult

_SEVERITIES = ("error", "warning", "info")
_KINDS = (
    "journey",
    "cell",
    "slo",
    "regression",
    "check",
    "flaky",
    "pacing",
    "coverage",
    "redaction",
)
_LATE = 0.1
"""A share of the pacing: interactions that start later than that were not ridden as planned."""


def find(
    journeys: Sequence[JourneyInfo],
    cells: Sequence[CellSummary],
    series: Sequence[SeriesSummary],
    slos: Sequence[SloResult],
    others: Iterable[Finding] = (),
) -> tuple[Finding, ...]:
    """Return every finding and ``others``: errors, then warnings, then information."""
    pacing = {journey.id: journey.pacing_s for journey in journeys}
    refused = {journey.id for journey in journeys if journey.fault}  # said once, not for each cell
    found = [
        *_of_journeys(journeys),
        *_of_cells([cell for cell in cells if cell.journey not in refused], pacing),
        *_of_slos(slos),
        *_of_skipped(series),
        *others,
    ]
    return tuple(
        sorted(found, key=lambda each: (_SEVERITIES.index(each.severity), _KINDS.index(each.kind)))
    )


def _of_journeys(journeys: Iterable[JourneyInfo]) -> Iterator[Finding]:
    for journey in journeys:
        if journey.fault:
            text = f"The spec was refused: {journey.fault}"
            yield Finding(**_about(journey.id), severity="error", kind="journey", text=text)
            continue
        if journey.pacing_overridden:
            text = f"Ridden at an overridden pacing of {journey.pacing_s:g} s."
            yield Finding(**_about(journey.id), severity="warning", kind="pacing", text=text)
        silent = [step.id for step in journey.steps if not step.has_protocol]
        if silent:
            text = (
                f"{len(silent)} of {len(journey.steps)} steps have no protocol half; "
                f"only the browser measures {', '.join(silent)}."
            )
            yield Finding(**_about(journey.id), severity="info", kind="coverage", text=text)


def _of_cells(cells: Iterable[CellSummary], pacing: dict[str, float]) -> Iterator[Finding]:
    for cell in cells:
        about = _about(cell.journey, cell.executor, cell.users, cell.step)
        if cell.outcome != "ok":
            yield Finding(**about, severity="error", kind="cell", text=cell.reason)
        elif cell.flaky:
            text = f"Came through only in attempt {cell.attempts}; every attempt was kept."
            yield Finding(**about, severity="warning", kind="flaky", text=text)
        elif cell.iterations_failed:
            text = f"{cell.iterations_failed} of {cell.iterations_planned} iterations failed."
            yield Finding(**about, severity="warning", kind="cell", text=text)
        late = cell.lateness_p95_ms or 0.0
        if late > _LATE * 1000 * pacing[cell.journey]:
            # The step that broke a cell is not the one that was late.
            about = _about(cell.journey, cell.executor, cell.users)
            text = f"One interaction in twenty started {late:.0f} ms late or later."
            yield Finding(**about, severity="warning", kind="pacing", text=text)


def withheld_from(outcome: CellOutcome) -> Iterator[Finding]:
    """Yield each file of the cell that was not kept, since secrets may be in it."""
    for file in outcome.withheld:
        about = _about(outcome.journey, outcome.executor, outcome.users)
        text = f"{file.path} was not kept: {file.why}."
        yield Finding(**about, severity="info", kind="redaction", text=text)


def _of_slos(slos: Iterable[SloResult]) -> Iterator[Finding]:
    for slo in sorted(slos, key=_missed_times, reverse=True):
        if slo.verdict in ("pass", "invalid"):  # why a cell is invalid is said of the cell
            continue
        about = _about(slo.journey, slo.executor, slo.users, slo.step)
        text = f"SLO {slo.threshold} is missed: {_measured(slo)}."
        if slo.verdict != "fail":
            text = f"SLO {slo.threshold} cannot be judged: no sample supports it."
        severity = "error" if slo.level == "error" else "warning"
        yield Finding(**about, severity=severity, kind="slo", text=text)


def _missed_times(slo: SloResult) -> float:
    """Return how many times the bound was reached, or how many times it was not."""
    if slo.verdict != "fail" or slo.measured is None:
        return 0.0
    threshold = parse_threshold(slo.threshold)
    parts = (slo.measured, threshold.bound)
    over, under = parts if threshold.comparison.startswith("<") else parts[::-1]
    return over / under if under else math.inf


def _of_skipped(series: Iterable[SeriesSummary]) -> Iterator[Finding]:
    for row in series:
        if row.skipped and row.skipped == row.count:
            text = "This optional step was skipped each time: nothing of it was measured."
            about = _about(row.journey, row.executor, row.users, row.step)
            yield Finding(**about, severity="info", kind="coverage", text=text)


def _measured(slo: SloResult) -> str:
    measured, threshold = slo.measured or 0.0, parse_threshold(slo.threshold)
    match threshold.metric:
        case "rate":
            return f"{100 * measured:.2f} % of the interactions failed"
        case "count":
            return f"{measured:.0f} interactions"
        case _:
            shown = f"{measured:.0f}" if measured >= 999.5 else f"{measured:.3g}"
            # Nobody believes that p(95)<300 is missed by 300 ms.
            return f"{measured if float(shown) == threshold.bound else shown} ms"


def _about(journey: str, executor: str = "", users: int = 0, step: str = "") -> dict[str, object]:
    return {"journey": journey, "executor": executor, "users": users, "step": step}
