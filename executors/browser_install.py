"""Installing a browser where there is none: Playwright's own first, then the distribution's."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from executors import processes
from tandem.errors import ToolchainError

Progress = Callable[[str], None]

_OS_RELEASE = Path("/etc/os-release")
_APT = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to come by a browser: commands that are run one after the other."""

    what: str
    commands: tuple[tuple[str, ...], ...]
    deadline_s: float
    """For each command. A download that is blocked hangs rather than fails."""
    environment: dict[str, str] = field(default_factory=dict)


def attempts(*, as_root: bool, os_release: Path = _OS_RELEASE) -> Iterator[Attempt]:
    """Yield what can be tried here, in its order."""
    yield Attempt(
        what="Playwright's own Chromium",
        commands=((sys.executable, "-m", "playwright", "install", "chromium"),),
        deadline_s=600,
    )
    if as_root and "debian" in _distributions(os_release):
        yield Attempt(
            what="the distribution's Chromium",
            commands=(
                (*_APT, "update"),
                (*_APT, "install", "--no-install-recommends", "chromium"),
            ),
            deadline_s=900,
            environment={"DEBIAN_FRONTEND": "noninteractive"},
        )


def carry_out(attempt: Attempt, on_progress: Progress) -> list[str]:
    """Run the attempt; return its complaints, none when all went well."""
    on_progress(f"no browser was found; installing {attempt.what}")
    for command in attempt.commands:
        complaint = _run(command, attempt)
        if complaint:
            on_progress(complaint)
            return [complaint]
    return []


def _run(command: tuple[str, ...], attempt: Attempt) -> str:
    """Return why the command failed, or an empty text."""
    shown = " ".join(("python", *command[1:]) if command[0] == sys.executable else command)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "output.txt")
        try:
            with processes.start(
                command, env={**os.environ, **attempt.environment}, cwd=Path(folder), stdout=output
            ) as process:
                ended = processes.run_until(process, attempt.deadline_s)
        except ToolchainError as error:
            return f"{shown}: {error.message}"
        if ended.timed_out:
            return f"{shown}: not done within {attempt.deadline_s:.0f} s"
        if ended.exit_code:
            return f"{shown}: {_last_words(output) or f'exit code {ended.exit_code}'}"
    return ""


def _last_words(output: Path) -> str:
    """Return the line that tells most of a failure: the last that speaks of an error."""
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    said = [line.strip() for line in lines if any(char.isalpha() for char in line)]
    errors = [line for line in said if line.startswith(("E:", "Error", "ERROR"))]
    return (errors or said or [""])[-1][:300]


def _distributions(os_release: Path) -> set[str]:
    """Return the names of the distribution and of those that it is made from.

    Ubuntu's own chromium package only fetches a snap, which a root job in a container cannot run:
    it counts as what it is made from only where it says so, and its failure is reported.
    """
    try:
        text = os_release.read_text(encoding="utf-8")
    except OSError:
        return set()
    pairs = dict(line.partition("=")[::2] for line in text.splitlines() if "=" in line)
    values = (pairs.get(key, "").strip('"') for key in ("ID", "ID_LIKE"))
    return {name for value in values for name in value.split()}
