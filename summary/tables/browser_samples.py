"""A generated Playwright script's ``timings.json`` to samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec
import pyarrow as pa

from generators.request_names import request_name
from summary.tables.iterations import Iterations
from summary.tables.samples import Sample, as_table
from tandem.errors import ArtifactError

VERSION: Final = 2


class _Interaction(msgspec.Struct):
    user: int
    iteration: int
    step: str
    start_us: int
    duration_us: int
    lateness_us: int
    overrun: bool
    ok: bool
    error: str
    skipped: bool = False


class _Request(msgspec.Struct):
    user: int
    iteration: int
    step: str
    method: str
    url: str
    resource: str
    start_us: int
    duration_us: int
    status: int
    size: int | None
    ended: Literal["open", "finished", "failed", "dropped"]
    error: str
    right: bool | None = None

    @property
    def was_dropped(self) -> bool:
        """Whether the page itself let go of it, or the ride ended before it did.

        That is no error, and how long it took is no latency.
        """
        return self.ended in ("dropped", "open")


class _Vital(msgspec.Struct):
    user: int
    iteration: int
    step: str
    at_us: int
    name: str
    value: float


class _Navigation(msgspec.Struct):
    user: int
    iteration: int
    step: str
    start_us: int
    phases: dict[str, float]


class _Resource(msgspec.Struct):
    user: int
    iteration: int
    step: str
    start_us: int
    url: str
    duration_us: int
    wait_us: int
    transferred: int


class _Message(msgspec.Struct):
    user: int
    iteration: int
    step: str
    at_us: int
    source: str
    level: str
    text: str


class _Lag(msgspec.Struct):
    at_us: int
    lag_us: int


class _Timings(msgspec.Struct):
    """What is read of the file; whatever else it holds is passed over."""

    schema_version: int
    interactions: list[_Interaction]
    requests: list[_Request]
    vitals: list[_Vital]
    navigations: list[_Navigation]
    resources: list[_Resource]
    messages: list[_Message]
    lags: list[_Lag]


def read_browser_samples(timings: Path, attempt: int, steps: int) -> Iterator[pa.Table]:
    """Yield the samples of one attempt (:data:`summary.tables.samples.ROWS`).

    ``steps`` is how many interactions a whole iteration has. Raises :class:`ArtifactError` for a
    file that is no script's timings.
    """
    try:
        found = msgspec.json.decode(timings.read_bytes(), type=_Timings)
    except (OSError, msgspec.MsgspecError) as error:
        raise ArtifactError(f"{timings}: not a script's timings: {error}") from error
    if found.schema_version != VERSION:
        raise ArtifactError(
            f"{timings}: timings of version {found.schema_version}, expected {VERSION}"
        )
    interactions = as_table([_interaction(row, attempt) for row in found.interactions])
    yield interactions
    yield as_table([_request(row, attempt) for row in found.requests])
    yield as_table([_vital(row, attempt) for row in found.vitals])
    phases = ((row, name) for row in found.navigations for name in row.phases)
    yield as_table([_navigation(row, name, attempt) for row, name in phases])
    yield as_table([_resource(row, attempt) for row in found.resources])
    yield as_table([_message(row, attempt) for row in found.messages])
    yield as_table([_lag(row, attempt) for row in found.lags])
    iterations = Iterations(attempt, steps)
    yield iterations.add(interactions)
    yield iterations.rest()


def _interaction(row: _Interaction, attempt: int) -> Sample:
    return Sample(
        attempt=attempt,
        vu=row.user,
        iteration=row.iteration,
        step=row.step,
        kind="interaction",
        name=row.step,
        ok=row.ok,
        skipped=row.skipped,
        start_us=row.start_us,
        duration_us=None if row.skipped else row.duration_us,
        lateness_us=row.lateness_us,
        overrun=row.overrun,
        error=row.error or None,
    )


def _request(row: _Request, attempt: int) -> Sample:
    error = None if row.was_dropped else _error(row)
    return Sample(
        attempt=attempt,
        vu=row.user,
        iteration=row.iteration,
        step=row.step,
        kind="request",
        name=request_name(row.method, urlsplit(row.url).path),
        method=row.method,
        status=row.status or None,
        ok=error is None,
        start_us=row.start_us,
        duration_us=None if row.was_dropped else row.duration_us,
        bytes=row.size,
        error=error,
    )


def _error(row: _Request) -> str | None:
    if row.error:
        return row.error
    is_wrong = row.status >= 400 if row.right is None else not row.right
    return f"answered {row.status}" if is_wrong else None


def _vital(row: _Vital, attempt: int) -> Sample:
    return Sample(
        attempt=attempt,
        vu=row.user,
        iteration=row.iteration,
        step=row.step,
        kind="vital",
        name=row.name,
        start_us=row.at_us,
        value=row.value,
        unit="score" if row.name == "CLS" else "ms",
    )


def _navigation(row: _Navigation, phase: str, attempt: int) -> Sample:
    """Return when ``phase`` was over, since the document began."""
    return Sample(
        attempt=attempt,
        vu=row.user,
        iteration=row.iteration,
        step=row.step,
        kind="navigation",
        name=phase,
        start_us=row.start_us,
        value=row.phases[phase],
        unit="ms",
    )


def _resource(row: _Resource, attempt: int) -> Sample:
    """Return how long the page itself waited for it; ``value`` is until its first byte."""
    return Sample(
        attempt=attempt,
        vu=row.user,
        iteration=row.iteration,
        step=row.step,
        kind="resource",
        name=request_name("GET", urlsplit(row.url).path),
        start_us=row.start_us,
        duration_us=row.duration_us,
        value=row.wait_us / 1000,
        unit="ms",
        bytes=row.transferred,
    )


def _message(row: _Message, attempt: int) -> Sample:
    return Sample(
        attempt=attempt,
        vu=row.user,
        iteration=row.iteration,
        step=row.step,
        kind="message",
        name=f"{row.source} {row.level}",
        ok=row.level == "warning",
        start_us=row.at_us,
        error=row.text,
    )


def _lag(row: _Lag, attempt: int) -> Sample:
    return Sample(
        attempt=attempt,
        vu=None,
        iteration=None,
        step="",
        kind="health",
        name="event_loop_lag",
        start_us=row.at_us,
        value=row.lag_us / 1000,
        unit="ms",
    )
