"""Ten million rows of k6's CSV to Parquet and exact quantiles, beside DuckDB doing the same.

The rows are those of a recorded ride, over and over, with other users, iterations, moments and
durations. Takes two minutes and 1.5 GB below the system's temporary folder, which it removes.

pandas is what tests need: who uses Tandem has none. pyarrow would import it wherever it is, so it
is hidden from both, but for one line of the table.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import cost_of

THIS = "benchmarks.k6_rows"
METRICS = "metrics.csv.gz"
RECORDED = Path("tests/summary/recorded/k6/metrics.csv.gz")
ROWS = 10_000_000
GROUPS = 33
"""How many times the three recorded users ride side by side."""
QUANTILES = (0.5, 0.9, 0.95, 0.99)
CHOSEN = {
    "all rows": "",
    "all rows of requests": "WHERE metric_name LIKE 'http_req%'",
    "requests and interactions": "WHERE metric_name IN ('http_req_duration', 'interaction')",
    "durations of requests": "WHERE metric_name = 'http_req_duration'",
}
"""k6 writes nine rows of each request, one of which is its duration."""
TIMED = ("http_req_", "interaction", "pacing_lateness", "iteration_duration")
COLUMNS = """columns = {'metric_name': 'VARCHAR', 'timestamp': 'BIGINT', 'metric_value': 'DOUBLE',
    'error_code': 'VARCHAR', 'expected_response': 'BOOLEAN', 'method': 'VARCHAR',
    'name': 'VARCHAR', 'status': 'INTEGER', 'extra_tags': 'VARCHAR', 'metadata': 'VARCHAR'}"""
PARSED = """metric_name, timestamp, metric_value, error_code, expected_response, method, name,
status, regexp_extract(extra_tags, 'step=([^&]*)', 1) AS step, TRY_CAST(regexp_extract(metadata,
'vu=([0-9]+)', 1) AS INTEGER) AS vu,
    TRY_CAST(regexp_extract(metadata, 'iter=([0-9]+)', 1) AS INTEGER) AS iteration"""


def main() -> None:
    """Print every cost, and the ratios to DuckDB's."""
    with tempfile.TemporaryDirectory(prefix="tandem-benchmark-") as folder:
        plain, packed = Path(folder, "plain"), Path(folder, "packed")
        for cell in (plain, packed):
            cell.mkdir()
        csv = plain / "metrics.csv"
        rows = scale_up(csv)
        (plain / METRICS).symlink_to(csv.name)  # read by what it holds, not by its name
        pack(csv, packed / METRICS)
        print(f"{rows:,} rows, {csv.stat().st_size / 1e6:,.0f} MB")
        ours = cost_of("-m", THIS, "ours", str(plain))
        report("Tandem", ours.cpu_s, ours.peak_mb)
        gzipped = cost_of("-m", THIS, "ours", str(packed))
        report("Tandem, from gzip", gzipped.cpu_s, gzipped.peak_mb)
        beside = cost_of("-m", THIS, "beside pandas", str(plain))
        report("Tandem, beside pandas", beside.cpu_s, beside.peak_mb)
        for columns in ("parsed", "raw"):
            for what in CHOSEN:
                duck = cost_of("-m", THIS, "duckdb", str(csv), what, columns)
                assert agree(ours.said, duck.said), "the figures differ"
                note = f"Tandem takes {ours.cpu_s / duck.cpu_s:.2f} of it"
                report(f"DuckDB, {what}, {columns}", duck.cpu_s, duck.peak_mb, note)


def agree(ours: str, theirs: str) -> bool:
    """Tell whether both found the same, but for what lies below a microsecond."""
    mine, others = (sorted(map(json.loads, said.splitlines())) for said in (ours, theirs))
    return len(mine) == len(others) and all(
        one[:3] == other[:3]
        and all(abs(a - b) <= 0.001 for a, b in zip(one[3], other[3], strict=True))
        for one, other in zip(mine, others, strict=True)
    )


def report(name: str, cpu_s: float, peak_mb: float, note: str = "") -> None:
    """Print one line of the table."""
    print(f"{name:<44} {cpu_s:6.2f} s CPU {peak_mb:6.0f} MB  {note}")


def scale_up(csv: Path) -> int:
    """Write the recorded rows as those of many users and iterations; return how many.

    As k6 does, what was taken at about the same time stands together.
    """
    with gzip.open(RECORDED, "rt", encoding="utf-8") as stream:
        header, *lines = stream.readlines()
    parts = [(name, int(at), *rest.split(",", 1)) for name, at, rest in map(cut, lines)]
    length = max(part[1] for part in parts) - min(part[1] for part in parts) + 1_000_000
    chance, rows, round_ = random.Random(1), 0, 0  # noqa: S311 - the same file each time
    with csv.open("w", encoding="utf-8") as out:
        out.write(header)
        while rows < ROWS:
            factors = [chance.lognormvariate(0, 0.3) for _ in range(GROUPS)]
            for name, at, value, rest in parts:
                timed = name.startswith(TIMED) and not name.endswith("_failed")
                for group, factor in enumerate(factors):
                    number = f"{float(value) * factor:.6f}" if timed else value
                    moment = at + round_ * length + group * 317
                    out.write(f"{name},{moment},{number},{moved(rest, 3 * group, 3 * round_)}")
            rows, round_ = rows + GROUPS * len(parts), round_ + 1
    return rows


def cut(line: str) -> tuple[str, str, str]:
    """Cut a line behind its name and its moment."""
    name, at, rest = line.split(",", 2)
    return name, at, rest


def moved(rest: str, users: int, iterations: int) -> str:
    """Give a row's metadata to another user and another iteration."""
    for number in range(3):
        rest = rest.replace(f"vu={number + 1}\n", f"vu={number + 1 + users}\n")
        rest = rest.replace(f"vu={number + 1}&", f"vu={number + 1 + users}&")
        rest = rest.replace(f"iter={number}\n", f"iter=_{number + iterations}\n")
        rest = rest.replace(f"iter={number}&", f"iter=_{number + iterations}&")
    return rest.replace("iter=_", "iter=")


def pack(source: Path, target: Path) -> None:
    """Gzip a file as k6 does, in pieces."""
    with source.open("rb") as plain, gzip.open(target, "wb", compresslevel=6) as packed:
        while piece := plain.read(1 << 20):
            packed.write(piece)


def ours(cell: Path) -> None:
    """Build the table as a run does, and print each request's quantiles."""
    from executors.outcome import FILE  # noqa: PLC0415 - the other side needs none of these
    from summary.cell_samples import CellSamples  # noqa: PLC0415
    from summary.tables.cell_table import build_cell_table  # noqa: PLC0415

    recorded = RECORDED.with_name(FILE).read_text(encoding="utf-8")
    (cell / FILE).write_text(recorded.replace('"warmup": 1', '"warmup": 0'), encoding="utf-8")
    tables = [cell / f"{name}.parquet" for name in ("samples", "attempts")]
    build_cell_table(cell, *tables)
    for series in CellSamples.read_from(tables[0], 1).series():
        if series.kind == "request":
            found = [series.quantile_ms(share) for share in QUANTILES]
            print(json.dumps([series.step, series.name, series.count, found]))


def duckdb(csv: Path, what: str, columns: str) -> None:
    """Let DuckDB do the same: rows to Parquet, quantiles of the requests from it."""
    import duckdb as library  # noqa: PLC0415

    table = csv.with_name("duckdb.parquet")
    chosen = CHOSEN[what]
    selected = PARSED if columns == "parsed" else "*"
    step = "step" if columns == "parsed" else "regexp_extract(extra_tags, 'step=([^&]*)', 1)"
    connection = library.connect()
    connection.execute(
        f"COPY (SELECT {selected} FROM read_csv('{csv}', header = true, {COLUMNS}) {chosen})"  # noqa: S608
        f" TO '{table}' (FORMAT parquet, COMPRESSION zstd)"
    )
    found = connection.execute(
        f"SELECT {step} AS step, name, count(*), quantile_cont(metric_value, {list(QUANTILES)})"  # noqa: S608
        f" FILTER (expected_response) FROM '{table}'"
        " WHERE metric_name = 'http_req_duration' GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for name, request, count, values in found:
        print(json.dumps([name, request, count, values]))


class NoPandas:
    """Lets it be found nowhere, as where it is not installed."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Say of every other module that somebody else is to look for it."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["beside pandas", name]:
            ours(Path(name))
        case ["ours", name]:
            sys.meta_path.insert(0, NoPandas)
            ours(Path(name))
        case ["duckdb", name, what, columns]:
            sys.meta_path.insert(0, NoPandas)
            duckdb(Path(name), what, columns)
        case _:
            main()
