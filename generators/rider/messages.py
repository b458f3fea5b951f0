# ruff: noqa: T201 - a script that runs on its own talks to the terminal
"""What is told to the person who is watching."""

from __future__ import annotations

import re
import sys

_BOX = dict.fromkeys(map(ord, "╔╗╚╝║═"), " ")
"""What Playwright draws around some of its messages."""


def first_line(error: BaseException) -> str:
    """Return what happened, and what was waited for, on one line."""
    text, *call_log = re.split("Call log:|=+ logs =+", str(error), maxsplit=1)
    awaited = re.search(r"waiting for .*", "".join(call_log))
    parts = [
        " ".join(text.translate(_BOX).split()).rstrip("."),
        awaited[0].strip() if awaited else "",
    ]
    return "; ".join(part for part in parts if part)[:500] or "not done in time"


def log(text: str) -> None:
    """Tell the person who is watching."""
    print(text, file=sys.stderr, flush=True)
