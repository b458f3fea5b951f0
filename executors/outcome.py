"""``outcome.json``: how the ride of one cell ended, and exactly what it was ridden with."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from tandem.errors import ArtifactError
from tandem.files import write_text
from tandem.models import Executor, FrozenModel, Outcome
from tandem.wording import plain_words

SCHEMA_VERSION: Final = 1
FILE: Final = "outcome.json"


class Artifact(FrozenModel):
    """One raw file of the cell; ``path`` is relative to the cell's folder."""

    path: str
    bytes: int
    sha256: str


class WithheldFile(FrozenModel):
    """A raw file that was not kept, since secrets may be in it."""

    path: str
    why: str


class Attempt(FrozenModel):
    """One try at the cell. Times are UTC, ISO 8601 with microseconds."""

    number: int
    """From 1."""
    outcome: Outcome
    reason: str
    """Why it is not ok; empty when it is."""
    step: str
    """The step that broke it, where one did."""
    exit_code: int | None
    """What the executor's process gave; None when none was started."""
    iterations_ok: int
    iterations_failed: int
    started_at: str
    ended_at: str
    folder: str
    """Where its files are, relative to the cell's folder: "." for the last one."""


class Host(FrozenModel):
    """The machine that made the load."""

    system: str
    machine: str
    processor: str
    cores: int
    memory_mb: int
    python: str


class CellOutcome(FrozenModel):
    """The whole record. A cell whose spec was refused has no attempts."""

    schema_version: Literal[1] = SCHEMA_VERSION
    journey: str
    executor: Executor
    users: int
    steps: int = 0
    """Interactions of a whole iteration; 0 in a record that does not say."""
    groups: dict[str, tuple[str, ...]] = {}
    """Transaction to the steps that it is over."""
    pause_s: float = 0.0
    """All pauses of one iteration, together."""
    iterations: int
    """Planned for each user, those that only warm up not counted."""
    warmup: int = 0
    """Iterations of each user that came before them; their rows do not count."""
    pacing_s: float
    outcome: Outcome
    reason: str
    step: str
    flaky: bool
    """Ok, but only after a retry."""
    attempts: tuple[Attempt, ...]
    inputs: dict[str, str]
    """Name to digest: the load is up to date while these are the digests of its inputs."""
    tools: dict[str, dict[str, str]]
    """Tool name to version and sha256."""
    environment: str
    target: str
    """The origin that was ridden, or "started in the job"."""
    app: str
    """What identifies the app under test."""
    host: Host
    started_at: str
    ended_at: str
    artifacts: tuple[Artifact, ...]
    withheld: tuple[WithheldFile, ...] = ()

    @property
    def iterations_planned(self) -> int:
        """Of all users together."""
        return self.users * self.iterations

    @property
    def decisive(self) -> Attempt | None:
        """The attempt that the cell is judged by: the last one."""
        return self.attempts[-1] if self.attempts else None


def write_outcome(folder: Path, outcome: CellOutcome) -> None:
    """Put the record into the cell's folder."""
    write_text(folder / FILE, outcome.model_dump_json(indent=2) + "\n")


def read_outcome(file: Path) -> CellOutcome:
    """Return the record; raise :class:`ArtifactError` when it cannot be used."""
    try:
        return CellOutcome.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ArtifactError(f"{file}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise ArtifactError(
            f"{file}: not an outcome of this version: {field}: {plain_words(first)}",
            hint="Remove the cell's folder; the cell is then ridden again.",
        ) from error
