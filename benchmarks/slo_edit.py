"""How long `doit run quick` takes after an SLO edit, over a bare doit with one trivial task.

The example journeys are ridden once for real, fast, in a copy of the working tree. Then one SLO is
changed and changed again: each time the run is judged, rendered and published anew, and nothing is
ridden. Both are run in turns, so that a noisy machine disturbs them alike.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.chain import COPIED, FILES
from benchmarks.no_op import BARE, doit, seconds

ROUNDS = 9
SPEC = Path("journeys", "search-favorite.yaml")
CALL = ("run", "quick", "pacing=1")


def main() -> None:
    """Print both medians, their ratio, and what the rest of the time goes to."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, bare = Path(folder, "tree"), Path(folder, "bare")
        bare.mkdir()
        (bare / "dodo.py").write_text(BARE)
        for name in COPIED:
            shutil.copytree(name, workspace / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(name, workspace)
        doit(workspace, *CALL)
        ridden = rides(workspace)
        trivial, edited = [], []
        command = [sys.executable, "-m", "doit"]
        for number in range(ROUNDS):
            edit(workspace / SPEC, number)
            edited.append(seconds(workspace, [*command, *CALL]))
            trivial.append(seconds(bare, [*command, "run", "trivial"]))
        if rides(workspace) != ridden:
            sys.exit("something was ridden")
    one, other = statistics.median(trivial), statistics.median(edited)
    print(f"a bare doit: {one * 1000:.0f} ms; doit run quick after an SLO edit: {other:.2f} s")
    print(f"ratio: {other / one:.1f}")


def edit(spec: Path, number: int) -> None:
    """Give the journey's SLO another bound."""
    lines = spec.read_text(encoding="utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if "p(95)<" in line)
    before, _, after = lines[at].partition("p(95)<")
    lines[at] = f"{before}p(95)<{3000 + number}{after.lstrip('0123456789')}"
    spec.write_text("\n".join(lines) + "\n", encoding="utf-8")


def rides(workspace: Path) -> dict[str, bytes]:
    """Return the record of each ride."""
    return {str(each): each.read_bytes() for each in workspace.glob("build/*/*/*/u*/outcome.json")}


if __name__ == "__main__":
    main()
