"""Reads a plain table of nights: what other tools can export, and what a backtest replays."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite, log
from pathlib import Path
from typing import Final

import numpy as np

from summary.regression.history import History, Night, Row, SeriesKey
from tandem.errors import ArtifactError

COLUMNS: Final = ("night", "journey", "step", "executor", "users", "loc_ms", "p95_ms", "n")
"""Those that must be there; others are ignored."""


def read_nights(file: Path) -> History:
    """Return the history in a CSV file with :data:`COLUMNS`.

    Raises :class:`ArtifactError` with file and line for a table that cannot be used.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return history_of(_rows(csv.DictReader(stream), str(file)), str(file))
    except OSError as error:
        raise ArtifactError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ArtifactError(f"{file}: byte {error.start} is not UTF-8") from error
    except csv.Error as error:
        raise ArtifactError(f"{file}: not CSV: {error}") from error


def history_of(rows: Iterable[Row], source: str) -> History:
    """Return the rows as arrays; nights in the order of their numbers, else of their names."""
    found = list(rows)
    if not found:
        raise ArtifactError(f"{source}: holds no night")
    nights: tuple[Night, ...] = tuple(sorted({row.night for row in found}, key=_order))
    series = tuple(sorted({row.series for row in found}))
    night_at = {night: index for index, night in enumerate(nights)}
    series_at = {key: index for index, key in enumerate(series)}
    arrays = {
        name: np.full((len(nights), len(series)), np.nan)
        for name in ("loc", "p95", "count", "errors", "span_s")
    }
    for row in found:
        at = night_at[row.night], series_at[row.series]
        arrays["loc"][at] = _log(row.loc_ms)
        arrays["p95"][at] = _log(row.p95_ms)
        for name in ("count", "errors", "span_s"):
            value = getattr(row, name)
            arrays[name][at] = np.nan if value is None else value
    return History(nights=nights, series=series, **arrays)


def _rows(reader: csv.DictReader[str], file: str) -> Iterator[Row]:
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ArtifactError(
            f"{file}:1: no column {', '.join(missing)}; expected {', '.join(COLUMNS)}"
        )
    seen: set[tuple[Night, SeriesKey]] = set()
    for line in reader:
        place = f"{file}:{reader.line_num}"
        row = _row(line, place)
        if (row.night, row.series) in seen:
            raise ArtifactError(f"{place}: this series of this night stands above already")
        seen.add((row.night, row.series))
        yield row


def _row(line: Mapping[str, str | None], place: str) -> Row:
    night = (line["night"] or "").strip()
    if not night:
        raise ArtifactError(f"{place}: night: expected a number or a date")
    return Row(
        night=int(night) if night.isdecimal() else night,
        series=SeriesKey(
            line["journey"] or "",
            line["step"] or "",
            line["executor"] or "",
            int(_number(line["users"], "users", place) or 0),
        ),
        loc_ms=_number(line["loc_ms"], "loc_ms", place),
        p95_ms=_number(line["p95_ms"], "p95_ms", place),
        count=_number(line["n"], "n", place),
    )


def _number(text: str | None, name: str, place: str) -> float | None:
    """Return a number, None for an empty cell or ``nan``."""
    shown = (text or "").strip()
    if shown.lower() in ("", "nan", "null", "none"):
        return None
    try:
        found = float(shown)
    except ValueError:
        found = float("inf")
    if not isfinite(found) or found < 0:
        raise ArtifactError(f"{place}: {name}: '{shown}' is not a number from 0")
    return found


def _log(milliseconds: float | None) -> float:
    return log(milliseconds) if milliseconds else float("nan")


def _order(night: Night) -> tuple[bool, int, str]:
    return isinstance(night, str), night if isinstance(night, int) else 0, str(night)
