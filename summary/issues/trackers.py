"""What is asked of a tracker, and how its refusals read. The clients of both services are thin."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from summary.issues.models import Action, Comment, Issue
from summary.issues.places import Place
from summary.reports.rendering import one_line
from tandem.errors import TrackerError
from tandem.issues_settings import IssuesSettings

MOST_CHARACTERS: Final = 60_000
"""Of a body or a comment; GitHub takes 65,536."""


class RequestComment(NamedTuple):
    """A comment of a pull (merge) request."""

    id: int
    author: str
    """Empty for a user who is gone."""
    body: str


class Tracker(Protocol):
    """One repository's issues. Everything raises :class:`TrackerError`."""

    def me(self) -> str:
        """Return the name of the user whose token it is."""

    def issues(self) -> list[Issue]:
        """Return the issues that carry Tandem's label, open and closed, without comments."""

    def comments(self, number: int) -> tuple[Comment, ...]:
        """Return the comments of an issue, oldest first."""

    def do(self, action: Action) -> str:
        """Do it; return the address of what was made or changed."""

    def request_comments(self, number: int) -> Sequence[RequestComment]:
        """Return the comments of a pull (merge) request, oldest first."""

    def put_request_comment(self, number: int, comment: int | None, body: str) -> str:
        """Write a comment to a pull (merge) request, or anew the one that is given."""


def open_tracker(place: Place, token: str, settings: IssuesSettings) -> Tracker:
    """Return the client of the service. Nothing is asked yet."""
    # What is tried again is no news; what came of it is told.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    if place.service == "github":
        from summary.issues.github_client import GitHubTracker  # noqa: PLC0415 - heavy

        return GitHubTracker(place, token, settings)
    from summary.issues.gitlab_client import GitLabTracker  # noqa: PLC0415 - heavy

    return GitLabTracker(place, token, settings)


def bounded(body: str) -> str:
    """Return a body that the services take, cut at the end of a line."""
    if len(body) <= MOST_CHARACTERS:
        return body
    kept = body[:MOST_CHARACTERS].rpartition("\n")[0]
    open_fence = kept.count("```") % 2
    return kept + ("\n```" if open_fence else "") + "\n\n_Cut here; the report has all of it._\n"


def refusal(place: Place, status: int, message: str, limit_s: float | None) -> TrackerError:
    """Return what an answer means to who reads it. ``limit_s``: how long it asks to wait."""
    who, variable = place.name, place.token_variable
    if limit_s is not None or status == 429:
        wait = f", and asks to wait {limit_s:.0f} s" if limit_s else ""
        return TrackerError(
            f"{who} is asked too often ({status}){wait}",
            hint="issues.patience_s says how long is waited for that.",
        )
    if status >= 500:
        return TrackerError(f"{who} is ill: it answers {status}", may_be_done=True)
    it_needs = {
        "github": "issues: write (and pull-requests: write); that of a fork is read-only",
        "gitlab": "the role Reporter and the scope api",
    }[place.service]
    told = {
        401: (f"{who} does not accept the token in {variable}", "It may have ended."),
        403: (f"the token in {variable} may not do this", f"It needs {it_needs}."),
        404: (
            f"{who} has no {place.repository} that the token in {variable} may see",
            "Check issues.repository, and what the token is for.",
        ),
        410: (f"issues are switched off in {place.repository}", ""),
    }
    said, hint = told.get(status, (f"{who} refuses it: {one_line(message, 200)}", ""))
    return TrackerError(f"{said} ({status})", hint=hint)


def unreachable(place: Place, error: Exception) -> TrackerError:
    """Return that there was no answer. The reason is named by its kind: a text may hold more."""
    why = "no answer in time" if "Timeout" in _names(error) else "no connection, or it broke"
    return TrackerError(f"{place.name} cannot be reached at {place.url}: {why}", may_be_done=True)


NOT_UNDERSTOOD: Final = (ValueError, KeyError, TypeError, AttributeError)
"""What a client meets in an answer that is none of its service's."""


def not_understood(place: Place, error: Exception) -> TrackerError:
    """Return that an answer was none of the service's: a proxy's page, or another server's."""
    return TrackerError(
        f"{place.url} answers otherwise than {place.name} does ({type(error).__name__})",
        hint="Check issues.url.",
    )


def _names(error: BaseException | None) -> str:
    """Return the kinds of an error and of those that led to it."""
    found: list[str] = []
    while error is not None and len(found) < 10:
        found.append(type(error).__name__)
        inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else None
        error = getattr(inner, "reason", None) or inner or error.__cause__ or error.__context__
    return " ".join(found)
