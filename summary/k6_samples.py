"""k6's ``metrics.csv.gz`` to samples.

k6 writes a dozen rows per request; the few that are kept are told by the beginning of the line. A
sample's timestamp is the moment it was taken, the end: its start is that less its duration.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from summary.samples import Sample
from tandem.errors import ArtifactError

_INTERACTION: Final = "interaction"
_LATENESS: Final = "pacing_lateness"
_FAILED: Final = "interaction_failed"
_REQUEST: Final = "http_req_duration"
_KEPT = tuple(f"{name}," for name in (_INTERACTION, _LATENESS, _FAILED, _REQUEST))
_NEEDED = {"metric_name", "timestamp", "metric_value", "method", "name", "status"} | {
    "error_code",
    "expected_response",
    "extra_tags",
    "metadata",
}

_Key = tuple[int, int, str]
"""User, iteration, step."""
_Row = dict[str, str]


def read_k6_samples(metrics: Path, attempt: int) -> Iterator[Sample]:
    """Yield the samples of one attempt; a line that was cut off at the end is left out.

    Raises :class:`ArtifactError` when the file is not k6's CSV.
    """
    interactions: dict[_Key, _Row] = {}
    lateness: dict[_Key, int] = {}
    reasons: dict[_Key, str] = {}
    for row in _rows(metrics):
        key = _key(row)
        match row["metric_name"]:
            case "interaction":
                interactions[key] = row
            case "pacing_lateness":
                lateness[key] = _microseconds(row)
            case "interaction_failed":
                reasons[key] = unquote(_pairs(row["extra_tags"]).get("reason", ""))
            case _:
                yield _request(row, key, attempt)
    for key, row in interactions.items():
        yield _interaction(row, key, attempt, lateness.get(key), reasons.get(key))


def _rows(metrics: Path) -> Iterator[_Row]:
    try:
        with gzip.open(metrics, "rt", encoding="utf-8", newline="") as stream:
            header = next(csv.reader(stream), [])
            if not _NEEDED.issubset(header):
                raise ArtifactError(f"{metrics}: not a k6 CSV: its first line is {header}")
            kept = (line for line in stream if line.startswith(_KEPT) and line.endswith("\n"))
            for values in csv.reader(kept):
                yield dict(zip(header, values, strict=True))
    except EOFError:
        return  # k6 was killed before it closed the file: what is there was measured
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ArtifactError(f"{metrics}: cannot be read: {error}") from error


def _interaction(
    row: _Row, key: _Key, attempt: int, lateness_us: int | None, reason: str | None
) -> Sample:
    tags = _pairs(row["extra_tags"])
    duration_us = _microseconds(row)
    vu, iteration, step = key
    return Sample(
        attempt=attempt,
        vu=vu,
        iteration=iteration,
        step=step,
        kind="interaction",
        name=step,
        ok=tags.get("ok") != "false",
        has_protocol=tags.get("has_protocol") != "false",
        start_us=int(row["timestamp"]) - duration_us,
        duration_us=duration_us,
        lateness_us=lateness_us,
        error=reason,
    )


def _request(row: _Row, key: _Key, attempt: int) -> Sample:
    duration_us = _microseconds(row)
    vu, iteration, step = key
    ok = row["expected_response"] == "true"
    status = int(row["status"] or 0)
    return Sample(
        attempt=attempt,
        vu=vu,
        iteration=iteration,
        step=step,
        kind="request",
        name=row["name"],
        method=row["method"],
        status=status or None,
        ok=ok,
        start_us=int(row["timestamp"]) - duration_us,
        duration_us=duration_us,
        error=None if ok else _error(status, row["error_code"]),
    )


def _error(status: int, code: str) -> str:
    return f"answered {status}" if status else f"no answer (k6's error code {code or 'unknown'})"


def _key(row: _Row) -> _Key:
    metadata = _pairs(row["metadata"])
    step = _pairs(row["extra_tags"]).get("step", "")
    return int(metadata["vu"]), int(metadata["iter"]), step


def _pairs(text: str) -> dict[str, str]:
    """Read ``a=1&b=2``, whose order k6 leaves to chance."""
    return dict(pair.partition("=")[::2] for pair in text.split("&") if pair)


def _microseconds(row: _Row) -> int:
    """Return a duration; k6 gives milliseconds with a fraction."""
    return round(float(row["metric_value"]) * 1000)
