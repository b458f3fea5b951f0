"""How an action tells people of things, and doit of failures."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec

from doit.exceptions import TaskFailed

from tandem.errors import TandemError

_Arguments = ParamSpec("_Arguments")


class Fault(TaskFailed):  # type: ignore[misc]
    """A failure that carries its exit code to the reporter."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def reported(
    action: Callable[_Arguments, Fault | None],
) -> Callable[_Arguments, Fault | None]:
    """Let an error that the user can mend become a :class:`Fault`, without a traceback."""

    @functools.wraps(action)
    def wrapped(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> Fault | None:
        try:
            return action(*arguments, **named)
        except TandemError as error:
            return Fault(str(error), int(error.exit_code))

    return wrapped


def say(text: str) -> None:
    """Print a line now."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
