"""The script as a program: its arguments, its signals and its exit status."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from playwright.async_api import Error

from generators.rider.cell import (
    BASE_URL,
    HEADERS,
    ITERATIONS,
    JOURNEY,
    PACING_S,
    STREAMS,
    USERS,
    WARMUP,
)
from generators.rider.evidence import MODES
from generators.rider.messages import first_line, log
from generators.rider.recording import Recording
from generators.rider.results import print_summary, recorded
from generators.rider.ride import Ride, Way, ride_all
from generators.rider.user import NOBODY, BrowserGoneError, Identity, Step


def parse_arguments() -> Ride:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=f"Ride the journey {JOURNEY} in a real browser.")
    parser.add_argument("--base-url", default=BASE_URL, help=f"the app (default: {BASE_URL})")
    parser.add_argument("--users", type=int, default=USERS)
    parser.add_argument("--iterations", type=int, default=ITERATIONS, help="of each user")
    parser.add_argument("--warmup", type=int, default=WARMUP, help="iterations that do not count")
    parser.add_argument("--pacing", type=float, default=PACING_S, help="seconds, start to start")
    parser.add_argument("--out", type=Path, help="folder for timings, HAR, trace and screenshots")
    parser.add_argument("--headed", action="store_true", help="show the browser")
    parser.add_argument("--slow-mo", type=float, default=0, help="milliseconds before each action")
    parser.add_argument("--debug", action="store_true", help="go step by step, with the inspector")
    parser.add_argument("--trace", choices=MODES, default="sample", help="whose (default: sample)")
    parser.add_argument("--har", choices=MODES, default="sample", help="whose (default: sample)")
    parser.add_argument("--browser-per-user", action="store_true", help="instead of a context each")
    parser.add_argument("--browser", help="path of a Chromium (default: Playwright's own)")
    parser.add_argument("--browser-arg", action="append", default=[], help="flag for the browser")
    given = parser.parse_args()
    return Ride(
        base_url=given.base_url.rstrip("/"),
        users=given.users,
        iterations=given.iterations,
        warmup=given.warmup,
        pacing_s=given.pacing,
        streams=STREAMS,
        headers=HEADERS,
        out=given.out,
        trace=given.trace,
        har=given.har,
        headed=given.headed,
        slow_mo_ms=given.slow_mo,
        debug=given.debug,
        browser=given.browser,
        browser_args=tuple(given.browser_arg),
        browser_per_user=given.browser_per_user,
    )


async def ride_until_stopped(ride: Ride, way: Way, recording: Recording) -> None:
    """Ride; SIGTERM and SIGINT end the ride early and keep what was measured."""
    task = asyncio.ensure_future(ride_all(ride, way, recording))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await task


def main(steps: tuple[Step, ...], identity: Identity = NOBODY) -> int:
    """Return 0 when every iteration came through, and 1 when some failed.

    2 says that there was no ride, and 3 that the browser went away in the middle of it.
    """
    ride = parse_arguments()
    recording = Recording()
    with recorded(ride, recording):
        try:
            asyncio.run(ride_until_stopped(ride, Way(steps, identity), recording))
        except asyncio.CancelledError:
            log("stopped before the end")
        except BrowserGoneError:
            log("the browser ended in the middle of the ride")
            return 3
        except Error as error:
            other = "" if ride.browser else "; --browser PATH takes another one"
            log(f"the browser could not be used: {first_line(error)}{other}")
            return 2
    print_summary(ride, recording, steps)
    return 0 if recording.iterations_ok == ride.users * ride.iterations else 1
