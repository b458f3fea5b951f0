"""The exit codes of a run, and which one wins when several hold."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell gets. 1 and 2 are doit's own: a task broke, a dependency is missing."""

    OK = 0
    TASK_FAILED = 1
    TASK_ERROR = 2
    REFUSED = 3
    INVALID = 96
    JOURNEY_FAILED = 97
    REGRESSION = 98
    SLO_FAILED = 99


PRECEDENCE = (
    ExitCode.REFUSED,
    ExitCode.TASK_ERROR,
    ExitCode.TASK_FAILED,
    ExitCode.JOURNEY_FAILED,
    ExitCode.SLO_FAILED,
    ExitCode.REGRESSION,
    ExitCode.INVALID,
    ExitCode.OK,
)
"""First come, first shown: broken before slow, and what is known before what could not be told."""


def strongest(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code that the shell gets when all of ``codes`` hold; OK for none."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.OK)
