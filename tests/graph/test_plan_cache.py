"""The last plan is used as long as nothing that it was made from has changed."""

from __future__ import annotations

import os
import time

import pytest

from graph import make_plan as maker
from graph.plan_cache import FOLDER, plan_for
from graph.variables import read_variables

SETTINGS = '[app]\ncommand = ["serve", "{port}"]\n[profiles.quick]\nk6 = [{ users = 1 }]\n'


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A workspace; the list grows with every plan that is really made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tandem.toml").write_text(SETTINGS)
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys/actions.yaml").write_text("actions: {}\n")
    (tmp_path / "journeys/a.yaml").write_text("id: a\nsteps: [{action: navigate, target: /}]\n")
    plans = []
    real = maker.make_plan

    def counting(variables):
        plans.append(variables)
        return real(variables)

    monkeypatch.setattr(maker, "make_plan", counting)
    return plans


def ask(**given):
    return plan_for(read_variables(given))


def test_the_second_call_makes_nothing(made):
    assert ask() == ask()
    assert len(made) == 1


def test_other_arguments_are_another_plan(made):
    ask()
    ask(executor="k6")
    ask()
    assert len(made) == 2


def test_the_oldest_plans_go(made):
    FOLDER.mkdir(parents=True)
    for number in range(25):
        old = FOLDER / f"{number:02d}.json"
        old.write_text("{}")
        os.utime(old, (number, number))
    ask()
    left = {each.stem for each in FOLDER.iterdir()}
    assert len(left) == 20
    assert {f"{number:02d}" for number in range(6, 25)} < left
    ask()
    assert len(made) == 1


@pytest.mark.parametrize("name", ["tandem.toml", "journeys/actions.yaml"])
def test_a_changed_file_is_noticed(made, tmp_path, name):
    ask()
    with (tmp_path / name).open("a") as stream:
        stream.write("# more\n")
    ask()
    assert len(made) == 2


STEPS = "steps: [{action: navigate, target: /"


@pytest.mark.parametrize(
    "text",
    [
        f"id: renamed\n{STEPS}}}]\n",
        f"id: a\nfeeders: {{user: {{file: users.csv}}}}\n{STEPS}}}]\n",
        f"id: a\nauth: shopper\n{STEPS}}}]\n",
        "id: a\nsteps: [{action: upload, selector: h1, file: picture.png}]\n",
    ],
    ids=["id", "data", "auth", "upload"],
)
def test_a_spec_that_says_something_else_to_the_plan_is_noticed(made, tmp_path, text):
    ask()
    (tmp_path / "journeys/a.yaml").write_text(text)
    ask()
    assert len(made) == 2


@pytest.mark.parametrize("text", [f"id: a\n{STEPS}search}}]\n", f"# why\nid: a\n{STEPS}}}]\n"])
def test_whatever_else_a_spec_says_changes_no_plan(made, tmp_path, text):
    first = ask()
    beside = tmp_path / "journeys/.a.yaml.new"  # as editors save
    beside.write_text(text)
    beside.replace(tmp_path / "journeys/a.yaml")
    assert (ask(), ask()) == (first, first)
    assert len(made) == 1


def test_a_spec_that_goes_is_noticed(made, tmp_path):
    (tmp_path / "journeys/b.yaml").write_text(f"id: b\n{STEPS}}}]\n")
    ask()
    (tmp_path / "journeys/b.yaml").unlink()
    assert set(ask().specs) == {"a"}


def test_a_new_spec_is_noticed(made, tmp_path):
    ask()
    text = (tmp_path / "journeys/a.yaml").read_text().replace("id: a", "id: b")
    (tmp_path / "journeys/b.yaml").write_text(text)
    assert set(ask().specs) == {"a", "b"}


def test_a_setting_from_the_environment_is_noticed(made, monkeypatch):
    ask()
    monkeypatch.setenv("TANDEM_RESULTS", "elsewhere")
    assert ask().settings["results"] == "elsewhere"


def test_a_damaged_record_is_made_again(made, tmp_path):
    ask()
    for file in (tmp_path / ".tandem/plans").iterdir():
        file.write_text('{"inputs": 1}')
    ask()
    assert len(made) == 2


def test_a_touched_file_costs_a_plan_and_changes_nothing(made, tmp_path):
    first = ask()
    os.utime(tmp_path / "journeys/a.yaml", ns=(1, 1))
    assert ask() == first


@pytest.mark.parametrize("name", ["tandem.toml", "journeys/a.yaml", "journeys/b.yaml"])
def test_a_plan_that_was_overtaken_by_an_edit_is_not_kept(made, tmp_path, monkeypatch, name):
    """It would be taken for one of what is there now."""
    real = maker.make_plan

    def edited_meanwhile(variables):
        plan = real(variables)
        time.sleep(0.02)  # more than a tick of the file system's clock
        with (tmp_path / name).open("a") as stream:
            stream.write("# more\n")
        return plan

    with monkeypatch.context() as patch:
        patch.setattr(maker, "make_plan", edited_meanwhile)
        ask()
    ask()
    assert len(made) == 2
