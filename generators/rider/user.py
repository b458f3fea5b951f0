"""One browser user, and what the steps of a journey can ask of it."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import (
    APIResponse,
    BrowserContext,
    Error,
    Page,
    Response,
)

from generators.rider.evidence import Evidence
from generators.rider.messages import first_line, log
from generators.rider.recording import Recorder
from generators.rider.schedule import Schedule, Start
from generators.rider.work import Work

MAX_ANSWERS = 200
BEFORE_THE_FIRST = -1
"""The iteration in which users log in: it counts no more than those that warm up."""
CLOSED = ("has been closed", "Connection closed")
"""What Playwright says of a page, or of a whole browser, that is not there any more."""
CUT_S = 5.0
"""What Playwright gets beyond a step's own timeout to tell what it was waiting for."""


class BrowserGoneError(Exception):
    """The browser, or Playwright's own program, ended although nobody had told it to."""


@dataclass(frozen=True, slots=True)
class Step:
    """One interaction of the journey."""

    id: str
    act: Callable[[User], Awaitable[None]]
    timeout_s: float = 10.0
    optional: bool = False
    """It may fail: then it is skipped."""
    pause_s: float = 0.0
    """How long the user pauses before it."""
    then_pause_s: float = 0.0
    """How long the user pauses after the last one."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a user is to the app, before the clock starts."""

    cookies: dict[str, str] = field(default_factory=dict)
    credentials: tuple[str, ...] = ()
    """User and password, for pages that ask for basic authentication."""
    login: tuple[Step, ...] = ()
    """What each user does once; what it captures lasts."""


NOBODY = Identity()


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often a user rides: first to warm up, then for the record."""

    warmup: int
    iterations: int


class User:
    """One browser user: an isolated context with one page, riding its own schedule."""

    def __init__(
        self,
        context: BrowserContext,
        recorder: Recorder,
        work: Work,
        evidence: Evidence,
        *,
        patient: bool = False,
    ) -> None:
        self.page: Page
        self.base_url = ""
        """The origin of the app."""
        self.users = 1
        """How many users ride."""
        self.captured: dict[str, str] = {}
        """What the steps of this iteration have captured."""
        self._at_login: dict[str, str] = {}
        """What logging in has captured, which lasts."""
        self._login_fault = ""
        self.kept: dict[str, str] = {}
        self.kept_for = -1
        """What is made anew for each iteration, and for which one it was."""
        self._context = context
        self._recorder = recorder
        self._clock = recorder.clock
        self._work = work
        self._evidence = evidence
        self._patient = patient
        self._done_at = 0.0
        self._began = 0.0
        self.began_before = 0.0
        """When the step before the one that is ridden began, in seconds of the clock."""
        self.timeout_ms = 0.0
        """Of the step that is ridden."""
        self.answers: deque[tuple[float, Response]] = deque(maxlen=MAX_ANSWERS)
        """What the app answered to the user's pages in this iteration, and when."""
        self.answer: APIResponse | None = None
        """What it answered to the last request from outside the page."""
        self._needs_page = True

    @property
    def number(self) -> int:
        """Which of the users this is, from 1."""
        return self._recorder.user

    @property
    def iteration(self) -> int:
        """Which pass through the journey this is, from 0; logging in belongs to the first."""
        return max(0, self._recorder.iteration)

    async def get_ready(self) -> None:
        """Open the user's page: at first, and again when the browser lost the one there was."""
        self.page = await self._context.new_page()
        self._needs_page = False
        self.page.on("response", self._note_answer)
        self.page.on("crash", self._lose_page)
        self.page.on("close", self._lose_page)

    async def log_in(self, identity: Identity) -> None:
        """Become who the user is. Where that fails, so does every iteration, and says why."""
        if identity.cookies:
            await self._context.add_cookies(
                [
                    {"name": name, "value": value, "url": self.base_url}
                    for name, value in identity.cookies.items()
                ]
            )
        self._recorder.iteration = BEFORE_THE_FIRST
        for step in identity.login:
            self._recorder.enter("", self._clock.now())
            self._work.begin()
            try:
                await self._do(step, self._clock.now(), math.inf)
                fault = self._work.fault
            except (Error, TimeoutError, AssertionError) as caught:
                fault = self._work.fault or first_line(caught)
            if fault and not step.optional:
                self._login_fault = f"logging in, {step.id.removeprefix('login.')}: {fault}"
                log(f"user {self.number}, {self._login_fault}")
                break
        self._at_login = dict(self.captured)

    async def ride(self, steps: tuple[Step, ...], schedule: Schedule, rounds: Rounds) -> None:
        """Ride every iteration; one that fails ends early, the next keeps the beat.

        Those that warm up are ridden and recorded alike, and do not count. Raises
        :class:`BrowserGoneError` when no new page can be had for one that was lost.
        """
        for iteration in range(rounds.warmup + rounds.iterations):
            self._recorder.iteration = iteration
            self.answers.clear()
            self.answer = None
            self.captured = dict(self._at_login)
            ok = await self._iterate(steps, schedule)
            if self._needs_page:
                await self._get_ready_again()
            if ok and iteration >= rounds.warmup:
                self._recorder.recording.iterations_ok += 1
            await self._evidence.iterated(self._context)

    async def _get_ready_again(self) -> None:
        try:
            await self.get_ready()
        except Error as error:
            raise BrowserGoneError from error

    async def _iterate(self, steps: tuple[Step, ...], schedule: Schedule) -> bool:
        began = math.inf
        for index, step in enumerate(steps):
            slot = self.iteration * len(steps) + index
            start = await schedule.wait_for(slot, self._done_at)
            began = min(began, start.at)
            if not await self._interact(step, start, schedule.due(slot + 1)):
                self._recorder.iterated(began, self._done_at, ok=False)
                await self._evidence.failed(self.page, self.iteration, step.id)
                # A start that this delays is not one that the machine was late with.
                self._done_at = self._clock.now()
                return False
        self._recorder.iterated(began, self._done_at, ok=True)
        return True

    def _note_answer(self, answer: Response) -> None:
        self.answers.append((self._clock.now(), answer))

    def _lose_page(self, _page: Page) -> None:
        self._needs_page = True

    async def open(self, path: str) -> None:
        """Open a page of the app; an answer that is not a page of it is a failure."""
        response = await self.page.goto(self.own_url(path))
        if response is not None and not response.ok:
            raise AssertionError(f"GET {path} answered {response.status}, expected 2xx")

    async def ask(
        self, method: str, path: str, right: tuple[int, ...], **content: Any
    ) -> APIResponse:
        """Send one request from outside the page, with the user's cookies; write down its row.

        ``right`` are the statuses of which none is an error.
        """
        began = self._clock.now()
        row = self._recorder.request(method, path, "api", began)
        try:
            answer = await self.page.context.request.fetch(
                self.own_url(path), method=method, max_redirects=0, **content
            )
            row.status, row.ended = answer.status, "finished"
            row.right = answer.status in right
        except Error as error:
            row.error, row.ended = first_line(error), "failed"
            raise
        finally:
            row.duration_us = round((self._clock.now() - began) * 1e6)
            self._recorder.recording.add(row)
        self.answer = answer
        return answer

    def own_url(self, path: str) -> str:
        """Return the URL of a path; only ever of the app under test."""
        if path.startswith("/") and not path.startswith("//"):
            return self.base_url + path
        if path == self.base_url or path.startswith(f"{self.base_url}/"):
            return path
        raise AssertionError(f"{path} is not a URL of {self.base_url}")

    def now(self) -> float:
        """Return the seconds since the ride's clock began."""
        return self._clock.now()

    def note_download(self, url: str, began: float, size: int) -> None:
        """Add the row of a download that is there."""
        row = self._recorder.request("GET", url, "download", began)
        row.duration_us = round((self.now() - began) * 1e6)
        row.size, row.ended = size, "finished"
        self._recorder.recording.add(row)

    async def _interact(self, step: Step, start: Start, next_due: float) -> bool:
        self._recorder.enter(step.id, start.at)
        self._work.begin()
        self.began_before, self._began = self._began, start.at
        error = ""
        try:
            self._done_at = await self._do(step, start.at, next_due)
            error = self._work.fault
        except (Error, TimeoutError, AssertionError) as caught:
            self._done_at = self._clock.now()
            error = self._work.fault or first_line(caught)
            # Nothing else may tell that the whole browser is gone.
            self._needs_page |= any(said in str(caught) for said in CLOSED)
        skipped = step.optional and bool(error)
        self._recorder.interaction(start, self._done_at, error, skipped=skipped)
        if error:
            what = f"skipped, {error}" if skipped else error
            log(f"user {self.number}, iteration {self.iteration}, {step.id}: {what}")
        return skipped or not error

    async def _do(self, step: Step, began: float, next_due: float) -> float:
        if self._login_fault:
            raise AssertionError(self._login_fault)
        # For who looks on with the inspector there is no limit, which Playwright calls 0.
        self.timeout_ms = 0 if self._patient else step.timeout_s * 1000
        self.page.set_default_timeout(self.timeout_ms)
        patience = math.inf if self._patient else step.timeout_s
        async with asyncio.timeout(None if self._patient else step.timeout_s + CUT_S):
            await step.act(self)
            return await self._work.done(self._clock.now(), began + patience, next_due)
