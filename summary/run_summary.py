"""From a run's tables to its summary, in all its forms.

Everything is relative to the build folder, whose layout is that of a result directory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from executors.outcome import FILE, read_outcome
from journeys.resolved import from_json
from summary.cell_samples import CellSamples
from summary.changes import changes_of
from summary.compact import as_text, compact
from summary.confirmation import FILE as FILE_OF_AGAIN
from summary.confirmation import Again
from summary.coverage import coverage
from summary.history.frozen import FrozenHistory, read_frozen
from summary.history.records import NightRecord, to_text
from summary.history.tonight import night_record
from summary.models import Summary
from summary.night_models import InvalidCell, NightJudged
from summary.places import (
    CHANGES,
    COMPACT,
    COVERAGE,
    FULL,
    NIGHT,
    PROMPT,
    REGRESSION,
    RUNS_TABLE,
    SHAPES,
)
from summary.prompt import render_prompt
from summary.publish import RUN_FILE
from summary.regressions import findings_of, judge_night_of
from summary.run_record import CellFiles, run_record, write_run
from summary.shapes import shapes
from summary.summarise import (
    CellData,
    Criteria,
    NamedJourney,
    RunData,
    summarise,
    without_refuted,
)
from summary.tables.cell_record import read_totals
from summary.tables.totals import Totals
from tandem.errors import ArtifactError
from tandem.files import digest_file, write_json, write_text
from tandem.wording import plain_words


@dataclass(frozen=True, slots=True)
class ViewFiles:
    """A run's folder, what the run is called, and where in it its parts are."""

    folder: Path
    profile: str
    view: str
    narrowed: Mapping[str, str]
    journeys: Sequence[str]
    """The resolved journeys' files."""
    cells: Sequence[CellFiles]
    epoch: str | None
    """Seconds since 1970 that pin the stamp; without it the newest load's start is the stamp."""


def read_run(files: ViewFiles, criteria: Criteria) -> RunData:
    """Read everything that a summary is made of; raise :class:`ArtifactError` where it cannot."""
    folder = files.folder
    return RunData(
        profile=files.profile,
        view=files.view,
        narrowed=files.narrowed,
        criteria=criteria,
        journeys=tuple(_journey(folder / name) for name in files.journeys),
        cells=tuple(_cell(folder, cell) for cell in files.cells),
        source_date_epoch=files.epoch,
    )


def write_summary(files: ViewFiles, criteria: Criteria) -> Summary:
    """Write the summary in all its forms, and ``run.json``; return the whole of it."""
    run, folder = read_run(files, criteria), files.folder
    summary = _judged(run, folder)
    made_from = [*files.journeys, *(name for cell in files.cells for name in _made_from(cell))]
    digests = {name: digest_file(folder / name) for name in made_from}
    ridden = zip(files.cells, (cell.outcome for cell in run.cells), strict=True)
    record = run_record(summary, list(ridden), digests)
    short = compact(summary)
    write_text(folder / FULL, summary.model_dump_json(indent=2) + "\n")
    write_text(folder / COMPACT, as_text(short))
    write_text(folder / PROMPT, render_prompt(short))
    write_json(folder / COVERAGE, coverage(summary).model_dump(mode="json"))
    drawn = shapes((cell.outcome, cell.samples) for cell in run.cells)
    write_text(folder / SHAPES, drawn.model_dump_json() + "\n")
    write_text(folder / RUN_FILE, record.model_dump_json(indent=2) + "\n")
    write_run(folder / RUNS_TABLE, summary)
    return summary


def _judged(run: RunData, folder: Path) -> Summary:
    """Return the summary; a night is held against the nights before it, and leaves its record."""
    history = read_frozen(folder)
    if history is None:
        return summarise(run)
    tables = {cell.table_file: digest_file(folder / cell.table_file) for cell in run.cells}
    believed = without_refuted(run)
    tonight = night_record(history, believed, tables)
    again = _again(folder)
    second = _second_rides(history, run, again, folder)
    judged = judge_night_of(history, tonight, second, _invalid(believed))
    summary = summarise(run, findings_of(judged))
    write_json(folder / REGRESSION, judged.model_dump(mode="json"))
    told = {"stamp": summary.run.stamp, "verdict": summary.verdict}
    tonight = tonight.model_copy(update=told)
    write_text(folder / CHANGES, changes_of(history, tonight).model_dump_json() + "\n")
    write_text(folder / NIGHT, to_text(tonight))
    return summary


def judged_before(run: RunData, folder: Path) -> NightJudged:
    """Judge a night by what was ridden first; raise :class:`ArtifactError` for a run that is none.

    ``folder`` holds the history before it.
    """
    history = read_frozen(folder)
    if history is None:
        raise ArtifactError(f"{folder}: is held against no history")
    return judge_night_of(history, night_record(history, without_refuted(run), {}))


def _invalid(run: RunData) -> tuple[InvalidCell, ...]:
    return tuple(
        InvalidCell(
            journey=each.journey, executor=each.executor, users=each.users, outcome=each.outcome
        )
        for each in (cell.outcome for cell in run.cells)
        if each.outcome != "ok"
    )


def _again(folder: Path) -> Again | None:
    try:
        return Again.model_validate_json((folder / FILE_OF_AGAIN).read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        said = plain_words(error.errors()[0])
        raise ArtifactError(f"{folder / FILE_OF_AGAIN}: {said}") from error


def _second_rides(
    history: FrozenHistory, run: RunData, again: Again | None, folder: Path
) -> NightRecord | None:
    """Return what was ridden once more as a record of its own; None when nothing was."""
    if again is None or not again.cells:
        return None
    cells = tuple(_cell(folder, each.files) for each in again.cells)
    return night_record(history, without_refuted(replace(run, cells=cells)), {})


def _made_from(cell: CellFiles) -> Sequence[str]:
    return [name for name in (cell.script, cell.table, cell.attempts_table) if name]


def _cell(folder: Path, cell: CellFiles) -> CellData:
    attempts = cell.attempts_table
    outcome = read_outcome(folder / cell.folder / FILE)
    attempt = outcome.decisive.number if outcome.decisive else 0
    return CellData(
        outcome=outcome,
        samples=CellSamples.read_from(folder / cell.table, attempt),
        totals=read_totals(folder / attempts) if attempts else Totals(),
        folder=cell.folder,
        script=cell.script,
        table_file=cell.table,
        attempts_file=attempts,
    )


def _journey(file: Path) -> NamedJourney:
    try:
        return from_json(json.loads(file.read_bytes()))
    except OSError as error:
        raise ArtifactError(f"{file}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        detail = error.errors()[0]
        field = ".".join(map(str, detail["loc"]))
        said = f"{field}: {plain_words(detail)}" if field else plain_words(detail)
        raise ArtifactError(f"{file}: not a resolved journey of this version: {said}") from error
    except ValueError as error:
        raise ArtifactError(f"{file}: not a resolved journey: {error}") from error
