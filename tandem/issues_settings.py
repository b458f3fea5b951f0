"""What can be set about issues and comments: ``[issues]``. docs/issues.md."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import Field, field_validator

from tandem.models import FrozenModel

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_LABEL: Final = 50


class IssuesSettings(FrozenModel):
    """Where regressions are told of, and how much of them. Nothing is sent unless ``enabled``."""

    enabled: bool = False
    """Together with a token in the environment: issues and comments are sent."""
    service: Literal["auto", "github", "gitlab"] = "auto"
    """"auto": the one whose CI runs this."""
    url: str = ""
    """The address of a server of one's own: GitHub's API or GitLab itself. Empty: what CI says."""
    repository: str = ""
    """``owner/name``; GitLab's also ``group/subgroup/name`` or a number. Empty: what CI says."""
    token: str = ""
    """The name of the environment variable that holds the token; empty: GITHUB_TOKEN or
    GITLAB_TOKEN."""
    label: str = Field(default="performance-regression", min_length=1, max_length=_LONGEST_LABEL)
    """What every issue of Tandem's carries: by it they are found again."""
    labels: tuple[str, ...] = ()
    """More labels for them."""
    assignees: tuple[str, ...] = ()
    """Who they are assigned to, by user name."""
    muted_label: str = Field(default="wontfix", max_length=_LONGEST_LABEL)
    """An issue that somebody gave this label is left alone."""
    scope: str = Field(default="", max_length=60)
    """Tells the issues of several nights in one repository apart, such as "staging"."""
    most_per_night: int = Field(default=3, ge=0, le=50)
    """So many issues are opened or reopened in a night; one more names all the rest."""
    comment_quick: bool = False
    """A quick run leaves its report at the pull request, too; ``doit run ab`` always does."""
    request: int | None = Field(default=None, ge=1)
    """The number of the pull (merge) request; None: what CI says."""
    pause_s: float = Field(default=1.0, ge=0, le=60)
    """Between two things that are sent: what GitHub asks for."""
    timeout_s: float = Field(default=15.0, gt=0, le=300)
    """For an answer."""
    patience_s: float = Field(default=60.0, ge=0, le=3600)
    """So long is waited at most, all together, when the service asks for it or is ill."""

    @field_validator("token")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if value and not _VARIABLE.fullmatch(value):
            # The value is left out: it may be the token.
            raise ValueError("is the name of an environment variable, never the token itself")
        if value.startswith("TANDEM_"):
            raise ValueError("names a variable that begins with TANDEM_, which are settings")
        return value

    @field_validator("url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s@?#]*)?", value):
            raise ValueError("is no address such as https://gitlab.example, without credentials")
        return value.rstrip("/")

    @field_validator("repository")
    @classmethod
    def _is_repository(cls, value: str) -> str:
        if value and not re.fullmatch(r"\d+|[\w.-]+(/[\w.-]+)+", value):
            raise ValueError(f"'{value}' is no repository such as owner/name")
        return value

    @field_validator("labels", "assignees")
    @classmethod
    def _are_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not name.strip() or "," in name or len(name) > _LONGEST_LABEL:
                raise ValueError(f"'{name}' is no name of a label or a user")
        return value
