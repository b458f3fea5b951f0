"""Nights with real riders: a small matrix of one journey, again and again."""

from __future__ import annotations

import json
import signal
import time

import pytest

from summary.history.records import night_from, to_text
from tests.end_to_end.workspace import make_workspace
from tests.issues.github_api import GitHub
from tests.issues.store import TOKEN, Store, served

JOURNEY = "log-in-account"
SMALL = """[profiles.nightly]
warmup_iterations = 0
playwright = [{ users = 1, iterations = 2 }]
k6 = [{ users = 2, iterations = 2 }]
default_slo = "rate<=0"
"""
LATER = 28
"""Nights made of the first one, between the second and the third, in which one step was faster."""
SLOWER = "submit"
"""That step. All steps together would be a slower machine, and what is left of them chance."""
FASTER = 0.02
"""Far beyond what a busy machine does to the same step from ride to ride."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = make_workspace(tmp_path_factory.mktemp("nightly"), JOURNEY)
    settings = made.folder / "tandem.toml"
    kept = settings.read_text(encoding="utf-8").partition("[profiles.nightly]")[0]
    settings.write_text(kept + SMALL, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def first(workspace):
    return workspace.doit("run", "nightly", "night=n01")


def record(workspace, night):
    return workspace.folder / ".tandem/history/nights/nightly" / f"{night}.json"


def test_a_night_is_ridden_published_and_remembered(workspace, first):
    assert first.code == 0, first.out
    assert "Night n01: 0 nights before it" in first.out
    found = night_from(record(workspace, "n01").read_bytes(), "n01")
    assert found.verdict == "pass"
    assert found.stamp == workspace.latest.name
    steps = {(each.step, each.executor, each.users) for each in found.series}
    assert any("POST" in name or "GET" in name for each in found.series for name in each.requests)
    assert len(steps) == len(found.series) > 4
    assert all(each.n == (2 if each.executor == "playwright" else 4) for each in found.series)
    assert (workspace.latest / "history.json").is_file()
    assert "No comparable night is known yet" in (workspace.latest / "report.md").read_text("utf-8")


def test_the_same_night_again_rides_nothing_and_a_new_one_everything(workspace, first):
    before, written = workspace.rides("nightly"), record(workspace, "n01").stat().st_mtime_ns
    again = workspace.doit("run", "nightly", "night=n01")
    assert again.code == 0
    assert workspace.rides("nightly") == before
    assert record(workspace, "n01").stat().st_mtime_ns == written
    process = workspace.start("run", "nightly", "night=n02")
    until = time.monotonic() + 120
    while workspace.rides("nightly") == before and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    half = workspace.rides("nightly")
    assert half != before
    assert not record(workspace, "n02").exists()
    finished = workspace.doit("run", "nightly", "night=n02")
    assert finished.code == 0, finished.out
    after = workspace.rides("nightly")
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())
    assert set(after.values()) & set(half.values()), "what was ridden before the kill stands"
    assert night_from(record(workspace, "n02").read_bytes(), "n02").night == "n02"


@pytest.fixture
def github():
    """A server like GitHub's, and what a job says of it."""
    store = Store(clock=time.time() - 86_400)  # a decision that is made now is later
    with served(GitHub(store).app()) as url:
        said = {"ENABLED": "true", "URL": url, "REPOSITORY": "shop/app", "PAUSE_S": "0"}
        settings = {f"TANDEM_ISSUES__{name}": value for name, value in said.items()}
        yield store, {**settings, "GITHUB_TOKEN": TOKEN}


def faster(series, index):
    """Return a series as in the made night of that index."""
    factor = (FASTER if series.step == SLOWER else 1) * (1 + 0.004 * (index % 5))
    changed = {"loc_ms": series.loc_ms * factor, "p95_ms": series.p95_ms * factor}
    return series.model_copy(update=changed)


def test_what_is_much_slower_than_ever_is_a_regression_with_its_code(workspace, first, github):
    """It opens issues, once; a level that is accepted closes them; the token stays where it is."""
    store, given = github
    night = night_from(record(workspace, "n01").read_bytes(), "n01")
    for index in range(LATER):
        series = tuple(faster(each, index) for each in night.series)
        made = night.model_copy(update={"series": series, "night": f"n02-{index:02d}"})
        record(workspace, made.night).write_text(to_text(made), encoding="utf-8")
    ended = workspace.doit("run", "nightly", "night=n03", **given)
    told = json.loads((workspace.folder / "build/nightly/summary/regression.json").read_bytes())
    assert told["nights"] >= LATER, ended.out
    red = {unit["step"] for unit in told["units"] if unit["verdict"] == "regression"}
    assert SLOWER in red, told["units"][:5]
    assert ended.code == 98, ended.out
    # A single slow night is no regression: its suspects were ridden once more.
    assert "Suspects: 2 of 2 cells are ridden once more" in ended.out
    assert "Slower than usual" in ended.out
    again = json.loads((workspace.latest / "again/again.json").read_bytes())
    assert {each["role"] for each in again["cells"]} == {"suspect"}
    for each in again["cells"]:
        assert (workspace.latest / each["files"]["folder"] / "outcome.json").is_file()
        assert (workspace.latest / each["files"]["table"]).is_file()
    # The nights are drawn in the report and beside all runs, from the history as it was frozen.
    lines = json.loads((workspace.latest / "summary/changes.json").read_bytes())
    assert len(lines["nights"]) == told["nights"] + 1 and lines["nights"][-1]["night"] == "n03"
    assert {each["step"] for each in lines["series"]} == {each.step for each in night.series}
    for page in (workspace.latest / "report.html", workspace.latest.parent / "index.html"):
        assert "Over the nights" in page.read_text(encoding="utf-8")
    written = (workspace.folder / "build/nightly/again/again.json").stat().st_mtime_ns
    opened = [issue.title for issue in store.issues]
    assert any(JOURNEY in title for title in opened)
    sent = len(store.asked)
    shown = workspace.doit("run", "issues", "dry_run=1", GITHUB_TOKEN="")
    assert shown.code == 0, shown.out
    assert f"opens an issue: {opened[0]}" in shown.out
    repeated = workspace.doit("run", "nightly", "night=n03", **given)
    assert repeated.code == 98
    assert len(store.asked) == sent, "the night is told of"
    assert (workspace.folder / "build/nightly/again/again.json").stat().st_mtime_ns == written
    listed = workspace.doit("history")
    assert "n03" in listed.out
    accepted = workspace.doit("run", "baseline_accept", "reason=two more tables")
    assert accepted.code == 0, accepted.out
    assert "two more tables" in workspace.doit("history").out
    refused = workspace.doit("run", "baseline_accept")
    assert refused.code == 3
    assert "needs a reason" in refused.out
    calmed = workspace.doit("run", "nightly", "night=n04", **given)
    assert calmed.code == 0, calmed.out
    assert {issue.state for issue in store.issues} == {"closed"}
    assert "two more tables" in store.issues[0].comments[-1].body
    for path in workspace.folder.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path
