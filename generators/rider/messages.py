# ruff: noqa: T201 - a script that runs on its own talks to the terminal
"""What is told to the person who is watching."""

from __future__ import annotations

import sys


def first_line(error: BaseException) -> str:
    """Return the part of a message that says what happened, on one line."""
    text = str(error).split("Call log:")[0]
    return " ".join(text.split())[:500] or "not done in time"


def log(text: str) -> None:
    """Tell the person who is watching."""
    print(text, file=sys.stderr, flush=True)
