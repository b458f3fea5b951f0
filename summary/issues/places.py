"""Which service, repository and pull request: from the settings and from what CI says. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tandem.errors import SettingsError
from tandem.issues_settings import IssuesSettings
from tandem.tokens import Service, service_of, token_variable

NAMES: Final[dict[Service, str]] = {"github": "GitHub", "gitlab": "GitLab"}
_URLS: Final[dict[Service, str]] = {
    "github": "https://api.github.com",
    "gitlab": "https://gitlab.com",
}
_URL_VARIABLES: Final[dict[Service, str]] = {"github": "GITHUB_API_URL", "gitlab": "CI_SERVER_URL"}
_REPOSITORIES: Final[dict[Service, str]] = {
    "github": "GITHUB_REPOSITORY",
    "gitlab": "CI_PROJECT_PATH",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where issues and comments go."""

    service: Service
    url: str
    repository: str
    token_variable: str
    """Its value is read when something is sent, and kept nowhere."""

    @property
    def name(self) -> str:
        """The service's name."""
        return NAMES[self.service]


UNKNOWN: Final = "a repository that CI names"


def place_of(
    settings: IssuesSettings, environment: Mapping[str, str], *, for_real: bool = True
) -> Place:
    """Return where issues go; raise :class:`SettingsError` when that has to be known and is not."""
    service = service_of(settings.service, environment)
    repository = settings.repository or environment.get(_REPOSITORIES[service], "")
    if not repository and for_real:
        raise SettingsError(
            f"issues.repository: not set, and {_REPOSITORIES[service]} is not in the environment",
            hint="Set it in [issues], such as repository = 'owner/name'.",
        )
    return Place(
        service=service,
        url=settings.url or environment.get(_URL_VARIABLES[service], "") or _URLS[service],
        repository=repository or UNKNOWN,
        token_variable=token_variable(settings.service, settings.token, environment),
    )


def run_url_of(environment: Mapping[str, str]) -> str:
    """Return the address of the CI run's page; empty outside of CI."""
    server, repository, run = (
        environment.get(name, "")
        for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    if server and repository and run:
        return _safe(f"{server}/{repository}/actions/runs/{run}")
    return _safe(environment.get("CI_JOB_URL") or environment.get("CI_PIPELINE_URL") or "")


def _safe(url: str) -> str:
    """Return a URL that can stand in Markdown's parentheses; else none."""
    return url if re.fullmatch(r"https?://[\w.:\-/%]+", url, flags=re.ASCII) else ""


def request_of(settings: IssuesSettings, environment: Mapping[str, str]) -> int | None:
    """Return the number of the pull (merge) request that this job is of; None for no such job."""
    if settings.request is not None:
        return settings.request
    if found := re.fullmatch(r"refs/pull/(\d+)/\w+", environment.get("GITHUB_REF", "")):
        return int(found.group(1))
    if (number := environment.get("CI_MERGE_REQUEST_IID", "")).isdecimal():
        return int(number)
    return _number_in_event(environment.get("GITHUB_EVENT_PATH", ""))


def _number_in_event(path: str) -> int | None:
    """Return the pull request's number of GitHub's event file, where there is one."""
    if not path:
        return None
    try:
        event = json.loads(Path(path).read_bytes())
        return int(event["pull_request"]["number"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
