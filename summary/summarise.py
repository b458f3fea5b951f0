"""Outcomes and tables to the :class:`~summary.models.Summary`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from executors.outcome import CellOutcome
from journeys.resolved import RefusedJourney, ResolvedJourney
from summary.cell_samples import CellSamples
from summary.comparisons import growth, lay_beside
from summary.cross_check import check_counts, check_totals
from summary.figures import errors_of, readings_of, series_of
from summary.findings import find, withheld_from
from summary.judge import as_believed, judge_run, judge_slos, with_verdicts
from summary.models import (
    CellSummary,
    ErrorSummary,
    Finding,
    JourneyInfo,
    ReadingSummary,
    RunInfo,
    SeriesSummary,
    SloResult,
    StepInfo,
    Summary,
)
from summary.tables.totals import Totals
from tandem.errors import SettingsError

NamedJourney = ResolvedJourney | RefusedJourney
_NOT_RIDDEN = 0


@dataclass(frozen=True, slots=True)
class CellData:
    """One cell as it was recorded."""

    outcome: CellOutcome
    samples: CellSamples
    """Those of the attempt that it is judged by."""
    totals: Totals
    """What the tool itself counted in the attempt that the cell is judged by."""
    folder: str
    """Where its artifacts are in the result directory."""
    script: str
    table_file: str
    attempts_file: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a run is judged with, beside the SLOs of its journeys."""

    default_slo: str | None = None
    """For a journey that has none of its own."""
    apdex_target_ms: float = 500.0


@dataclass(frozen=True, slots=True)
class RunData:
    """Everything that a summary is made of."""

    profile: str
    view: str
    narrowed: Mapping[str, str]
    criteria: Criteria
    journeys: tuple[NamedJourney, ...]
    cells: tuple[CellData, ...]
    source_date_epoch: str | None = None


def summarise(run: RunData, others: Sequence[Finding] = ()) -> Summary:
    """Return the summary of a run; raise SettingsError for an unusable SOURCE_DATE_EPOCH.

    ``others`` are findings that its tables alone do not give: how it differs from other runs.
    """
    journeys = {journey.id: journey for journey in run.journeys}
    made = _Made(findings=list(others))
    for cell in run.cells:
        samples = cell.samples
        made.cells.append(_cell(cell))
        made.series.extend(series_of(cell.outcome, samples, run.criteria.apdex_target_ms))
        made.vitals.extend(readings_of(cell.outcome, samples, "vital"))
        made.health.extend(readings_of(cell.outcome, samples, "health"))
        made.errors.extend(errors_of(cell.outcome, samples))
        made.findings.extend(withheld_from(cell.outcome))
        journey = journeys[cell.outcome.journey]
        made.findings.extend(_checks(cell, journey))
        if isinstance(journey, ResolvedJourney):
            made.slos.extend(judge_slos(journey, cell.outcome, samples, run.criteria.default_slo))
    return _judged(run, made)


def _checks(cell: CellData, journey: NamedJourney) -> Iterator[Finding]:
    """Yield what the numbers of a cell say against each other."""
    yield from check_totals(cell.outcome, cell.samples, cell.totals)
    if isinstance(journey, ResolvedJourney):
        steps = (step.id for step in journey.steps)
        yield from check_counts(cell.outcome, cell.samples, steps)


def without_refuted(run: RunData) -> RunData:
    """Return the run, its cells invalid whose own numbers contradict each other."""
    journeys = {journey.id: journey for journey in run.journeys}

    def believed(cell: CellData) -> CellData:
        checks = _checks(cell, journeys[cell.outcome.journey])
        if all(found.severity != "error" for found in checks):
            return cell
        return replace(cell, outcome=cell.outcome.model_copy(update={"outcome": "invalid"}))

    return replace(run, cells=tuple(map(believed, run.cells)))


@dataclass(slots=True)
class _Made:
    """What is known of the run so far."""

    cells: list[CellSummary] = field(default_factory=list)
    series: list[SeriesSummary] = field(default_factory=list)
    slos: list[SloResult] = field(default_factory=list)
    vitals: list[ReadingSummary] = field(default_factory=list)
    health: list[ReadingSummary] = field(default_factory=list)
    errors: list[ErrorSummary] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def _judged(run: RunData, made: _Made) -> Summary:
    outcomes = [cell.outcome for cell in run.cells]
    pacing = {outcome.journey: outcome.pacing_s for outcome in reversed(outcomes)}
    journeys = tuple(_journey(journey, pacing.get(journey.id)) for journey in run.journeys)
    slos = as_believed(made.slos, made.cells, made.findings)
    findings = find(journeys, made.cells, made.series, slos, made.findings)
    judged = judge_run(made.cells, slos, findings)
    cells = with_verdicts(made.cells, slos, findings)
    return Summary(
        run=_run_info(run, outcomes),
        verdict=judged.verdict,
        exit_code=int(judged.exit_code),
        findings=findings,
        journeys=journeys,
        cells=cells,
        series=tuple(made.series),
        slos=slos,
        side_by_side=tuple(lay_beside(cells, made.series)),
        growth=tuple(growth(cells, made.series)),
        vitals=tuple(made.vitals),
        health=tuple(made.health),
        errors=tuple(made.errors),
    )


def _run_info(run: RunData, outcomes: Sequence[CellOutcome]) -> RunInfo:
    tools = {name: tool["version"] for cell in outcomes for name, tool in cell.tools.items()}
    return RunInfo(
        stamp=stamp(outcomes, run.source_date_epoch),
        profile=run.profile,
        view=run.view,
        narrowed=dict(run.narrowed),
        environment=_only([cell.environment for cell in outcomes]),
        base_url=_only([cell.target for cell in outcomes]),
        app=_only([cell.app for cell in outcomes]),
        tools=dict(sorted(tools.items())),
        started_at=min((cell.started_at for cell in outcomes), default=""),
        apdex_target_ms=run.criteria.apdex_target_ms,
    )


def stamp(outcomes: Sequence[CellOutcome], source_date_epoch: str | None) -> str:
    """Return YYYYMMDD-HHMMSS, UTC: the start of the newest load, or SOURCE_DATE_EPOCH."""
    if source_date_epoch is not None:
        try:
            moment = datetime.fromtimestamp(int(source_date_epoch), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise SettingsError(
                f"SOURCE_DATE_EPOCH={source_date_epoch}: expected seconds since 1970"
            ) from error
    else:
        newest = max((cell.started_at for cell in outcomes), default="1970-01-01T00:00:00Z")
        moment = datetime.fromisoformat(newest)
    return moment.strftime("%Y%m%d-%H%M%S")


def _only(values: Sequence[str]) -> str:
    """Return the value, or all of them when cells of one run differ."""
    return ", ".join(dict.fromkeys(value for value in values if value))


def _journey(journey: NamedJourney, ridden_at_s: float | None) -> JourneyInfo:
    if isinstance(journey, RefusedJourney):
        return JourneyInfo(
            id=journey.id,
            description="",
            pacing_s=_NOT_RIDDEN,
            pacing_overridden=False,
            steps=(),
            fault=journey.fault,
        )
    pacing_s = journey.pacing_s if ridden_at_s is None else ridden_at_s
    return JourneyInfo(
        id=journey.id,
        description=journey.description,
        pacing_s=pacing_s,
        pacing_overridden=pacing_s != journey.pacing_s,
        steps=tuple(
            StepInfo(
                id=step.id,
                action=step.action,
                description=step.description,
                has_protocol=step.has_protocol,
                optional=step.optional,
            )
            for step in journey.steps
        ),
        fault="",
    )


def _cell(cell: CellData) -> CellSummary:
    outcome, samples, last = cell.outcome, cell.samples, cell.outcome.decisive
    return CellSummary(
        journey=outcome.journey,
        executor=outcome.executor,
        users=outcome.users,
        outcome=outcome.outcome,
        reason=outcome.reason,
        step=outcome.step,
        attempts=len(outcome.attempts),
        flaky=outcome.flaky,
        verdict="inconclusive",  # until all is known
        together=samples.together,
        iterations_planned=outcome.iterations_planned,
        iterations_ok=last.iterations_ok if last else 0,
        iterations_failed=last.iterations_failed if last else outcome.iterations_planned,
        duration_s=round(samples.span_s, 3),
        lateness_p95_ms=samples.lateness_ms(0.95),
        artifacts=_artifacts(cell),
    )


def _artifacts(cell: CellData) -> dict[str, str]:
    """Return what can be opened, by what it is called; script and samples come first."""
    files = [artifact.path for artifact in cell.outcome.artifacts]
    return {
        "script": cell.script,
        "samples.parquet": cell.table_file,
        **({"attempts.parquet": cell.attempts_file} if cell.attempts_file else {}),
        **{name: f"{cell.folder}/{name}" for name in sorted(files, key=_by_depth)},
        "outcome.json": f"{cell.folder}/outcome.json",
    }


def _by_depth(name: str) -> tuple[int, str]:
    return name.count("/"), name
