"""A snapshot of the build folder under its stamp."""

from __future__ import annotations

import json

import pytest

from summary.publish import publish, published

PARTS = ("run.json", "report.md", "k6/home/u001")


@pytest.fixture
def build(tmp_path):
    folder = tmp_path / "build"
    (folder / "k6/home/u001/attempts/1").mkdir(parents=True)
    (folder / "k6/home/u001/metrics.csv").write_text("raw")
    (folder / "k6/home/u001/attempts/1/metrics.csv").write_text("earlier")
    write(folder, "report.md", "pass")
    write_run(folder)
    return folder


def write(folder, name, text):
    """Write as Tandem does: by rename, so that links keep what they had."""
    beside = folder / f"{name}.new"
    beside.write_text(text)
    beside.replace(folder / name)


def write_run(folder, stamp="20261123-090000", raw="aa"):
    write(folder, "run.json", json.dumps({"stamp": stamp, "raw_sha256": raw}))


def test_everything_is_there_as_hard_links(build, tmp_path):
    target = publish(build, tmp_path / "results", PARTS)
    assert target == tmp_path / "results/20261123-090000"
    names = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert names == {
        "run.json",
        "report.md",
        "k6/home/u001/metrics.csv",
        "k6/home/u001/attempts/1/metrics.csv",
    }
    assert (target / "report.md").samefile(build / "report.md")


def test_latest_leads_to_it(build, tmp_path):
    publish(build, tmp_path / "results", PARTS)
    write_run(build, stamp="20261124-090000", raw="bb")
    publish(build, tmp_path / "results", PARTS)
    assert (tmp_path / "results/latest").resolve().name == "20261124-090000"


def test_publishing_again_changes_nothing(build, tmp_path):
    target = publish(build, tmp_path / "results", PARTS)
    before = {path: path.stat().st_ino for path in target.rglob("*")}
    assert publish(build, tmp_path / "results", PARTS) == target
    assert {path: path.stat().st_ino for path in target.rglob("*")} == before
    assert published(build, tmp_path / "results", PARTS) == target


def test_what_is_judged_anew_replaces_the_former_under_the_same_stamp(build, tmp_path):
    target = publish(build, tmp_path / "results", PARTS)
    write(build, "report.md", "fail")
    assert published(build, tmp_path / "results", PARTS) is None
    assert (target / "report.md").read_text() == "pass"
    assert publish(build, tmp_path / "results", PARTS) == target
    assert (target / "report.md").read_text() == "fail"


def test_other_measurements_never_replace_those_under_a_taken_stamp(build, tmp_path):
    first = publish(build, tmp_path / "results", PARTS)
    write(build / "k6/home/u001", "metrics.csv", "other")
    write_run(build, raw="bb")
    second = publish(build, tmp_path / "results", PARTS)
    write(build / "k6/home/u001", "metrics.csv", "third")
    write_run(build, raw="cc")
    third = publish(build, tmp_path / "results", PARTS)
    assert [each.name for each in (second, third)] == ["20261123-090000-2", "20261123-090000-3"]
    texts = [(each / "k6/home/u001/metrics.csv").read_text() for each in (first, second, third)]
    assert texts == ["raw", "other", "third"]


def test_results_that_were_deleted_are_noticed(build, tmp_path):
    target = publish(build, tmp_path / "results", PARTS)
    (target / "k6/home/u001/metrics.csv").unlink()
    assert published(build, tmp_path / "results", PARTS) is None
    publish(build, tmp_path / "results", PARTS)
    assert published(build, tmp_path / "results", PARTS) == target


def test_a_publication_that_breaks_off_leaves_no_directory(build, tmp_path, monkeypatch):
    def breaks(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("summary.publish._put", breaks)
    with pytest.raises(KeyboardInterrupt):
        publish(build, tmp_path / "results", PARTS)
    assert list((tmp_path / "results").iterdir()) == []


def test_what_a_killed_publication_left_is_removed_by_the_next(build, tmp_path):
    results = tmp_path / "results"
    (results / ".20261123-090000.abc").mkdir(parents=True)
    publish(build, results, PARTS)
    assert not list(results.glob(".2*"))


def test_a_result_whose_record_is_damaged_is_known_by_its_measurements(build, tmp_path):
    (build / "k6/home/u001/outcome.json").write_text("{}")
    run = {"stamp": "20261123-090000", "raw_sha256": "aa", "cells": [{"folder": "k6/home/u001"}]}
    write(build, "run.json", json.dumps(run))
    target = publish(build, tmp_path / "results", PARTS)
    for damaged in ("", "[]", "{}"):
        write(target, "run.json", damaged)
        assert published(build, tmp_path / "results", PARTS) is None
        assert publish(build, tmp_path / "results", PARTS) == target
        assert json.loads((target / "run.json").read_bytes()) == run
    write(target, "run.json", "[]")
    write(target, "k6/home/u001/outcome.json", "of another ride")
    other = publish(build, tmp_path / "results", PARTS)
    assert other == tmp_path / "results/20261123-090000-2"
