"""What the answer "nothing to do" rests on. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graph.plan import Plan, View
from graph.plan_cache import plan_inputs
from graph.settled import folders_in
from graph.variables import Variables
from summary.publish import published

_GRAPH = ("dodo.py", *map(str, sorted(Path(__file__).parent.glob("*.py"))))


def evidence(tasks: Iterable[Any], plan: Plan, variables: Variables) -> set[str]:
    """Return every file and folder whose change may give the ``tasks`` something to do.

    A folder stands for the names in it. Empty when no such list can be made: then doit looks anew
    at every call.
    """
    asked = list(tasks)
    folders = _source_folders(plan.settings["app"]["sources"])
    if folders is None:
        return set()
    files = {*_GRAPH, *plan_inputs(plan, variables)}
    for task in asked:
        files.update(map(str, (*task.file_dep, *task.targets)))
    names = {task.name.partition(":")[2] for task in asked if task.name.startswith("gate:")}
    for view in (view for view in plan.views if view.name in names):
        folders |= _result_folders(view, Path(plan.settings["results"]))
    return {*files, *({str(Path(file).parent) for file in files} - {"."}), *folders}


def _result_folders(view: View, results: Path) -> set[str]:
    directory = published(view.build, results, view.parts)
    tops = [cell.folder for cell in view.cells]
    return set(folders_in(*tops, *([directory] if directory else [])))


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
            found.update(each for each in folders_in(top) if "__pycache__" not in each)
    return found
