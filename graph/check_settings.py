"""What is wrong with settings in view of the files that they name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph.freshness import OURS, app_sources
from journeys.slo import parse_threshold
from tandem.errors import SettingsError
from tandem.settings import Fault, Settings, contradictions


def check_settings(settings: Settings) -> Iterator[Fault]:
    """Yield what contradicts itself, and what does not fit the files of the workspace."""
    yield from contradictions(settings)
    for name, profile in settings.profiles.items():
        try:
            parse_threshold(profile.default_slo or "rate<=0")
        except ValueError as error:
            yield ("profiles", name, "default_slo"), str(error)
    yield from _retention_faults(settings)
    for place, files in _action_maps(settings):
        for file in files:
            if not Path(file).is_file():
                yield place, f"there is no file '{file}'; to do without a map, set {place[-1]} = []"
    if settings.target is None:
        for pattern in settings.app.sources:
            if not app_sources((pattern,), settings.results):
                yield ("app", "sources"), f"'{pattern}' matches no file"
    yield from _folder_faults(settings)


def _folder_faults(settings: Settings) -> Iterator[Fault]:
    if not settings.journeys:
        yield ("journeys",), "'' names no folder of specs"
    elif fault := _results_fault(settings):
        yield ("results",), fault


def _retention_faults(settings: Settings) -> Iterator[Fault]:
    environments = ((("env", name), each.retention) for name, each in settings.env.items())
    for place, retention in (((), settings.retention), *environments):
        for name, text in retention.model_dump(exclude_none=True).items():
            from summary.retention import parse_limit  # noqa: PLC0415 - few settings say it

            try:
                parse_limit(text)
            except SettingsError as error:
                yield (*place, "retention", name), str(error)


def _action_maps(settings: Settings) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    yield ("actions",), settings.actions
    for name, environment in settings.env.items():
        yield ("env", name, "actions"), environment.actions


def _results_fault(settings: Settings) -> str:
    """Return why runs cannot be published there; empty when they can."""
    results, here = Path(settings.results).resolve(), Path().resolve()
    said = f"'{settings.results}' cannot hold the results: "
    if results.exists() and not results.is_dir():
        return f"{said}it is a file"
    if here.is_relative_to(results):
        return f"{said}it is the workspace itself, or around it; name a folder of their own"
    for taken in (*OURS, settings.journeys):
        folder = (here / taken).resolve()
        if folder != here and results.is_relative_to(folder):
            return f"{said}{taken} holds other things; name a folder of their own"
    for pattern in settings.app.sources:
        top, is_deep = here / _fixed(pattern), "**" in pattern
        if top != here and (results == top or (is_deep and results.is_relative_to(top))):
            return f"{said}'{pattern}' of app.sources would take them for the app's"
    return ""


def _fixed(pattern: str) -> Path:
    """Return the folder in which a glob looks."""
    parts = Path(pattern).parts
    wild = [at for at, part in enumerate(parts) if any(each in part for each in "*?[")]
    return Path(*parts[: wild[0] if wild else len(parts) - 1])
