"""Web Vitals from what pages report, as https://web.dev/articles/vitals defines them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SHIFT_GAP_MS = 1000.0
SHIFT_WINDOW_MS = 5000.0
"""A window of layout shifts ends after such a pause, or when it is so long."""
INTERACTIONS_PER_OUTLIER = 50
"""So many interactions let one of the slowest be left out of INP."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One vital of a document; ``at`` is when it came about, in milliseconds of the document."""

    name: str
    value: float
    at: float


def vitals(entries: Sequence[dict[str, Any]]) -> Iterator[Measured]:
    """Yield the vitals of one document; one that nothing supports is left out.

    ``entries`` are those of the page script. A document that was hidden from its start has no FCP
    and no LCP.
    """
    hidden = min((entry["at"] for entry in entries if entry["type"] == "hidden"), default=None)
    for entry in _of(entries, "navigation"):
        if entry["phases"]["ttfb"] > 0:
            yield Measured("TTFB", entry["phases"]["ttfb"], entry["phases"]["ttfb"])
    for entry in _of(entries, "paint"):
        if entry["name"] == "first-contentful-paint" and _seen(entry, hidden):
            yield Measured("FCP", entry["at"], entry["at"])
    largest = [entry for entry in _of(entries, "largest-contentful-paint") if _seen(entry, hidden)]
    if largest:
        yield Measured("LCP", largest[-1]["at"], largest[-1]["at"])


def reactions(entries: Sequence[dict[str, Any]]) -> Iterator[Measured]:
    """Yield CLS and INP of one document's entries, or of those of one iteration among them.

    A document that was painted and never shifted has a CLS of 0.
    """
    if any(True for _ in _of(entries, "paint")) or any(True for _ in _of(entries, "layout-shift")):
        yield _layout_shift(list(_of(entries, "layout-shift")))
    slowest: dict[int, Measured] = {}
    for entry in (*_of(entries, "event"), *_of(entries, "first-input")):
        known = slowest.get(entry["id"])
        if entry["id"] and (known is None or entry["value"] > known.value):
            slowest[entry["id"]] = Measured("INP", entry["value"], entry["at"])
    if slowest:
        ordered = sorted(slowest.values(), key=lambda each: -each.value)
        yield ordered[min(len(ordered) - 1, len(ordered) // INTERACTIONS_PER_OUTLIER)]


def _of(entries: Iterable[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    return (entry for entry in entries if entry["type"] == kind)


def _seen(entry: dict[str, Any], hidden: float | None) -> bool:
    return hidden is None or entry["at"] < hidden


def _layout_shift(shifts: Sequence[dict[str, Any]]) -> Measured:
    """Return the worst window of shifts, with the moment at which it began."""
    worst = Measured("CLS", 0.0, shifts[0]["at"] if shifts else 0.0)
    began = last = total = 0.0
    for shift in (each for each in shifts if each["value"]):
        at = shift["at"]
        if not total or at - last >= SHIFT_GAP_MS or at - began >= SHIFT_WINDOW_MS:
            began, total = at, 0.0
        last, total = at, total + shift["value"]
        if total > worst.value:
            worst = Measured("CLS", total, began)
    return worst
