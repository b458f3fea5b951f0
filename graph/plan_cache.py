"""The last plan, as long as nothing that it was made from has changed. Standard library only."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from graph.desk import has_screen
from graph.plan import Plan
from graph.variables import Variables
from graph.watch import changes_of, names_in
from tandem.files import newest_first, write_text

FOLDER = Path(".tandem", "plans")
_KEPT = 20
"""How many plans are kept, the newest: that of a thousand journeys is large."""
_CODE = ("tandem", "journeys", "graph", "executors/targets.py")


def plan_for(variables: Variables) -> Plan:
    """Return the plan for ``variables``, made anew only when something changed."""
    cached = FOLDER / f"{_key(variables)}.json"
    known = _read(cached)
    if known is not None:
        return known
    from graph.make_plan import make_plan  # noqa: PLC0415 - costs what the cache is there to save

    began_ns = time.time_ns()
    plan = make_plan(variables)
    inputs = plan_inputs(plan, variables)
    state = _state(inputs)
    if max(changes_of(inputs)) < began_ns:  # else it may be of what was there before
        _write(cached, plan, state)
    return plan


def _write(cached: Path, plan: Plan, inputs: dict[str, Any]) -> None:
    write_text(cached, json.dumps({"inputs": inputs, "plan": plan.to_json()}))
    for old in newest_first(FOLDER.glob("*.json"))[_KEPT:]:
        old.unlink(missing_ok=True)


def _key(variables: Variables) -> str:
    settings = sorted(
        (name, value) for name, value in os.environ.items() if name.startswith("TANDEM_")
    )
    given = [variables.settings, variables.selection, variables.config]
    parts = [*given, settings, has_screen()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _read(cached: Path) -> Plan | None:
    """Return the recorded plan if it still stands; a damaged record is none."""
    try:
        found = json.loads(cached.read_text(encoding="utf-8"))
        inputs, plan = dict(found["inputs"]), Plan.from_json(found["plan"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    now = _state(inputs)
    changed = {path for path, state in inputs.items() if state != now[path]}
    if not changed:
        return plan
    if not _is_outlined(changed, plan):
        return None
    _write(cached, plan, now)
    return plan


def _is_outlined(specs: Collection[str], plan: Plan) -> bool:
    """Tell whether these are specs, of which the plan would take what it has of them."""
    if not plan.outlines.keys() >= set(specs):
        return False
    from journeys.loader import outline  # noqa: PLC0415 - parses YAML, as whoever runs them must

    feeders = plan.environment.get("feeders", {})
    return all(
        outline(Path(spec), Path(), feeders).to_json() == plan.outlines[spec] for spec in specs
    )


def plan_inputs(plan: Plan, variables: Variables) -> list[str]:
    """Return everything whose change may change the plan; a folder stands for its listing."""
    journeys = str(plan.settings["journeys"])
    code = (path for each in _CODE for path in _python_files(Path(each)))
    data = (file for files in plan.data_files.values() for file in files)
    maps = plan.action_maps
    return sorted({variables.config, journeys, *maps, *plan.specs.values(), *data, *map(str, code)})


def _python_files(place: Path) -> Iterable[Path]:
    return place.glob("*.py") if place.is_dir() else (place,)


def _state(paths: Iterable[str]) -> dict[str, Any]:
    """Return size and modification time of each file, None for one that is not there.

    Of a folder, a digest of the names in it.
    """
    state: dict[str, Any] = {}
    for path in map(Path, paths):
        try:
            found = path.stat()
            is_folder = stat.S_ISDIR(found.st_mode)
            now = names_in(path) if is_folder else [found.st_size, found.st_mtime_ns]
        except OSError:
            now = None
        state[str(path)] = now
    return state
