"""One cell's raw artifacts to its table: all attempts, both executors the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from executors.k6 import METRICS
from executors.outcome import FILE, CellOutcome, read_outcome
from executors.playwright import TIMINGS
from summary.browser_samples import read_browser_samples
from summary.k6_samples import read_k6_samples
from summary.samples import Sample, write_samples
from tandem.models import Executor

_READERS: dict[Executor, tuple[str, Callable[[Path, int], Iterator[Sample]]]] = {
    "k6": (METRICS, read_k6_samples),
    "playwright": (TIMINGS, read_browser_samples),
}


def build_cell_table(folder: Path, table: Path) -> None:
    """Write the samples of the cell in ``folder`` to ``table``; a cell without any has no rows."""
    outcome = read_outcome(folder / FILE)
    samples = _samples(folder, outcome)
    write_samples(table, outcome.journey, outcome.executor, outcome.users, samples)


def _samples(folder: Path, outcome: CellOutcome) -> Iterator[Sample]:
    name, read = _READERS[outcome.executor]
    for attempt in outcome.attempts:
        raw = folder / attempt.folder / name
        # An attempt that ended before anything was measured left none; its reason is on record.
        if raw.exists():
            for sample in read(raw, attempt.number):
                warmup = sample.iteration < outcome.warmup
                yield replace(sample, warmup=True) if warmup else sample
