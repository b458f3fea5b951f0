"""A load stands while its outcome is ok and its inputs are those that it was ridden with."""

from __future__ import annotations

import pytest

from graph.freshness import (
    app_file,
    app_sources,
    load_inputs,
    load_is_current,
    target_of,
    tool_file,
    why_ride,
)
from graph.plan import Cell, Desk, Plan, View
from tandem.files import write_json

CELL = Cell("quick", "quick", "playwright", "home", 1, 1, 0, None)
NOBODY = Desk()
VIEW = View("quick", "quick", {}, ("home",), (CELL,))


def plan(*, desk=NOBODY, **settings):
    profile = {"browser_retries": 1, "max_failed_iterations": 0.0, "default_slo": None}
    plain = {
        "environment": "local",
        "base_url": None,
        "env": {},
        "browser": {"arguments": []},
        "redaction": {"names": [], "variables": []},
        "profiles": {"quick": profile},
    }
    return Plan(plain | settings, {"home": "journeys/home.yaml"}, {}, {}, (), desk, (VIEW,))


@pytest.fixture
def ridden(tmp_path, monkeypatch):
    """A cell that was ridden and stands."""
    monkeypatch.chdir(tmp_path)
    CELL.script.parent.mkdir(parents=True)
    CELL.script.write_text("script")
    write_json(tool_file("chromium"), {"version": "1", "sha256": "aa"})
    write_json(app_file(VIEW), {"digest": "bb"})
    record(load_inputs(CELL, plan()))
    assert load_is_current(CELL, plan())


def record(inputs, outcome="ok", attempts=1):
    found = {"outcome": outcome, "attempts": [{}] * attempts, "inputs": inputs}
    write_json(CELL.outcome, found)


def test_a_failed_cell_is_ridden_again(ridden):
    record(load_inputs(CELL, plan()), outcome="failed")
    assert not load_is_current(CELL, plan())


def test_why_a_cell_is_ridden_is_said_in_words(ridden):
    CELL.script.write_text("another")
    elsewhere = plan(environment="ci", redaction={"names": ["X-Key"], "variables": []})
    assert why_ride(CELL, elsewhere) == (
        "changed since it was ridden: the script, the environment or the base URL, "
        "settings of the ride"
    )
    record(load_inputs(CELL, plan()), outcome="invalid")
    assert why_ride(CELL, plan()) == "its outcome was invalid: it is ridden until it is ok"
    write_json(CELL.outcome, {"outcome": "ok", "inputs": load_inputs(CELL, plan())})
    assert why_ride(CELL, plan()) == ""


def test_why_says_which_raw_file_is_not_as_the_ride_left_it(ridden):
    raw = [{"path": "user001.har", "bytes": 1}]
    found = {"outcome": "ok", "inputs": load_inputs(CELL, plan()), "artifacts": raw}
    write_json(CELL.outcome, found)
    assert why_ride(CELL, plan()) == f"not as the ride left it: {CELL.folder}/user001.har"


def test_a_refused_one_stands_until_its_spec_changes(ridden):
    record(load_inputs(CELL, plan()), outcome="failed", attempts=0)
    assert load_is_current(CELL, plan())
    CELL.script.write_text("mended")
    assert not load_is_current(CELL, plan())


def test_another_value_of_a_variable_is_ridden_anew(ridden, monkeypatch):
    """Of a secret it is enough to know that it is there: its value is nobody's business."""
    write_json(CELL.resolved, {"variables": {"env": ["SHOP"], "secret": ["KEY"]}})
    monkeypatch.setenv("SHOP", "north")
    monkeypatch.setenv("KEY", "a")
    record(load_inputs(CELL, plan()))
    monkeypatch.setenv("KEY", "b")
    assert load_is_current(CELL, plan())
    monkeypatch.setenv("SHOP", "south")
    assert not load_is_current(CELL, plan())
    monkeypatch.setenv("SHOP", "north")
    monkeypatch.delenv("KEY")
    assert not load_is_current(CELL, plan())


@pytest.mark.parametrize("gone", [CELL.script, CELL.outcome, app_file(VIEW)])
def test_what_is_gone_is_noticed(ridden, gone):
    gone.unlink()
    assert not load_is_current(CELL, plan())


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"outcome": "ok"}'])
def test_a_damaged_outcome_does_not_stand(ridden, text):
    CELL.outcome.write_text(text)
    assert not load_is_current(CELL, plan())


def test_another_tool_is_another_load(ridden):
    write_json(tool_file("chromium"), {"version": "1", "sha256": "cc"})
    assert not load_is_current(CELL, plan())


def test_another_app_is_another_load(ridden):
    write_json(app_file(VIEW), {"digest": "dd"})
    assert not load_is_current(CELL, plan())


def test_an_app_that_nothing_identifies_is_ridden_every_time(ridden):
    write_json(app_file(VIEW), {"digest": ""})
    record(load_inputs(CELL, plan()))
    assert not load_is_current(CELL, plan())


@pytest.mark.parametrize(
    "changed",
    [
        {"environment": "ci"},
        {"base_url": "http://127.0.0.1:1"},
        {"browser": {"arguments": ["--x"]}},
        {"browser": {"arguments": [], "trace": "all"}},
        {"desk": Desk(headed=True)},
        {"desk": Desk(slow_mo_ms=100)},
    ],
)
def test_another_target_or_option_is_another_load(ridden, changed):
    assert not load_is_current(CELL, plan(**changed))


def test_an_environments_base_url_is_its_target():
    env = {"ci": {"base_url": "http://127.0.0.1:2"}}
    assert target_of(plan(environment="ci", env=env)) == "http://127.0.0.1:2"
    assert target_of(plan(environment="local", env=env)) is None
    override = plan(environment="ci", env=env, base_url="http://127.0.0.1:3")
    assert target_of(override) == "http://127.0.0.1:3"


def test_sources_are_files_without_what_python_leaves_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("app/a.py", "app/sub/b.py", "app/__pycache__/a.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    app_sources.cache_clear()
    assert app_sources(("app/**/*",), "results") == ("app/a.py", "app/sub/b.py")


def test_what_tandem_makes_is_no_source_of_the_app_whatever_the_glob_reaches(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("app.py", "build/quick/script.py", "out/runs/1/script.py", ".venv/lib/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    app_sources.cache_clear()
    assert app_sources(("**/*.py",), "out/runs") == ("app.py",)
