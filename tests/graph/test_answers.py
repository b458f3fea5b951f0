"""What an answer rests on, and whose each of it is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from graph import evidence as module
from graph.variables import read_variables
from graph.watch import SHARED, changes_of


@pytest.fixture
def owners(tmp_path, monkeypatch):
    """Return a call that gives the owner of each path, in a workspace of two journeys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("graph.plan_cache._CODE", ())
    for name in ("ALL_CODE", "_GRAPH"):
        monkeypatch.setattr(module, name, ())
    monkeypatch.setattr(module, "environment_folders", list)
    for folder in ("journeys", "app/seed", "data"):
        (tmp_path / folder).mkdir(parents=True)
    files = ["journeys/a.yaml", "journeys/b.yaml", "app/seed/users.csv", "data/a.csv", "data/b.csv"]
    for file in (*files, "app/main.py", "data/both.csv", "tandem.toml"):
        (tmp_path / file).write_text("")

    def found(sources, file_dep=()):
        settings = {"app": {"sources": sources}, "journeys": "journeys", "results": "results"}
        plan = SimpleNamespace(
            settings=settings,
            specs={"a": "journeys/a.yaml", "b": "journeys/b.yaml"},
            data_files={
                "a": ("data/a.csv", "data/both.csv", "app/seed/users.csv"),
                "b": ("data/b.csv", "data/both.csv"),
            },
            action_maps=(),
            views=(),
        )
        (tmp_path / "results").mkdir(exist_ok=True)
        tasks = [SimpleNamespace(name="app:quick", targets=[], file_dep=set(file_dep))]
        watch = module.evidence(tasks, plan, read_variables({}))
        assert watch is not None
        return watch, dict(zip(watch.asked, watch.owners, strict=True))

    return found


def test_data_are_of_the_one_journey_that_reads_them(owners):
    _, found = owners(["app/*.py"])
    assert (found["data/a.csv"], found["data/b.csv"]) == ("a", "b")
    assert found["data/both.csv"] == SHARED


def test_data_that_the_app_is_made_of_are_everybodys(owners):
    """Another app is ridden by all, not only by the journey that reads the same file."""
    _, found = owners(["app/**/*"], ["app/main.py", "app/seed/users.csv"])
    assert found["app/seed/users.csv"] == SHARED


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("app/VERSION", "app/VERSION"),
        ("VERSION", "VERSION"),
        ("web/**/*", "web/index.html"),
        ("web/static/*.css", "web/static/a.css"),
        ("web/static/a.css", "web/static/a.css"),
    ],
)
def test_a_source_that_appears_later_is_noticed(owners, tmp_path, source, made):
    watch, _ = owners(["app/*.py", source], ["app/main.py"])
    (tmp_path / made).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / made).write_text("")
    assert SHARED in watch.owners_of_changes(changes_of(watch.asked))


def test_what_is_everybodys_stays_so_where_results_lie_beside_it(owners, monkeypatch):
    monkeypatch.setattr(module, "_folders_of_rides", lambda *_: {"app": "the view"})
    _, found = owners(["app/*.py"], ["app/main.py"])
    assert found["app"] == SHARED
