"""Taking layers away from published runs: what is told of a run never leads to what is gone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Iterable
from itertools import groupby
from pathlib import Path
from typing import Final

from summary.models import Summary
from summary.places import FULL
from summary.reports.view_files import read_summary, write_reports
from summary.retention import Removal
from summary.stamps import PATTERN
from summary.stored_runs import Layer, layer_files
from tandem.errors import ArtifactError
from tandem.files import write_text

_COMPARISON: Final = re.compile(rf"compare-({PATTERN})-({PATTERN})\.html")
_ASIDE: Final = ".pruned"
"""Ends the name under which a run is removed; a dot before it hides that from everybody."""


def prune(results: Path, removals: Iterable[Removal]) -> None:
    """Remove what ``removals`` say. Broken off in between, the next call does the rest."""
    for half_gone in results.glob(f".*{_ASIDE}"):
        shutil.rmtree(half_gone)
    ordered = sorted(removals, key=lambda each: each.run.name)
    for _, group in groupby(ordered, key=lambda each: each.run.name):
        going = list(group)
        folder, layers = going[0].run.folder, {each.layer for each in going}
        if "summaries" in layers:
            _remove_whole(folder)
        else:
            _tell_without(folder, layers)
            _remove_files(folder, layers)


def _remove_whole(folder: Path) -> None:
    """Let the run vanish under its name at once."""
    aside = folder.with_name(f".{folder.name}{_ASIDE}")
    folder.rename(aside)
    shutil.rmtree(aside)
    for page in _comparisons_with(folder):
        page.unlink()


def _comparisons_with(folder: Path) -> list[Path]:
    """Return the pages of ``doit compare`` that lead to the run."""
    pages = ((each, _COMPARISON.fullmatch(each.name)) for each in folder.parent.glob("compare-*"))
    return [each for each, runs in pages if runs and folder.name in runs.groups()]


def _remove_files(folder: Path, layers: Collection[Layer]) -> None:
    for layer, file in list(layer_files(folder)):
        if layer in layers:
            file.unlink()
    empty = sorted((each for each in folder.rglob("*") if each.is_dir()), reverse=True)
    for each in empty:
        if not any(each.iterdir()):
            each.rmdir()


def _tell_without(folder: Path, layers: Collection[Layer]) -> None:
    """Render the reports anew, without links to what goes."""
    try:
        summary = read_summary(folder / FULL)
    except ArtifactError:
        return  # of another version: its reports stay as they are
    going = {file.relative_to(folder) for layer, file in layer_files(folder) if layer in layers}
    told = leading_to(
        summary,
        lambda path: not any(each == Path(path) or Path(path) in each.parents for each in going),
    )
    write_text(folder / FULL, told.model_dump_json(indent=2) + "\n")
    write_reports(folder)


def leading_to(summary: Summary, stays: Callable[[str], bool]) -> Summary:
    """Return the summary with the artifacts that stay; a folder goes with all that is in it."""
    cells = tuple(
        cell.model_copy(
            update={"artifacts": {name: at for name, at in cell.artifacts.items() if stays(at)}}
        )
        for cell in summary.cells
    )
    return summary.model_copy(update={"cells": cells})
