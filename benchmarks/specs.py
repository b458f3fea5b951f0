"""How fast specs are read and checked, beside plain YAML parsing of the same files.

A thousand specs of six steps, with domain actions, rules of the map, data and captures. *Plain* is
PyYAML's own C loader; *checked* is all that `doit validate` does of them; then the whole command:
with nothing known, with nothing changed, and with one spec changed. CPU seconds, the least of some
rounds, and how often *checked* is *plain*.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from benchmarks.chain import COPIED, FILES
from benchmarks.measure import cost_of
from journeys.loader import all_faults

SPECS, ROUNDS = 1000, 3
SOURCE = Path("journeys/search-favorite.yaml")


def main() -> None:
    """Print a row for each way to read them."""
    with tempfile.TemporaryDirectory(prefix="tandem-benchmark-") as folder:
        workspace = Path(folder)
        specs = prepared(workspace)
        maps = [workspace / "journeys/actions.yaml"]
        plain = least(lambda: plainly_read(specs))
        checked = least(lambda: check(specs, maps, workspace))
        print(f"{'plain YAML parsing':32} {plain:6.2f} s {SPECS / plain:7.0f} specs/s")
        print(f"{'read and checked':32} {checked:6.2f} s {SPECS / checked:7.0f} specs/s", end="")
        print(f"   {checked / plain:.1f} times plain")
        os.chdir(workspace)
        record = Path(".tandem/sound.json")
        for name, prepare in {
            "doit validate, nothing known": lambda: shutil.rmtree(".tandem"),
            "doit validate, nothing changed": lambda: None,
            "doit validate, one spec changed": lambda: change(specs[0]),
        }.items():
            validate()
            costs = []
            for _ in range(ROUNDS):
                prepare()
                costs.append(validate())
            taken = min(costs)
            assert record.exists()
            print(f"{name:32} {taken:6.2f} s {SPECS / taken:7.0f} specs/s")


def prepared(workspace: Path) -> list[Path]:
    """Make a workspace with that many specs in it; return them."""
    for name in COPIED:
        shutil.copytree(name, workspace / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(name, workspace)
    folder = workspace / "journeys"
    for spec in folder.glob("*.*"):
        if spec.suffix in (".json", ".yaml") and spec.stem != "actions":
            spec.unlink()
    text = SOURCE.read_text(encoding="utf-8")
    paths = []
    for number in range(SPECS):
        paths.append(folder / f"journey-{number:04}.yaml")
        named = text.replace(f"id: {SOURCE.stem}", f"id: journey-{number:04}")
        paths[-1].write_text(named, encoding="utf-8")
    return paths


def plainly_read(specs: list[Path]) -> None:
    """Parse, and no more."""
    for spec in specs:
        yaml.load(spec.read_bytes(), Loader=yaml.CSafeLoader)


def check(specs: list[Path], maps: list[Path], workspace: Path) -> None:
    """Read, resolve and check; none may be wrong."""
    faults, _ = all_faults(specs, maps, workspace)
    assert not faults, faults[0]


def change(spec: Path) -> None:
    """Change a spec's content without making it wrong."""
    with spec.open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")


def validate() -> float:
    """Return the CPU seconds of one `doit validate`."""
    return cost_of("-m", "doit", "validate").cpu_s


def least(action: Callable[[], None]) -> float:
    """Return the CPU seconds of an action, the least of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        action()
        taken.append(time.process_time() - began)
    return min(taken)


if __name__ == "__main__":
    main()
