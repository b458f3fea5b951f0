"""A cell's artifacts appear all at once, and a kill in between loses none that were whole."""

from __future__ import annotations

import errno
import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest

from executors import staging
from executors.staging import STAGE, finish_interrupted, fresh_stage, put_in_place, stage_of

CELL = Path("build/quick/k6/home/u001")


@pytest.fixture(autouse=True)
def _in_a_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def staged(text):
    stage = fresh_stage(CELL)
    (stage / "metrics.csv").write_text(text)
    (stage / "outcome.json").write_text("{}")
    return stage


def ridden(text):
    put_in_place(staged(text), CELL)


def measured():
    return (CELL / "metrics.csv").read_text()


def left_behind():
    return [path.name for path in STAGE.iterdir()]


def test_a_ride_takes_the_place_of_the_one_before():
    ridden("first")
    ridden("second")
    assert (measured(), left_behind()) == ("second", [])


def test_the_stage_is_private():
    assert (staged("x").parent.stat().st_mode & 0o777) == 0o700


@pytest.mark.parametrize("renames", [0, 1])
def test_a_kill_between_the_renames_loses_nothing(monkeypatch, renames):
    """The new ride is whole: it takes its place at the next call, whatever was in the way."""
    ridden("first")
    stage = staged("second")
    really, done = Path.rename, []

    def rename(path, target):
        if len(done) == renames:
            raise SystemExit("killed")
        done.append(target)
        return really(path, target)

    with monkeypatch.context() as context:
        context.setattr(Path, "rename", rename)
        with pytest.raises(SystemExit):
            put_in_place(stage, CELL)
    assert CELL.exists() == (renames == 0)
    assert finish_interrupted(CELL)
    assert (measured(), left_behind()) == ("second", [])
    assert not finish_interrupted(CELL)


def test_a_kill_before_the_former_one_was_removed_leaves_it_to_the_next_call(monkeypatch):
    ridden("first")
    stage = staged("second")
    with monkeypatch.context() as context:
        context.setattr(staging.shutil, "rmtree", lambda _: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            put_in_place(stage, CELL)
    assert measured() == "second"
    assert not finish_interrupted(CELL)
    assert (measured(), left_behind()) == ("second", [])


@pytest.mark.parametrize("killed_in", ["", "copytree", "rename", "rmtree"])
def test_a_cell_on_another_disk_than_its_stage_is_brought_over(monkeypatch, killed_in):
    """As where one of the two folders is mounted; a kill loses nothing there either."""
    ridden("first")
    stage = staged("second")
    rename, copytree, rmtree = Path.rename, shutil.copytree, shutil.rmtree
    killing = [killed_in]

    def kill(here):
        if killing == [here]:
            killing.clear()
            raise SystemExit("killed")

    def moved(path, target):
        if path.is_relative_to(STAGE) != target.is_relative_to(STAGE):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        kill("rename")
        return rename(path, target)

    def copied(path, target):
        kill("copytree")
        return copytree(path, target)

    def removed(path, **given):
        if path == stage:
            kill("rmtree")
        return rmtree(path, **given)

    monkeypatch.setattr(Path, "rename", moved)
    monkeypatch.setattr(staging.shutil, "copytree", copied)
    monkeypatch.setattr(staging.shutil, "rmtree", removed)
    with pytest.raises(SystemExit) if killed_in else nullcontext():
        put_in_place(stage, CELL)
    assert finish_interrupted(CELL) == bool(killed_in)
    assert (measured(), left_behind()) == ("second", [])
    assert [path.name for path in CELL.parent.iterdir()] == [CELL.name]


def test_a_former_ride_gets_its_name_back_when_the_new_one_is_lost():
    ridden("first")
    CELL.rename(stage_of(CELL).with_name(f"{stage_of(CELL).name}.former"))
    assert finish_interrupted(CELL)
    assert (measured(), left_behind()) == ("first", [])


def test_a_ride_that_was_not_whole_is_thrown_away():
    ridden("first")
    stage = fresh_stage(CELL)
    (stage / "metrics.csv").write_text("half")
    assert not finish_interrupted(CELL)
    assert measured() == "first"
    assert list(fresh_stage(CELL).iterdir()) == []
    shutil.rmtree(STAGE)
    assert not finish_interrupted(CELL)
