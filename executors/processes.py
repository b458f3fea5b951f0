"""Starts programs so that none outlives Tandem, however Tandem ends.

Each program stands behind a guard (:mod:`executors.guard`), which ends the program's whole tree
when this process asks for it, ends, or is killed. Nothing is ever ended by its name.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from executors import guard as guard_module
from executors import stopping
from executors.withheld import without_withheld
from tandem.errors import ToolchainError

DEFAULT_GRACE_S = 5.0
_LOOK_S = 0.5
"""How soon it is noticed that the run is to end."""
_GUARD = str(Path(guard_module.__file__).resolve())
_GUARD_NEEDS_S = guard_module.LEFTOVER_GRACE_S + 2 * guard_module.KILL_S
"""What the guard may need after the grace, at worst; beyond it the guard itself is stuck."""


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code (128 + n for signal n), and whether it was made to."""

    exit_code: int
    timed_out: bool
    """Its time was over."""
    stopped: bool = False
    """The run was told to end."""


class Process:
    """One guarded program. As a context manager it is always stopped at the end of the block.

    ``pid`` is the program's own pid, which is also its process group and session (so its CPU time
    can be looked at); ``guard_pid`` is the pid of the guard, this process's child.
    """

    def __init__(self, guard: subprocess.Popen[bytes], pid: int) -> None:
        self._guard = guard
        self.pid = pid
        self.guard_pid = guard.pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code (128 + n for signal n), or None while the program's tree runs."""
        return self._settle(self._guard.poll())

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait until the program and all it started have ended; None when that takes longer."""
        try:
            return self._settle(self._guard.wait(timeout_s))
        except subprocess.TimeoutExpired:
            return None

    def stop(self, grace_s: float = DEFAULT_GRACE_S) -> int:
        """End the program: SIGTERM, ``grace_s`` seconds, SIGKILL; return its exit code.

        Whatever it started ends too. One that ended already, or was stopped, is left alone.
        """
        if self.poll() is None:
            self._say(f"stop {grace_s}\n")
            if self.wait(grace_s + _GUARD_NEEDS_S) is None:
                self._guard.kill()
        code = self.wait()
        return 0 if code is None else code

    def abandon(self) -> None:
        """End the program as if this process were gone, and wait for that."""
        self._close()
        self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _settle(self, code: int | None) -> int | None:
        if code is not None and self.returncode is None:
            if code < 0:  # the guard was killed: it could not end what the program had started
                guard_module.send_group(self.pid, signal.SIGKILL)
            self.returncode = code if code >= 0 else 128 - code
            self._close()
        return self.returncode

    def _say(self, text: str) -> None:
        with contextlib.suppress(BrokenPipeError, ValueError):  # it ended meanwhile
            if self._guard.stdin is not None:
                self._guard.stdin.write(text.encode())

    def _close(self) -> None:
        if self._guard.stdin is not None:
            self._guard.stdin.close()


def start(  # noqa: PLR0913 (what a process is made of; all but the command by name)
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    stdout: Path | int | None,
    stderr: Path | int | None = subprocess.STDOUT,
    keep_open: Sequence[int] = (),
    scratch: Path | None = None,
) -> Process:
    """Start ``command`` behind a guard, with nothing on its standard input.

    ``env`` is its whole environment, but for what is withheld. A path as ``stdout`` or ``stderr``
    is written anew; a number is a descriptor or one of subprocess' constants other than PIPE.
    ``keep_open`` are descriptors that the guard and the program get under the same number: a lock
    among them is held until both have ended. ``scratch`` is a folder for what the program needs
    for a while; the guard removes it in the end. Raises :class:`ToolchainError` when the program
    cannot be started.
    """
    reading, writing = os.pipe()
    with open(reading, encoding="ascii") as report:  # noqa: PTH123 (a descriptor, not a path)
        try:
            with contextlib.ExitStack() as files:
                guard = subprocess.Popen(
                    [*_guard_command(writing, scratch), "--", *command],
                    stdin=subprocess.PIPE,
                    stdout=_sink(stdout, files),
                    stderr=_sink(stderr, files),
                    env=without_withheld({**env, **({"TMPDIR": str(scratch)} if scratch else {})}),
                    cwd=cwd,
                    pass_fds=(*keep_open, writing),
                    start_new_session=True,  # Ctrl-C at the terminal is for this process alone
                    bufsize=0,
                )
        finally:
            os.close(writing)
        return _started(guard, command[0], report)


def run_until(
    process: Process, deadline_s: float | None, grace_s: float = DEFAULT_GRACE_S
) -> Ended:
    """Wait at most ``deadline_s`` seconds from now for the program's end, then stop it.

    None waits for as long as it takes. A run that is told to end (:mod:`executors.stopping`) waits
    no longer either.
    """
    until = math.inf if deadline_s is None else time.monotonic() + deadline_s
    while True:
        left = max(0.0, until - time.monotonic())
        code = process.wait(min(left, _LOOK_S))
        if code is not None:
            return Ended(exit_code=code, timed_out=False)
        if stopping.asked():
            return Ended(exit_code=process.stop(grace_s), timed_out=False, stopped=True)
        if not left:
            return Ended(exit_code=process.stop(grace_s), timed_out=True)


def _guard_command(report: int, scratch: Path | None) -> list[str]:
    # -I and -S: nothing of the program's environment or of site-packages reaches the guard.
    options = [f"--parent={os.getpid()}", f"--report={report}"]
    if scratch is not None:
        options.append(f"--scratch={scratch}")
    return [sys.executable, "-I", "-S", _GUARD, *options]


def _sink(target: Path | int | None, files: contextlib.ExitStack) -> int | IO[bytes] | None:
    return files.enter_context(target.open("wb")) if isinstance(target, Path) else target


def _started(guard: subprocess.Popen[bytes], program: str, report: IO[str]) -> Process:
    """Return the process that the guard reports; end the guard when there is none."""
    try:
        word, _, number = report.readline().strip().partition(" ")
        if word == "pid":
            return Process(guard, int(number))
        reason = os.strerror(int(number)) if number else "its guard ended at once"
        raise ToolchainError(
            f"{program} cannot be started: {reason}",
            hint="Check that the file is there and may be run, and that it is for this system.",
        )
    except BaseException:
        Process(guard, guard.pid).abandon()
        raise
