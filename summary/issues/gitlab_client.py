"""GitLab's issues and notes, through python-gitlab."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import requests
from gitlab import Gitlab
from gitlab.exceptions import GitlabError
from requests.adapters import HTTPAdapter

from summary.issues.models import Action, Close, Comment, Edit, Issue, Open, Reopen, Say
from summary.issues.patience import Budget, Patience
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
_QUICK_ACTION: Final = re.compile(r"^(\s*)/(?=\w)", flags=re.M)


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Let what goes wrong become a :class:`TrackerError`."""
    try:
        yield
    except GitlabError as error:
        status = error.response_code or 0
        raise refusal(place, status, str(error.error_message), None) from None
    except (requests.RequestException, OSError) as error:
        raise unreachable(place, error) from None
    except NOT_UNDERSTOOD as error:
        raise not_understood(place, error) from None


class GitLabTracker:
    """See :class:`~summary.issues.trackers.Tracker`."""

    def __init__(self, place: Place, token: str, settings: IssuesSettings) -> None:
        self.place = place
        self._settings = settings
        session = requests.Session()
        rule = HTTPAdapter(max_retries=Patience(Budget(settings.patience_s)))
        session.mount("http://", rule)
        session.mount("https://", rule)
        self._gitlab = Gitlab(
            url=place.url,
            private_token=token,
            timeout=settings.timeout_s,
            per_page=_PAGE,
            keep_base_url=True,
            session=session,
        )
        self._sent = False

    @property
    def _project(self) -> Any:
        return self._gitlab.projects.get(self.place.repository, lazy=True)

    def _issue(self, number: int) -> Any:
        return self._project.issues.get(number, lazy=True)

    def me(self) -> str:
        with _told(self.place):
            found: Any = self._gitlab.http_get("/user", **_ONCE)
            return str(found["username"])

    def issues(self) -> list[Issue]:
        with _told(self.place):
            found = self._project.issues.list(
                state="all", labels=[self._settings.label], iterator=True, **_ONCE
            )
            return [self._read(each) for each in found]

    def _read(self, found: Any) -> Issue:
        return Issue(
            number=found.iid,
            url=found.web_url,
            is_open=found.state == "opened",
            author=(found.author or {}).get("username", ""),
            created_at=_moment(found.created_at),
            title=found.title,
            body=found.description or "",
            is_muted=self._settings.muted_label in found.labels,
        )

    def comments(self, number: int) -> tuple[Comment, ...]:
        with _told(self.place):
            notes = self._issue(number).notes.list(
                order_by="created_at", sort="asc", iterator=True, **_ONCE
            )
            return tuple(
                Comment(
                    author=(each.author or {}).get("username", ""),
                    created_at=_moment(each.created_at),
                    body=each.body or "",
                )
                for each in notes
                if not each.system
            )

    def do(self, action: Action) -> str:
        with _told(self.place):
            self._pause()
            match action:
                case Open():
                    return self._open(action)
                case Say():
                    self._issue(action.number).notes.create({"body": _body(action.body)}, **_ONCE)
                    return f"{self.place.url}/{self.place.repository}/-/issues/{action.number}"
                case Close():
                    return self._edited(action.number, state_event="close")
                case Reopen():
                    return self._edited(action.number, state_event="reopen")
                case Edit():
                    return self._edited(action.number, description=_body(action.body))

    def _pause(self) -> None:
        if self._sent:
            time.sleep(self._settings.pause_s)
        self._sent = True

    def _edited(self, number: int, **changes: str) -> str:
        changed = self._project.issues.update(number, changes, **_ONCE)
        return str(changed["web_url"])

    def _open(self, action: Open) -> str:
        wanted = list(dict.fromkeys((self._settings.label, *self._settings.labels)))
        given = {"title": action.title, "description": _body(action.body), "labels": wanted}
        made = self._project.issues.create({**given, **self._assigned()}, **_ONCE)
        if self._settings.label not in made.labels:
            raise TrackerError(
                f"{made.web_url} was opened without the label '{self._settings.label}', by which "
                "it is found again",
                hint="The token may set no labels. Label it by hand, else another one is opened.",
            )
        return str(made.web_url)

    def _assigned(self) -> dict[str, list[int]]:
        """Return the ids of the assignees; a name that nobody has is left out."""
        found = [
            user.id
            for name in self._settings.assignees
            for user in self._gitlab.users.list(username=name, iterator=True, **_ONCE)
        ]
        return {"assignee_ids": found} if found else {}

    def request_comments(self, number: int) -> Sequence[RequestComment]:
        with _told(self.place):
            notes = self._project.mergerequests.get(number, lazy=True).notes.list(
                order_by="created_at", sort="asc", iterator=True, **_ONCE
            )
            return [
                RequestComment(each.id, (each.author or {}).get("username", ""), each.body or "")
                for each in notes
                if not each.system
            ]

    def put_request_comment(self, number: int, comment: int | None, body: str) -> str:
        with _told(self.place):
            self._pause()
            notes = self._project.mergerequests.get(number, lazy=True).notes
            if comment is None:
                notes.create({"body": _body(body)}, **_ONCE)
            else:
                notes.update(comment, {"body": _body(body)}, **_ONCE)
            return f"{self.place.url}/{self.place.repository}/-/merge_requests/{number}"


_ONCE: Final[dict[str, Any]] = {"obey_rate_limit": False, "retry_transient_errors": False}
"""python-gitlab's own rules wait without an end; ours is below it."""


def _body(text: str) -> str:
    """Return a body in which no line is a quick action, such as /close."""
    return _QUICK_ACTION.sub(r"\1\\/", bounded(text))


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()
