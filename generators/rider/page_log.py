"""What a user's pages report of themselves, as rows with the step that each belongs to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Error, WebError

from generators.rider.page_script import LAST_WORDS, PAGE_SCRIPT, REPORT
from generators.rider.recording import Message, Navigation, Recorder, Resource, Vital
from generators.rider.vitals import Measured, reactions, vitals

COMPLAINTS = frozenset({"warning", "error", "assert"})
"""What a page's console says is kept when it is of this kind."""
MAX_MESSAGES = 200
MAX_TEXT = 500
LAST_WORDS_S = 1.0


@dataclass(slots=True)
class Document:
    """One document and what it reported; ``began`` is its time origin, in seconds of the clock."""

    url: str
    began: float
    entries: list[dict[str, Any]] = field(default_factory=list)


class PageLog:
    """Listens to the pages of one user."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._clock = recorder.clock
        self._documents: dict[float, Document] = {}
        self._messages = 0

    async def listen(self, context: BrowserContext) -> None:
        """Hear what every page of the context has to say."""
        await context.expose_binding(REPORT, lambda _source, text: self.heard(text))
        await context.add_init_script(PAGE_SCRIPT)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def heard(self, text: str) -> None:
        """Take a report of the page script; what is none is the page's own mischief."""
        try:
            self._take(json.loads(text))
        except (ValueError, LookupError, TypeError, AttributeError):
            self._message("page", "error", "called the script's own ear with something else", "")

    async def close(self, context: BrowserContext) -> None:
        """Hear the last of the pages, and write down the vitals of those that are still open."""
        for page in context.pages:
            with suppress(Error, TimeoutError):
                async with asyncio.timeout(LAST_WORDS_S):
                    await page.evaluate(LAST_WORDS)
        for document in self._documents.values():
            self._add_vitals(document)
        self._documents.clear()

    def _take(self, report: dict[str, Any]) -> None:
        began = self._clock.now() - float(report["now"]) / 1000
        key = float(report["document"])
        document = self._documents.setdefault(key, Document(str(report["url"]), began))
        # The report that was the quickest on its way tells best when the document began.
        document.began = min(document.began, began)
        for entry in report["entries"]:
            match entry["type"]:
                case "resource":
                    self._add_resource(document, entry)
                case "navigation":
                    self._add_navigation(document, entry)
                    document.entries.append(entry)
                case _:
                    document.entries.append(entry)
        if any(entry["type"] == "gone" for entry in report["entries"]):
            self._add_vitals(self._documents.pop(key))

    def _add_navigation(self, document: Document, entry: dict[str, Any]) -> None:
        iteration, step = self._recorder.place(document.began)
        self._recorder.recording.add(
            Navigation(
                user=self._recorder.user,
                iteration=iteration,
                step=step,
                start_us=self._clock.stamp_us(document.began),
                url=document.url,
                phases={name: round(float(at), 3) for name, at in entry["phases"].items()},
            )
        )

    def _add_resource(self, document: Document, entry: dict[str, Any]) -> None:
        began = document.began + float(entry["at"]) / 1000
        iteration, step = self._recorder.place(began)
        self._recorder.recording.add(
            Resource(
                user=self._recorder.user,
                iteration=iteration,
                step=step,
                start_us=self._clock.stamp_us(began),
                url=str(entry["url"]),
                initiator=str(entry["initiator"]),
                duration_us=round(float(entry["value"]) * 1000),
                wait_us=round(float(entry["wait"]) * 1000),
                transferred=int(entry["transferred"]),
                size=int(entry["size"]),
            )
        )

    def _add_vitals(self, document: Document) -> None:
        self._add(document, vitals(document.entries))
        by_iteration: dict[int, list[dict[str, Any]]] = {}
        for entry in document.entries:
            iteration, _ = self._recorder.place(document.began + float(entry["at"]) / 1000)
            by_iteration.setdefault(iteration, []).append(entry)
        for entries in by_iteration.values():
            self._add(document, reactions(entries))

    def _add(self, document: Document, found: Iterable[Measured]) -> None:
        for measured in found:
            at = document.began + measured.at / 1000
            iteration, step = self._recorder.place(at)
            self._recorder.recording.add(
                Vital(
                    user=self._recorder.user,
                    iteration=iteration,
                    step=step,
                    at_us=self._clock.stamp_us(at),
                    name=measured.name,
                    value=round(measured.value, 4),
                    url=document.url,
                )
            )

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in COMPLAINTS:
            self._message("console", message.type, message.text, message.location["url"])

    def _on_error(self, error: WebError) -> None:
        page = error.page
        self._message("page", "error", str(error.error), page.url if page else "")

    def _message(self, source: str, level: str, text: str, url: str) -> None:
        self._messages += 1
        if self._messages > MAX_MESSAGES:
            return
        self._recorder.recording.add(
            Message(
                user=self._recorder.user,
                iteration=self._recorder.iteration,
                step=self._recorder.step,
                at_us=self._clock.stamp_us(self._clock.now()),
                source="page" if source == "page" else "console",
                level=level,
                text=" ".join(text.split())[:MAX_TEXT],
                url=url,
            )
        )
