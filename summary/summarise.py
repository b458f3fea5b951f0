"""Outcomes and tables to the :class:`~summary.models.Summary`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from executors.outcome import CellOutcome
from journeys.resolved import RefusedJourney, ResolvedJourney
from summary.findings import find
from summary.judge import judge_run, judge_slos
from summary.models import (
    CellSummary,
    JourneyInfo,
    RunInfo,
    SeriesSummary,
    SloResult,
    StepInfo,
    Summary,
)
from summary.statistics import CellSamples, Series, throughput_per_s
from tandem.errors import SettingsError

NamedJourney = ResolvedJourney | RefusedJourney
_NOT_RIDDEN = 0


@dataclass(frozen=True, slots=True)
class CellData:
    """One cell as it was recorded."""

    outcome: CellOutcome
    table: pa.Table
    """Its samples, of all attempts; :data:`summary.table_kinds.SAMPLES`."""
    folder: str
    """Where its artifacts are in the result directory."""
    script: str
    table_file: str


@dataclass(frozen=True, slots=True)
class RunData:
    """Everything that a summary is made of."""

    profile: str
    view: str
    narrowed: Mapping[str, str]
    default_slo: str | None
    journeys: tuple[NamedJourney, ...]
    cells: tuple[CellData, ...]
    source_date_epoch: str | None = None


def summarise(run: RunData) -> Summary:
    """Return the summary of a run; raise SettingsError for an unusable SOURCE_DATE_EPOCH."""
    journeys = {journey.id: journey for journey in run.journeys}
    cells, series, slos = [], [], []
    for cell in run.cells:
        samples = CellSamples.of(cell.table, _decisive(cell.outcome))
        cells.append(_cell(cell, samples))
        series.extend(_series(cell.outcome, samples))
        journey = journeys[cell.outcome.journey]
        if isinstance(journey, ResolvedJourney):
            slos.extend(judge_slos(journey, cell.outcome, samples, run.default_slo))
    return _judged(run, cells, series, slos)


def _judged(
    run: RunData, cells: list[CellSummary], series: list[SeriesSummary], slos: list[SloResult]
) -> Summary:
    outcomes = [cell.outcome for cell in run.cells]
    journeys = tuple(_journey(journey, outcomes) for journey in run.journeys)
    findings = find(journeys, cells, series, slos)
    judged = judge_run(cells, slos, findings)
    return Summary(
        run=_run_info(run, outcomes),
        verdict=judged.verdict,
        exit_code=int(judged.exit_code),
        findings=findings,
        journeys=journeys,
        cells=tuple(cells),
        series=tuple(series),
        slos=tuple(slos),
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


def _journey(journey: NamedJourney, outcomes: Sequence[CellOutcome]) -> JourneyInfo:
    if isinstance(journey, RefusedJourney):
        return JourneyInfo(
            id=journey.id,
            description="",
            pacing_s=_NOT_RIDDEN,
            pacing_overridden=False,
            steps=(),
            fault=journey.fault,
        )
    ridden = [cell.pacing_s for cell in outcomes if cell.journey == journey.id]
    pacing_s = ridden[0] if ridden else journey.pacing_s
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
            )
            for step in journey.steps
        ),
        fault="",
    )


def _decisive(outcome: CellOutcome) -> int:
    return outcome.decisive.number if outcome.decisive else 0


def _cell(cell: CellData, samples: CellSamples) -> CellSummary:
    outcome, last = cell.outcome, cell.outcome.decisive
    return CellSummary(
        journey=outcome.journey,
        executor=outcome.executor,
        users=outcome.users,
        outcome=outcome.outcome,
        reason=outcome.reason,
        step=outcome.step,
        attempts=len(outcome.attempts),
        flaky=outcome.flaky,
        iterations_planned=outcome.iterations_planned,
        iterations_ok=last.iterations_ok if last else 0,
        iterations_failed=last.iterations_failed if last else outcome.iterations_planned,
        duration_s=round(samples.span_s(), 3),
        lateness_p95_ms=samples.lateness_ms(0.95),
        artifacts=_artifacts(cell),
    )


def _artifacts(cell: CellData) -> dict[str, str]:
    """Return what can be opened, by what it is called; script and samples come first."""
    files = [artifact.path for artifact in cell.outcome.artifacts]
    return {
        "script": cell.script,
        "samples.parquet": cell.table_file,
        **{name: f"{cell.folder}/{name}" for name in sorted(files, key=_by_depth)},
        "outcome.json": f"{cell.folder}/outcome.json",
    }


def _by_depth(name: str) -> tuple[int, str]:
    return name.count("/"), name


def _series(outcome: CellOutcome, samples: CellSamples) -> list[SeriesSummary]:
    span_s = samples.span_s()
    return [_one_series(outcome, series, span_s) for series in samples.series()]


def _one_series(outcome: CellOutcome, series: Series, span_s: float) -> SeriesSummary:
    measured = series.has_protocol
    return SeriesSummary(
        journey=outcome.journey,
        executor=outcome.executor,
        users=outcome.users,
        step=series.step,
        kind="interaction" if series.kind == "interaction" else "request",
        name=series.name,
        has_protocol=measured,
        count=series.count,
        errors=series.errors,
        mean_ms=series.mean_ms() if measured else None,
        p50_ms=series.quantile_ms(0.5) if measured else None,
        p90_ms=series.quantile_ms(0.9) if measured else None,
        p95_ms=series.quantile_ms(0.95) if measured else None,
        p99_ms=series.quantile_ms(0.99) if measured else None,
        max_ms=series.quantile_ms(1.0) if measured else None,
        throughput_per_s=throughput_per_s(series.count, span_s),
        error_rate=series.error_rate,
    )
