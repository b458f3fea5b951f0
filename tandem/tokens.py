"""Which environment variable holds the tracker's token. Standard library only: every call asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Service = Literal["github", "gitlab"]
TOKENS: Final[dict[Service, str]] = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN"}
"""The environment variables that hold the token where nothing else is set."""


def service_of(chosen: str, environment: Mapping[str, str]) -> Service:
    """Return the service that ``issues.service`` chooses; "auto": the one whose CI runs this."""
    if chosen == "auto":
        return "gitlab" if environment.get("GITLAB_CI") == "true" else "github"
    return "gitlab" if chosen == "gitlab" else "github"


def token_variable(service: str, token: str, environment: Mapping[str, str]) -> str:
    """Return the variable's name, from ``issues.service`` and ``issues.token``."""
    return token or TOKENS[service_of(service, environment)]
