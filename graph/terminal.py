"""What is printed reaches the terminal, or does no harm. Standard library only.

A terminal may not know our characters, who reads may stop doing so (``doit list | head -1``), and
what is printed may go to a disk that is full, or nowhere.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_PLAIN = str.maketrans("…—–−·→×≠\u00a0", "~---|>x! ")
"""What stands for our characters where a terminal lacks them: one each, so that tables hold."""
_PRINTING = ("clean", "help", "info", "list")
"""doit's commands that do nothing but print, and one that can be given again at any time."""


def prepare_terminal(arguments: Sequence[str]) -> None:
    """Let no character be the end of a call; one that mostly prints ends when nobody reads."""
    codecs.register_error("plain", in_plain_characters)
    if sys.stdout is None:  # it was closed by whoever started us
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - as long as the call
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a test's own stream
            stream.reconfigure(errors="plain")  # type: ignore[union-attr]
    if arguments[:1] and arguments[0] in _PRINTING:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def in_plain_characters(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return a plain character for each that cannot be printed, a question mark for most."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    plain = lacking.translate(_PLAIN)
    return "".join(each if each.isascii() else "?" for each in plain), error.end


class Unheard:
    """A stream for a call that goes on when what it prints reaches nobody any more."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Print the text, or drop it."""
        self._unless_closed(self._stream.write, text)
        return len(text)

    def flush(self) -> None:
        """Print what is still held back, or drop it."""
        self._unless_closed(self._stream.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _unless_closed(self, action: Any, *arguments: str) -> None:
        try:
            action(*arguments)
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
