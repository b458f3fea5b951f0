"""How an action tells people of things, and doit of failures."""

from __future__ import annotations

import errno
import functools
import sys
from collections.abc import Callable
from typing import ParamSpec

from doit.exceptions import TaskFailed

from tandem.errors import TandemError
from tandem.exit_codes import ExitCode

_Arguments = ParamSpec("_Arguments")
_DISK = frozenset(
    (
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.ENOSPC,
        errno.ENOTDIR,
        errno.EPERM,
        errno.EROFS,
    )
)
_STANDS = "Mend that and give the same command again: what was ridden stands, in build/."


class Fault(TaskFailed):  # type: ignore[misc]
    """A failure that carries its exit code to the reporter."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def reported(
    action: Callable[_Arguments, Fault | None],
) -> Callable[_Arguments, Fault | None]:
    """Let an error that the user can mend become a :class:`Fault`, without a traceback.

    A disk that is full or read-only is one of them; what was measured before stands.
    """

    @functools.wraps(action)
    def wrapped(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> Fault | None:
        try:
            return action(*arguments, **named)
        except TandemError as error:
            return Fault(str(error), int(error.exit_code))
        except OSError as error:
            if error.errno not in _DISK:
                raise
            said = f"{error.filename or 'a file'} cannot be written: {error.strerror}"
            return Fault(f"{said}\n  {_STANDS}", int(ExitCode.TASK_FAILED))

    return wrapped


def say(text: str) -> None:
    """Print a line now."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
