"""What a killed run left goes when doit starts again."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from executors.leftovers import STAGE, purge
from executors.scratch import _prefix
from executors.staging import finish_interrupted, fresh_stage
from tests.executors.test_scratch import GONE

CELL, OTHER = Path("build/quick/k6/home/u001"), Path("build/quick/k6/away/u001")


@pytest.fixture(autouse=True)
def _in_a_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))


def test_half_a_ride_goes_and_a_whole_one_takes_its_place_later(tmp_path):
    (fresh_stage(CELL) / "app.log").write_text("secret")
    (fresh_stage(OTHER) / "outcome.json").write_text("{}")
    scratch = tmp_path / "tmp" / f"{_prefix()}{GONE}-x"
    scratch.mkdir(parents=True)
    purge()
    assert not scratch.exists()
    assert not list(STAGE.rglob("app.log"))
    assert finish_interrupted(OTHER)
    assert (OTHER / "outcome.json").exists()


def test_where_nothing_was_ridden_there_is_nothing_to_remove():
    purge()
    assert not STAGE.exists()


def test_what_cannot_be_removed_keeps_no_run_from_starting(monkeypatch):
    """A guard may still write into the stage; a ride looks again when it holds the load lock."""
    (fresh_stage(CELL) / "app.log").write_text("secret")

    def written_meanwhile(folder):
        raise OSError(errno.ENOTEMPTY, "Directory not empty", str(folder))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("executors.staging.shutil.rmtree", written_meanwhile)
        purge()
    assert list(STAGE.rglob("app.log"))
    purge()
    assert not list(STAGE.rglob("app.log"))
