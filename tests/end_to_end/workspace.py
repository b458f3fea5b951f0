"""A copy of the product to ride in: real k6, a real browser, the demo app, a fast pacing."""

from __future__ import annotations

import compileall
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PARTS = ("demo", "executors", "generators", "graph", "journeys", "summary", "tandem")
FILES = ("dodo.py", "pyproject.toml", "tandem.toml")
PACING_S = 0.25
DEADLINE_S = 240
UNHURRIED = {"LATE_MS": "100.0", "LAG_MS": "250.0", "STARVED_CORES": "0.25"}
"""The limits of a believable load generator, which tests/riding holds."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and all that it printed."""

    code: int
    out: str


@dataclass(frozen=True)
class Workspace:
    """A folder like a clone's."""

    folder: Path

    def doit(self, *arguments: str, **environment: str) -> Ended:
        """Run doit to its end."""
        ended = subprocess.run(
            command(*arguments),
            cwd=self.folder,
            env=clean_environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start doit and come back at once."""
        return subprocess.Popen(
            command(*arguments),
            cwd=self.folder,
            env=clean_environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file; it must be there."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def latest(self) -> Path:
        """The newest result directory."""
        return (self.folder / "results" / "latest").resolve()

    def summary(self, view: str = "quick") -> dict:
        """The summary in a view's build folder."""
        return json.loads((self.folder / "build" / view / "summary/summary-full.json").read_bytes())

    def rides(self, view: str = "quick") -> dict[str, int]:
        """Each cell's folder to what tells one ride from the next."""
        build = self.folder / "build" / view
        found = sorted(build.glob("*/*/u*/outcome.json"))
        return {path.parent.relative_to(build).as_posix(): path.stat().st_ino for path in found}

    def derived(self, view: str = "quick") -> dict[str, bytes]:
        """Path to bytes of all in a view's build folder that is no measurement."""
        build = self.folder / "build" / view
        files = (path for path in build.rglob("*") if path.is_file())
        found = {path.relative_to(build).as_posix(): path for path in files}
        raw = ("k6/", "playwright/")
        return {name: path.read_bytes() for name, path in found.items() if not name.startswith(raw)}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "doit", *arguments]


def clean_environment(extra: dict[str, str]) -> dict[str, str]:
    foreign = ("TANDEM_", "SOURCE_DATE_EPOCH", "PYTEST_", "PYTHONDONTWRITE", "DEMO_", "K6_")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return {**inherited, "COLUMNS": "100", **extra}


def make_workspace(folder: Path, *journeys: str) -> Workspace:
    """Copy the product to ``folder``, with these example journeys alone, ridden fast."""
    shutil.copytree(_product().name, folder, dirs_exist_ok=True)  # what is compiled stays valid
    workspace = Workspace(folder)
    # Two of the tests' workers ride at once, on a machine that is busy with others besides: what
    # they measure is not looked at here, and must not be found too slow to be believed.
    workspace.edit("executors/lock.py", "/tmp/tandem-load.lock", str(folder.parent / "load.lock"))  # noqa: S108
    for spec in (folder / "journeys").iterdir():
        if spec.suffix in (".json", ".yaml") and spec.stem not in (*journeys, "actions"):
            spec.unlink()
        elif spec.stem in journeys:
            quicken(spec)
    return workspace


@functools.cache
def _product() -> tempfile.TemporaryDirectory[str]:
    """Return a copy of the product that is compiled: it starts often."""
    kept = tempfile.TemporaryDirectory(prefix="tandem-product-")
    copy = Workspace(Path(kept.name))
    for part in PARTS:
        shutil.copytree(ROOT / part, copy.folder / part)
    for file in FILES:
        shutil.copy2(ROOT / file, copy.folder / file)
    for name, limit in UNHURRIED.items():
        copy.edit("executors/health.py", f"{name}: Final = {limit}", f"{name}: Final = 1e9")
    # Only the tests have it, and pyarrow loads it wherever it is found.
    (copy.folder / "pandas.py").write_text('raise ImportError("Tandem goes without it")\n')
    compileall.compile_dir(copy.folder, quiet=1)
    return kept


def quicken(spec: Path) -> None:
    """Give a spec the tests' pacing."""
    text, count = re.subn(
        r'("?pacingSeconds"?: )3\b', rf"\g<1>{PACING_S}", spec.read_text(encoding="utf-8")
    )
    assert count == 1
    spec.write_text(text, encoding="utf-8")
