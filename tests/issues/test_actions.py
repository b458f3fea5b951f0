"""What the graph does about issues: nothing unless asked to, and nothing that costs a verdict."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from graph import actions, issues, nightly
from graph.plan import View
from graph.reported import Fault
from summary.history.frozen import write_frozen
from summary.history.records import to_text
from tandem.files import write_text
from tandem.settings import Settings
from tests.issues.store import TOKEN
from tests.issues.test_evidence import night
from tests.summary.regression.worlds import NIGHTS, SINCE

FOREIGN = ("GITHUB_", "GITLAB_", "CI", "TANDEM_")


@pytest.fixture
def ended(tmp_path, monkeypatch):
    """A workspace in which a night was judged."""
    monkeypatch.chdir(tmp_path)
    for name in [*issues.os.environ]:
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    view = View("nightly", "nightly", {}, (), ())

    def judge(factor, index, until=NIGHTS):
        found = night(factor, index, until)
        write_frozen(view.build, found.history)
        write_text(view.build / "summary/night.json", to_text(found.record))
        write_text(view.build / "summary/regression.json", found.judged.model_dump_json())
        cells = [
            {
                "journey": journey,
                "executor": executor,
                "users": users,
                "outcome": "ok",
                "reason": "",
                "step": "",
                "attempts": 1,
                "flaky": False,
                "verdict": "pass",
                "iterations_planned": 1,
                "iterations_ok": 1,
                "iterations_failed": 0,
                "duration_s": 1.0,
                "lateness_p95_ms": None,
                "together": "user",
                "artifacts": {},
            }
            for journey, executor, users in {
                (each.journey, each.executor, each.users) for each in found.record.series
            }
        ]
        whole = {**json.loads(found.summary.model_dump_json()), "cells": cells}
        write_text(view.build / "summary/summary-full.json", json.dumps(whole))

    judge(1.25, SINCE + 1)
    return SimpleNamespace(view=view, judge=judge)


def plan(service=None, **given):
    there = {"enabled": True, "repository": "shop/app", "pause_s": 0.0, "patience_s": 0.0}
    if service is not None:
        there |= {"service": service.name, "url": service.url}
    return SimpleNamespace(settings=Settings(issues=there | given).model_dump(mode="json"))


@pytest.fixture
def token(service, monkeypatch):
    monkeypatch.setenv(f"{service.name.upper()}_TOKEN", TOKEN)


def tell(ended, planned, *, dry_run=False, alone=False):
    return issues.tell_of_night(ended.view, planned, dry_run, alone)


def is_told(ended, planned):
    return issues.nothing_to_tell(ended.view, planned, False, False)


def test_a_night_s_life_by_its_files(ended, service, token, capsys):
    """Told once; a night that is judged anew is told of anew; what was accepted is closed."""
    store, planned = service.store, plan(service)
    assert not is_told(ended, planned)
    assert tell(ended, planned) is None
    assert is_told(ended, planned)
    opened = len(store.issues)
    assert opened >= 1
    assert "journey-1, step step-2: slower than usual" in capsys.readouterr().out
    assert all(each.state == "open" for each in store.issues)
    ended.judge(1.25, SINCE + 2, until=SINCE + 2)
    assert not is_told(ended, planned)
    tell(ended, planned)
    assert [each.state for each in store.issues] == ["closed"] * opened
    assert "As usual again" in store.issues[0].comments[0].body
    ended.judge(1.25, SINCE + 3)
    tell(ended, planned)
    assert [each.state for each in store.issues] == ["open"] * opened
    nightly._decide(planned, "accept", "x", "new tables", "journey-1")
    tell(ended, planned)
    assert [each.state for each in store.issues] == ["closed"] * opened
    (*_, last) = [each.body for each in store.issues[0].comments if not each.system]
    assert "new tables" in last


def test_a_torn_decision_hides_no_other(ended, service, token, capsys):
    planned = plan(service)
    tell(ended, planned)
    folder = issues.Path(planned.settings["history"]["location"], "decisions")
    write_text(folder / "2026-01-01.json", '{"record": {')
    ended.judge(1.25, SINCE + 2)
    nightly._decide(planned, "accept", "x", "new tables", "journey-1")
    tell(ended, planned)
    assert {each.state for each in service.store.issues} == {"closed"}
    told = capsys.readouterr().out
    assert "Issues: a decision is left out: decisions/2026-01-01.json: torn" in told


def test_off_unless_a_flag_and_a_token_are_given(ended, service, monkeypatch, capsys):
    store = service.store
    off = plan(service, enabled=False)
    assert is_told(ended, off)
    monkeypatch.setenv(f"{service.name.upper()}_TOKEN", TOKEN)
    tell(ended, off, alone=True)
    monkeypatch.delenv(f"{service.name.upper()}_TOKEN")
    tell(ended, plan(service))
    assert store.asked == []
    told = capsys.readouterr().out
    assert "Issues are off" in told
    assert f"{service.name.upper()}_TOKEN is not in the environment: nothing is sent" in told


@pytest.mark.parametrize("has_token", [True, False])
def test_a_dry_run_prints_and_sends_nothing(ended, service, monkeypatch, capsys, has_token):
    """Without a token it asks nothing either; it needs no flag."""
    if has_token:
        monkeypatch.setenv(f"{service.name.upper()}_TOKEN", TOKEN)
    assert tell(ended, plan(service, enabled=False), dry_run=True) is None
    told = capsys.readouterr().out
    assert "opens an issue: journey-1, step step-2: slower than usual" in told
    assert "doit run ab base=REVISION journey=journey-1" in told
    assert service.store.writes == []
    assert bool(service.store.asked) == has_token
    assert ("as if it had no issue yet" in told) != has_token
    assert not issues.told_file(ended.view).exists()


def test_a_dry_run_needs_no_repository(ended, capsys):
    assert tell(ended, plan(repository=""), dry_run=True) is None
    assert "opens an issue" in capsys.readouterr().out


def test_a_quiet_night_is_said_to_be_one(ended, service, token, capsys):
    ended.judge(1.0, SINCE)
    tell(ended, plan(service))
    assert "nothing to tell of night" in capsys.readouterr().out
    assert service.store.writes == []


@pytest.mark.parametrize("fault", ["nobody", "ill", "unknown token", "no repository"])
def test_what_goes_wrong_is_a_sentence_and_tried_again(ended, service, token, capsys, fault):
    """The night goes on to its gate; asked for alone, it is a failure with its reason."""
    given = {"nobody": {"url": "http://127.0.0.1:9"}, "no repository": {"repository": ""}}
    planned = plan(service, **given.get(fault, {}))
    if fault == "ill":
        service.store.next("GET", 503, times=2)
    if fault == "unknown token":
        # A server may repeat what it was sent.
        service.store.next("GET", 400, times=2, message=f"bad header: token {TOKEN}")
    assert tell(ended, planned) is None
    told = capsys.readouterr().out
    assert "Issues: " in told
    assert "The next call tries again." in told
    assert not is_told(ended, planned)
    failed = tell(ended, planned, alone=True)
    assert isinstance(failed, Fault)
    assert TOKEN not in told + str(failed)


def test_a_fault_of_our_own_costs_no_verdict(ended, service, token, monkeypatch, capsys):
    def broken(*_arguments):
        raise RuntimeError("never thought of")

    monkeypatch.setattr("summary.issues.planner.plan_issues", broken)
    assert tell(ended, plan(service)) is None
    assert "a fault of Tandem's own: RuntimeError: never thought of" in capsys.readouterr().out
    assert isinstance(tell(ended, plan(service), alone=True), Fault)


def test_without_a_night_it_says_so(ended, service, token):
    (ended.view.build / "summary/night.json").unlink()
    failed = tell(ended, plan(service), alone=True)
    assert "no night was judged here" in str(failed)


REQUEST = {"github": {"GITHUB_REF": "refs/pull/1/merge"}, "gitlab": {"CI_MERGE_REQUEST_IID": "1"}}


def comment(planned, text, dry_run=False):
    issues.comment_on_request(planned, "ab", text, dry_run)


def test_a_pull_request_gets_its_report_once(ended, service, token, monkeypatch, capsys):
    request, planned = service.store.request(), plan(service)
    comment(planned, "# Pass\n")
    assert service.store.asked == [], "no pull request, no comment"
    for name, value in REQUEST[service.name].items():
        monkeypatch.setenv(name, value)
    comment(plan(service, enabled=False), "# Pass\n")
    comment(planned, "# Pass\n", dry_run=True)
    assert service.store.asked == []
    comment(planned, "# Pass\n")
    comment(planned, "# Slower\n")
    assert [each.body.splitlines()[1] for each in request.comments] == ["# Slower"]
    service.store.next("PATCH", 403)
    service.store.next("PUT", 403)
    comment(planned, "# Pass\n")
    assert "Comment: the token in" in capsys.readouterr().out


def test_the_number_of_a_request_is_in_the_event_too(ended, service, token, monkeypatch):
    """A workflow on another event than pull_request has another ref."""
    request = service.store.request()
    write_text(issues.Path("event.json"), json.dumps({"pull_request": {"number": request.number}}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", "event.json")
    comment(plan(service), "# Pass\n")
    assert len(request.comments) == 1


def test_a_quick_run_leaves_its_report_without_its_files(ended, service, token, monkeypatch):
    """Their links lead nowhere at a pull request."""
    request = service.store.request()
    write_text(issues.Path("r/report.md"), "# Pass\n\nwell\n\n## Files\n\n- [a](k6/a)\n")
    planned = plan(service, request=request.number)
    actions._comment_on_request(issues.Path("r"), planned, False)
    (comment,) = request.comments
    assert comment.body.splitlines()[1:] == ["# Pass", "", "well"]
