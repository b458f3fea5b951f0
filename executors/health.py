"""How the load generator itself fared: a sick generator is not a slow app.

Once a second, while an executor rides, it is noted how busy the machine was, what the executor took
of it, and how long the executor had to wait for a processor that others were using.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import psutil

from executors import guard
from tandem.files import write_text

FILE: Final = "health.json"
VERSION: Final = 1
INTERVAL_S: Final = 1.0
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found at one moment, of the time since the reading before."""

    at_us: int
    """Since 1970, UTC."""
    machine_cpu: float
    """The share of all processors that was busy, from 0 to 1."""
    executor_cpu: float
    """How many processors' worth of time the executor took."""
    executor_wait: float | None
    """How many processors' worth of time it could have taken, had they been free (Linux)."""
    executor_memory_mb: float
    """Resident, what processes share counted for each of them."""
    executor_processes: int
    machine_memory: float
    """The share of its memory that no program can have any more, from 0 to 1."""


@dataclass(slots=True)
class Health:
    """The readings of one attempt."""

    readings: list[Reading] = field(default_factory=list)

    def write(self, folder: Path, signs: Signs) -> None:
        """Put the readings beside the attempt's other artifacts."""
        found = {
            "schema_version": VERSION,
            "interval_s": INTERVAL_S,
            "cores": psutil.cpu_count() or 1,
            "dropped_iterations": signs.dropped_iterations,
            "late_interactions": len(_late(signs)),
            "own_errors": len(_own_errors(signs)),
            "readings": [asdict(reading) for reading in self.readings],
        }
        write_text(folder / FILE, json.dumps(found) + "\n")


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rows of a ride tell of the generator."""

    lateness_ms: Sequence[float]
    """Of every start before which nothing was under way any more."""
    lags_ms: Sequence[float] = ()
    """Second by second, how late the executor's own event loop was."""
    reasons: Sequence[str] = ()
    """Of the interactions that failed, and of a browser's requests that did."""
    dropped_iterations: int = 0
    """Those that the executor never began."""


LATE_MS: Final = 100.0
LAG_MS: Final = 250.0
FEW: Final = 0.05
"""A start or a second in twenty may be late; so may two, however few there are."""
FEW_ONES: Final = 2
STARVED_SHARE: Final = 0.85
STARVED_CORES: Final = 0.25
"""Starved is who waits for a processor for six times as long as it computes, and not for moments
only: for a quarter of the time of one processor at least."""
OWN_ERRORS: Final = (
    "too many open files",
    "cannot assign requested address",
    "no buffer space available",
    "cannot allocate memory",
    "ERR_INSUFFICIENT_RESOURCES",
    "ERR_NO_BUFFER_SPACE",
    "ERR_OUT_OF_MEMORY",
    "ERR_NETWORK_CHANGED",
)
"""Errors of a connection that the machine itself could not make: k6's words, and Chromium's."""


def diagnose(health: Health, signs: Signs) -> str:
    """Return why the generator was sick; an empty text for one that can be believed."""
    for reason in _own_errors(signs):
        return f"the load generator itself ran out of something: {reason}"
    waited = _starved(health)
    because = f", for it {waited}" if waited else ""
    late = _late(signs)
    if _are_many(late, signs.lateness_ms):
        return (
            f"the load generator was late: {len(late)} of {len(signs.lateness_ms)} interactions"
            f" that nothing kept began more than {LATE_MS:g} ms after they were due{because}"
        )
    lags = [each for each in signs.lags_ms if each > LAG_MS]
    if _are_many(lags, signs.lags_ms):
        return (
            f"the load generator stood still: for more than {LAG_MS:g} ms in {len(lags)} of"
            f" {len(signs.lags_ms)} seconds{because}"
        )
    return f"the load generator was starved: it {waited}" if waited else ""


def _own_errors(signs: Signs) -> list[str]:
    return [reason for reason in signs.reasons if any(error in reason for error in OWN_ERRORS)]


def _late(signs: Signs) -> list[float]:
    return [each for each in signs.lateness_ms if each > LATE_MS]


def _are_many(bad: Sequence[float], every: Sequence[float]) -> bool:
    return len(bad) > max(FEW_ONES, FEW * len(every))


def _starved(health: Health) -> str:
    """Return how long the executor waited for a processor, when that was too long."""
    known = [reading for reading in health.readings if reading.executor_wait is not None]
    if not known:
        return ""
    wait = sum(reading.executor_wait or 0.0 for reading in known) / len(known)
    cpu = sum(reading.executor_cpu for reading in known) / len(known)
    if wait <= STARVED_CORES or wait / (wait + cpu) <= STARVED_SHARE:
        return ""
    return (
        f"got {cpu:.2f} processors and waited for {wait:.2f} more, on a machine that was"
        f" {statistics.median(reading.machine_cpu for reading in known):.0%} busy"
    )


@contextlib.contextmanager
def watched(root: int, health: Health) -> Iterator[None]:
    """Take readings of the process ``root`` and all that descends from it, meanwhile."""
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(root, health, over), daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


@dataclass(frozen=True, slots=True)
class _Counters:
    """What only ever grows, in seconds, and when it was looked at."""

    at: float
    busy: float
    whole: float
    cpu: float
    wait: float | None
    memory: int
    processes: int
    machine_memory: float


def _watch(root: int, health: Health, over: threading.Event) -> None:
    began_us, began = time.time_ns() // 1000, time.monotonic()
    before = _count(root)
    while not over.wait(INTERVAL_S):
        now = _count(root)
        passed = max(now.at - before.at, 1e-6)
        wait = None
        if now.wait is not None and before.wait is not None:
            wait = max(0.0, now.wait - before.wait) / passed
        health.readings.append(
            Reading(
                at_us=began_us + round((now.at - began) * 1e6),
                machine_cpu=_share(now.busy - before.busy, now.whole - before.whole),
                executor_cpu=round(max(0.0, now.cpu - before.cpu) / passed, 4),
                executor_wait=None if wait is None else round(wait, 4),
                executor_memory_mb=round(now.memory / 2**20, 1),
                executor_processes=now.processes,
                machine_memory=round(now.machine_memory, 4),
            )
        )
        before = now


def _share(part: float, whole: float) -> float:
    return round(min(1.0, max(0.0, part / whole)), 4) if whole > 0 else 0.0


def _count(root: int) -> _Counters:
    machine = psutil.cpu_times()
    whole = sum(machine) - getattr(machine, "guest", 0.0) - getattr(machine, "guest_nice", 0.0)
    idle = machine.idle + getattr(machine, "iowait", 0.0)
    cpu, wait, memory, processes = 0.0, 0.0, 0, 0
    for process in _tree(root):
        with contextlib.suppress(psutil.Error, OSError):
            times = process.cpu_times()
            # With those that it has waited for: they are in the tree no more.
            cpu += times.user + times.system
            cpu += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
            memory += process.memory_info().rss
            wait += _waited_s(process.pid) if guard.LINUX else 0.0
            processes += 1
    return _Counters(
        at=time.monotonic(),
        busy=whole - idle,
        whole=whole,
        cpu=cpu,
        wait=wait if guard.LINUX else None,
        memory=memory,
        processes=processes,
        machine_memory=psutil.virtual_memory().percent / 100,
    )


def _tree(root: int) -> Iterator[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(root)
        yield top
        if guard.LINUX:
            for pid in guard.descendants(root):
                with contextlib.suppress(psutil.Error):
                    yield psutil.Process(pid)
        else:
            yield from top.children(recursive=True)


def _waited_s(pid: int) -> float:
    """Return for how long the process's threads had to wait for a processor (schedstat(5))."""
    total = 0
    for task in Path("/proc", str(pid), "task").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            total += int((task / "schedstat").read_bytes().split()[1])
    return total / _NS
