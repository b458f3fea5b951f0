"""Finds k6 and a browser, and says exactly what they are.

``python -m executors.toolchain [--ensure] [--config tandem.toml]`` prints what is found; with
``--ensure`` a browser is installed where there is none.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from executors import browser_install, processes, tool_freshness
from executors.scratch import scratch_folder
from tandem.errors import TandemError, ToolchainError
from tandem.exit_codes import ExitCode
from tandem.files import digest_file
from tandem.load_settings import SETTINGS_FILE, load_settings
from tandem.models import FrozenModel

ToolName = Literal["k6", "chromium"]

_ANSWER_S = 30.0
"""A big browser on a slow, cold disk answers within it; one that hangs does not."""
_OLDEST_K6 = (1, 0, 0)
_ASK = {"k6": "version", "chromium": "--version"}
_VERSIONS = {
    # k6 puts the name of its own file first, whatever that is.
    "k6": re.compile(r"^\S+ v(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)(?= \(|\s*$)", re.MULTILINE),
    "chromium": re.compile(r"^.*(?:Chrom|Testing|Shell).*? (\d+(?:\.\d+){1,3})\b", re.MULTILINE),
}
_SETTINGS = {
    "k6": ("k6.executable", "TANDEM_K6__EXECUTABLE"),
    "chromium": ("browser.executable", "TANDEM_BROWSER__EXECUTABLE"),
}
_K6_QUIET = {"K6_NO_USAGE_REPORT": "true", "K6_AUTO_EXTENSION_RESOLUTION": "false"}
_NO_K6_HINT = (
    "Install the locked requirements again, which hold k6, or set k6.executable in tandem.toml"
    " (TANDEM_K6__EXECUTABLE in the environment)."
)
_NO_BROWSER_HINT = """Any one of these helps:
  - python -m playwright install chromium
    (on Linux followed by: python -m playwright install-deps chromium)
  - install Chrome or Chromium with the system's package manager
    (on Ubuntu Google's Chrome: its own chromium package only points to a snap)
  - name one: browser.executable in tandem.toml, or TANDEM_BROWSER__EXECUTABLE"""


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


def find_k6(configured: str | None = None) -> Tool:
    """Return the configured k6; else the newer one of the Python environment's and PATH's.

    Raises :class:`ToolchainError` when the configured one, or each one, is unusable.
    """
    complaints: list[str] = []
    usable = list(_usable("k6", configured, complaints))
    if usable:
        return max(usable, key=lambda found: _order(found.version)).tool()
    raise ToolchainError(_listed("no k6 was found that can be used", complaints), hint=_NO_K6_HINT)


def find_browser(configured: str | None = None) -> Tool | None:
    """Return the configured browser; else the first that runs, or None.

    Playwright's own full Chromium comes first, then its headless shell, then the system's Chrome
    or Chromium. Raises :class:`ToolchainError` when the configured one is unusable.
    """
    return _first_browser(configured, [])


def ensure_browser(configured: str | None, on_progress: browser_install.Progress) -> Tool:
    """Return a browser that runs; install one where there is none.

    ``on_progress`` gets lines for people. Raises :class:`ToolchainError`, with what can be done,
    when nothing helped, and when the configured browser is unusable: then nothing is installed.
    """
    complaints: list[str] = []
    tool = _first_browser(configured, complaints)
    attempts = browser_install.attempts(as_root=os.geteuid() == 0)
    while tool is None and (attempt := next(attempts, None)) is not None:
        complaints += browser_install.carry_out(attempt, on_progress)
        tool = _first_browser(configured, complaints)
    if tool is None:
        raise _no_browser(complaints)
    return tool


def _no_browser(complaints: Sequence[str]) -> ToolchainError:
    return ToolchainError(
        _listed("no browser was found that runs", complaints), hint=_NO_BROWSER_HINT
    )


def _listed(headline: str, complaints: Sequence[str]) -> str:
    return "\n  - ".join([headline, *dict.fromkeys(complaints)])


def _first_browser(configured: str | None, complaints: list[str]) -> Tool | None:
    found = next(_usable("chromium", configured, complaints), None)
    return found.tool() if found else None


@dataclass(frozen=True)
class _Usable:
    """A candidate that runs; the record of it is made when it is chosen, for its digest is slow."""

    name: ToolName
    version: str
    source: str
    facts: FileFacts
    configured: str | None
    examined: tuple[FileFacts, ...]

    def tool(self) -> Tool:
        return Tool(
            name=self.name,
            version=self.version,
            source=self.source,
            sha256=digest_file(Path(self.facts.file)),
            configured=self.configured,
            examined=self.examined,
            **self.facts.model_dump(),
        )


def _usable(name: ToolName, configured: str | None, complaints: list[str]) -> Iterator[_Usable]:
    """Yield the candidates that run; say in ``complaints`` why the others do not.

    Raises :class:`ToolchainError` when one is configured that does not exist or does not run.
    """
    existing = tool_freshness.existing(name, configured)
    examined = tuple(FileFacts.model_validate(known) for known, _ in existing)
    for facts, (_, source) in zip(examined, existing, strict=True):
        try:
            version = _version(name, facts.path)
        except ToolchainError as fault:
            if configured is not None:
                raise _misconfigured(name, fault.message) from fault
            complaints.append(fault.message)
        else:
            yield _Usable(name, version, source, facts, configured, examined)
    if configured is not None and not existing:
        raise _misconfigured(name, f"there is no program '{configured}'")


def _misconfigured(name: ToolName, reason: str) -> ToolchainError:
    setting, variable = _SETTINGS[name]
    return ToolchainError(
        f"{setting}: {reason}",
        hint=f"Correct {setting} in tandem.toml or {variable} in the environment, whichever is"
        " set; without them one is searched for.",
    )


def _version(name: ToolName, path: str) -> str:
    """Ask a program for its version; raise :class:`ToolchainError` when it is of no use."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("K6_")}
    with scratch_folder() as folder:
        output = folder / "output.txt"
        with processes.start(
            [path, _ASK[name]], env=environment | _K6_QUIET, cwd=folder, stdout=output
        ) as process:
            ended = processes.run_until(process, _ANSWER_S)
        text = output.read_text(encoding="utf-8", errors="replace")
        words = "; ".join(browser_install.said(output)[-1:])
    found = _VERSIONS[name].search(text)
    if ended.timed_out:
        raise ToolchainError(f"{path} did not tell its version within {_ANSWER_S:g} s")
    if ended.exit_code or found is None:
        code = f"exit code {ended.exit_code}" if ended.exit_code else "no version that is known"
        raise ToolchainError(f"{path} does not run ({code}): {words or 'it says nothing'}")
    version = found.group(1)
    if name == "k6" and _order(version)[0] < _OLDEST_K6:
        raise ToolchainError(f"{path} is k6 {version}; 1.0.0 is the oldest that can be used")
    return version


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    """Return what versions are compared by: the numbers, then a release after what leads to it."""
    numbers, dash, _ = version.partition("+")[0].partition("-")
    return tuple(map(int, numbers.split("."))), not dash


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Wrong arguments are refused like any others; argparse's own exit code is doit's 2."""
        self.exit(ExitCode.REFUSED, f"{self.format_usage()}{message}\n")


def _report(settings_file: Path, *, ensure: bool) -> None:
    settings = load_settings(settings_file, {}, check=lambda _: ())  # nothing is ridden yet
    _show(find_k6(settings.k6.executable))
    browser = settings.browser.executable
    if ensure:
        _show(ensure_browser(browser, _say))
        return
    complaints: list[str] = []
    found = _first_browser(browser, complaints)
    if found is None:
        raise _no_browser(complaints)
    _show(found)


def _show(tool: Tool) -> None:
    sys.stdout.write(f"{tool.name:8} {tool.version:16} {tool.path} ({tool.source})\n")
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main(arguments: Sequence[str]) -> int:
    """Print what is found; return the exit code."""
    parser = _Parser(prog="python -m executors.toolchain", description="Find k6 and a browser.")
    parser.add_argument("--ensure", action="store_true", help="install a browser if there is none")
    parser.add_argument("--config", default=SETTINGS_FILE, type=Path, help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        _report(options.config, ensure=options.ensure)
    except TandemError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _say("stopped")
        return 130
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
