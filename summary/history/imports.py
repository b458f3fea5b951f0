"""A plain table of nights as records of the history."""

from __future__ import annotations

from math import exp, isnan
from pathlib import Path
from typing import cast

from summary.history.records import NightRecord, NightSeries
from summary.regression.history import History
from summary.regression.table import read_nights
from tandem.errors import ArtifactError
from tandem.models import Executor

_EXECUTORS = ("playwright", "k6")


def imported_nights(table: Path, profile: str) -> list[NightRecord]:
    """Return the nights of a CSV file (see :mod:`summary.backtest`), oldest first.

    Nights that are numbers are named such that they sort before every date. Raises
    :class:`ArtifactError` for a table that cannot be used.
    """
    history = read_nights(table)
    other = sorted({key.executor for key in history.series} - set(_EXECUTORS))
    if other:
        raise ArtifactError(f"{table}: executor: '{other[0]}' is neither playwright nor k6")
    return [
        NightRecord(
            night=f"{night:06d}" if isinstance(night, int) else night,
            profile=profile,
            stamp="",
            app="",
            verdict="pass",
            fingerprint=None,
            series=_series(history, index),
        )
        for index, night in enumerate(history.nights)
    ]


def _series(history: History, index: int) -> tuple[NightSeries, ...]:
    return tuple(
        NightSeries(
            journey=key.journey,
            step=key.step,
            executor=cast("Executor", key.executor),
            users=key.users,
            loc_ms=round(exp(history.loc[index, column]), 3),
            p95_ms=_rounded(history.p95[index, column]),
            n=_whole(history.count[index, column]),
            errors=_whole(history.errors[index, column]),
            span_s=0.0,
        )
        for column, key in enumerate(history.series)
        if not isnan(history.loc[index, column])
    )


def _rounded(logarithm: float) -> float | None:
    return None if isnan(logarithm) else round(exp(logarithm), 3)


def _whole(value: float) -> int:
    return 0 if isnan(value) else int(value)
