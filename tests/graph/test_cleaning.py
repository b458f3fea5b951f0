"""What is removed when somebody cleans up, and what stays."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import dodo
from graph.actions import remove_ride
from graph.plan import Cell, View
from graph.session import LookedAt

MAKEFILE = Path(__file__).parents[2] / "Makefile"
PLAIN = "build/ab/0123456789ab/ab.json"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def made(*paths):
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def left():
    return {path.as_posix() for path in Path().rglob("*") if path.is_file()}


def clean(task, *, dryrun=False):
    for action, arguments in task["clean"]:
        action(*arguments, dryrun=dryrun)


@pytest.mark.parametrize(
    ("view", "stays"),
    [
        (View("ab", "ab", {}, (), ()), set()),
        (View("ab-users-2-abcdef", "ab", {"users": "2"}, (), ()), {PLAIN}),
    ],
)
def test_the_rounds_of_base_against_head_go(monkeypatch, view, stays):
    """Of a plain call all that was made of the profile, of a narrowed one its own."""
    monkeypatch.setattr(dodo, "views", lambda: (view,))
    monkeypatch.setattr(dodo, "earlier", lambda _: ())
    monkeypatch.setattr(dodo, "plan", lambda: None)
    made(PLAIN, "build/ab-users-2-abcdef/0123456789ab/ab.json")
    made("build/quick/run.json", "results/ab-0123456789ab.md")
    before = left()
    clean(dodo.task_ab(), dryrun=True)
    assert left() == before
    clean(dodo.task_ab())
    assert left() == {"build/quick/run.json", "results/ab-0123456789ab.md"} | stays


@pytest.mark.parametrize("narrowed", [{}, {"users": "2"}])
def test_what_journeys_left_that_are_no_more_goes_too(monkeypatch, narrowed):
    name = "quick-users-2-abcdef" if narrowed else "quick"
    monkeypatch.setattr(dodo, "views", lambda: (View(name, "quick", narrowed, (), ()),))
    monkeypatch.setattr(dodo, "looked_at", LookedAt)
    others = {"build/nightly/run.json", "results/20261123-091500/run.json"}
    of_quick = {"build/quick/k6/gone/u001/outcome.json"}
    made(*others, *of_quick, "build/quick-users-2-abcdef/k6/gone/u001/outcome.json")
    clean(dodo.task_quick())
    assert left() == (others | of_quick if narrowed else others)


def test_what_is_kept_of_a_refused_cell_goes_with_it():
    cell = Cell("quick", "quick", "k6", "home", 1, 1, 0, None)
    made(cell.folder / "outcome.json", cell.folder.with_name(".u001.aside") / "outcome.json")
    remove_ride(cell, dryrun=False)
    assert left() == set()


def test_make_clean_keeps_results_and_the_history_of_nights():
    """Nothing makes nights anew."""
    shutil.copy(MAKEFILE, "Makefile")
    kept = {"results/1/run.json", ".tandem/history/nights/nightly/1.json", ".venv/installed.lock"}
    made(*kept, ".tandem/doit.db", ".tandem/tools/k6.json", "build/run.json", "a/__pycache__/b")
    subprocess.run(["make", "clean"], check=True, capture_output=True)
    assert left() == {"Makefile", *kept}


def test_make_clean_needs_nothing_to_be_there():
    """It may be called twice."""
    shutil.copy(MAKEFILE, "Makefile")
    subprocess.run(["make", "clean"], check=True, capture_output=True)
    assert left() == {"Makefile"}
