"""Whether this run was told to end: what is ridden then ends in order, and keeps what it has."""

from __future__ import annotations

import mmap
from typing import Final

STOPPED: Final = "the run was stopped in the middle of the ride"
NOT_RIDDEN: Final = "not ridden: the run was stopped before"

_asked = mmap.mmap(-1, 1)
"""Shared with the processes that ``doit -n`` forks: whichever of them hears of it, all know."""


class StoppedError(Exception):
    """What was begun is not gone on with."""


def ask() -> None:
    """End what is ridden. May be called by a signal's handler."""
    _asked[0] = 1


def forget() -> None:
    """A new run begins."""
    _asked[0] = 0


def asked() -> bool:
    """Tell whether what is ridden is to end."""
    return _asked[0] == 1


def heed() -> None:
    """Raise :class:`StoppedError` when what is ridden is to end."""
    if asked():
        raise StoppedError
