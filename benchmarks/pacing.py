"""How far interactions are from their beat: Tandem's schedule, and "act, then sleep".

100 k6 users and 10 browser users ask an app that answers in 200 ms, every 3 s, 8 times. The error
of a start is its distance from where the user's first start and the pacing put it. Two minutes.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import async_playwright

from executors.attempt import Company, Order
from executors.browser_flags import chromium_arguments
from executors.k6 import metrics_file, ride_k6
from executors.lock import load_lock
from executors.playwright import ride_playwright
from executors.server import running_app
from executors.toolchain import Tool, find_browser, find_k6
from generators.options import ScriptOptions
from generators.scripts import SUFFIX, generate
from journeys.action_map import ActionMap
from journeys.resolve import resolve
from journeys.spec import Journey
from summary.tables.browser_samples import read_browser_samples
from summary.tables.k6_samples import read_k6_samples
from summary.tables.samples import as_samples
from tandem.app_settings import AppSettings
from tandem.models import Executor
from tandem.settings import BrowserSettings

PACING_S, ROUNDS, LATENCY_MS = 3.0, 8, 200
USERS: dict[Executor, int] = {"k6": 100, "playwright": 10}
STEPS: dict[Executor, dict[str, str]] = {
    "k6": {"id": "ask", "action": "apiRequest", "target": "/api/search?q=a"},
    "playwright": {"id": "open", "action": "navigate", "target": "/login"},
}
Starts = dict[int, list[float]]
"""User to the seconds at which it began each interaction."""
NAIVE_K6 = """
import http from "k6/http";
import { sleep } from "k6";
export const options = {
  scenarios: { ride: { executor: "per-vu-iterations", vus: %d, iterations: %d } },
};
export default function () {
  console.log(JSON.stringify([__VU, Date.now() / 1000]));
  http.get(`${__ENV.BASE_URL}/api/search?q=a`);
  sleep(%s);
}
"""


def main() -> None:
    """Print the errors of both schemes, for both executors."""
    settings = AppSettings(
        command=("{python}", "-m", "demo", "--port", "{port}"),
        ready_path="/api/health",
        environment={
            "PYTHONPATH": str(Path.cwd()),
            "DEMO_FAULTS": json.dumps({"*": {"latency_ms": LATENCY_MS}}),
        },
    )
    schemes: dict[str, Callable[[Executor, str, Path], Starts]] = {
        "Tandem": on_the_beat,
        "act, then sleep": lambda executor, origin, folder: NAIVE[executor](origin, folder),
    }
    with tempfile.TemporaryDirectory(prefix="tandem-benchmark-") as made:
        place = Path(made)
        with load_lock(print), running_app(settings, None, place, ()) as app:
            print(f"{'':<40} {'median':>9} {'p99':>9} {'worst':>9}")
            for executor, users in USERS.items():
                for name, ride in schemes.items():
                    folder = place / f"{executor}-{name[:3]}"
                    folder.mkdir()
                    errors = sorted(errors_ms(ride(executor, app.origin, folder)))
                    figures = [errors[len(errors) // 2], errors[len(errors) * 99 // 100]]
                    what = f"{executor}, {users} users, {name}"
                    print(f"{what:<40}", *(f"{each:6.1f} ms" for each in [*figures, errors[-1]]))


def errors_ms(starts: Starts) -> list[float]:
    """Return the distance of each start from the beat that the user's first one sets."""
    assert all(len(own) == ROUNDS for own in starts.values()), "a ride was not whole"
    found = (
        abs(at - min(own) - slot * PACING_S)
        for own in starts.values()
        for slot, at in enumerate(sorted(own))
    )
    return [1000 * error for error in found]


def on_the_beat(executor: Executor, origin: str, folder: Path) -> Starts:
    """Ride a generated script."""
    journey = Journey.model_validate({"id": "beat", "steps": [STEPS[executor]]})
    resolved = resolve(journey, ActionMap(), "beat.yaml")
    options = ScriptOptions(USERS[executor], ROUNDS, PACING_S)
    script = folder / f"script{SUFFIX[executor]}"
    script.write_text(generate(executor, resolved, options), encoding="utf-8")
    order = Order(
        executor=executor,
        script=script,
        users=USERS[executor],
        iterations=ROUNDS,
        pacing_s=PACING_S,
        steps=1,
        tool=tool(executor),
        browser_arguments=chromium_arguments("127.0.0.1"),
        browser=BrowserSettings(trace="off", har="off"),
    )
    {"k6": ride_k6, "playwright": ride_playwright}[executor](order, origin, folder, Company())
    read = {"k6": read_k6_samples, "playwright": read_browser_samples}[executor]
    rows = metrics_file(folder) if executor == "k6" else folder / "timings.json"
    starts: Starts = defaultdict(list)
    for table in read(rows, 1, 0):
        for sample in as_samples(table):
            if sample.kind == "interaction":
                starts[sample.vu].append(sample.start_us / 1e6)
    return starts


def naive_k6(origin: str, folder: Path) -> Starts:
    """Ride as most scripts do."""
    script = folder / "script.js"
    script.write_text(NAIVE_K6 % (USERS["k6"], ROUNDS, PACING_S))
    command = [tool("k6").path, "run", "--quiet", "--address", "", "-e", f"BASE_URL={origin}"]
    command += ["--log-format", "json", "--console-output", "console.txt", str(script)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    starts: Starts = defaultdict(list)
    for line in (folder / "console.txt").read_text().splitlines():
        user, at = json.loads(json.loads(line)["msg"])
        starts[user].append(at)
    return starts


def naive_browser(origin: str, _folder: Path) -> Starts:
    """Ride as most scripts do."""
    starts: Starts = defaultdict(list)

    async def ride() -> None:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=tool("playwright").path,
                args=[*chromium_arguments("127.0.0.1")],
            )

            async def user(number: int) -> None:
                await asyncio.sleep(number / USERS["playwright"] * PACING_S)
                page = await (await browser.new_context()).new_page()
                for _ in range(ROUNDS):
                    starts[number].append(time.monotonic())
                    await page.goto(f"{origin}/login")
                    await asyncio.sleep(PACING_S)

            await asyncio.gather(*(user(number) for number in range(USERS["playwright"])))
            await browser.close()

    asyncio.run(ride())
    return starts


NAIVE = {"k6": naive_k6, "playwright": naive_browser}


def tool(executor: Executor) -> Tool:
    """Return the program that rides."""
    found = find_k6() if executor == "k6" else find_browser()
    assert found is not None
    return found


if __name__ == "__main__":
    main()
