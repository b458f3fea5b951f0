"""What a script is generated for, apart from its journey."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScriptOptions:
    """One cell's part: how many users, how many iterations of each, and at what pace (seconds).

    ``warmup`` iterations of each user come before them; they are ridden alike and do not count.
    """

    users: int
    iterations: int
    pacing_s: float
    warmup: int = 0
    streams: tuple[str, ...] = ()
    """Patterns of paths whose requests go on for as long as they like."""


DEFAULT_BASE_URL = "http://127.0.0.1:4173"
"""What a script that is run by hand rides unless it is told otherwise."""
