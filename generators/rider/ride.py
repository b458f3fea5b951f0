"""Riding with all users, in one browser."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Error, async_playwright

from generators.rider.messages import first_line, log
from generators.rider.recording import Recorder, Recording
from generators.rider.schedule import LEAD_S, Clock, Schedule
from generators.rider.user import Step, User


@dataclass(frozen=True, slots=True)
class Ride:
    """What the command line asks for."""

    base_url: str
    users: int
    iterations: int
    """Of each user, those before them that only warm up not counted."""
    warmup: int
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
            user = User(page, schedule, Recorder(index + 1, clock, recording))
            group.create_task(user.ride(steps, ride.warmup, ride.iterations, ride.out))


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
