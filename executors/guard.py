"""Stands between Tandem and one program that it starts, and ends that program's whole tree.

``python -I -S guard.py [--parent=PID] [--report=FD] [--scratch=FOLDER] [--] CMD ARGS…``

The parent holds the other end of the guard's standard input and says nothing there while the
program may run. ``stop SECONDS`` on it, its end (the parent is gone, however it went), another
parent pid, SIGTERM or SIGHUP end the program: SIGTERM to the program itself, so that it can close
what it started and write what it has; SIGKILL after its grace; then the same for whatever it left
behind. What is left behind is ended as well when the program ends by itself.

On Linux nothing that descends from the program can hide: the guard is the subreaper of all of it,
and the kernel kills the program when the guard itself is killed. Elsewhere the guard reaches the
program's process group.

The exit status is the program's own, or 128 + n when signal n ended it. A program that cannot be
started gives 127. ``--report`` names a descriptor that gets one line: ``pid N``, or ``error N``
with the errno of the start that failed. ``--scratch`` names a folder that is removed in the end.

Standard library only, and run by its path: it must start fast and owe nothing to ``sys.path``.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

LINUX: bool = sys.platform == "linux"
USAGE = "guard.py [--parent=PID] [--report=FD] [--scratch=FOLDER] [--] CMD ARGS…"

GRACE_S = 3.0
"""What the program gets between SIGTERM and SIGKILL when nobody is left to say."""
LEFTOVER_GRACE_S = 0.5
"""What descendants get that outlived the program."""
KILL_S = 10.0
"""How long SIGKILL is repeated; only a process that hangs in the kernel outlasts it."""
PARENT_CHECK_S = 0.5
"""How often the parent's pid is looked at: a fork of the parent may hold the pipe open."""

_STEP_S = 0.02
_ENDING = {signal.SIGTERM, signal.SIGHUP}
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class Tree:
    """The program, which leads a session of its own, and what descends from it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status: int | None = None

    def ended(self) -> bool:
        """Reap whatever ended; return whether the program did."""
        try:
            while (reaped := os.waitpid(-1, os.WNOHANG))[0]:
                if reaped[0] == self.pid:
                    self.status = reaped[1]
        except ChildProcessError:
            pass
        return self.status is not None

    def signal_program(self, number: int) -> None:
        """Send a signal to the program alone; one that was reaped is never touched."""
        if not self.ended():
            send(self.pid, number)

    def signal_rest(self, number: int) -> bool:
        """Send a signal to all that is left, once the program ended; return whether any was."""
        self.ended()
        if LINUX:
            reached = [send(pid, number) for pid in descendants(os.getpid())]
            return any(reached)
        return send_group(self.pid, number)

    def gone(self) -> bool:
        """Return whether nothing is left."""
        return not self.signal_rest(0)

    def exit_code(self) -> int:
        """Return the program's exit status as a shell would give it."""
        status = signal.SIGKILL if self.status is None else self.status
        code = os.waitstatus_to_exitcode(status)
        return code if code >= 0 else 128 - code


def send(pid: int, number: int) -> bool:
    """Send a signal; return whether there was a process that could be sent one."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def send_group(group: int, number: int) -> bool:
    """Like :func:`send`, for a process group. macOS says EPERM for one that holds only zombies."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def descendants(root: int) -> list[int]:
    """Return the pids of all that descends from ``root``, children first (Linux)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (parent := _parent(folder)) is not None:
            children.setdefault(parent, []).append(int(folder.name))
    found = children.get(root, [])[:]
    for pid in found:  # grows while it is walked
        found.extend(children.get(pid, ()))
    return found


def _parent(folder: Path) -> int | None:
    """Return the parent's pid from ``/proc/PID/stat``; the name before it may hold anything."""
    try:
        return int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
    except (OSError, IndexError):
        return None


def _prctl(option: int, value: int) -> None:
    if LINUX:
        import ctypes  # noqa: PLC0415 (a third of the start-up time; macOS does without)

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _catch_signals() -> int:
    """Return a descriptor that gets the number of each signal as a byte."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to decide upon
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, *_ENDING):
        signal.signal(number, lambda *_: None)
    return reading


def _environment() -> dict[bytes, bytes]:
    """Return the environment as it was given: Python may have put LC_CTYPE into it (PEP 538)."""
    if LINUX:
        given = Path("/proc/self/environ").read_bytes().split(b"\0")
        return {name: value for name, _, value in (item.partition(b"=") for item in given) if name}
    return dict(os.environb)


def _become(command: Sequence[str], guard: int, failures: int) -> NoReturn:
    """Turn the forked child into the program; say on ``failures`` when that is not possible."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ, *_ENDING):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:  # it was killed before the kernel knew
            os._exit(127)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execvpe(command[0], list(command), _environment())  # noqa: S606 (no shell is wanted)
    except OSError as fault:
        os.write(failures, str(fault.errno).encode())
    finally:
        os._exit(127)


def _start(command: Sequence[str]) -> tuple[int, int]:
    """Start the program; return its pid, and the errno when it could not be started, else 0."""
    reading, writing = os.pipe()
    guard = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(command, guard, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:  # ends when the program has taken over
        return pid, int(stream.read() or 0)


def _wait(done: Callable[[], bool], seconds: float) -> bool:
    """Wait at most so long; return whether it is done. Grandchildren send no SIGCHLD: polled."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() >= until:
            return False
        time.sleep(_STEP_S)
    return True


def _asked() -> float:
    """Return the grace in seconds that the parent asked for; the usual one when it is gone."""
    try:
        return max(0.0, float(os.read(0, 64).split()[1]))
    except (OSError, ValueError, IndexError):
        return GRACE_S


def _watch(tree: Tree, parent: int, signals: int) -> float:
    """Wait until the program ended or is to end; return the grace it gets, in seconds."""
    while not tree.ended() and os.getppid() == parent:
        ready, _, _ = select.select([0, signals], [], [], PARENT_CHECK_S)
        if 0 in ready:
            return _asked()
        if signals in ready and _ENDING.intersection(os.read(signals, 512)):
            break
    return GRACE_S


def _end(tree: Tree, grace_s: float, parent: int) -> None:
    """End what is left of the tree: the program first, then whatever outlived it."""
    tree.signal_program(signal.SIGTERM)
    tree.signal_program(signal.SIGCONT)  # one that was frozen hears nothing else
    _wait(lambda: tree.ended() or os.getppid() != parent, grace_s)
    if os.getppid() != parent:  # it died meanwhile: nobody waits for a long grace any more
        _wait(tree.ended, min(grace_s, GRACE_S))
    tree.signal_program(signal.SIGKILL)
    _wait(tree.ended, KILL_S)
    if tree.signal_rest(signal.SIGTERM) and not _wait(tree.gone, LEFTOVER_GRACE_S):
        _wait(lambda: not tree.signal_rest(signal.SIGKILL), KILL_S)


def _report(descriptor: int | None, line: str) -> None:
    if descriptor is not None:
        os.set_blocking(descriptor, True)
        os.write(descriptor, f"{line}\n".encode())
        os.close(descriptor)


def _remove(folder: str) -> None:
    import shutil  # noqa: PLC0415 (it costs time at the start of every program)

    shutil.rmtree(folder, ignore_errors=True)


def _parse(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Split the guard's own options from the command."""
    rest = list(arguments)
    options: dict[str, str] = {}
    while rest and rest[0].startswith(("--parent=", "--report=", "--scratch=")):
        name, _, value = rest.pop(0).partition("=")
        options[name] = value
    return options, rest[1:] if rest[:1] == ["--"] else rest


def main(arguments: Sequence[str]) -> int:
    """Guard one command; return its exit status."""
    options, command = _parse(arguments)
    if not command:
        sys.stderr.write(f"usage: {USAGE}\n")
        return 2
    parent = int(options.get("--parent", os.getppid()))
    report = int(options["--report"]) if "--report" in options else None
    if report is not None:
        os.set_inheritable(report, False)  # the program gets what it was given, not this
    signals = _catch_signals()
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    pid, failure = _start(command)
    _report(report, f"error {failure}" if failure else f"pid {pid}")
    tree = Tree(pid)
    _end(tree, _watch(tree, parent, signals), parent)
    if "--scratch" in options:
        _remove(options["--scratch"])
    return tree.exit_code()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
