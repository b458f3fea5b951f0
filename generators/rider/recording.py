"""What is measured: one row for each thing that happened, written down when it is over.

Times are microseconds; ``start_us`` and ``at_us`` count from 1970, UTC.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import ClassVar, Literal, TextIO

from generators.rider.schedule import Clock, Start

Ending = Literal["open", "finished", "failed", "dropped"]
"""How a request ended: not yet, with its whole answer, without one, or given up by the page."""


@dataclass(slots=True)
class Interaction:
    """A step, ridden once."""

    KIND: ClassVar = "interactions"
    user: int
    iteration: int
    step: str
    start_us: int
    duration_us: int
    lateness_us: int
    overrun: bool
    ok: bool
    error: str = ""
    skipped: bool = False
    """It failed, and was one that may."""


@dataclass(slots=True)
class RequestRow:
    """A request of the page. ``status`` is 0 where no answer came."""

    KIND: ClassVar = "requests"
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
    """In bytes, as the answer's header says."""
    stream: bool = False
    """It may go on for as long as it likes: no interaction waits for it."""
    ended: Ending = "open"
    error: str = ""
    right: bool | None = None
    """Whether a step expects the status that it has; None where it does not say."""


@dataclass(slots=True)
class Iteration:
    """One pass of one user through the journey, from its first start to its last end."""

    KIND: ClassVar = "passes"
    user: int
    iteration: int
    start_us: int
    duration_us: int
    ok: bool


@dataclass(slots=True)
class Message:
    """A complaint of the page: on its console, or an error that nothing caught."""

    KIND: ClassVar = "messages"
    user: int
    iteration: int
    step: str
    at_us: int
    source: Literal["console", "page"]
    level: str
    text: str
    url: str


@dataclass(slots=True)
class Lag:
    """How late the script's own event loop was, at worst, in the second before ``at_us``."""

    KIND: ClassVar = "lags"
    at_us: int
    lag_us: int


@dataclass(slots=True)
class Vital:
    """A Web Vital of one document in one iteration; ``value`` in milliseconds, of CLS a score."""

    KIND: ClassVar = "vitals"
    user: int
    iteration: int
    step: str
    at_us: int
    name: str
    value: float
    url: str


@dataclass(slots=True)
class Navigation:
    """One document's way into the browser, in milliseconds from its start (the HTML standard's)."""

    KIND: ClassVar = "navigations"
    user: int
    iteration: int
    step: str
    start_us: int
    url: str
    phases: dict[str, float]


@dataclass(slots=True)
class Resource:
    """One thing that a document loaded, as the page itself saw it."""

    KIND: ClassVar = "resources"
    user: int
    iteration: int
    step: str
    start_us: int
    url: str
    initiator: str
    duration_us: int
    wait_us: int
    """Until the first byte of the answer."""
    transferred: int
    """Bytes on the wire; 0 from the cache."""
    size: int
    """Bytes of the unpacked content."""


Row = Interaction | RequestRow | Iteration | Message | Lag | Vital | Navigation | Resource
KINDS = (Interaction, RequestRow, Iteration, Message, Lag, Vital, Navigation, Resource)


@dataclass(slots=True)
class Recording:
    """All rows of the ride, by kind; each goes to ``journal`` as well, where it outlives a kill."""

    started_us: int = 0
    iterations_ok: int = 0
    rows: dict[str, list[Row]] = field(default_factory=lambda: {kind.KIND: [] for kind in KINDS})
    journal: TextIO | None = None

    def add(self, row: Row) -> None:
        """Add a row that is complete."""
        self.rows[row.KIND].append(row)
        if self.journal is not None:
            line = json.dumps({"kind": row.KIND, **asdict(row)}, ensure_ascii=False)
            self.journal.write(f"{line}\n")
            self.journal.flush()


class Recorder:
    """Writes the rows of one user, each with the place in the journey where the user is."""

    def __init__(self, user: int, clock: Clock, recording: Recording) -> None:
        self.user = user
        self.iteration = 0
        self.step = ""
        self.clock = clock
        self.recording = recording
        self._places: list[tuple[float, int, str]] = []

    def enter(self, step: str, at: float) -> None:
        """Note that the user is at ``step`` from now on."""
        self.step = step
        self._places.append((at, self.iteration, step))

    def place(self, at: float) -> tuple[int, str]:
        """Return the iteration and the step in which the user was at that moment."""
        found = (self.iteration, self.step)
        for since, iteration, step in reversed(self._places):
            found = (iteration, step)
            if since <= at:
                break
        return found

    def request(self, method: str, url: str, resource: str, began: float) -> RequestRow:
        """Return the row of a request that goes out, to be filled in and added when it ended."""
        return RequestRow(
            user=self.user,
            iteration=self.iteration,
            step=self.step,
            method=method,
            url=url,
            resource=resource,
            start_us=self.clock.stamp_us(began),
        )

    def interaction(self, start: Start, ended: float, error: str, *, skipped: bool = False) -> None:
        """Add the row of an interaction that is over."""
        self.recording.add(
            Interaction(
                user=self.user,
                iteration=self.iteration,
                step=self.step,
                start_us=self.clock.stamp_us(start.at),
                duration_us=round((ended - start.at) * 1e6),
                lateness_us=round(start.lateness * 1e6),
                overrun=start.overrun,
                ok=skipped or not error,
                error=error,
                skipped=skipped,
            )
        )

    def iterated(self, began: float, ended: float, *, ok: bool) -> None:
        """Add the row of an iteration that is over."""
        self.recording.add(
            Iteration(
                user=self.user,
                iteration=self.iteration,
                start_us=self.clock.stamp_us(began),
                duration_us=round((ended - began) * 1e6),
                ok=ok,
            )
        )
