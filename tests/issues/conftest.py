"""A server like GitHub's and one like GitLab's, each with its client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from summary.issues.places import Place
from summary.issues.planner import plan_issues
from summary.issues.sending import send
from summary.issues.trackers import open_tracker
from tandem.issues_settings import IssuesSettings
from tandem.tokens import TOKENS
from tests.issues.github_api import GitHub
from tests.issues.gitlab_api import GitLab
from tests.issues.store import TOKEN, Store, served

FACES = {"github": GitHub, "gitlab": GitLab}


@dataclass
class Service:
    """A served store, and calls like those of a night."""

    name: str
    store: Store
    url: str

    def tracker(self, token: str = TOKEN, repository: str = "shop/app", **given: Any) -> Any:
        settings = IssuesSettings(**{"pause_s": 0.0, "timeout_s": 5.0, "patience_s": 5.0} | given)
        place = Place(self.name, self.url, repository, TOKENS[self.name])
        return open_tracker(place, token, settings)

    def night(self, told: Any, accepted=(), most=3, **given: Any) -> list[str]:
        """Send a night, and return what was done."""
        done: list[str] = []
        send(
            self.tracker(**given),
            told,
            lambda issues: plan_issues(told, issues, accepted, most),
            lambda action, _url: done.append(action.what),
            sleep=lambda _seconds: None,
        )
        return done


class Current:
    """A server for all tests, with an app for each of them."""

    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def current():
    app = Current()
    with served(app) as url:
        yield app, url


@pytest.fixture(params=FACES)
def service(request, current, monkeypatch):
    """The service, with a clock of its own: what is waited for is over at once."""
    monkeypatch.setattr("summary.issues.patience.sleep", lambda _seconds: None)
    app, url = current
    store = Store()
    app.app = FACES[request.param](store).app()
    return Service(request.param, store, url)
