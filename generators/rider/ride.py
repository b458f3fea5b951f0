"""Riding with all users, in one browser or in one each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import (
    Browser,
    Error,
    HttpCredentials,
    Playwright,
    async_playwright,
)

from generators.rider.evidence import Evidence, Wanted
from generators.rider.page_log import PageLog
from generators.rider.recording import Lag, Recorder, Recording
from generators.rider.schedule import LEAD_S, Clock, Schedule
from generators.rider.user import NOBODY, BrowserGoneError, Identity, Rounds, Step, User
from generators.rider.work import Work

LAG_STEP_S = 0.25
LAG_STEPS = 4


@dataclass(frozen=True, slots=True)
class Ride:
    """What the command line asks for."""

    base_url: str
    users: int
    iterations: int
    """Of each user, those before them that only warm up not counted."""
    warmup: int
    pacing_s: float
    streams: tuple[str, ...]
    headers: dict[str, str]
    """Sent with every request of a page."""
    out: Path | None
    trace: str
    har: str
    headed: bool
    slow_mo_ms: float
    debug: bool
    browser: str | None
    browser_args: tuple[str, ...]
    browser_per_user: bool


@dataclass(frozen=True, slots=True)
class Way:
    """What each user does, and as whom."""

    steps: tuple[Step, ...]
    identity: Identity = NOBODY


async def ride_all(ride: Ride, way: Way, recording: Recording) -> None:
    """Ride the journey with every user; each has a context, at will a browser, of its own.

    Raises :class:`BrowserGoneError` when a browser ends in the middle of it.
    """
    if ride.debug:
        os.environ["PWDEBUG"] = "1"  # Playwright opens its inspector
    clock = Clock()
    wanted = Wanted(ride.out, ride.trace, ride.har)
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        browsers = [
            await stack.enter_async_context(running_browser(playwright, ride))
            for _ in range(ride.users if ride.browser_per_user else 1)
        ]
        users = []
        for index in range(ride.users):
            recorder = Recorder(index + 1, clock, recording)
            browser = browsers[index % len(browsers)]
            evidence = Evidence(index + 1, wanted)
            user = ready_user(browser, ride, way.identity, recorder, evidence)
            users.append(await stack.enter_async_context(user))
        await all_of([each.log_in(way.identity) for each in users])
        began = clock.now()
        recording.started_us = clock.stamp_us(began)
        rounds = Rounds(ride.warmup, ride.iterations)
        steps = way.steps
        pauses_s = [*(step.pause_s for step in steps), steps[-1].then_pause_s]
        rides = []
        for index, riding in enumerate(users):
            first_due = began + LEAD_S + index / len(users) * ride.pacing_s
            schedule = Schedule(clock, first_due, ride.pacing_s, pauses_s)
            rides.append(riding.ride(steps, schedule, rounds))
        async with lags_noted(clock, recording):
            await see_to_the_end(rides, browsers)


async def see_to_the_end(
    rides: list[Coroutine[object, object, None]], browsers: list[Browser]
) -> None:
    """Wait until every user has ridden, or until a browser is gone."""
    gone = asyncio.Event()
    for browser in browsers:
        browser.on("disconnected", lambda _: gone.set())
    riding = asyncio.ensure_future(all_of(rides))
    loss = asyncio.ensure_future(gone.wait())
    try:
        await asyncio.wait((riding, loss), return_when=asyncio.FIRST_COMPLETED)
        if not all(browser.is_connected() for browser in browsers):
            raise BrowserGoneError
        await riding
    finally:
        riding.cancel()
        loss.cancel()
        await asyncio.gather(riding, loss, return_exceptions=True)


async def all_of(rides: list[Coroutine[object, object, None]]) -> None:
    """Let all users ride; when one cannot, none does."""
    await asyncio.gather(*rides)


@asynccontextmanager
async def lags_noted(clock: Clock, recording: Recording) -> AsyncIterator[None]:
    """Note meanwhile how late this script itself is: once a second, the worst of the last one."""

    async def note() -> None:
        while True:
            worst = 0.0
            for _ in range(LAG_STEPS):
                due = clock.now() + LAG_STEP_S
                await clock.sleep(LAG_STEP_S)
                worst = max(worst, clock.now() - due)
            recording.add(Lag(at_us=clock.stamp_us(clock.now()), lag_us=round(worst * 1e6)))

    noting = asyncio.ensure_future(note())
    try:
        yield
    finally:
        noting.cancel()


@asynccontextmanager
async def running_browser(playwright: Playwright, ride: Ride) -> AsyncIterator[Browser]:
    """Start a browser, and end it afterwards."""
    browser = await playwright.chromium.launch(
        executable_path=ride.browser,
        headless=not (ride.headed or ride.debug),
        slow_mo=ride.slow_mo_ms,
        args=list(ride.browser_args),
        handle_sigint=False,
        handle_sigterm=False,
    )
    try:
        yield browser
    finally:
        with suppress(Error):
            await browser.close()


def credentials_of(identity: Identity, ride: Ride) -> HttpCredentials | None:
    """Return what the app's pages get that ask for basic authentication; no other host does."""
    if not identity.credentials:
        return None
    user, password = identity.credentials
    return HttpCredentials(username=user, password=password, origin=ride.base_url)


@asynccontextmanager
async def ready_user(
    browser: Browser, ride: Ride, identity: Identity, recorder: Recorder, evidence: Evidence
) -> AsyncIterator[User]:
    """Open one user's context and page; write down all that is known of it afterwards."""
    context = await browser.new_context(
        base_url=ride.base_url,
        extra_http_headers=ride.headers,
        http_credentials=credentials_of(identity, ride),
        record_har_path=evidence.har,
        record_har_content="omit",
    )
    work, pages = Work(recorder, ride.streams), PageLog(recorder)
    work.watch(context)
    await pages.listen(context)
    await evidence.begin(context)
    user = User(context, recorder, work, evidence, patient=ride.debug)
    user.base_url, user.users = ride.base_url, ride.users
    await user.get_ready()
    try:
        yield user
    finally:
        await pages.close(context)
        work.close()
        await evidence.end(context)
