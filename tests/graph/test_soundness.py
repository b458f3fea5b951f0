"""`doit validate` reads a spec again only when something that it rests on has changed."""

from __future__ import annotations

import pytest

from graph.actions import validate_specs
from graph.make_plan import make_plan
from graph.reported import Fault
from graph.soundness import RECORD
from graph.variables import read_variables
from journeys import loader

SETTINGS = '[app]\ncommand = ["serve", "{port}"]\n[profiles.quick]\nk6 = [{ users = 1 }]\n'
FEEDER = "feeders: {people: {file: people.csv}}\n"


@pytest.fixture
def read(tmp_path, monkeypatch):
    """A workspace with two sound specs; the list grows with every spec that is really read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tandem.toml").write_text(SETTINGS)
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys/actions.yaml").write_text("actions: {}\n")
    (tmp_path / "people.csv").write_text("name\nann\n")
    for name, more in (("a", ""), ("b", FEEDER)):
        spec = f"id: {name}\n{more}steps: [{{action: navigate, target: /}}]\n"
        (tmp_path / f"journeys/{name}.yaml").write_text(spec)
    names = []
    real = loader.load_journey

    def counting(path, *others):
        names.append(path.stem)
        return real(path, *others)

    monkeypatch.setattr(loader, "load_journey", counting)
    return names


def validate(capsys, **given):
    """Return the fault, or nothing, and what was said."""
    fault = validate_specs(make_plan(read_variables(given)))
    return fault, capsys.readouterr().out


def test_nothing_is_read_twice(read, capsys):
    sound = "".join(f"journeys/{name}.yaml: {name} is sound, 1 step\n" for name in "ab")
    assert validate(capsys) == (None, sound)
    assert validate(capsys) == (None, sound)
    assert read == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "text", "again"),
    [
        ("journeys/a.yaml", "# more\n", ["a"]),
        ("people.csv", "bob\n", ["b"]),
        ("journeys/actions.yaml", "match: []\n", ["a", "b"]),
        ("tandem.toml", '[env.local]\nheaders = { X-A = "b" }\n', ["a", "b"]),
    ],
)
def test_what_it_rests_on_is_noticed(*, read, capsys, tmp_path, name, text, again):
    before = validate(capsys)
    read.clear()
    with (tmp_path / name).open("a") as stream:
        stream.write(text)
    assert validate(capsys) == before
    assert read == again


def test_of_chosen_journeys_only_is_told(read, capsys, tmp_path):
    (tmp_path / "journeys/a.yaml").write_text("id: a\nsteps: [{action: navigat, target: /}]\n")
    assert validate_specs(make_plan(read_variables({})), "b") is None
    assert capsys.readouterr().out == "journeys/b.yaml: b is sound, 1 step\n"
    assert read == ["b"]


def test_a_fault_is_told_each_time(read, capsys, tmp_path):
    """Beside the sound ones, which are not read for it."""
    (tmp_path / "journeys/a.yaml").write_text("id: a\nsteps: [{action: navigat, target: /}]\n")
    for _ in range(2):
        fault, said = validate(capsys)
        assert isinstance(fault, Fault)
        assert "did you mean 'navigate'" in str(fault)
        assert said == "journeys/b.yaml: b is sound, 1 step\n"
    assert read == ["a", "b", "a"]


@pytest.mark.parametrize("damage", ["", "[]", '{"a": 1}', '{"a": {"digest": 1}}'])
def test_a_damaged_record_is_none(read, capsys, damage):
    before = validate(capsys)
    RECORD.write_text(damage)
    assert validate(capsys) == before
