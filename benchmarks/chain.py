"""The wall time of a whole `doit run quick`, over the time that the pacing itself needs.

Rides every example journey at its own pacing in a copy of the working tree: about two minutes.
"""

from __future__ import annotations

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
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            shutil.copytree(name, Path(folder, name))
        for name in FILES:
            shutil.copy(name, folder)
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "doit", "run", "quick"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        whole = time.perf_counter() - began
        report(whole, Path(folder, "build", "quick"))


def report(whole: float, build: Path) -> None:
    """Print the schedule's own length, what loads took, and the ratios."""
    schedule = loads = 0.0
    for file in sorted(build.glob("*/*/u*/outcome.json")):
        outcome = json.loads(file.read_bytes())
        resolved = json.loads((build / "journeys" / f"{outcome['journey']}.json").read_bytes())
        # The last interaction needs no slot after it: its own time is the app's.
        schedule += (outcome["iterations"] * len(resolved["steps"]) - 1) * outcome["pacing_s"]
        schedule += outcome["iterations"] * outcome["pause_s"] - resolved.get("last_pause_s", 0)
        loads += seconds_between(outcome["started_at"], outcome["ended_at"])
    print(f"the schedule needs {schedule:.1f} s (first interaction's start to the last one's)")
    print(f"the loads took {loads:.1f} s, with starting and stopping app, browser and k6")
    print(f"doit run quick took {whole:.1f} s")
    print(f"ratio of the whole to the schedule: {whole / schedule:.3f}")
    print(f"ratio of the loads to the schedule: {loads / schedule:.3f}")
    print(f"everything but the loads: {whole - loads:.1f} s")


def seconds_between(start: str, end: str) -> float:
    """Return the seconds from one ISO 8601 time to another."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


if __name__ == "__main__":
    main()
