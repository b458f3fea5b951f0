"""The one loader of settings.

Defaults are weaker than tandem.toml, that is weaker than TANDEM_* in the environment, and strongest
is name=value on the command line.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from tandem.errors import SettingsError
from tandem.settings import ENVIRONMENT_PREFIX, Settings

SETTINGS_FILE = "tandem.toml"


def load_settings(file: Path, command_line: Mapping[str, Any]) -> Settings:
    """Return the settings; raise :class:`SettingsError` with every fault and where it stands.

    A missing ``file`` counts as an empty one. ``command_line`` holds values by field name.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    in_file = _parsed(text, file)
    _refuse_unknown_variables(os.environ)

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """Put the sources in their order, strongest first."""
            return init_settings, env_settings, InitSettingsSource(settings_cls, in_file)

    try:
        return Loaded(**command_line)
    except ValidationError as error:
        faults = (_fault(detail, text, file, command_line) for detail in error.errors())
        raise SettingsError("\n".join(dict.fromkeys(faults))) from error


def _parsed(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file.name}: not valid TOML: {error}") from error


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in Settings.model_fields}
    for variable in sorted(environment):
        if variable.startswith(ENVIRONMENT_PREFIX) and variable.split("__")[0] not in known:
            raise SettingsError(
                f"{variable}: not a setting{_nearest(variable, known)}",
                hint=f"Known are {', '.join(sorted(known))}; '__' separates what stands below.",
            )


def _fault(detail: Any, text: str, file: Path, command_line: Mapping[str, Any]) -> str:
    location = tuple(detail["loc"])
    field = ".".join(str(part) for part in location if part != "[key]")
    place = _place(location, text, file, command_line)
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = f"not a setting{_nearest(str(location[-1]), _names_beside(location))}"
    return f"{place}{field}: {message}" if field else f"{place}{message}"


def _place(
    location: tuple[Any, ...], text: str, file: Path, command_line: Mapping[str, Any]
) -> str:
    """Return where a value came from: an argument, a variable, or a line of the file."""
    if not location:
        return f"{file.name}: "
    if location[0] in command_line:
        return "command line: "
    variable = ENVIRONMENT_PREFIX + "__".join(str(part).upper() for part in location)
    if variable in os.environ:
        return f"{variable}: "
    names = [re.escape(str(part)) for part in location if isinstance(part, str)]
    key = re.compile(rf"^\s*(?:{names[-1]}\s*=|\[+(?:.*\.)?{names[-1]}\s*\])", re.MULTILINE)
    found = key.search(text)
    return f"{file.name}:{text[: found.end()].count(chr(10)) + 1}: " if found else f"{file.name}: "


def _names_beside(location: tuple[Any, ...]) -> Iterable[str]:
    """Return the names that could have stood where the unknown one stands."""
    model: Any = Settings
    for part in location[:-1]:
        field = getattr(model, "model_fields", {}).get(part)
        model = _model_in(field.annotation) if field else model
    return list(getattr(model, "model_fields", ()))


def _model_in(annotation: Any) -> Any:
    """Return the model that an annotation is, or holds in a tuple or dict."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model is not None), None)


def _nearest(name: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{found[0]}'?" if found else ""
