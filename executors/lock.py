"""One load at a time on a host: two loads at once measure each other."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import portalocker

from executors import stopping
from tandem.errors import RefusedError

DEFAULT = Path("/tmp/tandem-load.lock")  # noqa: S108 (one name for all users; opened with care)
"""Fixed, and deaf to TMPDIR: two shells with different ones still wait for each other."""

_POLL_S = 0.2
_SAFE = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""Whoever else may write to /tmp: no link of theirs is followed, no pipe of theirs waited for."""


@contextlib.contextmanager
def load_lock(on_wait: Callable[[str], None], path: Path = DEFAULT) -> Iterator[int]:
    """Hold the host's load lock; yield its descriptor.

    Hand the descriptor to every process that makes load: the lock is free when all of them have
    ended, so a load that lost its parent is still waited for. Where the lock is taken, ``on_wait``
    gets one sentence that says by whom, as far as that is known. Raises :class:`RefusedError`
    when the file cannot be used, and StoppedError when the run is told to end meanwhile.
    """
    descriptor = _acquire(on_wait, path)
    try:
        _note(descriptor, f"{os.getpid()} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n")
        yield descriptor
    finally:
        # Closed, never unlocked: to unlock would take it from an orphan that still makes load.
        # The note stays for the same reason; a reader looks whether its pid is alive.
        os.close(descriptor)


def _acquire(on_wait: Callable[[str], None], path: Path) -> int:
    """Return a descriptor of the file that is at ``path`` while its lock is held by it."""
    said = False
    while True:
        with contextlib.ExitStack() as unless_ours:
            descriptor = _open(path)
            unless_ours.callback(os.close, descriptor)
            try:
                portalocker.lock(descriptor, portalocker.LOCK_EX | portalocker.LOCK_NB)
            except portalocker.AlreadyLocked:
                if not said:
                    on_wait(_waiting(descriptor))
                said = True
                stopping.heed()
                time.sleep(_POLL_S)
                continue
            if _is_at(descriptor, path):  # else somebody cleaned up: another file has the name
                unless_ours.pop_all()
                return descriptor


def _open(path: Path) -> int:
    """Open the lock file, for writing where that is allowed: a lock needs no more than reading."""
    for flags in (os.O_RDWR, os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            descriptor = os.open(path, flags | _SAFE, 0o644)
        except (PermissionError, FileNotFoundError) as fault:
            reason = os.strerror(fault.errno or errno.EACCES)
        except OSError as fault:
            raise _unusable(path, os.strerror(fault.errno or errno.EIO)) from fault
        else:
            return _checked(descriptor, path)
    raise _unusable(path, reason)


def _checked(descriptor: int, path: Path) -> int:
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise _unusable(path, "it is not a plain file")


def _unusable(path: Path, reason: str) -> RefusedError:
    return RefusedError(
        f"the load lock {path} cannot be used: {reason}",
        hint="Remove it, or let its owner do so; no load may run without it.",
    )


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _note(descriptor: int, text: str) -> None:
    """Say in the file who holds it; another user's file stays as it is."""
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, 0o644)  # whatever the umask: other users must be able to lock it
        os.pwrite(descriptor, text.encode("ascii"), 0)
        os.ftruncate(descriptor, len(text))


def _waiting(descriptor: int) -> str:
    return f"{_holder(descriptor)}: waiting for its end, since two loads at once measure each other"


def _holder(descriptor: int) -> str:
    """Describe who holds the lock, from the note in the file, which may be stale or missing."""
    pid, _, since = os.pread(descriptor, 100, 0).decode("ascii", "replace").strip().partition(" ")
    if not pid.isdecimal() or int(pid) <= 0:
        return "another load runs on this machine"
    if not _alive(int(pid)):
        return f"a load runs on this machine whose starter (process {pid}, since {since}) is gone"
    return f"another load runs on this machine (process {pid}, since {since})"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:  # another user's
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
