"""From a view's build folder to its summary and reports: the one place where those files are.

Everything is relative to the build folder, whose layout is that of a result directory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from executors.outcome import FILE, read_outcome
from journeys.resolved import from_json
from summary.html_report import render_html
from summary.junit import render_junit
from summary.markdown_report import render_markdown
from summary.models import Summary
from summary.publish import RUN_FILE
from summary.run_record import CellFiles, run_record
from summary.samples import read_samples
from summary.summarise import CellData, NamedJourney, RunData, summarise
from tandem.errors import ArtifactError
from tandem.files import digest_file, write_text

SUMMARY: Final = "summary/summary.json"
MARKDOWN: Final = "report.md"
HTML: Final = "report.html"
JUNIT: Final = "junit.xml"


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


def read_run(files: ViewFiles, default_slo: str | None) -> RunData:
    """Read everything that a summary is made of; raise :class:`ArtifactError` where it cannot."""
    folder = files.folder
    return RunData(
        profile=files.profile,
        view=files.view,
        narrowed=files.narrowed,
        default_slo=default_slo,
        journeys=tuple(_journey(folder / name) for name in files.journeys),
        cells=tuple(_cell(folder, cell) for cell in files.cells),
        source_date_epoch=files.epoch,
    )


def write_summary(files: ViewFiles, default_slo: str | None) -> Summary:
    """Write ``summary.json`` and ``run.json`` from what the folder holds; return the first."""
    run = read_run(files, default_slo)
    summary = summarise(run)
    names = [*files.journeys, *(name for cell in files.cells for name in (cell.script, cell.table))]
    digests = {name: digest_file(files.folder / name) for name in names}
    ridden = zip(files.cells, (cell.outcome for cell in run.cells), strict=True)
    record = run_record(summary, list(ridden), digests)
    write_text(files.folder / SUMMARY, summary.model_dump_json(indent=2) + "\n")
    write_text(files.folder / RUN_FILE, record.model_dump_json(indent=2) + "\n")
    return summary


def write_reports(build: Path) -> None:
    """Render ``summary.json`` for people and for CI."""
    summary = read_summary(build / SUMMARY)
    write_text(build / MARKDOWN, render_markdown(summary))
    write_text(build / HTML, render_html(summary))
    write_text(build / JUNIT, render_junit(summary))


def read_summary(file: Path) -> Summary:
    """Return the summary; raise :class:`ArtifactError` when it cannot be used."""
    try:
        return Summary.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ArtifactError(
            f"{file}: there is no summary ({error.strerror})", hint="`doit run quick` makes one."
        ) from error
    except ValidationError as error:
        raise ArtifactError(
            f"{file}: not a summary of this version: {error.errors()[0]['msg']}",
            hint="`doit run quick` makes it anew.",
        ) from error


def _cell(folder: Path, cell: CellFiles) -> CellData:
    outcome = read_outcome(folder / cell.folder / FILE)
    return CellData(
        outcome, read_samples(folder / cell.table), cell.folder, cell.script, cell.table
    )


def _journey(file: Path) -> NamedJourney:
    try:
        return from_json(json.loads(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{file}: not a resolved journey: {error}") from error
