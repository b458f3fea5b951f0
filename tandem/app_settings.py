"""How the app under test is started, known to be ready, and told from other builds of it."""

from __future__ import annotations

import re
from string import Formatter
from typing import Final, Literal

from pydantic import Field, field_validator

from tandem.models import FrozenModel
from tandem.wording import nearest

PLACEHOLDERS = ("port", "python")
PORT: Final = "{port}"
_DOUBLED = "a brace that stands for itself is written twice"


class AppSettings(FrozenModel):
    """How the app under test is started in the job, and what tells one build of it from another."""

    server: Literal["command", "external"] = "command"
    """"external" rides a server that is running already."""
    command: tuple[str, ...] = ()
    """{port} stands for the free port that the server must listen on, {python} for our Python."""
    folder: str = "."
    """Where the command is started, below the workspace; the app's revisions are of this folder."""
    ready_path: str = "/"
    """The path that answers 2xx when the server can be ridden."""
    ready_status: int | None = Field(default=None, ge=100, le=599)
    """What it answers then; None: any status from 200 to 299."""
    ready_log: str | None = None
    """A regular expression: the server can be ridden when a line that it prints holds it. In place
    of asking for ``ready_path``."""
    ready_timeout_s: float = Field(default=30.0, gt=0, le=600)
    environment: dict[str, str] = {}
    """{port} stands for the free port here too; other braces for themselves."""
    streams: tuple[str, ...] = ()
    """Patterns of paths (* stands for anything) whose requests may go on for as long as they like,
    such as those of a long poll: recorded, but no interaction of a browser waits for them."""
    sources: tuple[str, ...] = ()
    """Globs below the workspace: the app has changed when a file that they match has."""
    version_path: str | None = None
    """A path of a running server whose answer identifies the app."""
    value: str | None = None
    """A text that identifies the app, such as a revision or an image's digest."""

    @field_validator("command")
    @classmethod
    def _has_known_placeholders(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for part in value:
            _checked_command(part)
        return value

    @field_validator("ready_path", "version_path")
    @classmethod
    def _is_path(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("/"):
            raise ValueError(f"'{value}' is not a path of the app; it begins with a /")
        return value

    @field_validator("ready_log")
    @classmethod
    def _is_expression(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"'{value}' is not a regular expression: {error}") from error
        return value

    @field_validator("streams")
    @classmethod
    def _are_patterns_of_paths(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            if not pattern.startswith(("/", "*")):
                raise ValueError(f"'{pattern}' matches no path; paths begin with a /")
        return value

    @field_validator("folder")
    @classmethod
    def _is_below(cls, value: str) -> str:
        if not value or value.startswith(("/", "~")) or ".." in value.split("/"):
            raise ValueError(f"'{value}' is not a folder below the workspace")
        return value

    @field_validator("sources")
    @classmethod
    def _stays_inside(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            if not pattern or pattern.startswith(("/", "~")) or ".." in pattern.split("/"):
                raise ValueError(f"'{pattern}' is not a glob below the workspace")
        return value


def _checked_command(part: str) -> None:
    """Raise ValueError when a part of a command holds something in braces that is not known."""
    try:
        named = [name for _, name, _, _ in Formatter().parse(part) if name is not None]
    except ValueError as error:
        raise ValueError(f"'{part}': {error}; {_DOUBLED}") from error
    for name in named:
        if name not in PLACEHOLDERS:
            known = " and ".join(f"{{{each}}}" for each in PLACEHOLDERS)
            near = nearest(name, PLACEHOLDERS)
            raise ValueError(f"'{part}': {{{name}}} is not one of {known}{near}; {_DOUBLED}")
