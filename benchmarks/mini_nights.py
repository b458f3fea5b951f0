"""Nights of real rides, accelerated: nothing changes, an endpoint gets slower, it is mended.

`python -m benchmarks.mini_nights` rides thirty-seven nights of the demo app with a real browser and
real k6, in a copy of the working tree whose journeys have a small pacing: about half an hour on a
machine with nothing else to do. It prints what the gate said of each night and what became of
issues on a server on loopback that behaves like GitHub's API, and a table of it all in the end. The
gate speaks from the twenty-eighth night on.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tabulate import tabulate

from tests.issues.github_api import GitHub
from tests.issues.store import TOKEN, Store, served

COPIED = ("demo", "executors", "generators", "graph", "journeys", "summary", "tandem")
PACING_S = 0.3
SETTINGS = """
[profiles.nightly]
warmup_iterations = 0
playwright = [{{ users = 1, iterations = 1 }}]
k6 = [{{ users = 1, iterations = 3 }}, {{ users = 10, iterations = 2 }}]

[issues]
enabled = true
service = "github"
url = "{url}"
repository = "shop/app"
pause_s = 0.0
"""


@dataclass
class Night:
    """What one night was, and what was said of it."""

    name: str
    state: str
    code: int
    seconds: float
    verdicts: dict[str, list[str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    """What happened on the tracker."""

    @property
    def gate(self) -> str:
        """What the exit code says."""
        return {0: "pass", 98: "regression", 96: "invalid", 97: "failed", 99: "SLO"}.get(
            self.code, str(self.code)
        )


def main() -> None:
    """Ride, and print."""
    given = arguments()
    fast, slow = given.latency, given.latency * (1 + given.slower / 100)
    states = [("unchanged", fast)] * given.nights
    states += [(f"{given.slower:g} % slower", slow)] * given.slow + [("mended", fast)] * given.after
    store = Store(clock=time.time() - 86_400)
    with served(GitHub(store).app()) as url, tempfile.TemporaryDirectory() as made:
        folder = Path(given.folder or Path(made, "nights"))
        folder.mkdir(parents=True)
        make_workspace(folder)
        nights = []
        for number, (state, latency) in enumerate(states, start=1):
            slow_down(folder, url, given.endpoint, latency)
            nights.append(ride(folder, store, f"n{number:03d}", state))
            print(line(nights[-1]), flush=True)
    print("\n" + table(nights, store))


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nights", type=int, default=30, help="on which nothing changes")
    parser.add_argument("--slow", type=int, default=4, help="nights with the slower endpoint")
    parser.add_argument("--after", type=int, default=3, help="nights after it was mended")
    parser.add_argument("--slower", type=float, default=30.0, help="per cent")
    parser.add_argument("--endpoint", default="GET /api/search")
    parser.add_argument("--latency", type=float, default=100.0, help="of the endpoint, in ms")
    parser.add_argument("--folder", help="where to ride: a new folder, that is kept")
    return parser.parse_args()


def make_workspace(folder: Path) -> None:
    """Copy the product, with a small pacing and a small matrix."""
    for name in COPIED:
        shutil.copytree(name, folder / name)
    shutil.copy("dodo.py", folder)
    for spec in (folder / "journeys").glob("*.*"):
        text = spec.read_text(encoding="utf-8") if spec.suffix in (".json", ".yaml") else ""
        paced = re.sub(r'("?pacingSeconds"?: )3\b', rf"\g<1>{PACING_S}", text)
        if paced != text:
            spec.write_text(paced, encoding="utf-8")


def slow_down(folder: Path, url: str, endpoint: str, latency_ms: float) -> None:
    """Let the endpoint take so long: by the app's settings, which are part of what it is."""
    kept = Path("tandem.toml").read_text(encoding="utf-8").partition("[profiles.nightly]")[0]
    faults = json.dumps({endpoint: {"latency_ms": latency_ms}})
    text = kept.replace("[app]\n", f"[app]\nenvironment = {{ DEMO_FAULTS = '{faults}' }}\n", 1)
    (folder / "tandem.toml").write_text(text + SETTINGS.format(url=url), encoding="utf-8")


def ride(folder: Path, store: Store, name: str, state: str) -> Night:
    """Ride one night, and return what came of it."""
    before, began = len(store.asked), time.perf_counter()
    foreign = ("TANDEM_", "GITHUB_", "GITLAB_", "CI", "DEMO_", "SOURCE_DATE_EPOCH")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    ended = subprocess.run(
        [sys.executable, "-m", "doit", "run", "nightly", f"night={name}", "quiet=1"],
        cwd=folder,
        env={**inherited, "GITHUB_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        check=False,
    )
    night = Night(name, state, ended.returncode, time.perf_counter() - began)
    judged = folder / "build/nightly/summary/regression.json"
    if not judged.exists() or json.loads(judged.read_bytes())["night"] != name:
        sys.exit(f"night {name} was not judged ({ended.returncode}):\n{ended.stdout}{ended.stderr}")
    for unit in json.loads(judged.read_bytes())["units"]:
        if unit["verdict"] in ("regression", "suspect", "improvement"):
            said = f"{unit['journey']}/{unit['step']} {unit['metric']} {unit['effect_pct']:+.0f} %"
            night.verdicts.setdefault(unit["verdict"], []).append(f"{unit['unit']} {said}")
    night.told = [said for said in ended.stdout.splitlines() if said.startswith("GitHub: ")]
    night.told = [said.removeprefix("GitHub: ").rpartition(" http")[0] for said in night.told]
    night.told = [said for said in night.told if said] if len(store.asked) > before else []
    return night


def line(night: Night) -> str:
    """Return what there is to say of a night, as it goes."""
    parts = [f"{night.name} {night.state:<12} {night.gate:<10} {night.seconds:5.1f} s"]
    for verdict, units in night.verdicts.items():
        more = f" and {len(units) - 2} more" if len(units) > 2 else ""
        parts.append(f"{verdict}: {', '.join(units[:2])}{more}")
    parts += night.told
    return " | ".join(parts)


def table(nights: Sequence[Night], store: Store) -> str:
    """Return it all as a table for the documentation."""
    rows = list(_rows(nights))
    headers = ("nights", "what was ridden", "red", "suspects only", "not judged", "issues")
    shown = tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True)
    issues = [
        f"#{issue.number} {issue.title}: {issue.state}, {len(issue.comments)} comments"
        for issue in store.issues
    ]
    seconds = sorted(night.seconds for night in nights)
    middle = f"A night took {seconds[len(seconds) // 2]:.0f} s (median)."
    return "\n".join([shown, "", *issues, middle])


def _rows(nights: Sequence[Night]) -> Iterator[tuple[str, ...]]:
    quiet = [night for night in nights if night.state == "unchanged"]
    spoken, silent = quiet[27:], quiet[:27]
    for what, group in ((", too early to say", silent), (", the gate speaks", spoken)):
        if group:
            yield _row(f"{group[0].name} to {group[-1].name}", f"unchanged{what}", group)
    for night in (night for night in nights if night.state != "unchanged"):
        yield _row(night.name, night.state, [night])


def _row(names: str, state: str, group: Sequence[Night]) -> tuple[str, ...]:
    red = sum(night.code == 98 for night in group)
    suspects = sum("suspect" in night.verdicts and night.code != 98 for night in group)
    unjudged = sum(night.code not in (0, 98) for night in group)
    told = [said for night in group for said in night.told if not said.startswith("nothing")]
    of = f" of {len(group)}" if len(group) > 1 else ""
    return (names, state, f"{red}{of}", str(suspects), str(unjudged), "; ".join(told) or "none")


if __name__ == "__main__":
    main()
