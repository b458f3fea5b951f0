"""GitHub's issues and comments, through PyGithub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import requests
from github import Auth, BadAttributeException, Github, GithubException
from github.Issue import Issue as TheirIssue
from github.Repository import Repository

from summary.issues.models import Action, Close, Comment, Edit, Issue, Open, Reopen, Say
from summary.issues.patience import Budget, Patience, asked_wait_s
from summary.issues.places import Place
from summary.issues.trackers import (
    NOT_UNDERSTOOD,
    RequestComment,
    bounded,
    not_understood,
    refusal,
    unreachable,
)
from tandem.errors import TrackerError
from tandem.issues_settings import IssuesSettings

_PAGE: Final = 100
_JOB: Final = "github-actions[bot]"
_FORBIDDEN: Final = 403


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Let what goes wrong become a :class:`TrackerError`."""
    try:
        yield
    except GithubException as error:
        headers = requests.structures.CaseInsensitiveDict(error.headers or {})
        said = error.data.get("message", "") if isinstance(error.data, dict) else ""
        limit = asked_wait_s(error.status, headers) if error.status in (403, 429) else None
        if limit is None and "rate limit" in str(said).lower():
            limit = 0.0
        raise refusal(place, error.status, _reasons(error.data), limit) from None
    except (requests.RequestException, OSError) as error:
        raise unreachable(place, error) from None
    except (BadAttributeException, *NOT_UNDERSTOOD) as error:
        raise not_understood(place, error) from None


class GitHubTracker:
    """See :class:`~summary.issues.trackers.Tracker`."""

    def __init__(self, place: Place, token: str, settings: IssuesSettings) -> None:
        self.place = place
        self._settings = settings
        self._github = Github(
            auth=Auth.Token(token),
            base_url=place.url,
            timeout=max(1, round(settings.timeout_s)),
            per_page=_PAGE,
            retry=Patience(Budget(settings.patience_s)),
            seconds_between_requests=0,
            seconds_between_writes=settings.pause_s,
            lazy=True,
        )

    @property
    def _repository(self) -> Repository:
        return self._github.get_repo(self.place.repository)

    def _issue(self, number: int) -> TheirIssue:
        return self._repository.get_issue(number)

    def me(self) -> str:
        with _told(self.place):
            try:
                return self._github.get_user().login
            except GithubException as error:
                if error.status != _FORBIDDEN:
                    raise
            return self._bot()

    def _bot(self) -> str:
        """Return the name of the app whose token it is: a job's own, or another's.

        Such a token may not ask for its user, but for the viewer of GraphQL.
        """
        try:
            _, answer = self._github.requester.graphql_query("{viewer {login}}", {})
            return str(answer["data"]["viewer"]["login"])
        except (GithubException, *NOT_UNDERSTOOD):
            return _JOB

    def issues(self) -> list[Issue]:
        with _told(self.place):
            found = self._repository.get_issues(state="all", labels=[self._settings.label])
            # Pull requests are issues, too; to ask each for its ``pull_request`` would fetch it.
            return [self._read(each) for each in found if "/pull/" not in each.html_url]

    def _read(self, found: TheirIssue) -> Issue:
        labels = {label.name for label in found.labels}
        is_open = found.state == "open"
        return Issue(
            number=found.number,
            url=found.html_url,
            is_open=is_open,
            author=found.user.login if found.user else "",
            created_at=_moment(found.created_at),
            title=found.title,
            body=found.body or "",
            is_muted=self._settings.muted_label in labels
            or (not is_open and found.state_reason == "not_planned"),
        )

    def comments(self, number: int) -> tuple[Comment, ...]:
        with _told(self.place):
            return tuple(
                Comment(
                    author=each.user.login if each.user else "",
                    created_at=_moment(each.created_at),
                    body=each.body or "",
                )
                for each in self._issue(number).get_comments()
            )

    def do(self, action: Action) -> str:
        with _told(self.place):
            match action:
                case Open():
                    return self._open(action)
                case Say():
                    comment = self._issue(action.number).create_comment(bounded(action.body))
                    return comment.html_url
                case Close():
                    reason = "completed" if action.done else "not_planned"
                    return self._edited(action.number, state="closed", state_reason=reason)
                case Reopen():
                    return self._edited(action.number, state="open")
                case Edit():
                    return self._edited(action.number, body=bounded(action.body))

    def _edited(self, number: int, **changes: Any) -> str:
        issue = self._issue(number)
        issue.edit(**changes)
        return issue.html_url

    def _open(self, action: Open) -> str:
        wanted = list(dict.fromkeys((self._settings.label, *self._settings.labels)))
        made = self._repository.create_issue(
            title=action.title,
            body=bounded(action.body),
            labels=wanted,
            assignees=list(self._settings.assignees),
        )
        if self._settings.label not in {label.name for label in made.labels}:
            raise TrackerError(
                f"{made.html_url} was opened without the label '{self._settings.label}', by which "
                "it is found again",
                hint="The token may set no labels. Label it by hand, else another one is opened.",
            )
        return made.html_url

    def request_comments(self, number: int) -> Sequence[RequestComment]:
        with _told(self.place):
            return [
                RequestComment(each.id, each.user.login if each.user else "", each.body or "")
                for each in self._issue(number).get_comments()
            ]

    def put_request_comment(self, number: int, comment: int | None, body: str) -> str:
        with _told(self.place):
            issue = self._issue(number)
            if comment is None:
                return issue.create_comment(bounded(body)).html_url
            held = issue.get_comment(comment)
            held.edit(bounded(body))
            return held.html_url


def _moment(found: datetime) -> str:
    return found.astimezone(UTC).isoformat()


def _reasons(data: object) -> str:
    """Return what GitHub says against a request, with the fields it names."""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors") or []
    fields = [
        f"{each.get('field', '')} {each.get('code', '')} {each.get('message', '')}".strip()
        for each in errors
        if isinstance(each, dict)
    ]
    return ": ".join(part for part in (str(data.get("message", "")), "; ".join(fields)) if part)
