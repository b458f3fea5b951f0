"""What a ride with real parts needs: an app on loopback, a script of a small journey, its rows."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, TypeVar

from executors.attempt import Company, Order, Result
from executors.browser_flags import chromium_arguments
from executors.k6 import metrics_file, ride_k6
from executors.playwright import TIMINGS, ride_playwright
from executors.ride import Load
from executors.server import running_app
from executors.toolchain import Tool, find_browser, find_k6
from generators.options import ScriptOptions
from generators.scripts import SUFFIX, generate
from journeys.action_map import ActionMap
from journeys.feeders import Rows
from journeys.resolve import Beside, resolve
from journeys.spec import Journey
from summary.tables.browser_samples import read_browser_samples
from summary.tables.k6_samples import read_k6_samples
from summary.tables.samples import Sample, as_samples
from summary.tables.transactions import Transactions
from tandem.app_settings import AppSettings
from tandem.models import Executor
from tandem.settings import BrowserSettings, Settings

ROOT = Path(__file__).parents[2]
DEMO = ("{python}", "-m", "demo", "--port", "{port}")
PACING_S = 0.4
ALONE = Company()
_GENERATING = Lock()
"""Python 3.11's parser may meet itself in another thread, and then gives up."""
Key = TypeVar("Key")
Found = TypeVar("Found")


@contextlib.contextmanager
def demo(folder: Path, faults: dict[str, Any] | None = None) -> Iterator[str]:
    """Run the demo app with these faults; yield its origin."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = AppSettings(
        command=DEMO,
        ready_path="/api/health",
        environment={"DEMO_FAULTS": json.dumps(faults or {}), "PYTHONPATH": str(ROOT)},
    )
    with running_app(settings, None, folder, ()) as app:
        yield app.origin


@contextlib.contextmanager
def small_app(folder: Path) -> Iterator[str]:
    """Run the app of :mod:`tests.riding.small_app`; yield its origin."""
    settings = AppSettings(
        command=("{python}", "-m", "tests.riding.small_app", "{port}"),
        ready_path="/plain",
        environment={"PYTHONPATH": str(ROOT)},
    )
    with running_app(settings, None, folder, ()) as app:
        yield app.origin


@dataclass(frozen=True)
class Ridden:
    """What a ride left."""

    result: Result
    folder: Path
    samples: list[Sample]

    def interactions(self, step: str = "", user: int = 0) -> list[Sample]:
        """Return the interactions, of all steps and users unless told otherwise, by their start."""
        found = (each for each in self.samples if each.kind == "interaction")
        chosen = (each for each in found if step in ("", each.step) and user in (0, each.vu))
        return sorted(chosen, key=lambda each: each.start_us)

    def transactions(self) -> list[Sample]:
        """Return the transactions, by their start."""
        found = (each for each in self.samples if each.kind == "transaction")
        return sorted(found, key=lambda each: each.start_us)

    def requests(self, name: str = "") -> list[Sample]:
        """Return the requests, of all names unless told otherwise, by their start."""
        found = (each for each in self.samples if each.kind == "request")
        return sorted((each for each in found if name in ("", each.name)), key=lambda e: e.start_us)

    @property
    def timings(self) -> dict[str, Any]:
        """Return what a browser's script wrote."""
        found: dict[str, Any] = json.loads((self.folder / TIMINGS).read_bytes())
        return found


def tool(executor: Executor) -> Tool:
    """Return the program that rides."""
    found = find_k6() if executor == "k6" else find_browser()
    assert found is not None
    return found


def ride(
    executor: Executor,
    steps: list[dict[str, Any]],
    folder: Path,
    origin: str,
    *,
    actions: dict[str, Any] | None = None,
    fields: dict[str, Any] | None = None,
    rows: dict[str, Rows] | None = None,
    users: int = 1,
    iterations: int = 1,
    warmup: int = 0,
    pacing_s: float = PACING_S,
    streams: tuple[str, ...] = (),
    browser_settings: dict[str, Any] | None = None,
    company: Company = ALONE,
    beside: Beside | None = None,
    **order: Any,
) -> Ridden:
    """Ride a journey of these steps, other fields and feeders' rows to its end."""
    journey = Journey.model_validate({"id": "ridden", "steps": steps, **(fields or {})})
    action_map = ActionMap.model_validate(actions or {})
    resolved = resolve(journey, action_map, "journeys/ridden.yaml", beside or Beside(rows or {}))
    options = ScriptOptions(users, iterations, pacing_s, warmup=warmup, streams=streams)
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / f"script{SUFFIX[executor]}"
    with _GENERATING:
        script.write_text(generate(executor, resolved, options), encoding="utf-8")
    given = Order(
        executor=executor,
        script=script,
        users=users,
        iterations=warmup + iterations,
        pacing_s=pacing_s,
        steps=len(resolved.steps),
        pause_s=resolved.pause_s,
        tool=tool(executor),
        browser_arguments=chromium_arguments("127.0.0.1"),
        browser=BrowserSettings.model_validate(browser_settings or {}),
        **order,
    )
    rides = {"k6": ride_k6, "playwright": ride_playwright}[executor]
    result = rides(given, origin, folder, company)
    groups = {group.id: group.steps for group in resolved.groups}
    return Ridden(result, folder, samples_in(executor, folder, groups))


def side_by_side(rides: Mapping[Key, Callable[[], Found]]) -> dict[Key, Found]:
    """Ride at the same time, for what is no matter of how long it takes: most of it is waiting."""
    with ThreadPoolExecutor(len(rides)) as pool:
        return dict(zip(rides, pool.map(lambda each: each(), rides.values()), strict=True))


def cell(
    executor: Executor,
    steps: list[dict[str, Any]],
    folder: Path,
    *,
    settings: dict[str, Any],
    users: int = 1,
    iterations: int = 1,
    pacing_s: float = PACING_S,
    **load: Any,
) -> Load:
    """Return a whole cell of these steps, with its script; ``folder`` becomes its workspace."""
    journey = Journey.model_validate({"id": "ridden", "steps": steps})
    resolved = resolve(journey, ActionMap.model_validate({}), "journeys/ridden.yaml")
    script = folder / f"script{SUFFIX[executor]}"
    options = ScriptOptions(users, iterations, pacing_s)
    script.write_text(generate(executor, resolved, options), encoding="utf-8")
    return Load(
        journey="ridden",
        executor=executor,
        users=users,
        iterations=iterations,
        warmup=0,
        pacing_s=pacing_s,
        steps=len(resolved.steps),
        script=script,
        folder=Path("build", executor),
        inputs={"script": "x"},
        tool=load.pop("tool", None) or tool(executor),
        app="",
        settings=Settings.model_validate(settings),
        browser_arguments=chromium_arguments("127.0.0.1"),
        **load,
    )


def samples_in(
    executor: Executor, folder: Path, groups: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> list[Sample]:
    """Return the rows of an attempt's folder; none where nothing was measured."""
    raw = metrics_file(folder) if executor == "k6" else folder / TIMINGS
    read = {"k6": read_k6_samples, "playwright": read_browser_samples}[executor]
    if not raw.exists():
        return []
    tables = list(read(raw, 1, 0))
    transactions = Transactions(1, groups)
    tables += [*map(transactions.add, tables), transactions.rest()]
    return [each for table in tables for each in as_samples(table)]


def python(*arguments: str) -> list[str]:
    """Return a command of our own Python."""
    return [sys.executable, *arguments]
