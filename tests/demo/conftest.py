"""A browser without a screen: rides the app in this process, with cookies of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import pytest

from demo.app import create_app
from demo.clock import Clock
from demo.settings import Settings
from demo.store import Store
from demo.visitors import USERS


class Time:
    """A clock that a test moves; it notes what the app would have waited and burnt."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []
        self.burnt: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, sleep=self.sleep, burn=self.burnt.append)


class Browser:
    """One visitor, who asks one thing at a time and follows no redirect."""

    def __init__(self, app: Any, host: str) -> None:
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(host, 50000)), base_url="http://demo"
        )

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **given))

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.ask("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self.ask("POST", path, **given)

    def csrf_token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="(\w+)"', self.get(path).text)
        assert found
        return found[1]

    def log_in(self, user: str = "alice", password: str | None = None) -> httpx.Response:
        form = {
            "csrf_token": self.csrf_token("/login"),
            "username": user,
            "password": USERS[user] if password is None else password,
        }
        return self.post("/login", data=form)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def settings() -> Settings:
    return Settings(version="7.8.9")


@pytest.fixture
def open_browser(settings: Settings, time: Time) -> Iterator[Callable[..., Browser]]:
    """Return what opens one more browser on the same app."""
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store()))
        app = create_app(settings, store, time.clock())
        yield lambda host="127.0.0.1": stack.enter_context(closing(Browser(app, host)))


@pytest.fixture
def browser(open_browser: Callable[..., Browser]) -> Browser:
    return open_browser()
