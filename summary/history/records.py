"""A night's record: what later nights are held against. Pure.

A record is one JSON file that says its own digest, so that half of one is never taken for a night.
"""

from __future__ import annotations

import json
from typing import Any, Final, Literal, TypeVar

from pydantic import ValidationError

from tandem.errors import ArtifactError
from tandem.files import digest_text
from tandem.models import Executor, FrozenModel, Verdict
from tandem.wording import plain_words

SCHEMA_VERSION: Final = 2
"""Of a night. Version 1 knew no requests and no journeys, and another digest of a step."""
DECISION_VERSION: Final = 1
_READ: Final[dict[str, tuple[int, ...]]] = {
    "NightRecord": (1, SCHEMA_VERSION),
    "Decision": (DECISION_VERSION,),
}

_Kind = TypeVar("_Kind", "NightRecord", "Decision")


class NightSeries(FrozenModel):
    """The figures of one step in one cell."""

    journey: str
    step: str
    executor: Executor
    users: int
    loc_ms: float | None
    """The exponential of the 10 % trimmed mean of the logarithm of the duration."""
    p95_ms: float | None
    n: int
    """Samples that are ok."""
    errors: int
    span_s: float
    digest: str = ""
    """Of the step, its data and its pacing: figures of another digest are another step's."""
    requests: dict[str, float] = {}
    """Name of a request of this step ("POST /api/play") to its location, in milliseconds."""


class Fingerprint(FrozenModel):
    """Where and with what a night was ridden."""

    environment: str
    target: str
    """The origin, or "started in the job"."""
    system: str
    """Operating system and kernel."""
    machine: str
    processor: str
    cores: int
    memory_mb: int
    runner: str = ""
    """The class of CI runner, where the environment says it (TANDEM_RUNNER)."""
    tools: dict[str, str] = {}
    """Tool to version."""
    journeys: dict[str, str] = {}
    """Journey to the digest of its steps, with map, data and pacing."""

    @property
    def comparable_with(self) -> dict[str, str]:
        """Return by its name what two nights must have in common to be held against each other.

        Not the processor's model, nor the versions of kernel and browser: a provider's machines are
        of several models and browsers are updated every month, so that no baseline would ever be
        long enough. The decider takes a machine's speed out; what changed is told beside a finding.
        """
        system = self.system.split(" ", maxsplit=1)[0]
        return {
            "environment": self.environment,
            "target": self.target,
            "operating system": system,
            "architecture": self.machine,
            "cores": str(self.cores),
            "runner": self.runner,
        }


class NightRecord(FrozenModel):
    """One night."""

    schema_version: Literal[1, 2] = SCHEMA_VERSION
    night: str
    """A date (UTC), or what ``night=`` said; sorts in time."""
    profile: str
    stamp: str
    """Of its result directory; empty for a night that was imported."""
    app: str
    """What identifies the app under test."""
    verdict: Verdict
    fingerprint: Fingerprint | None
    """None for a night that was imported: it is comparable with every other."""
    series: tuple[NightSeries, ...]
    tables: dict[str, str] = {}
    """Table to its SHA-256."""


class Decision(FrozenModel):
    """What somebody decided about what is usual."""

    schema_version: Literal[1] = DECISION_VERSION
    kind: Literal["accept", "pin"]
    night: str
    """Accept: nights after this one are usual, only. Pin: this night and later ones are."""
    reason: str
    journey: str = ""
    """Empty for all of them."""
    decided_at: str
    """UTC, ISO 8601."""


def to_text(record: NightRecord | Decision) -> str:
    """Return the record's file: one line of JSON with the record and its digest."""
    body = record.model_dump(mode="json")
    return json.dumps({"sha256": _digest(body), "record": body}, ensure_ascii=False) + "\n"


def night_from(text: bytes, name: str) -> NightRecord:
    """Read a night; raise :class:`ArtifactError` for one that is torn, altered or of the future."""
    return _read(text, name, NightRecord)


def decision_from(text: bytes, name: str) -> Decision:
    """Read a decision; errors as for :func:`night_from`."""
    return _read(text, name, Decision)


def _read(text: bytes, name: str, kind: type[_Kind]) -> _Kind:
    try:
        whole = json.loads(text)
        body = whole["record"]
        digest = whole["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{name}: torn, or no record of ours") from error
    if _digest(body) != digest:
        raise ArtifactError(f"{name}: altered or torn: its digest is another one")
    version, known = body.get("schema_version"), _READ[kind.__name__]
    if version not in known:
        reads = " and ".join(map(str, known))
        raise ArtifactError(f"{name}: of version {version}; this Tandem reads {reads}")
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise ArtifactError(f"{name}: {plain_words(error.errors()[0])}") from error


def _digest(body: Any) -> str:
    return digest_text(json.dumps(body, sort_keys=True, ensure_ascii=False))
