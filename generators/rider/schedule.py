"""When each interaction is due."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

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

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Wait for the event, but no longer than that."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), max(0.0, seconds))


@dataclass(frozen=True, slots=True)
class Start:
    """The moment at which an interaction begins, in seconds of the clock."""

    at: float
    lateness: float
    """How much later than it was due, in seconds."""
    overrun: bool
    """It is late because the one before took too long; otherwise the machine was late."""


class Schedule:
    """When each interaction of one user is due: start to start, whatever the app takes.

    An overrun starts the next interaction at once and moves the schedule, so that nothing bursts to
    catch up; so does a machine that is late by a whole interval. A little lateness of the machine's
    own moves nothing.
    """

    def __init__(
        self, clock: Clock, first_due: float, pacing_s: float, pauses_s: Sequence[float] = (0, 0)
    ) -> None:
        """``pauses_s``: before each interaction of an iteration, and at its end."""
        self._clock = clock
        self._first_due = first_due
        self._pacing_s = pacing_s
        self._paused_s = list(itertools.accumulate(pauses_s))
        self._slip = 0.0

    def due(self, slot: int) -> float:
        """Return when the interaction of ``slot`` is due, in seconds of the clock."""
        iteration, index = divmod(slot, len(self._paused_s) - 1)
        paused = iteration * self._paused_s[-1] + self._paused_s[index]
        return self._first_due + slot * self._pacing_s + paused + self._slip

    async def wait_for(self, slot: int, done_at: float) -> Start:
        """Wait until ``slot`` is due; ``done_at`` is when the work before it was done."""
        due = self.due(slot)
        early = due - self._clock.now()
        if early > 0:
            await self._clock.sleep(early)
        now = self._clock.now()
        start = Start(at=now, lateness=max(0.0, now - due), overrun=done_at > due)
        if start.overrun or start.lateness >= self._pacing_s:
            self._slip += start.lateness
        return start
