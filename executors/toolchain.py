"""Finds k6 and a browser, and says exactly what they are.

``python -m executors.toolchain [--ensure]`` prints what is found; with ``--ensure`` a browser is
installed where there is none.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from executors import browser_install, processes, tool_freshness
from tandem.errors import ToolchainError
from tandem.files import digest_file
from tandem.models import FrozenModel

ToolName = Literal["k6", "chromium"]

_ANSWER_S = 30.0
"""A big browser on a slow, cold disk answers within it; one that hangs does not."""
_OLDEST_K6 = (1, 0, 0)
_VERSIONS = {
    "k6": re.compile(r"^k6(?:\.exe)? v?(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)(?:\s|$)", re.MULTILINE),
    "chromium": re.compile(r"(?:Chrom|Testing|Shell).*?(\d+(?:\.\d+){1,3})"),
}
_ASK = {"k6": "version", "chromium": "--version"}
_SETTINGS = {
    "k6": ("k6.executable", "TANDEM_K6__EXECUTABLE"),
    "chromium": ("browser.executable", "TANDEM_BROWSER__EXECUTABLE"),
}
_K6_QUIET = {"K6_NO_USAGE_REPORT": "true", "K6_AUTO_EXTENSION_RESOLUTION": "false"}


class FileFacts(FrozenModel):
    """What a cheap look tells of a candidate; see :mod:`executors.tool_freshness`."""

    path: str
    file: str
    size: int
    mtime_ns: int


class Tool(FrozenModel):
    """One program that rides. Its JSON is what ``tool_freshness.still_the_same`` judges."""

    name: ToolName
    version: str
    path: str
    """What is started."""
    source: str
    """How it was found, for people."""
    file: str
    """The program behind links and wrapper scripts; the facts below are this file's."""
    sha256: str
    size: int
    """In bytes."""
    mtime_ns: int
    configured: str | None
    examined: tuple[FileFacts, ...]
    """Every candidate there was, best first."""

    def identity(self) -> dict[str, str]:
        """Return what makes it this program, wherever it stands: what loads depend on."""
        return {"name": self.name, "version": self.version, "sha256": self.sha256}


def find_k6(configured: str | None = None) -> Tool:
    """Return the configured k6; else the newer one of the Python environment's and PATH's.

    Raises :class:`ToolchainError` when the configured one, or each one, is unusable.
    """
    complaints: list[str] = []
    usable = list(_usable("k6", configured, complaints))
    if usable:
        return max(usable, key=lambda found: _order(found[2]))[0]()
    raise ToolchainError(
        "no usable k6: " + ("; ".join(complaints) or "none in the Python environment or on PATH"),
        hint="Install the locked requirements again, which hold k6, or set k6.executable in"
        " tandem.toml (TANDEM_K6__EXECUTABLE in the environment).",
    )


def find_browser(configured: str | None = None) -> Tool | None:
    """Return the configured browser; else the first that runs, or None.

    Playwright's own full Chromium comes first, then its headless shell, then the system's Chrome
    or Chromium. Raises :class:`ToolchainError` when the configured one is unusable.
    """
    return _browser(configured, [])


Progress = Callable[[str], None]
CarryOut = Callable[[browser_install.Attempt, Progress], list[str]]


def ensure_browser(
    configured: str | None,
    on_progress: Progress,
    *,
    carry_out: CarryOut = browser_install.carry_out,
) -> Tool:
    """Return a browser that runs; install one where there is none.

    ``on_progress`` gets lines for people. Raises :class:`ToolchainError`, with what can be done,
    when nothing helped.
    """
    complaints: list[str] = []
    tool = _browser(configured, complaints)
    attempts = iter(browser_install.attempts(as_root=os.geteuid() == 0))
    while tool is None and (attempt := next(attempts, None)) is not None:
        complaints += carry_out(attempt, on_progress)
        tool = _browser(configured, complaints)
    if tool is not None:
        return tool
    raise ToolchainError(_no_browser(complaints), hint=_BROWSER_HINT)


_BROWSER_HINT = """Any one of these helps:
  - python -m playwright install chromium
    (on Linux followed by: python -m playwright install-deps chromium)
  - install Chrome or Chromium with the system's package manager
  - name one: browser.executable in tandem.toml, or TANDEM_BROWSER__EXECUTABLE"""


def _no_browser(complaints: Sequence[str]) -> str:
    once = list(dict.fromkeys(complaints))
    return "\n  - ".join(["no browser was found that runs", *once])


def _browser(configured: str | None, complaints: list[str]) -> Tool | None:
    for found in _usable("chromium", configured, complaints):
        return found[0]()
    return None


Found = tuple[Callable[[], Tool], str, str]
"""Makes the record, which needs a digest of a large file; path and version."""


def _usable(name: ToolName, configured: str | None, complaints: list[str]) -> Iterator[Found]:
    """Yield the candidates that run; say in ``complaints`` why the others do not.

    Raises :class:`ToolchainError` when one is configured that does not exist or does not run.
    """
    existing = tool_freshness.existing(name, configured)
    examined = tuple(FileFacts.model_validate(known) for known, _ in existing)
    for facts, (_, source) in zip(examined, existing, strict=True):
        try:
            version = _version(name, facts.path)
        except ToolchainError as fault:
            complaints.append(fault.message)
        else:
            yield _maker(name, version, source, facts, configured, examined), facts.path, version
            if configured is not None:
                return
    if configured is not None:
        raise _misconfigured(name, configured, complaints)


def _maker(  # noqa: PLR0913, PLR0917 (the parts of the record, each made elsewhere)
    name: ToolName,
    version: str,
    source: str,
    facts: FileFacts,
    configured: str | None,
    examined: tuple[FileFacts, ...],
) -> Callable[[], Tool]:
    return lambda: Tool(
        name=name,
        version=version,
        source=source,
        sha256=digest_file(Path(facts.file)),
        configured=configured,
        examined=examined,
        **facts.model_dump(),
    )
