"""What the answer "nothing to do" rests on. Standard library only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from graph.plan import Plan
from graph.plan_cache import plan_inputs
from graph.variables import Variables
from summary.publish import result_directory

_GRAPH = ("dodo.py", *map(str, sorted(Path(__file__).parent.glob("*.py"))))


def evidence(tasks: Iterable[Any], plan: Plan, variables: Variables) -> set[str]:
    """Return every file and folder whose change may give the ``tasks`` something to do.

    A folder stands for the names in it, and for what was put in it by renaming, as everything that
    Tandem makes is: what a ride left is not listed one by one. Empty when no such list can be made:
    then doit looks anew at every call.
    """
    asked = list(tasks)
    folders = _source_folders(plan.settings["app"]["sources"])
    if folders is None:
        return set()
    files = {*_GRAPH, *plan_inputs(plan, variables)}
    for task in asked:
        files.update(map(str, (*task.file_dep, *task.targets)))
    folders.update({str(Path(file).parent) for file in files} - {"."})
    folders.add(str(plan.settings["results"]))
    names = {task.name.partition(":")[2] for task in asked if task.name.startswith("gate:")}
    for view in (view for view in plan.views if view.name in names):
        files.difference_update(str(cell.outcome) for cell in view.cells)
        published = result_directory(view.build, Path(plan.settings["results"]))
        folders.update(_folders_with_files(*(cell.folder for cell in view.cells), published))
    return files | folders


def _folders_with_files(*tops: Path) -> Iterator[str]:
    for top in tops:
        yield from (folder for folder, _, names in os.walk(top) if names)


def _source_folders(patterns: Iterable[str]) -> set[str] | None:
    """Return every folder in which a file that identifies the app may appear."""
    found: set[str] = set()
    for pattern in patterns:
        parts = Path(pattern).parts
        wild = [index for index, part in enumerate(parts) if any(each in part for each in "*?[")]
        if not wild:
            continue  # one file, which is looked at itself
        top = Path(*parts[: wild[0]])
        if wild[0] == len(parts) - 1 and parts[-1] != "**":
            found.add(str(top))
        elif top == Path():
            return None  # everything here, with what is built
        else:
            found.update(each for each, _, _ in os.walk(top) if "__pycache__" not in each)
    return found
