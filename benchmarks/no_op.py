"""How long a `doit run quick` with nothing to do takes, over a bare doit with one trivial task.

Both are run in turns, so that a noisy machine disturbs them alike. Needs a build folder in which
`doit run quick` has passed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
BARE = """
def task_trivial():
    return {"actions": [], "uptodate": [True]}
"""


def main() -> None:
    """Print the medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "dodo.py").write_text(BARE)
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(seconds(Path(folder), "run", "trivial"))
            ours.append(seconds(Path(), "run", "quick"))
    middle_bare, middle_ours = statistics.median(bare), statistics.median(ours)
    print(f"bare doit, one trivial task: {middle_bare * 1000:.0f} ms (median of {ROUNDS})")
    print(f"doit run quick, nothing to do: {middle_ours * 1000:.0f} ms")
    print(f"ratio: {middle_ours / middle_bare:.2f}")


def seconds(folder: Path, *arguments: str) -> float:
    """Return the wall time of one doit call."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "doit", *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - began
    if ended.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {ended.returncode}:\n{ended.stdout}")
    return taken


if __name__ == "__main__":
    main()
