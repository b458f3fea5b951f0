"""The kinds of text that a spec is made of, each checked where it is read."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from journeys.expressions import Reference, parse
from journeys.json_paths import checked_json_path
from journeys.patterns import checked_pattern

MAX_IDENTIFIER = 64
IDENTIFIER_PATTERN = r"^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$"
OF_LOGIN = "login."
"""Before the id of a step that logs the user in: no step of a spec can be called so."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

NAME_ON_THE_WIRE = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
NAME_OF_ATTRIBUTE = r"^[A-Za-z_:][A-Za-z0-9_.:-]*$"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WIRE_NAME = re.compile(NAME_ON_THE_WIRE)
_HEADER_TEXT = re.compile(r"[\t\x20-\x7e]*")


def _checked_template(text: str) -> str:
    parse(text)
    return text


def _checked_path(text: str) -> str:
    """A path begins with ``/``, or with a reference to what will."""
    first = next(iter(parse(text)), "")
    if isinstance(first, str) and (
        not first.startswith("/") or first.startswith("//") or "\\" in text
    ):
        raise ValueError(
            f"'{text}' is not a path of the app; write one that starts with a single '/', "
            "the base URL is set per environment"
        )
    if isinstance(first, Reference) and first.namespace in ("user", "iteration"):
        raise ValueError(f"'{text}' is not a path of the app; start it with '/'")
    if _CONTROL.search(text):
        raise ValueError("a path holds no line ends or other control characters")
    return text


def _checked_method(text: str) -> str:
    template = parse(text)
    if all(isinstance(part, str) for part in template) and text not in METHODS:
        raise ValueError(f"'{text}' is not a method; known are {', '.join(METHODS)}")
    return text


def _checked_headers(headers: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for name, text in headers.items():
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise ValueError(f"'{other}' and '{name}' are the same header")
        if not _WIRE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a header's name")
        for part in parse(text):
            if isinstance(part, str) and not _HEADER_TEXT.fullmatch(part):
                raise ValueError(f"{name}: only printable ASCII characters can stand in a header")
    return headers


def _as_statuses(value: Any) -> Any:
    """Read a single status as a list of one."""
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,)
    raise ValueError("expected a status such as 201, or a list of them")


def _checked_file(text: str) -> str:
    """Return ``text`` if it names a file below the workspace; raise ValueError if it cannot."""
    parts = text.split("/")
    if text.startswith(("/", "~")) or "\\" in text or ".." in parts or _CONTROL.search(text):
        raise ValueError(f"'{text}' is not a file below the workspace, such as data/users.csv")
    return text


def _as_name_of_auth(value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise ValueError(
        "expected the name of an [auth.NAME] in the settings; credentials stand in no spec"
    )


Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER_PATTERN)]
"""What names a journey or a step: safe in a file name, a tag, a task name and a URL."""
RiddenStepId = Annotated[
    str, StringConstraints(pattern=rf"^(?:{re.escape(OF_LOGIN)})?{IDENTIFIER_PATTERN[1:]}")
]
"""What names a step that is ridden: of the journey itself, or of the one that logs in."""
AuthName = Annotated[
    str,
    BeforeValidator(_as_name_of_auth, json_schema_input_type=str),
    StringConstraints(pattern=IDENTIFIER_PATTERN),
]
"""What the settings call a way to say who the user is."""
TemplateText = Annotated[str, AfterValidator(_checked_template)]
"""A text that may hold ``${…}``."""
PathText = Annotated[str, AfterValidator(_checked_path)]
"""A path below the base URL, which may hold ``${…}``."""
MethodText = Annotated[str, AfterValidator(_checked_method)]
"""An HTTP method, or an ``${…}`` that stands for one."""
WireName = Annotated[str, StringConstraints(pattern=NAME_ON_THE_WIRE)]
"""The name of a header or a cookie."""
AttributeName = Annotated[str, StringConstraints(pattern=NAME_OF_ATTRIBUTE)]
"""The name of an attribute in HTML."""
JsonPath = Annotated[str, AfterValidator(checked_json_path)]
"""Where a value stands in JSON: see :mod:`journeys.json_paths`."""
PatternText = Annotated[str, AfterValidator(checked_pattern)]
"""A regular expression: see :mod:`journeys.patterns`."""
WorkspaceFile = Annotated[str, StringConstraints(min_length=1), AfterValidator(_checked_file)]
"""The path of a file below the workspace."""
Headers = Annotated[dict[str, TemplateText], AfterValidator(_checked_headers)]
_Status = Annotated[int, Field(ge=100, le=599)]
Statuses = Annotated[
    tuple[_Status, ...],
    BeforeValidator(_as_statuses, json_schema_input_type=_Status | tuple[_Status, ...]),
]
