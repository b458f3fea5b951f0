"""What a generated k6 script costs beside the shortest one that a person would write.

For each example journey both ride 100 users at the same pace against the demo app, with k6's CSV as
Tandem has it written. The scripts in ``by_hand`` send the same requests with the same tags, their
users spread over one interval as ours are, and that is all: they check no answer, sleep instead of
keeping a schedule, and write no row of an interaction. CPU seconds and peak memory of k6 alone: the
least of some rounds, and the ratio to the script by hand.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from executors.lock import load_lock
from executors.server import running_app
from executors.toolchain import find_k6
from generators.options import ScriptOptions
from generators.scripts import generate
from journeys.loader import load_action_map, load_journey
from tandem.app_settings import AppSettings

USERS, ITERATIONS, PACING_S, ROUNDS = 100, 2, 2.0, 2
BY_HAND = Path("benchmarks", "by_hand")
TAGS = ("name", "method", "status", "expected_response", "error_code")


def main() -> None:
    """Print a row for each journey."""
    settings = AppSettings(
        command=("{python}", "-m", "demo", "--port", "{port}"),
        ready_path="/api/health",
        environment={"PYTHONPATH": str(Path.cwd())},
    )
    action_map = load_action_map([Path("journeys/actions.yaml")], Path())
    print(f"{'':20} CPU s: generated, by hand, ratio    MB: generated, by hand, ratio")
    with tempfile.TemporaryDirectory(prefix="tandem-benchmark-") as folder, load_lock(print):
        for by_hand in sorted(BY_HAND.glob("*.js")):
            spec = next(Path("journeys").glob(f"{by_hand.stem}.[jy]*"))
            journey = load_journey(spec, action_map, Path())
            generated = Path(folder, by_hand.name)
            generated.write_text(generate("k6", journey, ScriptOptions(USERS, ITERATIONS, 1.0)))
            costs: dict[Path, list[tuple[float, float]]] = {generated: [], by_hand: []}
            sent = {}
            for _ in range(ROUNDS):
                for script, found in costs.items():
                    with running_app(settings, None, Path(folder), ()) as app:
                        found.append(ridden(script, Path(folder), app.origin))
                    sent[script] = requests_in(Path(folder, "metrics.csv"))
            if sent[generated] != sent[by_hand]:
                sys.exit(
                    f"{by_hand.stem}: other requests: {sent[generated] - sent[by_hand]}, "
                    f"{sent[by_hand] - sent[generated]}"
                )
            least = [[min(each) for each in zip(*found, strict=True)] for found in costs.values()]
            (cpu, memory), (cpu_by_hand, memory_by_hand) = least
            print(
                f"{by_hand.stem:20} {cpu:16.2f} {cpu_by_hand:8.2f} {cpu / cpu_by_hand:6.2f} "
                f"{memory:16.0f} {memory_by_hand:8.0f} {memory / memory_by_hand:6.2f}"
            )


def ridden(script: Path, folder: Path, origin: str) -> tuple[float, float]:
    """Ride once; return k6's CPU seconds and its peak memory in MB."""
    tool = find_k6()
    assert tool is not None
    command = [tool.path, "run", "--quiet", "--address", "", "--out", "csv=metrics.csv"]
    process = subprocess.Popen(
        [*command, str(script.resolve())],
        cwd=folder,
        env={
            **os.environ,
            "BASE_URL": origin,
            "USERS": str(USERS),
            "ITERATIONS": str(ITERATIONS),
            "PACING_MS": str(PACING_S * 1000),
            "K6_CSV_TIME_FORMAT": "unix_micro",
            "K6_NO_USAGE_REPORT": "true",
        },
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"k6 ended with {process.returncode}")
    kilobyte = 1024 if sys.platform == "linux" else 1
    return used.ru_utime + used.ru_stime, used.ru_maxrss * kilobyte / 1e6


def requests_in(path: Path) -> Counter[tuple[str, ...]]:
    """Return how often each request was sent, with its tags."""
    with path.open(encoding="utf-8", newline="") as rows:
        return Counter(
            (*(row[tag] for tag in TAGS), *sorted(row["extra_tags"].split("&")))
            for row in csv.DictReader(rows)
            if row["metric_name"] == "http_reqs"
        )


if __name__ == "__main__":
    main()
