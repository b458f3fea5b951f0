"""What the app knows about time, in one place, so that a test can stand in for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


def burn_cpu(seconds: float) -> None:
    """Keep this thread's CPU busy for so long; the event loop stands still meanwhile.

    CPU time is counted, not time on the wall: on a busy host the work takes longer, as real work
    would.
    """
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


@dataclass(frozen=True, slots=True)
class Clock:
    """The three things that are done with time."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    burn: Callable[[float], None] = burn_cpu
