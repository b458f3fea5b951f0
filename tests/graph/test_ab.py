"""Rounds of base against head: what is ridden of them, and when that ends."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from executors import stopping
from graph import ab
from graph.builds import build_of
from graph.plan import Cell, View
from graph.variables import read_variables
from tandem.settings import Settings

CELLS = tuple(Cell("ab", "ab", "k6", name, 1, 1, 0, None) for name in ("a", "b"))
VIEW = View("ab", "ab", {}, ("a", "b"), CELLS)
BUILDS = (SimpleNamespace(name="base"), SimpleNamespace(name="head"))


@pytest.fixture
def rounds(monkeypatch, capsys):
    """Ride rounds in which what ``broken`` says comes to nothing; return what was ridden."""
    stopping.forget()

    def ride(broken, number=8):
        ridden = []

        def once(cell, planned, plan, build):
            at = int(Path(cell.view).parent.name)
            ridden.append((at, planned.journey, build.name))
            if broken(at, planned.journey, build.name):
                return {}, "it did not come up"
            return {f"{planned.journey}-step": 100.0}, ""

        monkeypatch.setattr(ab, "_ride", once)
        pairs, failed = ab._ride_rounds(VIEW, None, BUILDS, number, Path("build/ab/0123"))
        return ridden, pairs, failed, capsys.readouterr().out

    return ride


def test_who_comes_first_alternates(rounds):
    ridden, pairs, failed, _ = rounds(lambda *_: False, 5)
    assert [build for at, journey, build in ridden if journey == "a"] == [
        *("base", "head", "head", "base") * 2,
        *("base", "head"),
    ]
    assert len(pairs) == 5
    assert failed == {"base": [], "head": []}


@pytest.mark.parametrize("name", ["base", "head"])
def test_a_build_that_comes_through_nothing_ends_the_rounds(rounds, name):
    ridden, pairs, failed, said = rounds(lambda _at, _journey, build: build == name)
    assert len(pairs) == 2
    assert len(ridden) == 8
    assert failed[name] == ["it did not come up"] * 4
    assert said.endswith(f"{name} came through no ride of 2 rounds: no more are ridden\n")


@pytest.mark.parametrize(
    "broken",
    [
        lambda at, _journey, build: build == "head" and at % 2,
        lambda _at, journey, build: build == "head" and journey == "a",
        lambda at, _journey, build: build == ("head" if at % 2 else "base"),
    ],
    ids=["each other round", "one journey", "in turn"],
)
def test_what_breaks_now_and_then_is_ridden_to_the_end(rounds, broken):
    ridden, pairs, _, said = rounds(broken)
    assert (len(pairs), len(ridden)) == (8, 32)
    assert "no more are ridden" not in said


def test_of_the_last_round_nothing_is_left_out(rounds):
    *_, said = rounds(lambda *_: True, 2)
    assert "no more are ridden" not in said


@pytest.mark.parametrize("dead", ["base", "head"])
def test_a_server_that_is_not_there_is_told_before_any_round(dead, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = Settings.model_validate({"app": {"command": ["app", "{port}"]}})
    monkeypatch.setattr("graph.make_plan.settings_of", lambda _plan: settings)
    monkeypatch.setattr(ab, "_ride_rounds", None)
    with socket.create_server(("127.0.0.1", 0)) as living, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        there, gone = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in (living, free))
        named = {"base": there, "head": there} | {dead: gone}
        fault = ab.ride_ab(VIEW, None, read_variables(named))
    assert fault is not None
    assert fault.exit_code == 97
    assert f"{dead}: nothing listens at {gone}: connection refused" in fault.get_msg()
    assert f"Nothing was ridden. Start the server, or check {dead}=." in fault.get_msg()


def test_a_build_of_the_workspace_is_no_server():
    settings = Settings.model_validate({"app": {"command": ["app", "{port}"], "value": "1"}})
    ab._check_listening(build_of("head", "", settings))
