"""What an interaction sets off, and when that is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Request, Response

from generators.rider.recording import Ending, Recorder, RequestRow

SETTLE_S = 0.5
"""The work of an interaction is done when nothing was under way for so long."""
STREAM_RESOURCES = frozenset({"media", "websocket", "eventsource", "ping"})
STREAM_TYPES = ("text/event-stream", "multipart/x-mixed-replace")
"""Requests and answers that go on for as long as they like: rows, but no part of a step's work."""
PAGE_DATA = frozenset({"document", "xhr", "fetch"})
"""Requests whose failure is a failure of what the user did."""
GIVEN_UP = "net::ERR_ABORTED"
"""What the browser says of a request that the page itself dropped: no failure of the app's. It also
says so of an answer without content."""
EMPTY_STATUS = frozenset({204, 205, 304})
FAULTY_STATUS = 400
BRIEF_BYTES = 16 * 1024
"""The content of an answer this short comes with its header."""


class Work:
    """What a user's pages have under way: an interaction lasts until this is done.

    ``streams`` are patterns of paths whose requests nobody waits for, such as those of a long poll.
    """

    def __init__(self, recorder: Recorder, streams: Sequence[str]) -> None:
        self._recorder = recorder
        self._clock = recorder.clock
        self._streams = streams
        self._pending: dict[Request, tuple[RequestRow, float]] = {}
        self._mine: set[Request] = set()
        self._last_end = 0.0
        self._changed = asyncio.Event()
        self.fault = ""

    def watch(self, context: BrowserContext) -> None:
        """Take note of every request of the context's pages."""
        context.on("request", self._started)
        context.on("response", self._answered)
        context.on("requestfinished", self._finished)
        context.on("requestfailed", self._failed)

    def begin(self) -> None:
        """Forget what earlier interactions set off; their rows go on."""
        self._mine.clear()
        self._last_end = 0.0
        self.fault = ""

    def close(self) -> None:
        """Write down what is still under way when the ride is over."""
        for row, began in self._pending.values():
            row.duration_us = round((self._clock.now() - began) * 1e6)
            self._recorder.recording.add(row)
        self._pending.clear()

    def _started(self, request: Request) -> None:
        now = self._clock.now()
        row = self._recorder.request(request.method, request.url, request.resource_type, now)
        row.stream = row.resource in STREAM_RESOURCES or self._is_stream(row.url)
        self._pending[request] = (row, now)
        if not row.stream:
            self._mine.add(request)
            self._changed.set()

    def _is_stream(self, url: str) -> bool:
        path = urlsplit(url).path
        return any(fnmatchcase(path, pattern) for pattern in self._streams)

    def _answered(self, response: Response) -> None:
        row, _ = self._pending.get(response.request, (None, 0.0))
        if row is None:
            return
        row.status = response.status
        length = response.headers.get("content-length", "")
        row.size = int(length) if length.isdecimal() else None
        self._expect_content(response, row)

    def _expect_content(self, response: Response, row: RequestRow) -> None:
        """Decide how long to wait for the content of an answer.

        A page that never reads it (of an error, of a request that it only sends) may keep the
        browser from ever saying that the request is finished.
        """
        if response.headers.get("content-type", "").startswith(STREAM_TYPES):
            row.stream = True
            self._mine.discard(response.request)
            self._changed.set()
        elif row.status >= FAULTY_STATUS:
            self._end(response.request, "finished")
        elif row.size is not None and row.size <= BRIEF_BYTES:
            loop, answered = asyncio.get_running_loop(), self._clock.now()
            loop.call_later(SETTLE_S, self._end, response.request, "finished", "", answered)

    def _finished(self, request: Request) -> None:
        self._end(request, "finished")

    def _failed(self, request: Request) -> None:
        failure = request.failure or "failed"
        row, _ = self._pending.get(request, (None, 0.0))
        if row is not None and (row.size == 0 or row.status in EMPTY_STATUS):
            self._end(request, "finished")
            return
        dropped = failure.startswith(GIVEN_UP)
        self._end(request, "dropped" if dropped else "failed", "" if dropped else failure)

    def _end(
        self, request: Request, ended: Ending, error: str = "", at: float | None = None
    ) -> None:
        now = self._clock.now() if at is None else at
        row, began = self._pending.pop(request, (None, 0.0))
        if row is None:
            return
        row.duration_us = _on_the_wire_us(request) or round((now - began) * 1e6)
        row.ended, row.error = ended, error
        self._recorder.recording.add(row)
        if request in self._mine:
            self._mine.discard(request)
            self._last_end = max(self._last_end, now)
            self._note_fault(row)
            self._changed.set()

    def _note_fault(self, row: RequestRow) -> None:
        if row.resource in PAGE_DATA and (row.status >= 500 or row.error):
            path = urlsplit(row.url).path
            answer = f"failed: {row.error}" if row.error else f"answered {row.status}"
            self.fault = self.fault or f"{row.method} {path} {answer}"

    async def done(self, acted: float, deadline: float, next_due: float) -> float:
        """Wait until the work is done and return when that was; raise TimeoutError.

        Quiet for ``SETTLE_S`` is done; so is the next slot when nothing is pending.
        """
        while True:
            now = self._clock.now()
            last = max(acted, self._last_end)
            until = deadline if self._mine else min(last + SETTLE_S, next_due)
            if now >= until:
                break
            self._changed.clear()
            await self._clock.wait(self._changed, until - now)
        if self._mine:
            raise TimeoutError(self._waiting())
        return last

    def _waiting(self) -> str:
        """Return what has not come in time."""
        silent: list[str] = []
        endless: list[str] = []
        for row in (self._pending[each][0] for each in self._mine):
            request = f"{row.method} {urlsplit(row.url).path}"
            if row.status:
                endless.append(f"{request} answered {row.status}, and its content did not end")
            else:
                silent.append(request)
        said = [f"no answer in time to {', '.join(sorted(silent))}"] if silent else []
        return "; ".join([*said, *(f"{each} in time" for each in sorted(endless))])


def _on_the_wire_us(request: Request) -> int:
    """Return the time from sending the request to the end of its answer, as k6 counts it; or 0."""
    timing = request.timing
    if timing["requestStart"] < 0 or timing["responseEnd"] < timing["requestStart"]:
        return 0
    return round((timing["responseEnd"] - timing["requestStart"]) * 1000)
