"""SLOs and outcomes to verdicts. Pure: nothing here is measured, only held against a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from executors.outcome import CellOutcome
from journeys.resolved import ResolvedJourney, ResolvedStep
from journeys.slo import Slo, parse_threshold
from summary.cell_samples import CellSamples
from summary.grouping import grouped
from summary.models import CellSummary, Finding, SloResult
from tandem.exit_codes import ExitCode, strongest
from tandem.models import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """The run's verdict, and the code that the shell gets for it."""

    verdict: Verdict
    exit_code: ExitCode


def judge_slos(
    journey: ResolvedJourney, outcome: CellOutcome, samples: CellSamples, default_slo: str | None
) -> list[SloResult]:
    """Return every SLO that holds for this cell, judged on its samples.

    A step or a group without a protocol half is no matter of k6's. Without samples an SLO is
    inconclusive, never passed. ``default_slo`` is for a journey that has none of its own.
    """
    results = []
    groups = {group.id for group in journey.groups}
    for step, slo in _slos(journey, outcome, default_slo):
        if slo.level == "off" or not _holds_for(slo, outcome):
            continue
        threshold = parse_threshold(slo.threshold)
        rows = samples.transactions(step) if step in groups else samples.interactions(step)
        measured = rows.measure(threshold)
        kept: Verdict = "inconclusive"
        if measured is not None:
            kept = "pass" if threshold.holds(measured) else "fail"
        results.append(
            SloResult(
                journey=journey.id,
                executor=outcome.executor,
                users=outcome.users,
                step=step,
                threshold=slo.threshold,
                level=slo.level,
                measured=measured,
                verdict=kept,
            )
        )
    return results


def _slos(
    journey: ResolvedJourney, outcome: CellOutcome, default_slo: str | None
) -> Iterator[tuple[str, Slo]]:
    own = [("", slo) for slo in journey.slos]
    for step in journey.steps:
        if _is_measured(step, outcome):
            own += [(step.id, slo) for slo in step.slos]
    measured = {step.id for step in journey.steps if _is_measured(step, outcome)}
    for group in journey.groups:
        if measured.intersection(group.steps):
            own += [(group.id, slo) for slo in group.slos]
    of_parts = [step.slos for step in journey.steps] + [each.slos for each in journey.groups]
    if not journey.slos and not any(of_parts) and default_slo:
        own.append(("", Slo(threshold=default_slo)))
    yield from own


def _is_measured(step: ResolvedStep, outcome: CellOutcome) -> bool:
    return step.has_protocol or outcome.executor == "playwright"


def _holds_for(slo: Slo, outcome: CellOutcome) -> bool:
    return slo.executor in (None, outcome.executor) and slo.users in (None, outcome.users)


def as_believed(
    slos: Iterable[SloResult], cells: Iterable[CellSummary], findings: Iterable[Finding]
) -> tuple[SloResult, ...]:
    """Return the SLOs; those of cells whose numbers cannot be believed are invalid.

    Whatever was measured there says nothing of the app: neither that an SLO is kept nor that it is
    missed.
    """
    unsound = {_place(cell) for cell in cells if cell.outcome == "invalid"}
    unsound |= {
        _place(found) for found in findings if (found.kind, found.severity) == ("check", "error")
    }
    return tuple(
        slo.model_copy(update={"verdict": "invalid"}) if _place(slo) in unsound else slo
        for slo in slos
    )


def _place(of: SloResult | CellSummary | Finding) -> tuple[str, str, int]:
    return of.journey, of.executor, of.users


def judge_run(
    cells: Sequence[CellSummary], slos: Sequence[SloResult], findings: Iterable[Finding]
) -> Judged:
    """Return the worst that cells, SLOs of level error and checks of the numbers say.

    Nothing ridden at all is inconclusive: a run that measured nothing is never green.
    """
    codes = {ExitCode.OK}
    verdicts: set[Verdict] = {"pass"} if cells else {"inconclusive"}
    for cell in cells:
        if cell.outcome == "failed":
            verdicts.add("fail")
            codes.add(ExitCode.JOURNEY_FAILED)
        elif cell.outcome == "invalid":
            verdicts.add("invalid")
            codes.add(ExitCode.INVALID)
    for slo in slos:
        if slo.level == "error" and slo.verdict != "pass":
            verdicts.add(slo.verdict)
            codes.add(ExitCode.SLO_FAILED if slo.verdict == "fail" else ExitCode.INVALID)
    wrong = {found.kind for found in findings if found.severity == "error"}
    if "regression" in wrong:
        verdicts.add("fail")
        codes.add(ExitCode.REGRESSION)
    if "check" in wrong:
        verdicts.add("invalid")
        codes.add(ExitCode.INVALID)
    if not cells:
        codes.add(ExitCode.INVALID)
    return Judged(worst(verdicts), strongest(codes))


def with_verdicts(
    cells: Iterable[CellSummary], slos: Iterable[SloResult], findings: Iterable[Finding]
) -> tuple[CellSummary, ...]:
    """Return each cell with its own verdict, from what is said of it alone."""
    of_slos, of_findings = grouped(slos, _place), grouped(findings, _place)
    return tuple(
        cell.model_copy(
            update={
                "verdict": judge_run(
                    [cell], of_slos.get(_place(cell), ()), of_findings.get(_place(cell), ())
                ).verdict
            }
        )
        for cell in cells
    )


WORST_FIRST: tuple[Verdict, ...] = ("fail", "invalid", "inconclusive", "pass")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of them; inconclusive when there is none."""
    said = set(verdicts)
    return next((verdict for verdict in WORST_FIRST if verdict in said), "inconclusive")
