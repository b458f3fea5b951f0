"""When each interaction is due."""

from __future__ import annotations

import asyncio
import time

LEAD_S = 0.25
"""From the start of the clock until the first interaction of the first user is due."""


class Clock:
    """A monotonic clock that knows what time it was when it began."""

    def __init__(self) -> None:
        self.began_us = time.time_ns() // 1000
        self._zero = time.monotonic()

    def now(self) -> float:
        """Return the seconds since the clock began."""
        return time.monotonic() - self._zero

    def stamp_us(self, at: float) -> int:
        """Return what time it was at ``at``, in microseconds since 1970."""
        return self.began_us + round(at * 1e6)

    async def sleep(self, seconds: float) -> None:
        """Let so much time go by."""
        await asyncio.sleep(seconds)


class Schedule:
    """When each interaction of one user is due: start to start, whatever the app takes.

    An overrun starts the next interaction at once and moves the schedule, so that nothing bursts to
    catch up.
    """

    def __init__(self, clock: Clock, first_due: float, pacing_s: float) -> None:
        self._clock = clock
        self._first_due = first_due
        self._pacing_s = pacing_s
        self._slip = 0.0

    def due(self, slot: int) -> float:
        """Return when the interaction of ``slot`` is due, in seconds of the clock."""
        return self._first_due + slot * self._pacing_s + self._slip

    async def wait_for(self, slot: int) -> float:
        """Wait until ``slot`` is due and return how late that is, in seconds."""
        due = self.due(slot)
        early = due - self._clock.now()
        if early > 0:
            await self._clock.sleep(early)
            return max(0.0, self._clock.now() - due)
        self._slip -= early
        return -early
