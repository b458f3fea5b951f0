"""An old run judged and rendered again from its tables, by the code and the settings of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from journeys.resolved import ResolvedJourney
from summary.models import SloResult, Summary
from summary.places import FULL
from summary.prune import leading_to
from summary.publish import RUN_FILE
from summary.reports.view_files import write_reports
from summary.run_record import RunRecord
from summary.run_summary import ViewFiles, read_run, write_summary
from summary.stored_runs import StoredRun
from summary.summarise import Criteria, NamedJourney, summarise
from summary.trend import write_trend
from tandem.errors import ArtifactError
from tandem.files import write_text
from tandem.models import Verdict

_HINT: Final = "Only a run with its tables, journeys, scripts and records is judged again."


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What a stored run was judged to be, and what today's SLOs make of it."""

    run: StoredRun
    verdict: Verdict
    missed: tuple[SloResult, ...]
    """The SLOs that failed it."""
    unknown: tuple[str, ...]
    """Its journeys that today's specs do not hold, or that are refused: no SLO is known of them."""


def resummarize(run: StoredRun, criteria: Mapping[str, Criteria]) -> Summary:
    """Write everything that is derived from a run's tables anew, in its place; return the summary.

    ``criteria`` holds each profile's. The run's journeys and their SLOs are those that it was
    ridden with. Raises :class:`ArtifactError` when its tables, or what else it takes, are gone.
    """
    try:
        summary = write_summary(_files(run), criteria.get(run.profile, Criteria()))
    except FileNotFoundError as error:
        raise ArtifactError(f"{error.filename}: is gone", hint=_HINT) from error
    left = leading_to(summary, lambda path: (run.folder / path).exists())
    if left != summary:
        write_text(run.folder / FULL, left.model_dump_json(indent=2) + "\n")
    write_trend(run.folder, summary, run.folder.parent)
    write_reports(run.folder)
    return summary


def rejudge(
    run: StoredRun, today: Mapping[str, NamedJourney], criteria: Mapping[str, Criteria]
) -> Rejudged:
    """Judge a stored run with the SLOs of today's journeys; write nothing.

    A journey or a step that is not there any more has no SLO of its own.
    """
    data = read_run(_files(run), criteria.get(run.profile, Criteria()))
    journeys = tuple(_with_slos_of(today.get(each.id), each) for each in data.journeys)
    summary = summarise(replace(data, journeys=journeys))
    missed = tuple(slo for slo in summary.slos if slo.level == "error" and slo.verdict == "fail")
    stored = (each.id for each in data.journeys if isinstance(each, ResolvedJourney))
    unknown = (name for name in stored if not isinstance(today.get(name), ResolvedJourney))
    return Rejudged(run, summary.verdict, missed, tuple(unknown))


def _with_slos_of(today: NamedJourney | None, stored: NamedJourney) -> NamedJourney:
    if not isinstance(stored, ResolvedJourney):
        return stored
    now = today if isinstance(today, ResolvedJourney) else None
    of_steps = {step.id: step.slos for step in now.steps} if now else {}
    steps = tuple(
        step.model_copy(update={"slos": of_steps.get(step.id, ())}) for step in stored.steps
    )
    of_groups = {group.id: group.slos for group in now.groups} if now else {}
    groups = tuple(
        group.model_copy(update={"slos": of_groups.get(group.id, ())}) for group in stored.groups
    )
    slos = now.slos if now else ()
    return stored.model_copy(update={"slos": slos, "steps": steps, "groups": groups})


def _files(run: StoredRun) -> ViewFiles:
    if not run.sizes["tables"]:
        raise ArtifactError(f"{run.folder}: its tables are gone", hint=_HINT)
    record = _read_record(run.folder)
    return ViewFiles(
        folder=run.folder,
        profile=run.profile,
        view=run.view,
        narrowed=run.narrowed,
        journeys=[name for name in record.files if name.startswith("journeys/")],
        cells=record.cells,
        epoch=str(int(_moment(record.stamp).timestamp())),
    )


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


def _read_record(folder: Path) -> RunRecord:
    file = folder / RUN_FILE
    try:
        record = RunRecord.model_validate_json(file.read_bytes())
        _moment(record.stamp)
    except (OSError, ValueError) as error:  # pydantic's is a ValueError
        raise ArtifactError(f"{file}: not a record of this version") from error
    return record
