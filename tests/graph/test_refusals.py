"""What is known to go wrong is said before anything is started."""

from __future__ import annotations

import pytest

from graph.plan import Cell
from graph.refusals import refusal_of
from journeys.action_map import ActionMap
from journeys.loader import load_journey

SPEC = """
id: home
feeders:
  accounts: {file: accounts.csv, pick: unique, per: PER}
steps:
  - {action: navigate, target: "/${data.accounts.name}/${env:SHOP}?key=${secret:SHOP_KEY}"}
"""


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    (tmp_path / "journeys").mkdir()
    (tmp_path / "accounts.csv").write_text("name\nann\nbob\n")
    monkeypatch.setenv("SHOP", "north")
    monkeypatch.setenv("SHOP_KEY", "canary")
    return tmp_path


def refusal(workspace, *, per="iteration", users=1, iterations=1, warmup=0):
    path = workspace / "journeys/home.yaml"
    path.write_text(SPEC.replace("PER", per))
    cell = Cell("quick", "quick", "k6", "home", users, iterations, warmup, None)
    return refusal_of(cell, load_journey(path, ActionMap(), workspace))


def test_a_cell_with_all_it_asks_for_is_ridden(workspace):
    assert refusal(workspace, iterations=2) == ""


@pytest.mark.parametrize("set_to", [None, ""])
def test_variables_that_are_not_set_are_named(workspace, monkeypatch, set_to):
    for name in ("SHOP", "SHOP_KEY"):
        monkeypatch.delenv(name)
        if set_to is not None:
            monkeypatch.setenv(name, set_to)
    expected = "journeys/home.yaml: not set in the environment: env:SHOP, secret:SHOP_KEY"
    assert refusal(workspace) == expected


def test_a_secret_that_cannot_be_redacted_is_refused(workspace, monkeypatch):
    monkeypatch.setenv("SHOP_KEY", "abc12")
    assert refusal(workspace).startswith(
        "journeys/home.yaml: shorter than 6 characters: SHOP_KEY; so short a secret"
    )


@pytest.mark.parametrize(
    ("ridden", "needed"),
    [
        ({"iterations": 3}, "3 unique ones are needed, one for each iteration"),
        ({"users": 2, "warmup": 1}, "4 unique ones are needed, one for each iteration"),
        ({"users": 3, "per": "user"}, "3 unique ones are needed, one for each user"),
    ],
)
def test_rows_that_would_run_out_are_counted(workspace, ridden, needed):
    found = refusal(workspace, **ridden)
    assert found == f"journeys/home.yaml: feeders.accounts: accounts.csv has 2 rows; {needed}"


def test_a_row_that_a_user_keeps_is_needed_once(workspace):
    assert refusal(workspace, per="user", users=2, iterations=50) == ""
