"""What a browser user costs: contexts or browsers, and each thing that a ride leaves.

A few users ride an example journey at one interaction a second, once for each variant. CPU seconds
of the browser and its script, and the most memory that they held at once (proportional: what
processes share is counted once). Linux only. About two minutes.
"""

from __future__ import annotations

import contextlib
import resource
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from executors import guard
from executors.attempt import Company, Order
from executors.browser_flags import chromium_arguments
from executors.lock import load_lock
from executors.playwright import ride_playwright
from executors.processes import Process
from executors.server import running_app
from executors.toolchain import find_browser
from generators.options import ScriptOptions
from generators.scripts import generate
from journeys.loader import load_action_map, load_journey
from tandem.app_settings import AppSettings
from tandem.settings import BrowserSettings

USERS, ITERATIONS, PACING_S = 5, 2, 1.0
JOURNEY = Path("journeys/search-favorite.yaml")
LOOK_S = 0.5
ADD = "    def add(self, row: Row) -> None:\n"
NO_REQUESTS = "        if isinstance(row, (RequestRow, Resource)):\n            return\n"


@dataclass(frozen=True)
class Variant:
    """How the users ride."""

    name: str
    browser: BrowserSettings
    request_rows: bool = True


LEAN = BrowserSettings(trace="off", har="off")
VARIANTS = (
    Variant("contexts, no HAR, no trace", LEAN),
    Variant("the same without request rows", LEAN, request_rows=False),
    Variant("HAR of all", LEAN.model_copy(update={"har": "all"})),
    Variant("trace of all, with pictures", LEAN.model_copy(update={"trace": "all"})),
    Variant("HAR and trace of a sample (default)", BrowserSettings()),
    Variant("a browser for each user", LEAN.model_copy(update={"per_user": True})),
)


@dataclass
class Cost:
    """Of all users together."""

    cpu_s: float = 0.0
    peak_mb: float = 0.0


def main() -> None:
    """Print what each variant costs of a user, and its ratio to the first one."""
    settings = AppSettings(
        command=("{python}", "-m", "demo", "--port", "{port}"),
        ready_path="/api/health",
        environment={"PYTHONPATH": str(Path.cwd())},
    )
    first = Cost()
    with tempfile.TemporaryDirectory(prefix="tandem-benchmark-") as made:
        place = Path(made)
        with load_lock(print), running_app(settings, None, place, ()) as app:
            for number, variant in enumerate(VARIANTS):
                folder = place / str(number)
                folder.mkdir()
                cost = ridden(variant, app.origin, folder)
                first = first if number else cost
                print(
                    f"{variant.name:<36} {cost.cpu_s / USERS:5.2f} s CPU a user"
                    f" ({cost.cpu_s / first.cpu_s:.2f}), {cost.peak_mb / USERS:4.0f} MB a user"
                    f" ({cost.peak_mb / first.peak_mb:.2f})"
                )


def ridden(variant: Variant, origin: str, folder: Path) -> Cost:
    """Ride once; return what browser and script cost."""
    resolved = load_journey(
        JOURNEY, load_action_map([Path("journeys/actions.yaml")], Path()), Path()
    )
    text = generate("playwright", resolved, ScriptOptions(USERS, ITERATIONS, PACING_S))
    if not variant.request_rows:
        assert text.count(ADD) == 1
        head, _, rest = text.partition(ADD)
        docstring, _, body = rest.partition("\n")
        text = f"{head}{ADD}{docstring}\n{NO_REQUESTS}{body}"
    script = folder / "script.py"
    script.write_text(text, encoding="utf-8")
    tool = find_browser()
    assert tool is not None
    order = Order(
        executor="playwright",
        script=script,
        users=USERS,
        iterations=ITERATIONS,
        pacing_s=PACING_S,
        steps=len(resolved.steps),
        tool=tool,
        browser_arguments=chromium_arguments("127.0.0.1"),
        browser=variant.browser,
    )
    cost = Cost()
    company = Company(attend=lambda process: watched(process, cost))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = ride_playwright(order, origin, folder, company)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.iterations_ok == USERS * ITERATIONS, result
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return replace(cost, cpu_s=cpu_s)


@contextlib.contextmanager
def watched(process: Process, cost: Cost) -> Iterator[None]:
    """Note the most memory that the process and its descendants hold meanwhile."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_S):
            cost.peak_mb = max(
                cost.peak_mb, sum(map(held_mb, guard.descendants(process.guard_pid)))
            )

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def held_mb(pid: int) -> float:
    """Return a process's proportional share of the memory (proc_pid_smaps(5)), 0 if it is gone."""
    try:
        text = Path("/proc", str(pid), "smaps_rollup").read_text()
    except OSError:
        return 0.0
    return (
        next(float(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024
    )


if __name__ == "__main__":
    main()
