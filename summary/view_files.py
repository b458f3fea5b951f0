"""From a view's build folder to its summary and reports: the one place where those files are.

Everything is relative to the build folder, whose layout is that of a result directory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
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
from summary.run_record import run_record
from summary.samples import read_samples
from summary.summarise import CellData, NamedJourney, RunData, summarise
from tandem.errors import ArtifactError
from tandem.files import digest_file, write_text

SUMMARY: Final = "summary/summary.json"
MARKDOWN: Final = "report.md"
HTML: Final = "report.html"
JUNIT: Final = "junit.xml"


@dataclass(frozen=True, slots=True)
class CellFiles:
    """Where the files of one cell are."""

    folder: str
    script: str
    table: str


def write_summary(  # noqa: PLR0913 - what a run is made of, all but the folder by name
    build: Path,
    *,
    profile: str,
    narrowed: dict[str, str],
    default_slo: str | None,
    journeys: Sequence[str],
    cells: Sequence[CellFiles],
) -> Summary:
    """Write ``summary.json`` and ``run.json`` from what the build folder holds; return the first.

    ``journeys`` are the resolved journeys' files.
    """
    outcomes = [(cell.folder, read_outcome(build / cell.folder / FILE)) for cell in cells]
    data = [
        CellData(outcome, read_samples(build / cell.table), cell.folder, cell.script, cell.table)
        for cell, (_, outcome) in zip(cells, outcomes, strict=True)
    ]
    summary = summarise(
        RunData(
            profile=profile,
            view=build.name,
            narrowed=narrowed,
            default_slo=default_slo,
            journeys=tuple(_journey(build / name) for name in journeys),
            cells=tuple(data),
            source_date_epoch=os.environ.get("SOURCE_DATE_EPOCH"),
        )
    )
    names = [*journeys, *(name for cell in cells for name in (cell.script, cell.table))]
    record = run_record(summary, outcomes, {name: digest_file(build / name) for name in names})
    write_text(build / SUMMARY, summary.model_dump_json(indent=2) + "\n")
    write_text(build / RUN_FILE, record.model_dump_json(indent=2) + "\n")
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


def _journey(file: Path) -> NamedJourney:
    try:
        return from_json(json.loads(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{file}: not a resolved journey: {error}") from error
