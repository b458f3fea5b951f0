"""A failing journey fails: with its step and reason, and with everything else still measured."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.end_to_end.workspace import clean_environment, make_workspace

BROKEN = """
id: broken
pacingSeconds: 0.25
steps:
  - {action: navigate, target: /login}
  - {id: look, action: waitForText, text: No such text, timeout: 1}
"""
WRONG_STATUS = """
id: wrong-status
pacingSeconds: 0.25
steps:
  - {id: ask, action: apiRequest, target: /api/health, expectedStatus: 201}
"""
REFUSED = """
id: refused
steps:
  - {action: navigate, targt: /}
"""


@pytest.fixture(scope="module")
def ridden(tmp_path_factory):
    """A workspace with one sound journey, two that fail, and one that is refused."""
    workspace = make_workspace(tmp_path_factory.mktemp("failures"), "log-in-account")
    for name, text in (("a", BROKEN), ("b", WRONG_STATUS), ("c", REFUSED)):
        (workspace.folder / f"journeys/{name}.yaml").write_text(text)
    return workspace, workspace.doit("run", "quick")


@pytest.fixture
def cells(ridden):
    found = ridden[0].summary()["cells"]
    return {(cell["executor"], cell["journey"]): cell for cell in found}


def test_the_code_is_that_of_a_failed_journey(ridden):
    assert ridden[1].code == 97
    assert "Traceback" not in ridden[1].out


def test_what_is_sound_is_measured_all_the_same(cells):
    assert cells["playwright", "log-in-account"]["outcome"] == "ok"
    assert cells["k6", "log-in-account"]["outcome"] == "ok"


def test_a_text_that_never_appears_fails_at_its_step(cells):
    cell = cells["playwright", "broken"]
    assert (cell["outcome"], cell["step"], cell["attempts"]) == ("failed", "look", 2)
    assert "No such text" in cell["reason"]


def test_k6_rides_what_goes_over_the_wire_of_it(cells):
    assert cells["k6", "broken"]["outcome"] == "ok"


@pytest.mark.parametrize("executor", ["playwright", "k6"])
def test_a_status_that_was_not_expected_fails_in_both(cells, executor):
    cell = cells[executor, "wrong-status"]
    assert (cell["outcome"], cell["step"]) == ("failed", "ask")
    assert "GET /api/health answered 200, expected 201" in cell["reason"]


def test_a_refused_spec_costs_its_own_cells_and_says_where(cells):
    for executor in ("playwright", "k6"):
        cell = cells[executor, "c" if (executor, "c") in cells else "refused"]
        assert cell["outcome"] == "failed"
        assert "journeys/c.yaml:4" in cell["reason"]
        assert "'target'" in cell["reason"]


def test_every_attempt_is_kept_with_its_screenshot(ridden):
    folder = ridden[0].latest / "playwright/broken/u001"
    record = json.loads((folder / "outcome.json").read_bytes())
    assert [each["folder"] for each in record["attempts"]] == ["attempts/1", "."]
    for attempt in (folder / "attempts/1", folder):
        assert (attempt / "timings.json").exists()
        assert list(attempt.glob("failure-*-look.png"))


def test_the_reports_name_step_and_reason(ridden):
    for name in ("report.md", "report.html", "junit.xml"):
        text = (ridden[0].latest / name).read_text(encoding="utf-8")
        assert "look" in text, name
        assert "No such text" in text, name


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        (["quick", "users=2"], ["not ridden: refused", "see below", "refused"], []),
        (["quick", "users=3", "quiet=1"], ["Fail"], ["not ridden:", "see below"]),
        (["-v", "0", "quick", "users=4"], ["not ridden: refused"], ["see below", "Fail"]),
    ],
)
def test_as_much_is_told_as_is_wanted(ridden, words, said, unsaid):
    ended = ridden[0].doit("run", *words, "journey=refused", "executor=k6")
    assert ended.code == 97
    assert [text for text in said if text not in ended.out] == []
    assert [text for text in unsaid if text in ended.out] == []


def test_only_what_failed_is_ridden_again(ridden):
    before = ridden[0].rides()
    assert ridden[0].doit("run", "quick").code == 97
    after = ridden[0].rides()
    changed = {cell for cell, ride in after.items() if ride != before[cell]}
    expected = {"playwright/broken", "playwright/wrong-status", "k6/wrong-status"}
    assert {cell.removesuffix("/u001") for cell in changed} == expected


def test_an_app_that_does_not_start_fails_the_cell_with_its_last_words(tmp_path):
    workspace = make_workspace(tmp_path, "log-in-account")
    workspace.edit("tandem.toml", '"--port", "{port}"', '"--prot", "{port}"')
    ended = workspace.doit("run", "quick", "executor=k6")
    assert ended.code == 97
    assert "the app ended with exit code 2 at its start" in ended.out
    assert "--prot" in ended.out


def test_a_running_server_is_ridden_and_none_is_started(tmp_path):
    workspace = make_workspace(tmp_path, "log-in-account")
    server = subprocess.Popen(
        [sys.executable, "-m", "demo", "--port", "0"],
        cwd=workspace.folder,
        env=clean_environment({}),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        origin = server.stdout.readline().split()[-1]
        ended = workspace.doit("run", "quick", f"base_url={origin}", "executor=k6")
        assert ended.code == 0, ended.out
        assert not list(workspace.latest.rglob("app.log"))
        record = json.loads((workspace.latest / "run.json").read_bytes())
        assert record["run"]["base_url"] == origin
        assert_ridden_again_unless_it_says_what_it_is(workspace, origin)
    finally:
        server.terminate()
        server.communicate()
    ended = workspace.doit("run", "quick", f"base_url={origin}", "executor=k6", "users=2")
    assert ended.code == 97
    assert "connection refused" in ended.out


def assert_ridden_again_unless_it_says_what_it_is(workspace, origin):
    """The sources that lie here are not those of a server that runs already."""
    arguments = ("run", "quick", f"base_url={origin}", "executor=k6")
    named = {"TANDEM_APP__VERSION_PATH": "/api/version"}
    latest = workspace.latest
    again = workspace.doit(*arguments)
    assert f"which build of the app runs at {origin}: set app.version_path" in again.out
    assert workspace.latest != latest
    workspace.doit(*arguments, **named)
    latest = workspace.latest
    assert workspace.doit(*arguments, **named).out.startswith("Nothing to run")
    assert workspace.latest == latest


@pytest.fixture(scope="module")
def unridden(tmp_path_factory):
    """A workspace in which nothing was done yet."""
    return make_workspace(tmp_path_factory.mktemp("unridden"), "log-in-account")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["base_url=http://192.0.2.1"], "is not on this machine"),
        (["env=remote"], "missing: a base URL"),
        (["env=remote", "base_url=http://192.0.2.1"], "missing: the enable flag"),
        (["jurney=x"], "did you mean 'journey='"),
        (["journey=nonesuch"], "known are log-in-account"),
        (["users=0"], "expected a whole number above 0"),
        (["base_url=127.0.0.1:4173"], "is not a base URL"),
        (["config=nonesuch.toml"], "nonesuch.toml"),
    ],
)
def test_a_refusal_is_a_message_and_starts_nothing(unridden, arguments, said):
    ended = unridden.doit("run", "quick", *arguments)
    assert ended.code == 3, ended.out
    assert said in ended.out
    assert "Traceback" not in ended.out
    assert not (unridden.folder / "build").exists()


def test_who_rides_another_machine_is_told_and_not_too_many_ride(tmp_path):
    workspace = make_workspace(tmp_path, "log-in-account")
    there = ("env=remote", "base_url=http://127.0.0.1:9", "enable_remote=1", "executor=k6")
    ended = workspace.doit("run", "quick", *there, "users=1,21")
    assert ended.code == 3, ended.out
    assert "= REMOTE: this puts load on http://127.0.0.1:9 =" in ended.out
    assert "21 users are more than the 20 that may ride in the environment 'remote'" in ended.out
    assert not list(workspace.folder.rglob("outcome.json"))


def test_a_run_without_a_cell_is_refused(tmp_path):
    workspace = make_workspace(tmp_path, "log-in-account")
    workspace.edit("tandem.toml", "k6 = [{ users = 1, iterations = 1 }]", "k6 = []")
    ended = workspace.doit("run", "quick", "executor=k6")
    assert ended.code == 3
    assert "the profile 'quick' has no cell with executor=k6" in ended.out


def test_an_unknown_setting_names_the_nearest(tmp_path):
    workspace = make_workspace(tmp_path, "log-in-account")
    workspace.edit("tandem.toml", "ready_path", "redy_path")
    ended = workspace.doit("run", "quick")
    assert ended.code == 3
    assert "did you mean 'ready_path'" in ended.out
    assert "Traceback" not in ended.out
