"""One browser user, and what the steps of a journey can ask of it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import APIResponse, Error, Page, Response

from generators.rider.messages import first_line, log
from generators.rider.recording import Recorder
from generators.rider.schedule import Schedule
from generators.rider.work import Work

MAX_SCREENSHOTS = 10
MAX_ANSWERS = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One interaction of the journey."""

    id: str
    act: Callable[[User], Awaitable[None]]
    timeout_s: float = 10.0


class User:
    """One browser user: an isolated context with one page, riding its own schedule."""

    def __init__(self, page: Page, schedule: Schedule, recorder: Recorder) -> None:
        self.page = page
        self._schedule = schedule
        self._recorder = recorder
        self._clock = recorder.clock
        self._work = Work(recorder)
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
        page.on("response", lambda answer: self.answers.append((self._clock.now(), answer)))
        page.on("request", self._work.started)
        page.on("requestfinished", self._work.finished)
        page.on("requestfailed", self._work.finished)

    @property
    def number(self) -> int:
        """Which of the users this is, from 1."""
        return self._recorder.user

    @property
    def iteration(self) -> int:
        """Which pass through the journey this is, from 0."""
        return self._recorder.iteration

    async def ride(
        self, steps: tuple[Step, ...], warmup: int, iterations: int, shots: Path | None
    ) -> None:
        """Ride every iteration; one that fails ends early, the next keeps the beat.

        The first ``warmup`` of them are ridden and recorded alike, and do not count.
        """
        for iteration in range(warmup + iterations):
            self._recorder.iteration = iteration
            self.answers.clear()
            self.answer = None
            for index, step in enumerate(steps):
                if not await self._interact(step, iteration * len(steps) + index):
                    await self._take_screenshot(step, shots)
                    break
            else:
                self._recorder.recording.iterations_ok += iteration >= warmup

    async def open(self, path: str) -> None:
        """Open a page of the app; an answer that is not a page of it is a failure."""
        response = await self.page.goto(path)
        if response is not None and not response.ok:
            raise AssertionError(f"GET {path} answered {response.status}, expected 2xx")

    async def send(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        content: object = None,
        expected: tuple[int, ...] = (),
    ) -> None:
        """Send one request from outside the page, with the user's cookies."""
        began = self._clock.now()
        row = self._recorder.request(method, path, "api", began)
        response = await self.page.context.request.fetch(
            path, method=method, headers=headers, data=content, max_redirects=0
        )
        row.duration_us = round((self._clock.now() - began) * 1e6)
        row.status, row.finished = response.status, True
        self.answer = response
        if response.status not in expected if expected else not response.ok:
            wanted = " or ".join(map(str, expected)) or "2xx"
            raise AssertionError(f"{method} {path} answered {response.status}, expected {wanted}")

    def now(self) -> float:
        """Return the seconds since the ride's clock began."""
        return self._clock.now()

    def note_download(self, url: str, began: float, size: int) -> None:
        """Add the row of a download that is there."""
        row = self._recorder.request("GET", url, "download", began)
        row.duration_us = round((self.now() - began) * 1e6)
        row.size, row.finished = size, True

    async def _interact(self, step: Step, slot: int) -> bool:
        start = await self._schedule.wait_for(slot, self._done_at)
        self._recorder.step = step.id
        self._work.begin()
        self.began_before, self._began = self._began, start.at
        self.timeout_ms = step.timeout_s * 1000
        self.page.set_default_timeout(self.timeout_ms)
        error = ""
        try:
            self._done_at = await self._perform(step, start.at, self._schedule.due(slot + 1))
            error = self._work.fault
        except (Error, TimeoutError, AssertionError) as caught:
            self._done_at = self._clock.now()
            error = self._work.fault or first_line(caught)
        self._recorder.interaction(start, self._done_at, error)
        if error:
            log(f"user {self.number}, iteration {self.iteration}, {step.id}: {error}")
        return not error

    async def _perform(self, step: Step, began: float, next_due: float) -> float:
        deadline = began + step.timeout_s
        async with asyncio.timeout(step.timeout_s + 5):
            await step.act(self)
            return await self._work.done(self._clock.now(), deadline, next_due)

    async def _take_screenshot(self, step: Step, folder: Path | None) -> None:
        taken = self._recorder.recording.screenshots
        if folder is None or len(taken) >= MAX_SCREENSHOTS:
            return
        name = f"failure-user{self.number:03d}-iteration{self.iteration:03d}-{step.id}.png"
        try:
            await self.page.screenshot(path=folder / name, timeout=5000)
            taken.append(name)
        except Error as error:
            log(f"no screenshot: {first_line(error)}")
