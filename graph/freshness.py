"""Whether a task's result still stands, from the result itself. Standard library only.

doit's database forgets what was done when doit is killed; what was ridden is known from the cell's
own folder.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from executors.tool_freshness import still_the_same
from graph.plan import Cell, Plan, View
from summary.publish import INDEX, latest_leads_somewhere, published
from tandem.files import canonical_json, digest_file, digest_text

TOOLS = Path(".tandem", "tools")
_INPUTS = {
    "night": "the night",
    "script": "the script",
    "app": "the app",
    "target": "the environment or the base URL",
    "tool": "k6 or the browser",
    "options": "settings of the ride",
    "variables": "environment variables that the journey reads",
}
"""What each input of a load is called."""


def tool_file(name: str) -> Path:
    """Return where ``k6`` or ``chromium`` is on record."""
    return TOOLS / f"{name}.json"


def tool_of(cell: Cell) -> str:
    """Return the tool that makes a cell's load."""
    return "k6" if cell.executor == "k6" else "chromium"


def app_file(view: View) -> Path:
    """Return where the app's identity is on record."""
    return view.build / "app.json"


def tool_is_current(name: str, configured: str | None) -> bool:
    """Tell whether the recorded tool is what a search would find now."""
    recorded = read_json(tool_file(name))
    return recorded.get("configured") == configured and still_the_same(recorded)


def app_is_known(view: View) -> bool:
    """Tell whether something identifies the app; if not, it is looked for at every call."""
    return bool(read_json(app_file(view)).get("digest"))


def load_is_current(cell: Cell, plan: Plan) -> bool:
    """Tell whether the cell's outcome stands: ridden with these very inputs, ok, and all there."""
    return not why_ride(cell, plan)


def why_ride(cell: Cell, plan: Plan) -> str:
    """Return in words why a cell has to be ridden; "" while its outcome stands.

    A journey whose spec was refused stands as well: until the spec changes nothing can be ridden.
    """
    outcome = read_json(cell.outcome)
    if not outcome:
        return "it has not been ridden"
    if outcome.get("outcome") != "ok" and outcome.get("attempts") != []:
        return f"its outcome was {outcome.get('outcome')}: it is ridden until it is ok"
    inputs, ridden = load_inputs(cell, plan), outcome.get("inputs")
    if not inputs["app"]:
        return "nothing says which build of the app this is: set app.sources or app.value"
    if ridden != inputs:
        return f"changed since it was ridden: {_changed(inputs, ridden)}"
    gone = [each for each in outcome.get("artifacts", ()) if not _is_there(cell.folder, each)]
    return f"not as the ride left it: {cell.folder / gone[0]['path']}" if gone else ""


def _changed(inputs: dict[str, str], ridden: object) -> str:
    """Return in words which inputs are not those of the ride."""
    known = ridden if isinstance(ridden, dict) else {}
    names = sorted({*inputs, *known}, key=[*_INPUTS].index)
    return ", ".join(_INPUTS[name] for name in names if inputs.get(name) != known.get(name))


def _is_there(folder: Path, artifact: dict[str, Any]) -> bool:
    """Tell whether a raw file is there, as long as it was."""
    try:
        return bool((folder / artifact["path"]).stat().st_size == artifact["bytes"])
    except (OSError, KeyError, TypeError):
        return False


def resolved_in(plan: Plan) -> dict[str, Any]:
    """Return what, beside files, a resolved journey depends on: what its environment gives it."""
    settings = plan.settings
    kept = ("auth", "headers", "feeders", "flags")
    env = {name: {key: each[key] for key in kept} for name, each in settings["env"].items()}
    return {"environment": settings["environment"], "env": env, "auth": settings["auth"]}


def ridden_as(cell: Cell, plan: Plan) -> dict[str, Any]:
    """Return what, beside files, a script depends on."""
    return {
        "rounds": [cell.warmup, cell.iterations],
        "pacing": cell.pacing_s,
        "streams": plan.settings["app"]["streams"],
    }


def load_inputs(cell: Cell, plan: Plan) -> dict[str, str]:
    """Return the digests of all that a load depends on; an app that nothing identifies is ""."""
    tool = _record(tool_file(tool_of(cell)))
    profile = plan.settings["profiles"][cell.profile]
    options: list[Any] = [profile["browser_retries"], profile["max_failed_iterations"]]
    options.append(plan.settings["redaction"])
    if cell.executor == "playwright":
        browser = {**plan.settings["browser"], "executable": None}  # the tool's digest says it
        options += [_playwright_version(), browser, asdict(plan.desk)]
    night = str(_record(cell.build / "night.json").get("night", ""))
    return {
        **({"night": night} if night else {}),
        "script": digest_file(cell.script) if cell.script.exists() else "",
        "tool": digest_text(canonical_json([tool.get(key) for key in ("version", "sha256")])),
        "app": str(_record(cell.build / "app.json").get("digest", "")),
        "target": digest_text(canonical_json([plan.settings["environment"], target_of(plan)])),
        "options": digest_text(canonical_json(options)),
        "variables": digest_text(canonical_json(_environment(cell))),
    }


def _environment(cell: Cell) -> dict[str, Any]:
    """Return what the environment gives the journey: the values, but of secrets whether any."""
    asked = _record(cell.resolved).get("variables", {})
    return {
        "env": {name: os.environ.get(name) for name in asked.get("env", ())},
        "secret": {name: bool(os.environ.get(name)) for name in asked.get("secret", ())},
    }


@cache
def _playwright_version() -> str:
    return version("playwright")


def _record(file: Path) -> dict[str, Any]:
    """Return a record that every cell asks for; read again only when it was replaced."""
    try:
        return _read_once(file, file.stat().st_ctime_ns)
    except OSError:
        return {}


@cache
def _read_once(file: Path, _changed_ns: int) -> dict[str, Any]:
    return read_json(file)


def target_of(plan: Plan) -> str | None:
    """Return the running server to ride; None when the app is started in the job."""
    found: str | None = plan.settings["base_url"] or plan.environment.get("base_url")
    return found


def view_is_published(view: View, plan: Plan, cells: tuple[Cell, ...]) -> bool:
    """Tell whether the view's result directory holds exactly what its build folder does.

    Of cells, ``cells`` are looked at: of the others that is known.
    """
    results = Path(plan.settings["results"])
    there = (results / INDEX).exists() and latest_leads_somewhere(results)
    return there and published(view.build, results, view.parts(cells)) is not None


def judged_with(profile: dict[str, Any]) -> dict[str, Any]:
    """Return what, beside files, a summary depends on."""
    return {
        "default_slo": profile["default_slo"],
        "apdex_target_ms": profile["apdex_target_ms"],
        "stamp": os.environ.get("SOURCE_DATE_EPOCH", ""),
    }


def read_json(file: Path) -> dict[str, Any]:
    """Return the object in ``file``; an empty one when there is none that can be read."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@cache
def app_sources(plan_sources: tuple[str, ...], results: str) -> tuple[str, ...]:
    """Return the files that the globs match, by name; what Python leaves behind is left out.

    So is what Tandem makes itself, where a glob reaches everything: each run would change the app.
    """
    found: set[str] = set()
    for pattern in plan_sources:
        files = (path for path in Path().glob(pattern) if path.is_file())
        everything = any(each in Path(pattern).parts[0] for each in "*?[")
        found.update(
            path.as_posix()
            for path in files
            if path.suffix != ".pyc"
            and "__pycache__" not in path.parts
            and not (everything and is_ours(path, results))
        )
    return tuple(sorted(found))


OURS = ("build", ".tandem", ".git", ".venv")
"""Folders of the workspace that hold nothing of the app's."""


def is_ours(path: Path, results: str) -> bool:
    """Tell whether a path of the workspace leads to what Tandem or its environment made."""
    return path.parts[0] in OURS or path.absolute().is_relative_to(Path(results).absolute())
