"""How long `doit run quick` with nothing to do takes, over a bare doit with one trivial task.

With 1, 100 and 1,000 journeys: through doit's own command and through `python dodo.py`, each giving
the recorded answer; with doit looking at the whole graph for itself, as it does after a change of
what all journeys share; and with one spec edited in a comment, so that one journey is stale and
nothing is ridden for it. All are run in turns, so that a noisy machine disturbs them alike, and as
Python runs by default: what it has compiled it finds again.

One journey is ridden for real. The others are its copies under other names: their cells are planted
as recordings, so that no minute is spent on riding what is not measured.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.chain import COPIED, FILES
from graph.freshness import load_inputs
from graph.make_plan import make_plan
from graph.plan import Cell
from graph.settled import FOLDER
from graph.variables import read_variables
from tandem.files import write_json

ROUNDS = 15
SIZES = (1, 100, 1000)
_UNUSUAL = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
BARE = """
def task_trivial():
    return {"actions": [], "uptodate": [True]}
"""
SPEC = """
id: journey-{number:04}
steps:
  - {{id: home, action: navigate, target: /}}
  - {{id: search, action: type, selector: "[data-testid='search-input']", value: ambient}}
"""


def main() -> None:
    """Print a table: one row for each number of journeys."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, nargs="+", default=SIZES)
    print("journeys  bare doit  doit repeats  dodo.py does  doit looks  one is stale  (ms)")
    for size in parser.parse_args().journeys:
        with tempfile.TemporaryDirectory() as folder:
            workspace, bare = Path(folder, "tree"), Path(folder, "bare")
            bare.mkdir()
            (bare / "dodo.py").write_text(BARE)
            prepare(workspace, size)
            middles = measure(workspace, bare)
        print(f"{size:8}" + "".join(f"{each * 1000:13.0f}" for each in middles))
        print("   ratio" + "".join(f"{each / middles[0]:13.2f}" for each in middles))


def measure(workspace: Path, bare: Path) -> list[float]:
    """Return the medians: bare, repeated by doit and by dodo.py, looked at by doit, one stale."""
    doit = [sys.executable, "-m", "doit", "run"]
    taken: list[list[float]] = [[], [], [], [], []]
    for number in range(ROUNDS):
        taken[0].append(seconds(bare, [*doit, "trivial"]))
        taken[1].append(seconds(workspace, [*doit, "quick"]))
        taken[2].append(seconds(workspace, [sys.executable, "dodo.py", "run", "quick"]))
        # With an option the answer is not repeated: doit looks for itself.
        taken[3].append(seconds(workspace, [*doit, "-v", "2", "quick"]))
        with (workspace / "journeys" / "journey-0001.yaml").open("a") as spec:
            spec.write(f"# {number}\n")
        taken[4].append(seconds(workspace, [*doit, "quick"]))
        settle(workspace)
    return [statistics.median(each) for each in taken]


def prepare(workspace: Path, size: int) -> None:
    """Make a tree in which `doit run quick` has nothing to do and has said so."""
    for name in COPIED:
        shutil.copytree(name, workspace / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(name, workspace)
    for spec in (workspace / "journeys").glob("*.*"):
        if spec.suffix in (".json", ".yaml") and spec.stem != "actions":
            spec.unlink()
    write_spec(workspace, 1)
    doit(workspace, "run", "quick")
    for number in range(2, size + 1):
        write_spec(workspace, number)
    doit(workspace, "run", "toolchain", "app:quick", "script:quick:*")
    plant(workspace)
    doit(workspace, "run", "quick")
    settle(workspace)


def settle(workspace: Path) -> None:
    """Let doit find that nothing is to be done, and record that."""
    time.sleep(1.1)  # an answer that rests on what has just changed is not recorded
    for old in (workspace / FOLDER).glob("*.json"):
        old.unlink()
    doit(workspace, "run", "quick")
    if not list((workspace / FOLDER).glob("*.json")):
        sys.exit("the tree did not settle")


def write_spec(workspace: Path, number: int) -> None:
    """Write one of the equal specs."""
    text = SPEC.format(number=number)
    (workspace / "journeys" / f"journey-{number:04}.yaml").write_text(text)


def plant(workspace: Path) -> None:
    """Give every cell that was not ridden the recording of the one that was."""
    former = Path.cwd()
    os.chdir(workspace)
    try:
        plan = make_plan(read_variables({}))
        (view,) = (each for each in plan.views if each.name == "quick")
        ridden = {each.executor: each for each in view.cells if each.outcome.exists()}
        for cell in view.cells:
            if not cell.outcome.exists():
                plant_cell(cell, ridden[cell.executor], load_inputs(cell, plan))
    finally:
        os.chdir(former)


def plant_cell(cell: Cell, ridden: Cell, inputs: dict[str, str]) -> None:
    """Copy a ridden cell's folder and make its outcome this cell's."""
    shutil.copytree(ridden.folder, cell.folder)
    outcome = json.loads(cell.outcome.read_bytes())
    write_json(cell.outcome, outcome | {"journey": cell.journey, "inputs": inputs})


def doit(workspace: Path, *arguments: str) -> None:
    """Run doit to its end."""
    seconds(workspace, [sys.executable, "-m", "doit", *arguments])


def seconds(folder: Path, command: list[str]) -> float:
    """Return the wall time of one call."""
    inherited = {key: value for key, value in os.environ.items() if key not in _UNUSUAL}
    began = time.perf_counter()
    ended = subprocess.run(
        command, cwd=folder, env=inherited, capture_output=True, text=True, check=False
    )
    taken = time.perf_counter() - began
    if ended.returncode:
        sys.exit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout[-2000:]}")
    return taken


if __name__ == "__main__":
    main()
