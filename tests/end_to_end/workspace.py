"""A copy of the product to ride in: real k6, a real browser, the demo app, a fast pacing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PARTS = ("demo", "executors", "generators", "graph", "journeys", "summary", "tandem")
FILES = ("dodo.py", "pyproject.toml", "tandem.toml")
PACING_S = 0.4
DEADLINE_S = 240
SPOILT = "invalid: the load generator "
"""What is said of a cell for which the machine had no time."""
TRIES = 4


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
        """Run doit to its end; again where other work on this machine spoilt a measurement."""
        for _ in range(TRIES):
            ended = self._doit(*arguments, **environment)
            if SPOILT not in ended.out:
                break
        return ended

    def _doit(self, *arguments: str, **environment: str) -> Ended:
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


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "doit", *arguments]


def clean_environment(extra: dict[str, str]) -> dict[str, str]:
    foreign = ("TANDEM_", "SOURCE_DATE_EPOCH", "PYTEST_", "DEMO_", "K6_")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return {**inherited, "COLUMNS": "100", **extra}


def make_workspace(folder: Path, *journeys: str) -> Workspace:
    """Copy the product to ``folder``, with these example journeys alone, ridden fast."""
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    for file in FILES:
        shutil.copy(ROOT / file, folder / file)
    for spec in (folder / "journeys").iterdir():
        if spec.suffix in (".json", ".yaml") and spec.stem not in (*journeys, "actions"):
            spec.unlink()
        elif spec.stem in journeys:
            quicken(spec)
    return Workspace(folder)


def quicken(spec: Path) -> None:
    """Give a spec the tests' pacing."""
    text, count = re.subn(
        r'("?pacingSeconds"?: )3\b', rf"\g<1>{PACING_S}", spec.read_text(encoding="utf-8")
    )
    assert count == 1
    spec.write_text(text, encoding="utf-8")
