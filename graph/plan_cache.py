"""The last plan, as long as nothing that it was made from has changed. Standard library only."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from graph.desk import has_screen
from graph.plan import Plan
from graph.variables import Variables
from tandem.files import write_json

FOLDER = Path(".tandem", "plans")
_CODE = ("tandem", "journeys", "graph", "executors/targets.py")


def plan_for(variables: Variables) -> Plan:
    """Return the plan for ``variables``, made anew only when something changed."""
    cached = FOLDER / f"{_key(variables)}.json"
    known = _read(cached)
    if known is not None:
        return known
    from graph.make_plan import make_plan  # noqa: PLC0415 - costs what the cache is there to save

    plan = make_plan(variables)
    write_json(cached, {"inputs": _state(plan_inputs(plan, variables)), "plan": plan.to_json()})
    return plan


def _key(variables: Variables) -> str:
    settings = sorted(
        (name, value) for name, value in os.environ.items() if name.startswith("TANDEM_")
    )
    given = [variables.settings, variables.selection, variables.config]
    parts = [*given, settings, has_screen()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _read(path: Path) -> Plan | None:
    """Return the recorded plan if it still stands; a damaged record is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        inputs = dict(found["inputs"])
        return Plan.from_json(found["plan"]) if inputs == _state(inputs) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def plan_inputs(plan: Plan, variables: Variables) -> list[str]:
    """Return everything whose change may change the plan; a folder stands for its listing."""
    journeys = str(plan.settings["journeys"])
    code = (path for each in _CODE for path in _python_files(Path(each)))
    data = (file for files in plan.data_files.values() for file in files)
    maps = plan.action_maps
    return sorted({variables.config, journeys, *maps, *plan.specs.values(), *data, *map(str, code)})


def _python_files(place: Path) -> Iterable[Path]:
    return place.glob("*.py") if place.is_dir() else (place,)


def _state(paths: Iterable[str]) -> dict[str, object]:
    """Return size and modification time of each path; None for one that is not there."""
    state: dict[str, object] = {}
    for path in paths:
        try:
            found = Path(path).stat()
        except OSError:
            state[path] = None
        else:
            state[path] = [found.st_size, found.st_mtime_ns]
    return state
