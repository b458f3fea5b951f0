"""What the tools themselves counted, to be held against what is computed from the rows.

k6 prints its totals into ``summary.json``; the browser's own record of its traffic is the HAR. Both
are decoded into types, and only what is needed of them: a HAR can be large.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from tandem.errors import ArtifactError


@dataclass(frozen=True, slots=True)
class Totals:
    """All requests of an attempt, warm-up and errors among them. Times in microseconds.

    ``None`` is what the tool does not say.
    """

    user: int | None = None
    """Whose samples these are; None: everybody's."""
    requests: int | None = None
    requests_failed: int | None = None
    request_mean_us: int | None = None
    request_p50_us: int | None = None
    request_p90_us: int | None = None
    request_p95_us: int | None = None
    request_max_us: int | None = None
    interaction_mean_us: int | None = None
    interaction_p50_us: int | None = None
    interaction_p90_us: int | None = None
    interaction_p95_us: int | None = None
    interaction_max_us: int | None = None


class _Counter(msgspec.Struct):
    count: int


class _Rate(msgspec.Struct):
    passes: int


class _Trend(msgspec.Struct):
    avg: float
    med: float
    max: float
    p90: float = msgspec.field(name="p(90)")
    p95: float = msgspec.field(name="p(95)")

    def named(self, what: str) -> dict[str, int]:
        values = {"mean": self.avg, "p50": self.med, "p90": self.p90, "p95": self.p95}
        values["max"] = self.max
        return {f"{what}_{name}_us": round(value * 1000) for name, value in values.items()}


class _Metrics(msgspec.Struct):
    http_reqs: _Counter | None = None
    http_req_failed: _Rate | None = None
    http_req_duration: _Trend | None = None
    interaction: _Trend | None = None


class _Summary(msgspec.Struct):
    metrics: _Metrics


def read_k6_totals(summary: Path) -> Totals:
    """Return what k6 printed; raise :class:`ArtifactError` for another kind of file."""
    try:
        metrics = msgspec.json.decode(summary.read_bytes(), type=_Summary).metrics
    except (OSError, msgspec.MsgspecError) as error:
        raise ArtifactError(f"{summary}: not a k6 summary: {error}") from error
    requests, interactions = metrics.http_req_duration, metrics.interaction
    return Totals(
        requests=metrics.http_reqs.count if metrics.http_reqs else 0,
        # k6 counts a failed request as one that passes the test of having failed.
        requests_failed=metrics.http_req_failed.passes if metrics.http_req_failed else 0,
        **(requests.named("request") if requests else {}),
        **(interactions.named("interaction") if interactions else {}),
    )


class _Response(msgspec.Struct):
    status: int = -1


class _Entry(msgspec.Struct):
    response: _Response


class _Log(msgspec.Struct):
    entries: list[_Entry]


class _Har(msgspec.Struct):
    log: _Log


class _Request(msgspec.Struct):
    user: int
    resource: str


_BESIDE: Final = ("api", "download")
"""Requests that no page sent as its own: the browser's record has none of them."""


class _Timings(msgspec.Struct):
    requests: list[_Request]


def read_har_totals(har: Path, timings: Path, user: int) -> Totals:
    """Return how many requests ``user`` sent: those in the browser's record, and those beside it.

    The record knows what the page sent; what a step sent from outside of it only the timings know.
    What failed is not told: the record knows no request that the page let go of. Raises
    :class:`ArtifactError` for a file that is no HAR, or no script's timings.
    """
    entries = _decoded(har, "a HAR", _Har).log.entries
    ridden = _decoded(timings, "a script's timings", _Timings).requests
    beside = sum(each.resource in _BESIDE and each.user == user for each in ridden)
    return Totals(user, len(entries) + beside)


_Kind = TypeVar("_Kind")


def _decoded(file: Path, what: str, kind: type[_Kind]) -> _Kind:
    """Return what is needed of a JSON file that can be large."""
    try:
        with file.open("rb") as stream:
            content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            with content:
                return msgspec.json.decode(content, type=kind)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise ArtifactError(f"{file}: not {what}: {error}") from error
