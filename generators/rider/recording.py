"""What is measured: one row for each interaction and each request."""

from __future__ import annotations

from dataclasses import dataclass, field

from generators.rider.schedule import Clock, Start


@dataclass(slots=True)
class Interaction:
    """One row: a step, ridden once. Times in microseconds; ``start_us`` since 1970, UTC."""

    user: int
    iteration: int
    step: str
    start_us: int
    duration_us: int
    lateness_us: int
    overrun: bool
    ok: bool
    error: str = ""


@dataclass(slots=True)
class RequestRow:
    """One row: a request of the page. ``status`` is 0 where no answer came."""

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
    error: str = ""
    finished: bool = False


@dataclass(slots=True)
class Recording:
    """All rows of the ride."""

    started_us: int = 0
    interactions: list[Interaction] = field(default_factory=list)
    requests: list[RequestRow] = field(default_factory=list)
    screenshots: list[str] = field(default_factory=list)
    iterations_ok: int = 0


class Recorder:
    """Writes the rows of one user, each with the place in the journey where the user is."""

    def __init__(self, user: int, clock: Clock, recording: Recording) -> None:
        self.user = user
        self.iteration = 0
        self.step = ""
        self.clock = clock
        self.recording = recording

    def request(self, method: str, url: str, resource: str, began: float) -> RequestRow:
        """Add the row of a request that goes out, and return it to be filled in."""
        row = RequestRow(
            user=self.user,
            iteration=self.iteration,
            step=self.step,
            method=method,
            url=url,
            resource=resource,
            start_us=self.clock.stamp_us(began),
        )
        self.recording.requests.append(row)
        return row

    def interaction(self, start: Start, ended: float, error: str) -> None:
        """Add the row of an interaction that is over."""
        self.recording.interactions.append(
            Interaction(
                user=self.user,
                iteration=self.iteration,
                step=self.step,
                start_us=self.clock.stamp_us(start.at),
                duration_us=round((ended - start.at) * 1e6),
                lateness_us=round(start.lateness * 1e6),
                overrun=start.overrun,
                ok=not error,
                error=error,
            )
        )
