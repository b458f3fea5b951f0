"""The script as a program: its arguments, its signals and its exit status."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from playwright.async_api import Error

from generators.rider.cell import BASE_URL, ITERATIONS, JOURNEY, PACING_S, USERS, WARMUP
from generators.rider.messages import first_line, log
from generators.rider.recording import Recording
from generators.rider.results import print_summary, write_timings
from generators.rider.ride import Ride, ride_all
from generators.rider.user import Step


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
    parser.add_argument("--browser", help="path of a Chromium (default: Playwright's own)")
    parser.add_argument("--browser-arg", action="append", default=[], help="flag for the browser")
    given = parser.parse_args()
    return Ride(
        base_url=given.base_url.rstrip("/"),
        users=given.users,
        iterations=given.iterations,
        warmup=given.warmup,
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
