"""From a run's summary to its reports: where those files are, relative to the build folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from summary.changes_models import Changes
from summary.models import Summary
from summary.places import (
    CHANGES,
    FULL,
    GITLAB_BROWSER,
    GITLAB_LOAD,
    HTML,
    JUNIT,
    MARKDOWN,
    SHAPES,
    TREND,
)
from summary.reports.gitlab import browser_performance, load_performance
from summary.reports.html_report import render_html
from summary.reports.junit import render_junit
from summary.reports.markdown_report import render_markdown
from summary.shape_models import Shapes
from summary.trend_models import Trend
from tandem.errors import ArtifactError
from tandem.files import write_json, write_text
from tandem.wording import plain_words

_MADE_ANEW: Final = (
    "`doit resummarize run=STAMP` makes that of a stored run anew from its tables, "
    "`doit run quick` that of the build folder."
)


def write_reports(build: Path) -> None:
    """Render the summary for people and for CI."""
    summary = read_summary(build / FULL)
    changes = read_changes(build / CHANGES)
    write_text(build / MARKDOWN, render_markdown(summary, read_trend(build / TREND), changes))
    write_text(build / HTML, render_html(summary, read_shapes(build / SHAPES), changes))
    write_text(build / JUNIT, render_junit(summary))
    write_json(build / GITLAB_LOAD, load_performance(summary))
    write_json(build / GITLAB_BROWSER, browser_performance(summary))


def read_shapes(file: Path) -> Shapes:
    """Return what charts are drawn from; nothing for a run from before there was such a file."""
    try:
        return Shapes.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return Shapes()


def read_changes(file: Path) -> Changes:
    """Return what the nights were like; nothing for a run that is held against none."""
    try:
        return Changes.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return Changes()


def read_trend(file: Path) -> Trend:
    """Return what a run is laid beside; nothing for a run from before there was such a file."""
    try:
        return Trend.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return Trend()


def read_summary(file: Path) -> Summary:
    """Return the summary; raise :class:`ArtifactError` when it cannot be used."""
    try:
        return Summary.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ArtifactError(
            f"{file}: there is no summary ({error.strerror})", hint=_MADE_ANEW
        ) from error
    except ValidationError as error:
        raise ArtifactError(
            f"{file}: not a summary of this version: {plain_words(error.errors()[0])}",
            hint=_MADE_ANEW,
        ) from error
