"""What is done with published runs: judged again, judged by today's SLOs, thrown away."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from summary.history.frozen import night_file
from summary.history.records import to_text
from summary.history.stores import open_store
from tests.end_to_end.kept import Kept
from tests.end_to_end.workspace import make_workspace
from tests.summary.history.nights import record

ARGUMENTS = ("run", "quick", "executor=k6")
OLD, NEW = "20200101-000000", "20200102-000000"
SLO = "slos:\n  - {threshold: p(95)<0.001}\n"


@pytest.fixture(scope="module")
def ridden(tmp_path_factory):
    """A workspace with one ride, published under two stamps."""
    workspace = make_workspace(tmp_path_factory.mktemp("upkeep") / "tree", "log-in-account")
    for epoch in ("1577836800", "1577923200"):
        ended = workspace.doit(*ARGUMENTS, SOURCE_DATE_EPOCH=epoch)
        assert ended.code == 0, ended.out
    assert {each.name for each in runs(workspace)} == {OLD, NEW}
    return workspace


@pytest.fixture(scope="module")
def kept(ridden):
    return Kept(ridden.folder)


@pytest.fixture
def workspace(ridden, kept):
    """The workspace, put back as it was afterwards."""
    yield ridden
    kept.put_back()


def runs(workspace):
    results = (workspace.folder / "results").iterdir()
    return [each for each in results if each.is_dir() and not each.is_symlink()]


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_run_is_rebuilt_byte_for_byte_from_its_tables(workspace):
    run = workspace.folder / "results" / OLD
    before = content(run)
    for name in ("report.md", "report.html", "junit.xml", "summary/summary.json"):
        (run / name).unlink()
    ended = workspace.doit("run", "resummarize", f"run={OLD}")
    assert (ended.code, ended.out) == (0, f"{OLD}: pass\n")
    assert content(run) == before


def test_two_runs_are_held_against_each_other(workspace):
    ended = workspace.doit("run", "compare", f"runs={OLD},latest")
    assert ended.code == 0, ended.out
    assert f"{OLD} (pass) and {NEW} (pass)" in ended.out
    page = workspace.folder / f"results/compare-{OLD}-{NEW}.html"
    assert f"Page: {page.relative_to(workspace.folder)}" in ended.out and "open-login" in ended.out
    # One user's one iteration in each: nothing to tell a difference from.
    assert "No figure has the samples in both runs" in page.read_text()
    for wrong in ("", OLD, f"{OLD},", f"{OLD},nothing", f"{OLD},{NEW},{OLD}"):
        assert workspace.doit("run", "compare", f"runs={wrong}").code == 3


def test_the_index_lists_what_is_there_and_is_made_again(workspace):
    index = workspace.folder / "results/index.html"
    assert OLD in index.read_text() and NEW in index.read_text()
    index.unlink()
    assert workspace.doit(*ARGUMENTS, SOURCE_DATE_EPOCH="1577923200").code == 0
    assert OLD in index.read_text()
    assert workspace.doit("run", "prune", "keep=1", "apply=1").code == 0
    assert OLD not in index.read_text() and NEW in index.read_text()


def test_todays_slos_are_held_against_every_run(workspace):
    before = {each: content(each) for each in runs(workspace)}
    spec = workspace.folder / "journeys/log-in-account.yaml"
    spec.write_text(spec.read_text() + SLO)
    ended = workspace.doit("run", "slo_backtest")
    assert ended.code == 0, ended.out
    assert "2 of 2 judged runs would have missed an SLO." in ended.out
    assert len(re.findall(r"pass +fail +log-in-account k6 1 p\(95\)<0.001", ended.out)) == 2
    assert {each: content(each) for each in runs(workspace)} == before


def test_pruning_says_first_what_it_would_do(workspace):
    before = {each: content(each) for each in runs(workspace)}
    ended = workspace.doit("run", "prune", "keep=1run")
    assert ended.code == 0
    assert f"{OLD}  whole run" in ended.out
    assert NEW not in ended.out
    assert "Nothing is removed yet" in ended.out
    assert {each: content(each) for each in runs(workspace)} == before


def test_pruning_removes_whole_runs_and_what_they_were_compared_in(workspace):
    results = workspace.folder / "results"
    for pair in (f"{OLD}-{NEW}", f"{NEW}-{NEW}"):
        (results / f"compare-{pair}.html").write_text("")
    ended = workspace.doit("run", "prune", "keep=1run", "apply=1")
    assert ended.code == 0
    assert [each.name for each in runs(workspace)] == [NEW]
    assert [each.name for each in results.glob("compare-*")] == [f"compare-{NEW}-{NEW}.html"]
    assert "Nothing to remove" in workspace.doit("run", "prune", "keep=1run", "apply=1").out


def test_a_run_without_its_raw_artifacts_leads_to_none_of_them(workspace):
    settings = workspace.folder / "tandem.toml"
    settings.write_text(
        settings.read_text() + '\n[retention]\nraw = "1 run"\nsummaries = "99999 days"\n'
    )
    assert workspace.doit("run", "prune", "apply=1").code == 0
    old = workspace.folder / "results" / OLD
    left = set(content(old))
    assert {"tables/samples/k6-log-in-account-u001.parquet", "report.html"} <= left
    assert [name for name in left if name.startswith("k6/")] == [
        "k6/log-in-account/u001/outcome.json"
    ]
    links = re.findall(r'href="(?!data:)([^"#][^"]*)"', (old / "report.html").read_text())
    assert links
    assert [link for link in links if not (old / link).exists()] == []
    # What is left is enough to judge it again.
    assert workspace.doit("run", "resummarize", f"run={OLD}").code == 0


@pytest.mark.parametrize("how", ["latest", "pinned", "baseline"])
def test_some_runs_stay(workspace, how):
    results = workspace.folder / "results"
    if how == "baseline":
        night = record(0).model_copy(update={"stamp": OLD})
        store = open_store(str(workspace.folder / ".tandem/history"))
        store.write(night_file("nightly", night.night), to_text(night).encode())
        assert workspace.doit("run", "baseline_pin", f"run={OLD}").code == 0
    elif how == "pinned":
        (results / "pinned.json").write_text(json.dumps({OLD: "before the new cache"}))
    else:
        (results / "latest").unlink()
        (results / "latest").symlink_to(OLD)
    assert workspace.doit("run", "prune", "keep=0runs", "apply=1").code == 0
    assert (results / OLD / "report.html").exists()


def test_a_run_that_is_not_there_is_named_with_those_that_are(workspace):
    for task in ("open", "show", "resummarize", "slo_backtest"):
        ended = workspace.doit("run", task, "run=2020")
        assert ended.code == 3
        assert "run=2020: there is no such run in 'results'" in ended.out
        assert f"There are {NEW}, {OLD}." in ended.out
    shutil.rmtree(workspace.folder / "results")
    for task in ("resummarize", "slo_backtest"):
        ended = workspace.doit("run", task, "run=all")
        assert ended.code == 3
        assert "there is no run in 'results'\n  `doit run quick` makes one." in ended.out
    assert not (workspace.folder / "results").exists()
