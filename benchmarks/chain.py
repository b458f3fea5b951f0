"""The wall time of a whole run, over the time that the pacing itself needs.

`python -m benchmarks.chain` rides every example journey at its own pacing in a copy of the working
tree, once in each executor: about two minutes. `python -m benchmarks.chain nightly` rides the whole
matrix: about half an hour.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

COPIED = ("demo", "executors", "generators", "graph", "journeys", "summary", "tandem")
FILES = ("dodo.py", "tandem.toml")


def main() -> None:
    """Print where the time goes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("profile", nargs="?", choices=("quick", "nightly"), default="quick")
    profile = parser.parse_args().profile
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            shutil.copytree(name, Path(folder, name))
        for name in FILES:
            shutil.copy(name, folder)
        began = time.perf_counter()
        ended = subprocess.run(
            [sys.executable, "-m", "doit", "run", profile], cwd=folder, check=False
        )
        whole = time.perf_counter() - began
        report(profile, ended.returncode, whole, Path(folder, "build", profile))


def report(profile: str, code: int, whole: float, build: Path) -> None:
    """Print the schedule's own length, what loads took, and the ratios."""
    schedule = loads = 0.0
    outcomes: list[str] = []
    for file in sorted(build.glob("*/*/u*/outcome.json")):
        outcome = json.loads(file.read_bytes())
        resolved = json.loads((build / "journeys" / f"{outcome['journey']}.json").read_bytes())
        outcomes.append(outcome["outcome"])
        iterations, users = outcome["iterations"] + outcome["warmup"], outcome["users"]
        # The last interaction needs no slot after it: its own time is the app's. Users start
        # spread over one interval.
        slots = iterations * len(resolved["steps"]) - 1 + (users - 1) / users
        schedule += slots * outcome["pacing_s"]
        schedule += iterations * outcome["pause_s"] - resolved.get("last_pause_s", 0)
        loads += seconds_between(outcome["started_at"], outcome["ended_at"])
    print(f"{outcomes.count('ok')} of {len(outcomes)} cells are ok; the exit code is {code}")
    print(f"the schedule needs {schedule:.1f} s (first interaction's start to the last one's)")
    print(f"the loads took {loads:.1f} s, with starting and stopping app, browser and k6")
    print(f"doit run {profile} took {whole:.1f} s")
    print(f"ratio of the whole to the schedule: {whole / schedule:.3f}")
    print(f"ratio of the loads to the schedule: {loads / schedule:.3f}")
    print(f"everything but the loads: {whole - loads:.1f} s")


def seconds_between(start: str, end: str) -> float:
    """Return the seconds from one ISO 8601 time to another."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


if __name__ == "__main__":
    main()
