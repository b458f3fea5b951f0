"""Nights as arrays: one row per night, one column per series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as _replaced
from typing import Any, Final, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Night = int | str
"""A number that counts up, or a text that sorts in time, such as 2026-11-23."""

_MEASURES: Final = ("loc", "p95", "count", "errors", "span_s")


class SeriesKey(NamedTuple):
    """What one column holds the figures of."""

    journey: str
    step: str
    executor: str
    users: int


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one series in one night. None and NaN say that there is none."""

    night: Night
    series: SeriesKey
    loc_ms: float | None
    """The exponential of the 10 % trimmed mean of the logarithm of the duration."""
    p95_ms: float | None
    count: float | None = None
    """Samples that are ok."""
    errors: float | None = None
    """Samples that are not ok."""
    span_s: float | None = None
    """Seconds in which these samples were taken."""


@dataclass(frozen=True, slots=True)
class History:
    """The figures of all series in all nights, oldest first; arrays of (nights, series).

    NaN where nothing was measured, or where what was measured cannot be a duration or a count.
    """

    nights: tuple[Night, ...]
    series: tuple[SeriesKey, ...]
    loc: Array
    """Natural logarithm of milliseconds."""
    p95: Array
    """Natural logarithm of milliseconds."""
    count: Array
    errors: Array
    span_s: Array

    def until(self, index: int) -> History:
        """Return the nights up to the one at ``index``, and it: what is known in its morning."""
        return self._each(lambda values: values[: index + 1], nights=self.nights[: index + 1])

    def without(self, selected: Callable[[SeriesKey], bool], before: int) -> History:
        """Return the history with what ``selected`` series measured before night ``before`` gone.

        For a level that was accepted, and for a step that is another one since.
        """
        chosen = np.array([selected(key) for key in self.series], dtype=bool)

        def forgotten(values: Array) -> Array:
            kept = values.copy()
            kept[:before, chosen] = np.nan
            return kept

        return self._each(forgotten)

    def slowed(self, selected: Callable[[SeriesKey], bool], since: int, factor: float) -> History:
        """Return the history with durations of ``selected`` series multiplied from ``since`` on."""
        added = np.zeros(self.loc.shape)
        added[since:, [selected(key) for key in self.series]] = np.log(factor)
        return _replaced(self, loc=self.loc + added, p95=self.p95 + added)

    def _each(self, change: Callable[[Array], Array], **others: Any) -> History:
        changed: dict[str, Any] = {name: change(getattr(self, name)) for name in _MEASURES}
        return _replaced(self, **changed, **others)
