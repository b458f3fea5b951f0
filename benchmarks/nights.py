"""CPU time of reading the samples of 90 nights with the full matrix again.

The rows of the recorded rides stand for those of the cells: three journeys at 1 and 10 browser
users and at 1, 10 and 100 k6 users, with the iterations of the nightly profile.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import cost_of

THIS = "benchmarks.nights"
RECORDED = Path("tests/summary/recorded")
NIGHTS = 90
JOURNEYS = ("log-in-account", "play-start-stream", "search-favorite")
MATRIX = (
    ("playwright", 1, 5),
    ("playwright", 10, 3),
    ("k6", 1, 10),
    ("k6", 10, 10),
    ("k6", 100, 5),
)


def main() -> None:
    """Print how many files and rows there are, and what they cost to read."""
    with tempfile.TemporaryDirectory(prefix="tandem-benchmark-") as folder:
        rows = make(Path(folder))
        files = NIGHTS * len(JOURNEYS) * len(MATRIX)
        print(f"{NIGHTS} nights, {files:,} files, {NIGHTS * rows:,} rows")
        idle = cost_of("-m", THIS, "nothing", folder)
        for how, what in (
            ("columns", "the columns of the figures"),
            ("figures", "and the figures"),
        ):
            cost = cost_of("-m", THIS, how, folder)
            print(f"{what}: {cost.cpu_s - idle.cpu_s:.2f} s CPU, {cost.peak_mb:.0f} MB")


def make(folder: Path) -> int:
    """Write the tables of one night and copy them; return its rows."""
    from executors.outcome import FILE, read_outcome  # noqa: PLC0415 - not needed to read
    from summary.tables.cell_table import build_cell_table  # noqa: PLC0415
    from summary.tables.samples import (  # noqa: PLC0415
        CellKey,
        as_samples,
        as_table,
        read_samples,
        write_samples,
    )

    count = 0
    for executor, users, iterations in MATRIX:
        recorded = RECORDED / executor
        build_cell_table(recorded, folder / "s.parquet", folder / "c.parquet")
        samples = as_samples(read_samples(folder / "s.parquet"))
        outcome = read_outcome(recorded / FILE)
        ridden = outcome.users * (outcome.iterations + outcome.warmup)
        copies = max(1, round(users * iterations / ridden))
        rows = [
            replace(row, warmup=False, vu=row.vu and 1 + (row.vu + 3 * copy) % users,
                    start_us=row.start_us + copy)
            for copy in range(copies)
            for row in samples
        ]  # fmt: skip
        for journey in JOURNEYS:
            file = folder / "000" / f"{executor}-{journey}-u{users:03d}.parquet"
            cell = CellKey(journey, executor, users)
            write_samples(file, cell, lambda rows=rows: [as_table(rows)])
            count += len(rows)
    for night in range(1, NIGHTS):
        shutil.copytree(folder / "000", folder / f"{night:03d}")
    return count


def read(how: str, folder: Path) -> None:
    """Read all tables, and compute what ``how`` says."""
    from summary.cell_samples import COLUMNS, CellSamples  # noqa: PLC0415
    from summary.tables.samples import read_samples  # noqa: PLC0415

    for file in sorted(folder.glob("*/*.parquet")) if how != "nothing" else ():
        if how == "columns":
            read_samples(file, COLUMNS)
        else:
            for series in CellSamples.read_from(file, 1).series():
                series.quantile_ms(0.5)
                series.quantile_ms(0.95)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
