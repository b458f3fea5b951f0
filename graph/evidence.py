"""What the answer "nothing to do" rests on, and whose each of it is. Standard library only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from graph.plan import Plan, View
from graph.plan_cache import plan_inputs
from graph.settled import environment_folders
from graph.sources import ALL_CODE
from graph.variables import Variables
from graph.watch import SHARED, VIEW, Watch
from summary.publish import result_directory

_GRAPH = ("dodo.py", *map(str, sorted(Path(__file__).parent.glob("*.py"))))
_OF_THE_APP = "app:"
_OF_THE_VIEW = ("summary:", "report:")
"""Tasks that make something of all journeys together."""

Owners = dict[str, str]
"""Path to the id of the one journey that it is of; else to whom it is of instead."""


def evidence(tasks: Iterable[Any], plan: Plan, variables: Variables) -> Watch | None:
    """Return every file and folder whose change may give the ``tasks`` something to do.

    A folder stands for the names in it, and for what was put in it by renaming, as everything that
    Tandem makes is: what a ride left is not listed one by one. None when no such list can be made:
    then doit looks anew at every call.
    """
    looked_at = list(tasks)
    names = {task.name.partition(":")[2] for task in looked_at if task.name.startswith("gate:")}
    views = [view for view in plan.views if view.name in names]
    sources = _source_folders(plan.settings["app"]["sources"])
    if sources is None:
        return None
    try:
        made = _made_of_cells(views)
        files = _files(looked_at, plan, variables)
        for path in chain(made, _outcomes(views)):
            files.pop(path, None)
        folders = _folders_of_rides(views, Path(plan.settings["results"]))
        folders |= _folders_of({**files, **made})
        folders |= dict.fromkeys([*sources, *environment_folders()], SHARED)
        return Watch.begin({**folders, **files}, made)  # the specs' folder is among the files
    except (OSError, ValueError, KeyError):
        return None


def _made_of_cells(views: Iterable[View]) -> Owners:
    """Return what is made of each cell, but for what its ride left."""
    return {
        str(path): cell.journey
        for view in views
        for cell in view.cells
        for path in (cell.resolved, cell.script, cell.table, cell.attempts_table)
    }


def _outcomes(views: Iterable[View]) -> Iterator[str]:
    return (str(cell.outcome) for view in views for cell in view.cells)


def _files(tasks: Iterable[Any], plan: Plan, variables: Variables) -> Owners:
    # What the app is made of comes first: data of a journey may be among it, for all to ride.
    of_app = (task.file_dep for task in tasks if task.name.startswith(_OF_THE_APP))
    files: Owners = dict.fromkeys(chain.from_iterable(of_app), SHARED)
    for journey, spec in plan.specs.items():
        for file in (spec, *plan.data_files.get(journey, ())):
            files[file] = journey if files.get(file, journey) == journey else SHARED
    for task in tasks:
        owner = VIEW if task.name.startswith(_OF_THE_VIEW) else SHARED
        for file in task.targets:
            files.setdefault(str(file), owner)
    for file in chain.from_iterable(task.file_dep for task in tasks):
        files.setdefault(str(file), SHARED)
    for file in (*_GRAPH, *ALL_CODE, *plan_inputs(plan, variables)):
        files.setdefault(file, SHARED)
    return files


def _folders_of(files: Owners) -> Owners:
    """Return the files' folders; one with files of several owners is shared."""
    folders: Owners = {}
    for file, owner in files.items():
        folder = file.rpartition("/")[0]
        folders[folder] = owner if folders.get(folder, owner) == owner else SHARED
    folders.pop("", None)
    return folders


def _folders_of_rides(views: Iterable[View], results: Path) -> Owners:
    """Return the folders with what rides left, where they were ridden and where published."""
    folders = {str(results): VIEW}
    for view in views:
        for cell in view.cells:
            folders |= dict.fromkeys(_folders_with_files(cell.folder), cell.journey)
        folders |= dict.fromkeys(_folders_with_files(result_directory(view.build, results)), VIEW)
    return folders


def _folders_with_files(top: Path) -> Iterator[str]:
    yield from (folder for folder, _, names in os.walk(top) if names)


def _source_folders(patterns: Iterable[str]) -> set[str] | None:
    """Return every folder in which a file that identifies the app may appear."""
    found: set[str] = set()
    for pattern in patterns:
        parts = Path(pattern).parts
        wild = [index for index, part in enumerate(parts) if any(each in part for each in "*?[")]
        top = Path(*parts[: wild[0]]) if wild else Path(pattern)
        if not top.exists():
            found.add(str(next(each for each in top.parents if each.exists())))
        elif not wild:
            continue  # one file, which is looked at itself
        elif wild[0] == len(parts) - 1 and parts[-1] != "**":
            found.add(str(top))
        elif top == Path():
            return None  # everything here, with what is built
        else:
            found.update(each for each, _, _ in os.walk(top) if "__pycache__" not in each)
    return found
