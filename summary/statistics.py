"""Exact figures of one cell's samples: both executors go through this same code.

Latency is taken over samples that are ok, errors are counted beside it. Quantiles are linear
interpolations between the two nearest ranks (numpy's "linear", Excel's PERCENTILE.INC).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from journeys.slo import Threshold


@dataclass(frozen=True, slots=True)
class Series:
    """The samples of one step or one request of a cell."""

    step: str
    kind: str
    name: str
    has_protocol: bool
    durations_ms: np.ndarray[Any, np.dtype[np.float64]]
    """Of the samples that are ok."""
    errors: int
    unfinished: int = 0
    """Those that are ok and have no duration: the page gave them up, or they went on."""

    @property
    def count(self) -> int:
        """All samples, ok or not."""
        return len(self.durations_ms) + self.unfinished + self.errors

    @property
    def error_rate(self) -> float | None:
        """The share of samples that are not ok, from 0 to 1."""
        return self.errors / self.count if self.count else None

    def quantile_ms(self, share: float) -> float | None:
        """Return the latency below which ``share`` (0 to 1) of the ok samples lie."""
        if not len(self.durations_ms):
            return None
        return _rounded(float(np.quantile(self.durations_ms, share)))

    def mean_ms(self) -> float | None:
        """Return the mean latency of the ok samples."""
        return _rounded(float(self.durations_ms.mean())) if len(self.durations_ms) else None

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


@dataclass(frozen=True, slots=True)
class CellSamples:
    """The samples of the attempt that a cell is judged by, warm-up left out."""

    table: pa.Table

    @classmethod
    def of(cls, table: pa.Table, attempt: int) -> CellSamples:
        """Select from a cell's whole table."""
        wanted = pc.and_(pc.equal(table["attempt"], attempt), pc.invert(table["warmup"]))
        timed = pc.is_in(table["kind"].cast(pa.string()), pa.array(["interaction", "request"]))
        return cls(table.filter(pc.and_(wanted, timed)))

    def series(self) -> list[Series]:
        """Return every series, interactions before requests, by step and name."""
        groups: dict[tuple[str, str, str], list[int]] = {}
        keys = zip(
            self.table["kind"].to_pylist(),
            self.table["step"].to_pylist(),
            self.table["name"].to_pylist(),
            strict=True,
        )
        for index, key in enumerate(keys):
            groups.setdefault(key, []).append(index)
        return [self._series(self.table.take(groups[key])) for key in sorted(groups)]

    def interactions(self, step: str = "") -> Series:
        """Return the interactions of ``step``, or of all steps, that have a protocol half."""
        wanted = pc.and_(pc.equal(self.table["kind"], "interaction"), self.table["has_protocol"])
        if step:
            wanted = pc.and_(wanted, pc.equal(self.table["step"], step))
        return self._series(self.table.filter(wanted), step=step)

    def lateness_ms(self, share: float) -> float | None:
        """Return the lateness below which ``share`` of the interactions started."""
        lateness = self.table["lateness_us"].drop_null().to_numpy()
        return _rounded(float(np.quantile(lateness, share)) / 1000) if len(lateness) else None

    def span_s(self) -> float:
        """Return the seconds from the first sample's start to the last one's end."""
        if not self.table.num_rows:
            return 0.0
        start = self.table["start"].cast(pa.int64()).to_numpy()
        end = start + pc.fill_null(self.table["duration_us"], 0).to_numpy()
        return float(end.max() - start.min()) / 1e6

    @staticmethod
    def _series(rows: pa.Table, step: str = "") -> Series:
        first = rows.slice(0, 1).to_pylist()
        ok = rows.filter(rows["ok"])
        durations = ok["duration_us"].drop_null()
        return Series(
            step=first[0]["step"] if first else step,
            kind=first[0]["kind"] if first else "interaction",
            name=first[0]["name"] if first else step,
            has_protocol=first[0]["has_protocol"] if first else True,
            durations_ms=durations.to_numpy().astype(np.float64) / 1000,
            errors=rows.num_rows - ok.num_rows,
            unfinished=ok.num_rows - len(durations),
        )


def _rounded(value: float) -> float:
    """Return microseconds' worth of digits: what lies below was never measured."""
    return round(value, 3)


def throughput_per_s(count: int, span_s: float) -> float | None:
    """Return samples per second of the cell's span."""
    return round(count / span_s, 4) if span_s > 0 and count else None
