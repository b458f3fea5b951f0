"""The browser's side of riding: what every generated Playwright script carries below its journey.

This module is never imported by Tandem. Its text is put into each script, so that a script runs on
its own, and a change here is a change of the script that was ridden. ``# <journey>`` is where the
journey's constants and steps go.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Request,
    async_playwright,
)

JOURNEY = ""
BASE_URL = "http://127.0.0.1:4173"
USERS = 1
ITERATIONS = 1
PACING_S = 3.0
# <journey>

LEAD_S = 0.25
"""From the start of the clock until the first interaction of the first user is due."""
SETTLE_S = 0.5
"""The work of an interaction is done when nothing was under way for so long."""
STREAMS = frozenset({"media", "websocket", "eventsource", "ping"})
"""Requests that go on for as long as they like: rows, but not part of an interaction's work."""
PAGE_DATA = frozenset({"document", "xhr", "fetch"})
"""Requests whose failure is a failure of what the user did."""
MAX_SCREENSHOTS = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One interaction of the journey."""

    id: str
    act: Callable[[User], Awaitable[None]]
    timeout_s: float = 10.0


@dataclass(slots=True)
class Interaction:
    """One row: a step, ridden once. Times in microseconds; ``start_us`` since 1970, UTC."""

    user: int
    iteration: int
    step: str
    start_us: int
    duration_us: int
    lateness_us: int
    ok: bool
    error: str = ""


@dataclass(slots=True)
class RequestRow:
    """One row: a request of the page. ``status`` is 0 where no answer came."""

    user: int
    iteration: int
    step: str
    method: str
    url: str
    resource: str
    start_us: int
    duration_us: int = 0
    status: int = 0
    size: int | None = None
    error: str = ""
    finished: bool = False


@dataclass(slots=True)
class Recording:
    """All rows of the ride."""

    started_us: int = 0
    interactions: list[Interaction] = field(default_factory=list)
    requests: list[RequestRow] = field(default_factory=list)
    screenshots: list[str] = field(default_factory=list)
    iterations_ok: int = 0


class Clock:
    """A monotonic clock that knows what time it was when it began."""

    def __init__(self) -> None:
        self.began_us = time.time_ns() // 1000
        self._zero = time.monotonic()

    def now(self) -> float:
        """Return the seconds since the clock began."""
        return time.monotonic() - self._zero

    def stamp_us(self, at: float) -> int:
        """Return what time it was at ``at``, in microseconds since 1970."""
        return self.began_us + round(at * 1e6)


class Schedule:
    """When each interaction of one user is due: start to start, whatever the app takes.

    An overrun starts the next interaction at once and moves the schedule, so that nothing bursts to
    catch up.
    """

    def __init__(self, clock: Clock, first_due: float, pacing_s: float) -> None:
        self._clock = clock
        self._first_due = first_due
        self._pacing_s = pacing_s
        self._slip = 0.0

    def due(self, slot: int) -> float:
        """Return when the interaction of ``slot`` is due, in seconds of the clock."""
        return self._first_due + slot * self._pacing_s + self._slip

    async def wait_for(self, slot: int) -> float:
        """Wait until ``slot`` is due and return how late that is, in seconds."""
        due = self.due(slot)
        early = due - self._clock.now()
        if early > 0:
            await asyncio.sleep(early)
            return max(0.0, self._clock.now() - due)
        self._slip -= early
        return -early


class Work:
    """What the page has under way: an interaction lasts until this is done."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._pending: dict[Request, tuple[RequestRow, float]] = {}
        self._mine: set[Request] = set()
        self._last_end = 0.0
        self.fault = ""

    def begin(self) -> None:
        """Forget what earlier interactions set off; their rows go on."""
        self._mine.clear()
        self._last_end = 0.0
        self.fault = ""

    def started(self, request: Request) -> None:
        """Note a request of the page."""
        user, now = self._user, self._user.clock.now()
        row = RequestRow(
            user=user.number,
            iteration=user.iteration,
            step=user.step,
            method=request.method,
            url=request.url,
            resource=request.resource_type,
            start_us=user.clock.stamp_us(now),
        )
        user.recording.requests.append(row)
        self._pending[request] = (row, now)
        if request.resource_type not in STREAMS:
            self._mine.add(request)

    async def finished(self, request: Request) -> None:
        """Note that a request came to its end, with an answer or without."""
        now = self._user.clock.now()
        row, began = self._pending.pop(request, (None, 0.0))
        if row is None:
            return
        row.duration_us = round((now - began) * 1e6)
        row.error = request.failure or ""
        row.finished = True
        try:
            response = None if row.error else await request.response()
            row.status = response.status if response else 0
        except Error as error:
            row.error = first_line(error)
        if request in self._mine:
            self._mine.discard(request)
            self._last_end = max(self._last_end, now)
            self._note_fault(row)

    def _note_fault(self, row: RequestRow) -> None:
        aborted = "ERR_ABORTED" in row.error  # the page itself went on to something else
        if row.resource in PAGE_DATA and (row.status >= 500 or (row.error and not aborted)):
            path = urlsplit(row.url).path
            answer = f"answered {row.status}" if row.status else f"failed: {row.error}"
            self.fault = self.fault or f"{row.method} {path} {answer}"

    async def done(self, acted: float, deadline: float, next_due: float) -> float:
        """Wait until the work is done and return when that was; raise TimeoutError.

        Quiet for ``SETTLE_S`` is done; so is the next slot when nothing is pending.
        """
        clock = self._user.clock
        while True:
            now = clock.now()
            last = max(acted, self._last_end)
            if not self._mine and (now - last >= SETTLE_S or now >= next_due):
                return last
            if now >= deadline:
                waiting = sorted(f"{each.method} {urlsplit(each.url).path}" for each in self._mine)
                raise TimeoutError(f"no answer in time to {', '.join(waiting)}")
            await asyncio.sleep(0.01)


class User:
    """One browser user: an isolated context with one page, riding its own schedule."""

    def __init__(
        self, number: int, page: Page, schedule: Schedule, clock: Clock, recording: Recording
    ) -> None:
        self.number = number
        self.page = page
        self.iteration = 0
        self.step = ""
        self.clock = clock
        self.recording = recording
        self._schedule = schedule
        self._work = Work(self)
        page.on("request", self._work.started)
        page.on("requestfinished", self._work.finished)
        page.on("requestfailed", self._work.finished)

    async def ride(self, steps: tuple[Step, ...], iterations: int, shots: Path | None) -> None:
        """Ride every iteration; one that fails ends early, the next keeps the beat."""
        for iteration in range(iterations):
            self.iteration = iteration
            for index, step in enumerate(steps):
                if not await self._interact(step, iteration * len(steps) + index):
                    await self._take_screenshot(step, shots)
                    break
            else:
                self.recording.iterations_ok += 1

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
        began = self.clock.now()
        row = RequestRow(
            user=self.number,
            iteration=self.iteration,
            step=self.step,
            method=method,
            url=path,
            resource="api",
            start_us=self.clock.stamp_us(began),
        )
        self.recording.requests.append(row)
        response = await self.page.context.request.fetch(
            path, method=method, headers=headers, data=content, max_redirects=0
        )
        row.duration_us = round((self.clock.now() - began) * 1e6)
        row.status, row.finished = response.status, True
        if response.status not in expected if expected else not response.ok:
            wanted = " or ".join(map(str, expected)) or "2xx"
            raise AssertionError(f"{method} {path} answered {response.status}, expected {wanted}")

    async def _interact(self, step: Step, slot: int) -> bool:
        lateness = await self._schedule.wait_for(slot)
        self.step = step.id
        self._work.begin()
        self.page.set_default_timeout(step.timeout_s * 1000)
        began = self.clock.now()
        error = ""
        try:
            ended = await self._perform(step, began, self._schedule.due(slot + 1))
            error = self._work.fault
        except (Error, TimeoutError, AssertionError) as caught:
            ended = self.clock.now()
            error = self._work.fault or first_line(caught)
        self.recording.interactions.append(
            Interaction(
                user=self.number,
                iteration=self.iteration,
                step=step.id,
                start_us=self.clock.stamp_us(began),
                duration_us=round((ended - began) * 1e6),
                lateness_us=round(lateness * 1e6),
                ok=not error,
                error=error,
            )
        )
        if error:
            log(f"user {self.number}, iteration {self.iteration}, {step.id}: {error}")
        return not error

    async def _perform(self, step: Step, began: float, next_due: float) -> float:
        deadline = began + step.timeout_s
        async with asyncio.timeout(step.timeout_s + 5):
            await step.act(self)
            return await self._work.done(self.clock.now(), deadline, next_due)

    async def _take_screenshot(self, step: Step, folder: Path | None) -> None:
        taken = self.recording.screenshots
        if folder is None or len(taken) >= MAX_SCREENSHOTS:
            return
        name = f"failure-user{self.number:03d}-iteration{self.iteration:03d}-{step.id}.png"
        try:
            await self.page.screenshot(path=folder / name, timeout=5000)
            taken.append(name)
        except Error as error:
            log(f"no screenshot: {first_line(error)}")


@dataclass(frozen=True, slots=True)
class Ride:
    """What the command line asks for."""

    base_url: str
    users: int
    iterations: int
    pacing_s: float
    out: Path | None
    headed: bool
    slow_mo_ms: float
    browser: str | None
    browser_args: tuple[str, ...]


async def ride_all(ride: Ride, steps: tuple[Step, ...], recording: Recording) -> None:
    """Ride the journey with every user in one browser, each in a context of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=ride.browser,
            headless=not ride.headed,
            slow_mo=ride.slow_mo_ms,
            args=list(ride.browser_args),
            handle_sigint=False,
            handle_sigterm=False,
        )
        contexts = [await open_context(browser, ride, index + 1) for index in range(ride.users)]
        try:
            await ride_contexts(contexts, ride, steps, recording)
        finally:
            await close_contexts(contexts, ride)
            await browser.close()


async def ride_contexts(
    contexts: list[BrowserContext], ride: Ride, steps: tuple[Step, ...], recording: Recording
) -> None:
    """Start the clock when every user is there, and spread them over one pacing interval."""
    pages = [await context.new_page() for context in contexts]
    clock = Clock()
    recording.started_us = clock.began_us
    async with asyncio.TaskGroup() as group:
        for index, page in enumerate(pages):
            first_due = LEAD_S + index / len(pages) * ride.pacing_s
            schedule = Schedule(clock, first_due, ride.pacing_s)
            user = User(index + 1, page, schedule, clock, recording)
            group.create_task(user.ride(steps, ride.iterations, ride.out))


async def open_context(browser: Browser, ride: Ride, number: int) -> BrowserContext:
    """Open one user's context; the first user is the sample that leaves a HAR and a trace."""
    sampled = ride.out is not None and number == 1
    context = await browser.new_context(
        base_url=ride.base_url,
        record_har_path=ride.out / f"user{number:03d}.har" if sampled and ride.out else None,
        record_har_content="omit",
    )
    if sampled:
        await context.tracing.start(screenshots=True, snapshots=True)
    return context


async def close_contexts(contexts: list[BrowserContext], ride: Ride) -> None:
    """Write the sample's trace and HAR, and let every user go."""
    for index, context in enumerate(contexts):
        try:
            if index == 0 and ride.out is not None:
                await context.tracing.stop(path=ride.out / f"trace-user{index + 1:03d}.zip")
            await context.close()
        except Error as error:
            log(f"user {index + 1}: not all of its record could be written: {first_line(error)}")


def first_line(error: BaseException) -> str:
    """Return the part of a message that says what happened, on one line."""
    text = str(error).split("Call log:")[0]
    return " ".join(text.split())[:500] or "not done in time"


def log(text: str) -> None:
    """Tell the person who is watching."""
    print(text, file=sys.stderr, flush=True)


def write_timings(ride: Ride, recording: Recording) -> None:
    """Write every row to ``timings.json``, whole or not at all."""
    if ride.out is None:
        return
    timings = {
        "schema_version": 1,
        "journey": JOURNEY,
        "users": ride.users,
        "iterations": ride.iterations,
        "pacing_s": ride.pacing_s,
        **asdict(recording),
    }
    beside = ride.out / "timings.json.part"
    beside.write_text(json.dumps(timings, ensure_ascii=False), encoding="utf-8")
    beside.replace(ride.out / "timings.json")


def print_summary(ride: Ride, recording: Recording, steps: tuple[Step, ...]) -> None:
    """Print what a person wants to know at once: each step's times and failures."""
    planned = ride.users * ride.iterations
    print(f"{JOURNEY}: {recording.iterations_ok} of {planned} iterations came through")
    for step in steps:
        rows = [row for row in recording.interactions if row.step == step.id]
        times = sorted(row.duration_us / 1000 for row in rows if row.ok)
        failed = sum(not row.ok for row in rows)
        middle = f"median {times[len(times) // 2]:8.1f} ms" if times else "no time      "
        print(f"  {step.id:<48} {middle}  {len(times)} ok, {failed} failed")


def parse_arguments() -> Ride:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=f"Ride the journey {JOURNEY} in a real browser.")
    parser.add_argument("--base-url", default=BASE_URL, help=f"the app (default: {BASE_URL})")
    parser.add_argument("--users", type=int, default=USERS)
    parser.add_argument("--iterations", type=int, default=ITERATIONS, help="of each user")
    parser.add_argument("--pacing", type=float, default=PACING_S, help="seconds, start to start")
    parser.add_argument("--out", type=Path, help="folder for timings, HAR, trace and screenshots")
    parser.add_argument("--headed", action="store_true", help="show the browser")
    parser.add_argument("--slow-mo", type=float, default=0, help="milliseconds before each action")
    parser.add_argument("--browser", help="path of a Chromium (default: Playwright's own)")
    parser.add_argument("--browser-arg", action="append", default=[], help="flag for the browser")
    given = parser.parse_args()
    return Ride(
        base_url=given.base_url.rstrip("/"),
        users=given.users,
        iterations=given.iterations,
        pacing_s=given.pacing,
        out=given.out,
        headed=given.headed,
        slow_mo_ms=given.slow_mo,
        browser=given.browser,
        browser_args=tuple(given.browser_arg),
    )


async def ride_until_stopped(ride: Ride, steps: tuple[Step, ...], recording: Recording) -> None:
    """Ride; SIGTERM and SIGINT end the ride early and keep what was measured."""
    task = asyncio.ensure_future(ride_all(ride, steps, recording))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await task


def main(steps: tuple[Step, ...]) -> int:
    """Return 0 when every iteration came through, 1 when some failed, 2 when there was no ride."""
    ride = parse_arguments()
    if ride.out is not None:
        ride.out.mkdir(parents=True, exist_ok=True)
    recording = Recording()
    try:
        asyncio.run(ride_until_stopped(ride, steps, recording))
    except asyncio.CancelledError:
        log("stopped before the end")
    except Error as error:
        log(f"the browser could not be used: {first_line(error)}")
        return 2
    finally:
        write_timings(ride, recording)
    print_summary(ride, recording, steps)
    return 0 if recording.iterations_ok == ride.users * ride.iterations else 1
