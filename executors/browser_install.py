"""Installs a browser where there is none, as far as the machine allows.

Playwright's own Chromium comes first: it is the one that this Playwright was tested with. Where it
cannot be downloaded, or lacks libraries, root on Debian gets the distribution's ``chromium``. On
Ubuntu that package only points to a snap, which cannot be installed in a container: there the
libraries that a downloaded Chromium lacks are all that is added. Others are told what to do.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from executors import processes, tool_freshness
from executors.scratch import scratch_folder
from tandem.errors import ToolchainError
from tandem.models import FrozenModel

Progress = Callable[[str], None]
"""Gets lines for people."""

_GLANCE_S = 2.0
"""How often the output is looked at for news."""
_SILENCE_MS = "15000"
"""After which Playwright gives a silent download host up; it tries five times."""
_LONGEST_LINE = 160
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_TROUBLE = ("Error:", "E: ", "W: Failed to fetch", "Skipping browsers download")
"""How the line that says why begins: Playwright's, apt's."""


class Attempt(FrozenModel):
    """One way to come by a browser."""

    what: str
    """What is installed, for people."""
    commands: tuple[tuple[str, ...], ...]
    deadline_s: float
    """For each of the commands."""
    environment: dict[str, str]


def attempts(*, as_root: bool) -> Iterator[Attempt]:
    """Yield what can be tried here, best first; look at the machine when the next one is due."""
    playwright = (sys.executable, "-P", "-m", "playwright")
    silence = os.environ.get("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT", _SILENCE_MS)
    yield Attempt(
        what="Playwright's own Chromium",
        commands=((*playwright, "install", "--no-shell", "chromium"),),
        deadline_s=600,  # 180 MB, over a slow line
        environment={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": silence},
    )
    family = _family() if as_root else ""
    if family == "debian":
        yield _from_apt("the distribution's Chromium", _apt("update"), _apt("install", "chromium"))
    elif family == "ubuntu" and any(
        Path(path).exists() for path, _ in tool_freshness.playwright_browsers()
    ):
        deps = (*playwright, "install-deps", "chromium")
        yield _from_apt("the libraries that Playwright's Chromium needs", deps)


def carry_out(attempt: Attempt, on_progress: Progress) -> list[str]:
    """Run the attempt's commands; return what went wrong, one line for each fault.

    A fault need not be fatal, so all commands are run: packages can be installed although one of
    many package sources did not answer.
    """
    limit = f"{attempt.deadline_s / 60:g} minutes at most"
    on_progress(f"no browser runs here: installing {attempt.what} ({limit})")
    complaints: list[str] = []
    for command in attempt.commands:
        try:
            complaints += _run(command, attempt, on_progress)
        except ToolchainError as fault:
            complaints.append(fault.message)
    for complaint in complaints:
        on_progress(f"  {complaint}")
    return complaints


def said(output: Path) -> list[str]:
    """Return the lines in ``output`` that mean something to people, each in short.

    Indented ones do not (details of an error, such as its call stack), nor do brackets alone.
    """
    text = output.read_text(encoding="utf-8", errors="replace")
    lines = (_CODES.sub("", line).rstrip() for line in re.split(r"[\r\n]+", text))
    return [
        _LOGIN.sub("***@", line)[:_LONGEST_LINE]
        for line in lines
        if len(line) > 1 and not line[0].isspace()
    ]


def _family() -> str:
    """Return "debian" or "ubuntu" for these and what is made of them, else an empty text."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    names = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    return next((name for name in ("ubuntu", "debian") if name in names), "")


def _apt(*arguments: str) -> tuple[str, ...]:
    command, *packages = arguments
    wait = ("-o", "DPkg::Lock::Timeout=60")  # a machine that just started may be updating itself
    more = ("-y", "--no-install-recommends", *packages) if packages else ()
    return ("apt-get", "-q", *wait, command, *more)


def _from_apt(what: str, *commands: tuple[str, ...]) -> Attempt:
    return Attempt(
        what=what,
        commands=commands,
        deadline_s=900,  # long: dpkg stopped half-way needs a hand to go on
        environment={"DEBIAN_FRONTEND": "noninteractive"},
    )


def _run(command: Sequence[str], attempt: Attempt, on_progress: Progress) -> list[str]:
    with scratch_folder() as folder:
        output = folder / "output.txt"
        environment = {**os.environ, **attempt.environment}
        with processes.start(command, env=environment, cwd=Path.cwd(), stdout=output) as process:
            ended = _follow(process, output, attempt.deadline_s, on_progress)
        lines = said(output)
    if ended.timed_out:
        return [f"{attempt.what}: not done within {attempt.deadline_s:g} s, and stopped"]
    reasons = [line for line in lines if line.startswith(_TROUBLE)]
    if ended.exit_code and not reasons:
        reasons = lines[-1:] or [f"{command[0]} ended with exit code {ended.exit_code}"]
    return [f"{attempt.what}: {reason}" for reason in reasons[:1]]


def _follow(
    process: processes.Process, output: Path, deadline_s: float, on_progress: Progress
) -> processes.Ended:
    """Show the newest line of the output now and then, until the end or the deadline."""
    until = time.monotonic() + deadline_s
    shown: list[str] = []
    while process.wait(min(_GLANCE_S, deadline_s)) is None and time.monotonic() < until:
        newest = said(output)[-1:]
        if newest and newest != shown:
            on_progress(f"  {newest[0]}")
            shown = newest
    return processes.run_until(process, 0)
