"""Exact figures of one cell's samples: both executors go through this same code.

Latency is taken over samples that are ok, errors are counted beside it. Quantiles are linear
interpolations between the two nearest ranks (numpy's "linear", Excel's PERCENTILE.INC).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from journeys.slo import Threshold
from summary.intervals import (
    Codes,
    Floats,
    Interval,
    mean_interval,
    quantile_interval,
    share_interval,
    total_interval,
)

COLUMNS: Final = (
    "attempt",
    "vu",
    "iteration",
    "step",
    "kind",
    "name",
    "ok",
    "has_protocol",
    "warmup",
    "start",
    "duration_us",
    "value",
    "unit",
    "lateness_us",
)
"""What is read of a table for its figures."""
_SERIES: Final = ("kind", "step", "name")
_TIMED: Final = ("interaction", "request", "transaction")
"""Kinds of which series are made; the others have figures of their own."""

_Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Series:
    """The samples of one step, request or transaction of a cell."""

    step: str
    kind: str
    name: str
    has_protocol: bool
    durations_ms: Floats
    """Of the samples that are ok and have one, in order."""
    clusters: Codes
    """Which of them belong together: a number for each user (see :class:`CellSamples`)."""
    ok: _Flags
    """Of all samples."""
    all_clusters: Codes
    known_ms: Floats
    """The duration of every sample; not a number where it has none."""

    @property
    def count(self) -> int:
        """All samples, ok or not."""
        return len(self.ok)

    @property
    def errors(self) -> int:
        """Samples that are not ok."""
        return self.count - int(self.ok.sum())

    @property
    def error_rate(self) -> float | None:
        """The share of samples that are not ok, from 0 to 1."""
        return self.errors / self.count if self.count else None

    def quantile_ms(self, share: float) -> float | None:
        """Return the latency below which ``share`` (0 to 1) of the ok samples lie."""
        if not len(self.durations_ms):
            return None
        return rounded(float(np.quantile(self.durations_ms, share)))

    def mean_ms(self) -> float | None:
        """Return the mean latency of the ok samples."""
        return rounded(float(self.durations_ms.mean())) if len(self.durations_ms) else None

    def apdex(self, target_ms: float) -> float | None:
        """Return the share of satisfied samples and half of the tolerating ones, from 0 to 1.

        Satisfied: ok within ``target_ms``; tolerating: ok within four times that
        (Apdex Alliance, Application Performance Index, 2007).
        """
        scores = self._scores(target_ms)
        return rounded(float(scores.mean())) if len(scores) else None

    def intervals(self, target_ms: float, span_s: float) -> dict[str, Interval]:
        """Return the 95 % interval of each figure that has one."""
        found = {
            "mean_ms": mean_interval(self.durations_ms, self.clusters),
            **{
                f"p{round(share * 100)}_ms": quantile_interval(
                    self.durations_ms, self.clusters, share
                )
                for share in (0.5, 0.9, 0.95, 0.99)
            },
            "error_rate": share_interval((~self.ok).astype(np.float64), self.all_clusters),
            "apdex": self._apdex_interval(target_ms),
            "throughput_per_s": self._throughput_interval(span_s),
        }
        return {name: each for name, each in found.items() if each is not None}

    def measure(self, threshold: Threshold) -> float | None:
        """Return what the threshold's metric is here; None when no sample supports one."""
        match threshold.metric:
            case "rate":
                return self.error_rate
            case "count":
                return float(self.count) if self.count else None
            case "avg":
                return self.mean_ms()
            case "percentile":
                return self.quantile_ms((threshold.percentile or 0.0) / 100)
            case named:
                return self.quantile_ms({"min": 0.0, "med": 0.5, "max": 1.0}[named])

    def _scores(self, target_ms: float) -> Floats:
        known = ~np.isnan(self.known_ms)
        within = (self.known_ms <= target_ms) * 0.5 + (self.known_ms <= 4 * target_ms) * 0.5
        # What is not ok satisfies nobody, however fast; what has no duration says nothing.
        scores: Floats = np.where(self.ok, within, 0.0)[known | ~self.ok]
        return scores

    def _apdex_interval(self, target_ms: float) -> Interval | None:
        said = ~np.isnan(self.known_ms) | ~self.ok
        return share_interval(self._scores(target_ms), self.all_clusters[said])

    def _throughput_interval(self, span_s: float) -> Interval | None:
        users = len(np.unique(self.all_clusters))
        total = total_interval(np.unique(self.all_clusters, return_inverse=True)[1], users)
        if total is None or total.high is None or span_s <= 0:
            return None
        return Interval(total.low / span_s, total.high / span_s)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one vital, or of the load generator's health, over a cell."""

    kind: str
    step: str
    name: str
    unit: str
    values: Floats

    def quantile(self, share: float) -> float:
        """Return the value below which ``share`` (0 to 1) of the readings lie, in ``unit``."""
        return round(float(np.quantile(self.values, share)), 4)

    def mean(self) -> float:
        """Return the mean, in ``unit``."""
        return round(float(self.values.mean()), 4)


@dataclass(frozen=True)
class CellSamples:
    """The samples of the attempt that a cell is judged by, warm-up left out."""

    table: pa.Table
    together: Literal["user", "iteration"]
    """Whose samples belong together: a user's; an iteration's, where there is one user only."""

    @classmethod
    def of(cls, table: pa.Table, attempt: int) -> CellSamples:
        """Select from a cell's whole table (:data:`COLUMNS` of it are enough)."""
        counts = pc.and_(pc.equal(table["attempt"], attempt), pc.invert(table["warmup"]))
        counting = table.filter(counts).unify_dictionaries().combine_chunks()
        users = counting["vu"].drop_null().unique()
        return cls(counting, "user" if len(users) > 1 else "iteration")

    def series(self) -> list[Series]:
        """Return every series, by kind, step and name: interactions come first."""
        return [self._series(rows, *key) for key, rows in self._groups(_SERIES) if key[0] in _TIMED]

    def readings(self, kind: str) -> list[Reading]:
        """Return the vitals or the readings of health, by step and name."""
        found = []
        for key, rows in self._groups((*_SERIES, "unit")):
            if key[0] == kind and (reading := self._reading(rows, *key)) is not None:
                found.append(reading)
        return found

    def interactions(self, step: str = "") -> Series:
        """Return the interactions of ``step``, or of all steps, that have a protocol half."""
        wanted = pc.and_(pc.equal(self.table["kind"], "interaction"), self.table["has_protocol"])
        if step:
            wanted = pc.and_(wanted, pc.equal(self.table["step"], step))
        rows = np.flatnonzero(wanted.to_numpy(zero_copy_only=False))
        return self._series(rows, "interaction", step, step)

    def lateness_ms(self, share: float) -> float | None:
        """Return the lateness below which ``share`` of the interactions started."""
        lateness = self.table["lateness_us"].drop_null().to_numpy()
        return rounded(float(np.quantile(lateness, share)) / 1000) if len(lateness) else None

    def span_s(self) -> float:
        """Return the seconds from the first interaction's or request's start to the last end."""
        timed = pc.is_in(self.table["kind"].cast(pa.string()), pa.array(_TIMED))
        rows = self.table.select(["start", "duration_us"]).filter(timed)
        if not rows.num_rows:
            return 0.0
        start = rows["start"].cast(pa.int64()).to_numpy()
        end = start + rows["duration_us"].fill_null(0).to_numpy()
        return float(end.max() - start.min()) / 1e6

    def _groups(self, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Codes]]:
        """Yield each combination of these columns' texts, in order, with its rows."""
        if not self.table.num_rows:
            return
        columns = [self.table[name].combine_chunks() for name in names]
        codes = [column.indices.fill_null(len(column.dictionary)).to_numpy() for column in columns]
        order = np.lexsort(codes[::-1])
        changes = [code[order][1:] != code[order][:-1] for code in codes]
        starts = np.flatnonzero(np.append(True, np.logical_or.reduce(changes)))
        groups = {
            tuple(column[int(rows[0])].as_py() or "" for column in columns): rows
            for rows in np.split(order, starts[1:])
        }
        yield from sorted(groups.items())

    def _series(self, rows: Codes, kind: str, step: str, name: str) -> Series:
        table = self.table.take(pa.array(rows))
        known = table["duration_us"].cast(pa.float64()).fill_null(np.nan).to_numpy() / 1000
        ok = table["ok"].to_numpy()
        together = table["vu" if self.together == "user" else "iteration"].fill_null(-1)
        clusters = np.unique(together.to_numpy(), return_inverse=True)[1].astype(np.int64)
        usable = np.flatnonzero(ok & ~np.isnan(known))
        order = usable[np.argsort(known[usable], kind="stable")]
        return Series(
            step=step,
            kind=kind,
            name=name,
            has_protocol=bool(table["has_protocol"][0].as_py()) if len(rows) else True,
            durations_ms=known[order],
            clusters=clusters[order],
            ok=ok,
            all_clusters=clusters,
            known_ms=known,
        )

    def _reading(self, rows: Codes, kind: str, step: str, name: str, unit: str) -> Reading | None:
        table = self.table.take(pa.array(rows))
        values = table["value"] if unit else pc.divide(table["duration_us"].cast(pa.float64()), 1e3)
        known = values.drop_null().to_numpy()
        return Reading(kind, step, name, unit or "ms", known) if len(known) else None


def rounded(value: float) -> float:
    """Return microseconds' worth of digits: what lies below was never measured."""
    return round(value, 3)


def throughput_per_s(count: int, span_s: float) -> float | None:
    """Return samples per second of the cell's span."""
    return round(count / span_s, 4) if span_s > 0 and count else None
