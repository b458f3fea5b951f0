"""The one loader of settings.

Defaults are weaker than tandem.toml, that is weaker than TANDEM_* in the environment, and strongest
is name=value on the command line.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource
from pydantic_settings import SettingsError as UnreadableVariableError

from tandem.errors import SettingsError
from tandem.settings import ENVIRONMENT_PREFIX, Fault, Settings, contradictions
from tandem.toml_lines import line_of
from tandem.wording import plain_words

SETTINGS_FILE = "tandem.toml"
_ARGUMENTS = {"environment": "env"}
"""Settings whose argument has another name."""


def load_settings(
    file: Path,
    command_line: Mapping[str, Any],
    check: Callable[[Settings], Iterable[Fault]] = contradictions,
) -> Settings:
    """Return the settings; raise :class:`SettingsError` with every fault and where it stands.

    A missing ``file`` counts as an empty one. ``command_line`` holds values by field name.
    ``check`` finds what is wrong with settings that are each right by themselves.
    """
    text = _read(file)
    in_file = _parsed(text, file)
    faults = list(_unknown_variables(os.environ))

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
        settings = Loaded(**command_line)
        faults += (
            _placed(location, said, text, file, command_line) for location, said in check(settings)
        )
    except ValidationError as error:
        faults += (_fault(detail, text, file, command_line) for detail in error.errors())
    except UnreadableVariableError as error:
        faults += [_unreadable(error)]
    if faults:
        absent = "" if file.exists() else f"There is no {file} here; see docs/configuration.md."
        raise SettingsError("\n".join(dict.fromkeys(faults)), hint=absent)
    return settings


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except OSError as error:
        raise SettingsError(f"{file.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file.name}: byte {error.start} is not UTF-8") from error


def _parsed(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file.name}: not valid TOML: {error}") from error


def _unknown_variables(environment: Mapping[str, str]) -> Iterator[str]:
    names = [name.upper() for name in Settings.model_fields]
    for variable in sorted(environment):
        name = variable.removeprefix(ENVIRONMENT_PREFIX).split("__")[0]
        if variable.startswith(ENVIRONMENT_PREFIX) and name not in names:
            yield f"{variable}: not a setting{_nearest(name, names, ENVIRONMENT_PREFIX)}"


def _unreadable(error: UnreadableVariableError) -> str:
    """Return the fault of a variable that should hold JSON; pydantic names its field only."""
    named = re.search(r'field "(\w+)"', str(error))
    variable = ENVIRONMENT_PREFIX + (named.group(1).upper() if named else "…")
    return f'{variable}: expected JSON, such as ["a", "b"] for a list of texts'


def _fault(detail: Any, text: str, file: Path, command_line: Mapping[str, Any]) -> str:
    location = tuple(detail["loc"])
    message = plain_words(detail)
    if detail["type"] == "extra_forbidden":
        message = f"not a setting{_nearest(str(location[-1]), _names_beside(location))}"
    elif detail["type"] == "literal_error":
        known = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
        message = f"{_as_written(detail['input'])} is not one of {', '.join(known)}"
        message += _nearest(str(detail["input"]), known, otherwise=False)
    return _placed(location, message, text, file, command_line)


def _as_written(value: Any) -> str:
    """Return a value as TOML and variables write it, not as Python does."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _placed(
    location: tuple[Any, ...],
    message: str,
    text: str,
    file: Path,
    command_line: Mapping[str, Any],
) -> str:
    """Return a fault with where its value came from, and with its field."""
    if location and location[0] in command_line:
        # The value is left out: a base URL may hold a password.
        return f"{_ARGUMENTS.get(location[0], location[0])}=: {message}"
    place = _place(location, text, file.name)
    field = ".".join(str(part) for part in location if part != "[key]")
    return f"{place}{field}: {message}" if field else f"{place}{message}"


def _place(location: tuple[Any, ...], text: str, file_name: str) -> str:
    """Return where a value came from: a variable, or a line of the file."""
    names = [str(part).upper() for part in location if part != "[key]"]
    for length in range(len(names), 0, -1):
        variable = ENVIRONMENT_PREFIX + "__".join(names[:length])
        if variable in os.environ:
            return f"{variable}: "
    line = line_of(text, tuple(str(part) for part in location if part != "[key]"))
    return f"{file_name}:{line}: " if line else f"{file_name}: "


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


def _nearest(name: str, known: Iterable[str], prefix: str = "", *, otherwise: bool = True) -> str:
    """Return what may have been meant: the nearest of the known names, else all of them."""
    names = sorted(known)
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if found:
        return f"; did you mean '{prefix}{found[0]}'?"
    if not names or not otherwise:
        return ""
    return "; known are " + ", ".join(f"{prefix}{each}" for each in names)
