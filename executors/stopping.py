"""Whether this run was told to end: what is ridden then ends in order, and keeps what it has."""

from __future__ import annotations

import mmap
from typing import Final

STOPPED: Final = "the run was stopped in the middle of the ride"
NOT_RIDDEN: Final = "not ridden: the run was stopped before"

_ASKED, _BEGUN = 0, 1
_told = mmap.mmap(-1, 2)
"""Shared with the processes that ``doit -n`` forks: whichever of them hears of it, all know."""


class StoppedError(Exception):
    """What was begun is not gone on with."""


def ask() -> None:
    """End what is ridden. May be called by a signal's handler."""
    _told[_ASKED] = 1


def begin() -> None:
    """Note that something is ridden: from now on there is something to be kept."""
    _told[_BEGUN] = 1


def forget() -> None:
    """A new run begins."""
    _told[_ASKED] = _told[_BEGUN] = 0


def asked() -> bool:
    """Tell whether what is ridden is to end."""
    return _told[_ASKED] == 1


def begun() -> bool:
    """Tell whether this run has ridden anything."""
    return _told[_BEGUN] == 1


def heed() -> None:
    """Raise :class:`StoppedError` when what is ridden is to end."""
    if asked():
        raise StoppedError
