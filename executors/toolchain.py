"""Finds k6 and a browser, and says exactly what they are.

``python -m executors.toolchain [--ensure]`` prints what is found; with ``--ensure`` a browser is
installed where there is none.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from executors import browser_install, tool_freshness
from executors.browser_install import Progress
from tandem.errors import TandemError, ToolchainError
from tandem.exit_codes import ExitCode
from tandem.files import digest_file
from tandem.load_settings import SETTINGS_FILE, load_settings
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
_BROWSER_HINT = """Any one of these helps:
  - python -m playwright install chromium
    (on Linux followed by: python -m playwright install-deps chromium)
  - install Chrome or Chromium with the system's package manager
  - name one: browser.executable in tandem.toml, or TANDEM_BROWSER__EXECUTABLE"""
_QUIET_BROWSER = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Nothing of the browser's own goes over the wire: it would be measured with the app."""


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


@dataclass(frozen=True, slots=True)
class _Usable:
    """A candidate that runs."""

    facts: FileFacts
    source: str
    version: str


def find_k6(configured: str | None = None) -> Tool:
    """Return the configured k6; else the newer one of the Python environment's and PATH's.

    Raises :class:`ToolchainError` when the configured one, or each one, is unusable.
    """
    complaints: list[str] = []
    usable = list(_usable("k6", configured, complaints))
    if usable:
        newest = max(usable, key=lambda found: _numbers(found.version))
        return _tool("k6", newest, configured)
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
    once = dict.fromkeys(complaints)
    raise ToolchainError(
        "\n  - ".join(["no browser was found that runs", *once]), hint=_BROWSER_HINT
    )


def chromium_arguments(guarded_host: str | None) -> tuple[str, ...]:
    """Return the flags that the browser needs here.

    With a ``guarded_host`` the browser can resolve that name and loopback, and nothing else, so
    that a page's link to another origin leads nowhere.
    """
    arguments = list(_QUIET_BROWSER)
    if sys.platform == "linux" and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox does not work for root
    if guarded_host is not None:
        hosts = dict.fromkeys(("localhost", "127.0.0.1", "[::1]", guarded_host))
        rules = ", ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in hosts)])
        arguments.append(f"--host-resolver-rules={rules}")
    return tuple(arguments)


def _browser(configured: str | None, complaints: list[str]) -> Tool | None:
    found = next(_usable("chromium", configured, complaints), None)
    return _tool("chromium", found, configured) if found else None


def _usable(name: ToolName, configured: str | None, complaints: list[str]) -> Iterator[_Usable]:
    """Yield the candidates that run; say in ``complaints`` why the others do not.

    Raises :class:`ToolchainError` when one is configured that does not exist or does not run.
    """
    some = False
    for known, source in tool_freshness.existing(name, configured):
        facts = FileFacts.model_validate(known)
        try:
            found = _Usable(facts, source, _version(name, facts.path))
        except ToolchainError as error:
            complaints.append(error.message)
        else:
            some = True
            yield found
    if configured is not None and not some:
        setting, variable = _SETTINGS[name]
        why = "; ".join(complaints) or "there is no such program"
        raise ToolchainError(
            f"{setting} = {configured!r} cannot be used: {why}",
            hint=f"Mend it in tandem.toml or {variable}, or remove it to have one found.",
        )


def _version(name: ToolName, path: str) -> str:
    """Ask the program for its version; raise :class:`ToolchainError` when it has no good answer."""
    try:
        answer = subprocess.run(
            [path, _ASK[name]],
            env={**os.environ, **_K6_QUIET},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainError(f"{path} does not run: {error}") from error
    found = _VERSIONS[name].search(answer.stdout)
    if answer.returncode or found is None:
        said = (answer.stderr or answer.stdout).strip().splitlines()
        raise ToolchainError(
            f"{path} is no {name} that runs: asked for its version, it ended with exit code "
            f"{answer.returncode}" + (f" and said: {said[-1][:200]}" if said else "")
        )
    version = found.group(1)
    if name == "k6" and _numbers(version) < _OLDEST_K6:
        raise ToolchainError(f"{path} is k6 {version}; 1.0 or newer is needed")
    return version


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.split(r"[-+]", version)[0].split("."))


def _tool(name: ToolName, found: _Usable, configured: str | None) -> Tool:
    existing = tool_freshness.existing(name, configured)
    return Tool(
        name=name,
        version=found.version,
        source=found.source,
        sha256=digest_file(Path(found.facts.file)),
        configured=configured,
        examined=tuple(FileFacts.model_validate(known) for known, _ in existing),
        **found.facts.model_dump(),
    )


def _describe(tool: Tool) -> str:
    return f"{tool.name} {tool.version}: {tool.path} ({tool.source})"


def main() -> int:
    """Print what rides here; return 0, or 3 with a message when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m executors.toolchain", description=__doc__)
    parser.add_argument("--ensure", action="store_true", help="install a browser if need be")
    parser.add_argument("--config", default=SETTINGS_FILE, help="settings (default: tandem.toml)")
    given = parser.parse_args()
    try:
        settings = load_settings(Path(given.config), {})
        lines = [_describe(find_k6(settings.k6.executable))]
        if given.ensure:
            browser: Tool | None = ensure_browser(settings.browser.executable, _say)
        else:
            browser = find_browser(settings.browser.executable)
        lines.append(_describe(browser) if browser else "no browser; --ensure installs one")
    except TandemError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_code)
    _say("\n".join(lines))
    return int(ExitCode.OK)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
