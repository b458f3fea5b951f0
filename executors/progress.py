"""What a ride has come to so far, told to whoever watches: read from the rows as they are written.

On a terminal one line is written over and over; elsewhere, as in CI, a line now and then.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from executors.attempt import Order
from executors.k6 import ROWS
from executors.playwright import JOURNAL
from tandem.wording import counted

LOOK_S: Final = 1.0
PLAIN_LINE_S: Final = 30.0
"""How often a line is written that stays."""
LATEST: Final = 200
"""So many interactions give the p95 of now."""
_AT_ONCE: Final = 4 << 20
_CLEAR_LINE: Final = "\r\x1b[K"


class Output(Protocol):
    """Where progress is told."""

    def write(self, text: str, /) -> object:
        """Write a text."""

    def flush(self) -> object:
        """Let it be seen now."""

    def isatty(self) -> bool:
        """Tell whether somebody sees it at once."""


@dataclass(slots=True)
class Tally:
    """What is in the rows so far; ``latest_ms`` are the newest interactions that sent something."""

    interactions: int = 0
    errors: int = 0
    iterations: int = 0
    latest_ms: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST))

    @property
    def p95_ms(self) -> float | None:
        """The 95th percentile of the latest interactions, the nearest of them."""
        if not self.latest_ms:
            return None
        return sorted(self.latest_ms)[min(len(self.latest_ms) * 95 // 100, len(self.latest_ms) - 1)]


class RowsSoFar:
    """Counts the rows of one attempt, each once, as they come."""

    def __init__(self, order: Order, folder: Path) -> None:
        self.tally = Tally()
        self._count = self._count_k6 if order.executor == "k6" else self._count_browser
        self._file = folder / (ROWS if order.executor == "k6" else JOURNAL)
        self._read = 0

    def look(self) -> Tally:
        """Count what has come since the last time, whole lines only."""
        try:
            with self._file.open("rb") as stream:
                stream.seek(self._read)
                found = stream.read(_AT_ONCE)
        except OSError:  # not yet there, or packed already
            return self.tally
        whole = found[: found.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            with contextlib.suppress(ValueError, IndexError, KeyError):  # the rest is counted
                self._count(line)
        return self.tally

    def _count_k6(self, line: bytes) -> None:
        if line.startswith(b"iterations,"):
            self.tally.iterations += 1
        elif line.startswith((b"interaction,", b"interaction_skipped,")):
            value = float(line.split(b",", 3)[2])
            counts = line.startswith(b"interaction,") and b"has_protocol=false" not in line
            self._add(b"ok=false" not in line, value, counts)

    def _count_browser(self, line: bytes) -> None:
        if line.startswith(b'{"kind": "passes"'):
            self.tally.iterations += 1
        elif line.startswith(b'{"kind": "interactions"'):
            row = json.loads(line)
            self._add(row["ok"], row["duration_us"] / 1000, counts=not row.get("skipped"))

    def _add(self, ok: bool, duration_ms: float, counts: bool) -> None:
        self.tally.interactions += 1
        self.tally.errors += not ok
        if ok and counts:
            self.tally.latest_ms.append(duration_ms)


def progress_line(order: Order, tally: Tally, elapsed_s: float, later_s: float) -> str:
    """Return what is told at one moment; ``later_s`` is what the cells after this one need."""
    rounds = order.users * order.iterations
    said = [
        f"{tally.iterations}/{rounds} iterations",
        f"{tally.interactions}/{rounds * order.steps} interactions",
        counted(tally.errors, "error"),
    ]
    if tally.p95_ms is not None:
        said.append(f"p95 {tally.p95_ms:.0f} ms")
    left_s = max(0.0, order.schedule_s - elapsed_s)
    whole = f" ({in_words(left_s + later_s)} of the run)" if later_s else ""
    said.append(f"{in_words(left_s)} left{whole}")
    return "  " + ", ".join(said)


def in_words(seconds: float) -> str:
    """Return a time for people, such as ``45 s`` or ``12 min``."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


@dataclass(frozen=True, slots=True)
class Progress:
    """Tells ``output`` how a ride goes on."""

    output: Output
    later_s: float = 0.0
    """What the cells need that are ridden after this one."""

    @contextlib.contextmanager
    def told(self, order: Order, folder: Path) -> Iterator[None]:
        """Tell it until the block ends; a live line is then taken away."""
        over = threading.Event()
        live = self.output.isatty()
        telling = threading.Thread(target=self._tell, args=(order, folder, over, live), daemon=True)
        telling.start()
        try:
            yield
        finally:
            over.set()
            telling.join()
            if live:
                self._write(_CLEAR_LINE)

    def _tell(self, order: Order, folder: Path, over: threading.Event, live: bool) -> None:
        rows = RowsSoFar(order, folder)
        began = told = time.monotonic()
        while not over.wait(LOOK_S):
            now = time.monotonic()
            tally = rows.look()
            if not tally.interactions:  # a browser takes its time to start
                began = now
            line = progress_line(order, tally, now - began, self.later_s)
            if live:
                width = shutil.get_terminal_size().columns - 1
                self._write(f"{_CLEAR_LINE}{line[:width]}")
            elif now - told >= PLAIN_LINE_S:
                told = now
                self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        self.output.write(text)
        self.output.flush()
