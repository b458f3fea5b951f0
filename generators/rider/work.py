"""What an interaction sets off, and when that is done."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import Error, Request

from generators.rider.messages import first_line
from generators.rider.recording import Recorder, RequestRow

SETTLE_S = 0.5
"""The work of an interaction is done when nothing was under way for so long."""
STREAMS = frozenset({"media", "websocket", "eventsource", "ping"})
"""Requests that go on for as long as they like: rows, but not part of an interaction's work."""
PAGE_DATA = frozenset({"document", "xhr", "fetch"})
"""Requests whose failure is a failure of what the user did."""


class Work:
    """What the page has under way: an interaction lasts until this is done."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._clock = recorder.clock
        self._pending: dict[Request, tuple[RequestRow, float]] = {}
        self._mine: set[Request] = set()
        self._last_end = 0.0
        self.fault = ""

    def begin(self) -> None:
        """Forget what earlier interactions set off; their rows go on."""
        self._mine.clear()
        self._last_end = 0.0
        self.fault = ""

    def started(self, request: Request) -> None:
        """Note a request of the page."""
        now = self._clock.now()
        row = self._recorder.request(request.method, request.url, request.resource_type, now)
        self._pending[request] = (row, now)
        if request.resource_type not in STREAMS:
            self._mine.add(request)

    async def finished(self, request: Request) -> None:
        """Note that a request came to its end, with an answer or without."""
        now = self._clock.now()
        row, began = self._pending.pop(request, (None, 0.0))
        if row is None:
            return
        row.duration_us = round((now - began) * 1e6)
        row.error = request.failure or ""
        row.finished = True
        try:
            response = None if row.error else await request.response()
            row.status = response.status if response else 0
        except Error as error:
            row.error = first_line(error)
        if request in self._mine:
            self._mine.discard(request)
            self._last_end = max(self._last_end, now)
            self._note_fault(row)

    def _note_fault(self, row: RequestRow) -> None:
        aborted = "ERR_ABORTED" in row.error  # the page itself went on to something else
        if row.resource in PAGE_DATA and (row.status >= 500 or (row.error and not aborted)):
            path = urlsplit(row.url).path
            answer = f"answered {row.status}" if row.status else f"failed: {row.error}"
            self.fault = self.fault or f"{row.method} {path} {answer}"

    async def done(self, acted: float, deadline: float, next_due: float) -> float:
        """Wait until the work is done and return when that was; raise TimeoutError.

        Quiet for ``SETTLE_S`` is done; so is the next slot when nothing is pending.
        """
        while True:
            now = self._clock.now()
            last = max(acted, self._last_end)
            if not self._mine and (now - last >= SETTLE_S or now >= next_due):
                return last
            if now >= deadline:
                waiting = sorted(f"{each.method} {urlsplit(each.url).path}" for each in self._mine)
                raise TimeoutError(f"no answer in time to {', '.join(waiting)}")
            await self._clock.sleep(0.01)
