"""Making a plan: settings, arguments and spec files in, cells out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from executors.targets import check_target
from graph.check_settings import check_settings
from graph.desk import check_screen
from graph.plan import Cell, Desk, Plan, View
from graph.variables import Variables
from journeys.loader import Outline, files_of_maps, outline, spec_files
from tandem.auth import AuthSettings
from tandem.errors import SettingsError
from tandem.load_settings import SETTINGS_FILE, load_settings
from tandem.models import Executor
from tandem.profile_settings import ProfileSettings
from tandem.settings import EnvironmentSettings, Settings
from tandem.wording import nearest

EXECUTORS: tuple[Executor, ...] = ("playwright", "k6")
"""In the order in which they ride."""

_ONE_BROWSER_USER = {"executor": "playwright", "users": "1", "iterations": "1", "warmup": "0"}
"""What debug=1 rides, unless it is told otherwise."""
_MAY_BE_0 = ("warmup", "slowmo")

_Number = TypeVar("_Number", int, float)


def make_plan(variables: Variables) -> Plan:
    """Return the plan; raise a :class:`TandemError` for whatever cannot be done."""
    if variables.has_config and not Path(variables.config).is_file():
        raise SettingsError(f"config={variables.config}: there is no such file")
    settings = load_settings(Path(variables.config), variables.settings, check_settings)
    check_target(settings)
    outlines = _outlines(settings)
    specs, data_files = _specs(settings, outlines)
    selection = variables.selection
    _check_choice("journey", selection, specs)
    _check_choice("executor", selection, EXECUTORS)
    if _is_set("headed", selection) or _is_set("debug", selection):
        check_screen()
    alone = _ONE_BROWSER_USER if _is_set("debug", selection) else {}
    narrowed = {**alone, **selection, **_other_settings(variables)}
    return Plan(
        settings=settings.model_dump(mode="json"),
        specs=specs,
        outlines={path: found.to_json() for path, found in outlines.items()},
        data_files=data_files,
        action_maps=settings.action_maps,
        desk=Desk(
            headed=_is_set("headed", selection),
            slow_mo_ms=next(iter(_numbers("slowmo", selection, float)), 0.0),
            debug=_is_set("debug", selection),
        ),
        views=tuple(
            _view(name, profile, specs, narrowed) for name, profile in settings.profiles.items()
        ),
    )


def _is_set(name: str, selection: Mapping[str, str]) -> bool:
    given = selection.get(name, "0")
    if given not in ("0", "1"):
        raise SettingsError(f"{name}={given}: expected 0 or 1")
    return given == "1"


def _other_settings(variables: Variables) -> dict[str, str]:
    """Return the arguments that make settings others than the workspace's own."""
    fields = {"environment": "env", "base_url": "base_url"}
    found = {fields[name]: value for name, value in variables.settings.items() if name in fields}
    config = Path(variables.config).as_posix()
    return found if config == SETTINGS_FILE else {**found, "config": config}


def _outlines(settings: Settings) -> dict[str, Outline]:
    """Return the outline of each spec, by its path."""
    folder = Path(settings.journeys)
    chosen = settings.env.get(settings.environment, EnvironmentSettings())
    maps = {*settings.actions, *(each for env in settings.env.values() for each in env.actions)}
    if not folder.is_dir():
        raise SettingsError(f"the journeys' folder '{folder}' does not exist")
    paths = spec_files(folder, [Path(each) for each in maps])
    return {path.as_posix(): outline(path, Path(), chosen.feeders) for path in paths}


def _specs(
    settings: Settings, outlines: Mapping[str, Outline]
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the spec of each journey, and the files beside it that some are made of."""
    by_id: dict[str, Outline] = {}
    specs: dict[str, str] = {}
    for path, found in outlines.items():
        if found.id in specs:
            raise SettingsError(
                f"'{found.id}' is the id of two journeys: {specs[found.id]} and {path}"
            )
        specs[found.id], by_id[found.id] = path, found
    if not specs:
        raise SettingsError(
            f"there is no journey in '{settings.journeys}'", hint="See docs/journeys.md."
        )
    chosen = settings.env.get(settings.environment, EnvironmentSettings())
    auth = {**settings.auth, **chosen.auth}
    of_maps = files_of_maps([Path(each) for each in settings.action_maps], Path())
    files = {
        name: tuple(sorted({*_files_beside(each, auth, specs, by_id), *of_maps}))
        for name, each in by_id.items()
    }
    return specs, {name: each for name, each in files.items() if each}


def _files_beside(
    journey: Outline,
    auth: Mapping[str, AuthSettings],
    specs: Mapping[str, str],
    outlines: Mapping[str, Outline],
) -> tuple[str, ...]:
    """Return the data files of a journey, and the spec and the files of the one that logs in."""
    login = auth[journey.auth].journey if journey.auth in auth else None
    if login is None or login not in specs:
        return journey.data_files
    return tuple(sorted({*journey.data_files, specs[login], *outlines[login].data_files}))


def _check_choice(name: str, selection: Mapping[str, str], known: Collection[str]) -> None:
    if name not in selection:
        return
    for value in selection[name].split(","):
        if value not in known:
            said = (
                f"{name}={value}: not known{nearest(value, known)}"
                if value
                else (f"{name}={selection[name]}: a name is missing")
            )
            raise SettingsError(f"{said}; known are {', '.join(known)}")


def _view(
    name: str, profile: ProfileSettings, specs: Mapping[str, str], narrowed: dict[str, str]
) -> View:
    view_name = _view_name(name, narrowed)
    journeys = [each for each in specs if each in _chosen("journey", narrowed, specs)]
    users = _numbers("users", narrowed, int)
    iterations = _numbers("iterations", narrowed, int)
    pacing = _numbers("pacing", narrowed, float)
    warmup = _numbers("warmup", narrowed, int)
    cells: list[Cell] = []
    for executor in EXECUTORS:
        if executor not in _chosen("executor", narrowed, EXECUTORS):
            continue
        for column, rounds in _columns(profile, executor, users):
            cells.extend(
                Cell(
                    view=view_name,
                    profile=name,
                    executor=executor,
                    journey=journey,
                    users=column,
                    iterations=iterations[0] if iterations else rounds,
                    warmup=warmup[0] if warmup else profile.warmup_iterations,
                    pacing_s=pacing[0] if pacing else None,
                )
                for journey in journeys
            )
    return View(view_name, name, narrowed, tuple(journeys), tuple(cells))


def _columns(
    profile: ProfileSettings, executor: Executor, users: list[int]
) -> list[tuple[int, int]]:
    """Return users and iterations of each column of the matrix, fewest users first."""
    declared = {cell.users: cell.iterations for cell in profile.cells(executor)}
    chosen = users or list(declared)
    fewest = declared[min(declared)] if declared else 1
    return [(number, declared.get(number, fewest)) for number in sorted(set(chosen))]


def _chosen(name: str, narrowed: Mapping[str, str], known: Collection[str]) -> Collection[str]:
    return narrowed[name].split(",") if name in narrowed else known


def _numbers(
    name: str, narrowed: Mapping[str, str], kind: Callable[[str], _Number]
) -> list[_Number]:
    if name not in narrowed:
        return []
    try:
        numbers = [kind(value) for value in narrowed[name].split(",")]
    except ValueError:
        numbers = []
    zero = name in _MAY_BE_0
    if not numbers or not all(0 < each <= 10_000 or (zero and each == 0) for each in numbers):
        least = "from 0" if zero else "above 0"
        what = "a whole number" if kind is int else "a number"
        raise SettingsError(f"{name}={narrowed[name]}: expected {what} {least}, at most 10000")
    if name != "users" and len(numbers) > 1:
        raise SettingsError(f"{name}={narrowed[name]}: expected a single number")
    return numbers


def _view_name(profile: str, narrowed: Mapping[str, str]) -> str:
    """Return the profile's name, or one that is readable and its own for each narrowing."""
    if not narrowed:
        return profile
    text = "-".join(f"{name}-{value}" for name, value in sorted(narrowed.items()))
    readable = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:40].strip("-")
    digest = hashlib.sha256(repr(sorted(narrowed.items())).encode()).hexdigest()[:6]
    return f"{profile}-{readable}-{digest}"


def settings_of(plan: Plan) -> Settings:
    """Return the plan's settings as they were when it was made, whatever the environment is now."""
    return Settings(**plan.settings)
