"""Whose traces and HARs are kept, for each of the settings' words; a ride with a browser has them.

A context that writes down what is asked of it stands in for a browser's.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from generators.rider.evidence import MODES, Evidence, Wanted


class Context:
    """Takes note of the traces that are written, and writes a HAR when it is closed."""

    def __init__(self, har: Path | None) -> None:
        self.har = har
        self.traces: list[str] = []
        self.tracing = self

    async def start(self, **_: bool) -> None:
        """Begin a trace."""

    async def start_chunk(self) -> None:
        """Begin a part of one."""

    async def stop(self, path: Path) -> None:
        """End a trace."""
        self.traces.append(path.name)

    async def stop_chunk(self, path: Path | None) -> None:
        """End a part of one, which is thrown away without a path."""
        self.traces += [] if path is None else [path.name]

    async def close(self) -> None:
        """End it all."""
        if self.har is not None:
            self.har.write_text("{}")


class Page:
    """One of whose failure no picture can be had: the context is what counts here."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.url = "http://127.0.0.1/"

    async def screenshot(self, **_: object) -> None:
        """Return nothing."""

    async def title(self) -> str:
        """Return nothing."""
        return ""

    def locator(self, _: str) -> Page:
        """Return something with a text."""
        return self

    async def inner_text(self, **_: object) -> str:
        """Return nothing."""
        return ""


def kept(folder: Path, mode: str, user: int, fails: bool) -> tuple[set[str], bool]:
    """Ride two iterations, of which the second may fail; return the traces, and whether a HAR."""
    evidence = Evidence(user, Wanted(folder, mode, mode))
    context = Context(evidence.har)

    async def ride() -> None:
        await evidence.begin(context)  # type: ignore[arg-type]
        await evidence.iterated(context)  # type: ignore[arg-type]
        if fails:
            await evidence.failed(Page(context), 1, "press")  # type: ignore[arg-type]
        await evidence.iterated(context)  # type: ignore[arg-type]
        await evidence.end(context)  # type: ignore[arg-type]

    asyncio.run(ride())
    return set(context.traces), (folder / f"user{user:03d}.har").exists()


WHOLE = {1: {"trace-user001.zip"}, 2: {"trace-user002.zip"}}
PART = {user: {f"trace-user{user:03d}-iteration001-press.zip"} for user in (1, 2)}
NONE: set[str] = set()
EXPECTED = {
    "all": [(WHOLE[1], True), (WHOLE[1], True), (WHOLE[2], True), (WHOLE[2], True)],
    "first": [(WHOLE[1], True), (WHOLE[1], True), (NONE, False), (NONE, False)],
    "failures": [(NONE, False), (PART[1], True), (NONE, False), (PART[2], True)],
    "sample": [(WHOLE[1], True), (WHOLE[1], True), (NONE, False), (PART[2], True)],
    "off": [(NONE, False)] * 4,
}
"""Of the first user, well and failing, and of the second one, well and failing."""


@pytest.mark.parametrize("mode", MODES)
def test_traces_and_hars_are_kept_of_whom_the_settings_say(mode: str, tmp_path: Path) -> None:
    found = []
    for user in (1, 2):
        for fails in (False, True):
            folder = tmp_path / f"{user}-{fails}"
            folder.mkdir()
            found.append(kept(folder, mode, user, fails))
    assert found == EXPECTED[mode]
