"""What a ride leaves for people to look into: traces, HARs, pictures and texts of failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Error, Page

from generators.rider.messages import first_line, log

MAX_FAILURES = 10
"""So many failures of a ride are shown with picture, text and trace; the others look alike."""
MODES = ("all", "first", "failures", "sample", "off")
"""Of whom: everyone, the first user, users that failed, the first and those, or nobody."""
_NEEDS_S = 3.0


@dataclass(slots=True)
class Wanted:
    """What is to be left, where, and how much of it there is already."""

    out: Path | None
    trace: str
    har: str
    failures: int = 0

    def always(self, mode: str, user: int) -> bool:
        """Return whether this is wanted of ``user`` whatever happens."""
        sampled = mode in ("first", "sample") and user == 1
        return self.out is not None and (mode == "all" or sampled)

    def on_failure(self, mode: str) -> bool:
        """Return whether this is wanted of everybody who fails."""
        return self.out is not None and mode in ("failures", "sample")


class Evidence:
    """What one user leaves."""

    def __init__(self, user: int, wanted: Wanted) -> None:
        self._user = user
        self._wanted = wanted
        self._failed = False
        self._whole = wanted.always(wanted.trace, user)
        self._chunked = not self._whole and wanted.on_failure(wanted.trace)
        self._open_chunk = False

    @property
    def har(self) -> Path | None:
        """Where the context is to write its HAR; None for nowhere."""
        wanted = self._wanted
        if wanted.always(wanted.har, self._user) or wanted.on_failure(wanted.har):
            return self._file(f"user{self._user:03d}.har")
        return None

    async def begin(self, context: BrowserContext) -> None:
        """Start tracing, if that is wanted."""
        if self._whole:
            await context.tracing.start(screenshots=True, snapshots=True)
        elif self._chunked:
            # Pictures of the page cost processor time, and most of these are thrown away.
            await context.tracing.start(screenshots=False, snapshots=True)
            self._open_chunk = True

    async def failed(self, page: Page, iteration: int, step: str) -> None:
        """Keep what the page looked like and what it said when a step failed."""
        self._failed = True
        if self._wanted.out is None or self._wanted.failures >= MAX_FAILURES:
            return
        self._wanted.failures += 1
        name = f"failure-user{self._user:03d}-iteration{iteration:03d}-{step}"
        try:
            await page.screenshot(path=self._file(f"{name}.png"), timeout=_NEEDS_S * 1000)
            text = await page.locator("body").inner_text(timeout=_NEEDS_S * 1000)
            lines = [page.url, await page.title(), "", text, ""]
            seen = self._file(f"{name}.txt")
            seen.write_text("\n".join(lines), encoding="utf-8", errors="replace")
        except Error as error:
            log(f"user {self._user}: not all of the failure could be kept: {first_line(error)}")
        if self._open_chunk:
            await self._end_chunk(page.context, self._file(f"trace-{name[8:]}.zip"))

    async def iterated(self, context: BrowserContext) -> None:
        """Throw away the trace of an iteration in which nothing failed, and begin the next."""
        if not self._chunked:
            return
        if self._open_chunk:
            await self._end_chunk(context, None)
        await self._quietly(context.tracing.start_chunk)
        self._open_chunk = True

    async def end(self, context: BrowserContext) -> None:
        """Write what is to be kept; the context is closed by that."""
        if self._whole:
            path = self._file(f"trace-user{self._user:03d}.zip")
            await self._quietly(lambda: context.tracing.stop(path=path))
        elif self._open_chunk:
            await self._end_chunk(context, None)
        await self._quietly(context.close)
        har, wanted = self.har, self._wanted
        if har and not self._failed and not wanted.always(wanted.har, self._user):
            har.unlink(missing_ok=True)

    async def _end_chunk(self, context: BrowserContext, path: Path | None) -> None:
        self._open_chunk = False
        await self._quietly(lambda: context.tracing.stop_chunk(path=path))

    async def _quietly(self, action: Callable[[], object]) -> None:
        """Do without what the browser cannot give any more; the rows are there."""
        try:
            await action()  # type: ignore[misc]
        except Error as error:
            log(f"user {self._user}: not all of its record could be written: {first_line(error)}")

    def _file(self, name: str) -> Path:
        return (self._wanted.out or Path()) / name
