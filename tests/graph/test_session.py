"""A call makes the tasks of the cells that it is about, and no others."""

from __future__ import annotations

import os
from dataclasses import replace
from types import SimpleNamespace

import pytest

from executors.toolchain import find_k6
from executors.withheld import without_withheld
from graph import session
from graph.plan import Cell, View
from graph.session import _asked
from graph.settled import Settled, Stale
from graph.watch import VIEW
from tandem.settings import Settings


@pytest.mark.parametrize(
    ("call", "profiles"),
    [
        ("run", {"quick"}),
        ("run quick journey=a", {"quick"}),
        ("run -v 0 quick", {"quick"}),
        ("run quick nightly", {"quick", "nightly"}),
        ("validate", set()),
        ("run validate env=ci", set()),
        ("explain journey=a", set()),
        ("", {"quick"}),
        ("journey=a", {"quick"}),
        ("quick", {"quick"}),
        ("nightly env=ci", {"nightly"}),
        ("-v 0 nightly", {"nightly"}),
        ("forget quick", None),
        ("run quick validate", None),
        ("run script:quick:k6:a:u001", None),
        ("info load:quick:k6:a:u001", None),
        ("list --all", None),
        ("clean", None),
    ],
)
def test_which_profiles_a_call_is_about(call, profiles):
    assert _asked(call.split(), {"quick", "nightly"}) == profiles


@pytest.mark.parametrize(
    ("call", "first"),
    [
        ("run quick nightly", {"quick": [], "nightly": ["quick"]}),
        ("-n 2 nightly quick", {"quick": [], "nightly": ["quick"]}),
        ("nightly", {"nightly": []}),
        ("load:nightly:k6:a:u001", {"quick": [], "nightly": []}),
        ("list --all", {"quick": [], "nightly": []}),
    ],
)
def test_a_run_is_published_before_the_next_is_ridden(monkeypatch, call, first):
    found = tuple(View(name, name, {}, (), ()) for name in ("quick", "nightly"))
    mine = tuple(view for view in found if view.name in first)
    monkeypatch.setattr(session, "views", lambda: mine)
    monkeypatch.setattr("sys.argv", ["doit", *call.split()])
    assert {view.name: [each.name for each in session.earlier(view)] for view in mine} == first


@pytest.fixture
def planned(monkeypatch):
    """Return a call that plans with these settings of issues, in an environment with tokens."""
    monkeypatch.setattr("executors.withheld._names", set())
    monkeypatch.setattr(session, "variables", lambda: None)
    monkeypatch.delenv("GITLAB_CI", raising=False)
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN", "OUR_TOKEN"):
        monkeypatch.setenv(name, "test-token-0123456789")

    def plan(**issues):
        settings = Settings(issues=issues).model_dump(mode="json")
        monkeypatch.setattr(session, "plan_for", lambda _: SimpleNamespace(settings=settings))
        session.plan.__wrapped__()

    return plan


@pytest.mark.parametrize(
    ("issues", "environment", "hidden"),
    [
        ({}, {}, set()),
        ({"enabled": True}, {}, {"GITHUB_TOKEN"}),
        ({"enabled": True}, {"GITLAB_CI": "true"}, {"GITLAB_TOKEN"}),
        ({"enabled": True, "service": "gitlab"}, {}, {"GITLAB_TOKEN"}),
        ({"enabled": True, "service": "github"}, {"GITLAB_CI": "true"}, {"GITHUB_TOKEN"}),
        ({"enabled": True, "token": "OUR_TOKEN"}, {}, {"OUR_TOKEN"}),
    ],
)
def test_what_is_planned_hides_the_token_of_the_tracker(
    planned, monkeypatch, issues, environment, hidden
):
    """From the start, and from what is started only: what sends issues reads it here."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    planned(**issues)
    assert os.environ.keys() - without_withheld(os.environ).keys() == hidden


def test_a_search_for_k6_shows_the_token_to_none_that_it_asks(planned, tmp_path):
    """Tools are found before anything is ridden."""
    seen, k6 = tmp_path / "seen", tmp_path / "k6"
    k6.write_text(f"#!/bin/sh\nenv > '{seen}'\necho 'k6 v1.1.0 (go1.24.4, linux/amd64)'\n")
    k6.chmod(0o755)
    planned(enabled=True)
    find_k6(str(k6))
    assert "OUR_TOKEN=" in seen.read_text()
    assert "GITHUB_TOKEN=" not in seen.read_text()


def cells(*journeys):
    return tuple(Cell("quick", "quick", "k6", each, 1, 1, 0, None) for each in journeys)


ALL = View("quick", "quick", {}, ("a", "b"), cells("a", "b"))


@pytest.mark.parametrize(
    ("owners", "known", "journeys", "results"),
    [
        (None, ["a", "b"], ("a", "b"), ("a", "b")),
        ({"a"}, ["a", "b"], ("a",), ("a",)),
        ({"a", VIEW}, ["a", "b"], ("a",), ("a", "b")),
        ({VIEW}, ["a", "b"], (), ("a", "b")),
        ({"other"}, ["a", "b"], (), ()),
        ({"a"}, ["a", "c"], ("a", "b"), ("a", "b")),
    ],
    ids=["no answer", "one", "one and results", "results", "another view's", "renamed"],
)
def test_of_a_settled_run_only_what_has_changed_is_looked_at(
    monkeypatch, owners, known, journeys, results
):
    former = Settled("said before", 0, 16, known)
    found = None if owners is None else Stale(frozenset(owners), former)
    monkeypatch.setattr(session, "stale", lambda _: found)
    monkeypatch.setattr(session, "plan", lambda: SimpleNamespace(specs={"a": "", "b": ""}))
    monkeypatch.setattr("sys.argv", ["doit", "run", "quick"])
    looked_at = session.looked_at.__wrapped__()
    assert looked_at.of(ALL) == journeys
    assert looked_at.cells(ALL) == cells(*journeys)
    assert looked_at.results(ALL) == cells(*results)
    night = replace(ALL, profile="nightly")
    assert (looked_at.of(night), looked_at.cells(night)) == (("a", "b"), ALL.cells)


def test_of_other_calls_everything_is_looked_at(monkeypatch):
    monkeypatch.setattr(session, "stale", lambda _: pytest.fail("nobody asked"))
    monkeypatch.setattr("sys.argv", ["doit", "list", "--all"])
    assert session.looked_at.__wrapped__().cells(ALL) == ALL.cells
