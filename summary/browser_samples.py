"""A generated Playwright script's ``timings.json`` to samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
import pyarrow as pa

from generators.request_names import request_name
from summary.iterations import Iterations
from summary.samples import Sample, as_table
from tandem.errors import ArtifactError

VERSION: Final = 1
_STREAMS: Final = frozenset({"media", "websocket", "eventsource", "ping"})
"""Resources that go on for as long as they like."""


class _Interaction(msgspec.Struct):
    user: int
    iteration: int
    step: str
    start_us: int
    duration_us: int
    lateness_us: int
    ok: bool
    error: str = ""
    overrun: bool | None = None


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
    error: str
    finished: bool

    @property
    def was_dropped(self) -> bool:
        """Whether the page itself let go of it, or it is a stream that nobody waits for the end of.

        That is no error, and how long it took is no latency.
        """
        return "ERR_ABORTED" in self.error or (not self.finished and self.resource in _STREAMS)


class _Timings(msgspec.Struct):
    """What is read of the file; whatever else it holds is passed over."""

    schema_version: int
    interactions: list[_Interaction]
    requests: list[_Request]


def read_browser_samples(timings: Path, attempt: int, steps: int) -> Iterator[pa.Table]:
    """Yield the samples of one attempt (:data:`summary.samples.ROWS`).

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
        start_us=row.start_us,
        duration_us=row.duration_us,
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
    if not row.finished:
        return "still under way at the end"
    return f"answered {row.status}" if row.status >= 400 else None
