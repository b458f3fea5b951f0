"""``health.json``, how the load generator fared, to samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa

from summary.tables.samples import Sample, as_table
from tandem.errors import ArtifactError

VERSION: Final = 1
UNITS: Final = {
    "machine_cpu": "share",
    "executor_cpu": "processors",
    "executor_wait": "processors",
    "executor_memory_mb": "MB",
    "executor_processes": "processes",
    "machine_memory": "share",
}
"""What each reading is counted in."""
COUNTS: Final = {
    "dropped_iterations": "iterations",
    "late_interactions": "interactions",
    "own_errors": "errors",
}
"""What is counted once, for the whole attempt."""


class _Reading(msgspec.Struct):
    at_us: int
    machine_cpu: float
    executor_cpu: float
    executor_wait: float | None
    executor_memory_mb: float
    executor_processes: int
    machine_memory: float | None = None


class _Health(msgspec.Struct):
    schema_version: int
    dropped_iterations: int
    readings: list[_Reading]
    late_interactions: int | None = None
    own_errors: int | None = None


def read_health_samples(file: Path, attempt: int) -> Iterator[pa.Table]:
    """Yield the readings of one attempt (the rows are ``samples.ROWS``): one for each figure.

    Raises :class:`ArtifactError` for a file of another kind.
    """
    try:
        found = msgspec.json.decode(file.read_bytes(), type=_Health)
    except (OSError, msgspec.MsgspecError) as error:
        raise ArtifactError(f"{file}: not a record of health: {error}") from error
    if found.schema_version != VERSION:
        raise ArtifactError(f"{file}: health of version {found.schema_version}, expected {VERSION}")
    rows = [
        _sample(attempt, reading.at_us, name, getattr(reading, name))
        for reading in found.readings
        for name in UNITS
        if getattr(reading, name) is not None
    ]
    if found.readings:
        last = found.readings[-1].at_us
        counted = ((name, getattr(found, name)) for name in COUNTS)
        rows += (
            _sample(attempt, last, name, count) for name, count in counted if count is not None
        )
    yield as_table(rows)


def _sample(attempt: int, at_us: int, name: str, value: float) -> Sample:
    return Sample(
        attempt=attempt,
        vu=None,
        iteration=None,
        step="",
        kind="health",
        name=name,
        start_us=at_us,
        value=float(value),
        unit=(UNITS | COUNTS)[name],
    )
