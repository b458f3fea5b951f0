"""One doit at a time works in a folder. Standard library only.

Its database forgets what two of them do at the same time. Who waits plans after that: what is
edited meanwhile, or made by the other one, is known then.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from graph.settled import is_doit, stale
from graph.task_names import kinds_asked

_ONLY_LOOKING = frozenset(
    {"calibrate", "compare", "explain", "open", "show", "slo_backtest", "validate"}
)
"""Tasks that may run beside another doit: they make nothing."""
_LOOKING_WITHOUT = {"history": "import", "prune": "apply"}
"""Tasks that make nothing unless they get this argument."""
_CHANGING = frozenset({"clean", "forget", "ignore", "reset-dep"})
"""doit's own commands that take away what another doit may be at work with."""
_FILE = Path(".tandem", "tree.lock")
_WAITING = "another doit runs in this folder: waiting for its end"
_held: list[int] = []
"""The descriptor that holds the lock, once it is held."""


def take_turn(called: Sequence[str], kinds: Collection[str]) -> None:
    """Wait until no other doit works here, if the call's words say that this one will.

    ``called`` is the program with its arguments, ``kinds`` are the names of task creators. Where
    words do not tell, the reporter waits, when doit has found out which tasks are meant.
    """
    program, *arguments = called
    if not is_doit(program):
        return
    meant = kinds_asked(arguments)
    works = meant and meant <= set(kinds) and not only_looks(meant, arguments)
    if works or (meant is None and arguments[0] in _CHANGING):
        try:
            take(_print)
        except KeyboardInterrupt:
            raise SystemExit(130) from None


def only_looks(tasks: Collection[str], arguments: Sequence[str]) -> bool:
    """Tell whether a call for these tasks makes nothing, so that it may run beside another doit."""
    given = {word.partition("=")[0] for word in arguments if "=" in word}
    looking = {task for task, name in _LOOKING_WITHOUT.items() if name not in given}
    return _ONLY_LOOKING.union(looking).issuperset(tasks)


def take(say: Callable[[str], None]) -> None:
    """Hold the lock of this folder; what is looked at from now on is as the last one left it."""
    if _held:
        return
    _FILE.parent.mkdir(exist_ok=True)
    descriptor = os.open(_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(_WAITING)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        stale.cache_clear()
    _held.append(descriptor)


def release() -> None:
    """Let the next doit work here, if this one held the lock."""
    while _held:
        os.close(_held.pop())


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
