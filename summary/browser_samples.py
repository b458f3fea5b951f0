"""A generated Playwright script's ``timings.json`` to samples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from generators.request_names import request_name
from summary.samples import Sample
from tandem.errors import ArtifactError

VERSION: Final = 1


def read_browser_samples(timings: Path, attempt: int) -> Iterator[Sample]:
    """Yield the samples of one attempt; raise :class:`ArtifactError` for another kind of file."""
    try:
        found: dict[str, Any] = json.loads(timings.read_bytes())
        if found["schema_version"] != VERSION:
            raise ArtifactError(
                f"{timings}: timings of version {found['schema_version']}, expected {VERSION}"
            )
        yield from (_interaction(row, attempt) for row in found["interactions"])
        yield from (_request(row, attempt) for row in found["requests"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ArtifactError(f"{timings}: not a script's timings: {error!r}") from error


def _interaction(row: dict[str, Any], attempt: int) -> Sample:
    return Sample(
        attempt=attempt,
        vu=row["user"],
        iteration=row["iteration"],
        step=row["step"],
        kind="interaction",
        name=row["step"],
        ok=row["ok"],
        start_us=row["start_us"],
        duration_us=row["duration_us"],
        lateness_us=row["lateness_us"],
        overrun=row.get("overrun"),
        error=row["error"] or None,
    )


def _request(row: dict[str, Any], attempt: int) -> Sample:
    status = row["status"] or None
    answered = row["finished"] and not row["error"]
    error = row["error"] or (None if row["finished"] else "still under way at the end")
    if answered and status is not None and status >= 400:
        error = f"answered {status}"
    return Sample(
        attempt=attempt,
        vu=row["user"],
        iteration=row["iteration"],
        step=row["step"],
        kind="request",
        name=request_name(row["method"], urlsplit(row["url"]).path),
        method=row["method"],
        status=status,
        ok=error is None,
        start_us=row["start_us"],
        duration_us=row["duration_us"],
        bytes=row["size"],
        error=error,
    )
