"""Which cells a run has, and how arguments narrow or change it."""

from __future__ import annotations

import json

import pytest

from graph.make_plan import make_plan, settings_of
from graph.plan import Plan
from graph.variables import read_variables
from tandem.errors import SettingsError

SETTINGS = """
[app]
command = ["serve", "{port}"]

[profiles.quick]
playwright = [{ users = 1 }]
k6 = [{ users = 1 }]

[profiles.nightly]
playwright = [{ users = 1, iterations = 5 }, { users = 10, iterations = 3 }]
k6 = [{ users = 100, iterations = 4 }, { users = 1, iterations = 9 }]
"""
SPEC = "id: {0}\nsteps: [{{action: navigate, target: /}}]\n"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tandem.toml").write_text(SETTINGS)
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys/actions.yaml").write_text("actions: {}\n")
    for name in ("beta", "alpha"):
        (tmp_path / f"journeys/{name}.yaml").write_text(SPEC.format(name))
    return tmp_path


def plan(**given):
    return make_plan(read_variables(given))


def view(profile, **given):
    return next(view for view in plan(**given).views if view.profile == profile)


def cells(found):
    return [(cell.executor, cell.users, cell.journey, cell.iterations) for cell in found.cells]


def test_data_files_are_known_before_they_are_there(workspace):
    """What a journey is made of decides when it is resolved anew; a wrong one is left out."""
    text = "feeders: {a: {file: data/a.csv}, b: {file: ../b.csv}, c: [], d: {file: data/a.csv}}\n"
    (workspace / "journeys/alpha.yaml").write_text(SPEC.format("alpha") + text)
    assert plan().data_files == {"alpha": ("data/a.csv",)}


def test_files_that_are_handed_over_are_known_before_they_are_there(workspace):
    """Those that a spec's steps name, and for every journey those that the action map names."""
    steps = """
  - {action: upload, selector: "#f", file: [a.png, {path: b.png}, ../c.png]}
  - {action: click, selector: "#f", file: no.png}
  - action: group
    name: send
    steps:
      - action: apiRequest
        target: /
        multipart: {a: {path: d.png}, path: no.png, b: {name: no.png}, c: 7}
"""
    (workspace / "journeys/alpha.yaml").write_text(f"id: alpha\nsteps:{steps}")
    assert plan().data_files == {"alpha": ("a.png", "b.png", "d.png")}
    rule = "{action: goBack, protocol: [{path: /, multipart: {m: {path: map.png}}}]}"
    (workspace / "journeys/actions.yaml").write_text(f"match: [{rule}]\n")
    beside = {"alpha": ("a.png", "b.png", "d.png", "map.png"), "beta": ("map.png",)}
    assert plan().data_files == beside
    (workspace / "journeys/actions.yaml").write_text("match: wrong\n")
    assert plan().data_files == {"alpha": ("a.png", "b.png", "d.png")}


def test_the_browser_rides_first_and_few_users_before_many(workspace):
    assert cells(view("nightly")) == [
        ("playwright", 1, "alpha", 5),
        ("playwright", 1, "beta", 5),
        ("playwright", 10, "alpha", 3),
        ("playwright", 10, "beta", 3),
        ("k6", 1, "alpha", 9),
        ("k6", 1, "beta", 9),
        ("k6", 100, "alpha", 4),
        ("k6", 100, "beta", 4),
    ]


def test_names_and_files_of_a_cell(workspace):
    cell = view("quick").cells[0]
    assert cell.name == "quick:playwright:alpha:u001"
    assert cell.folder.as_posix() == "build/quick/playwright/alpha/u001"
    assert cell.script.as_posix() == "build/quick/scripts/playwright/alpha-u001.py"
    assert cell.table.as_posix() == "build/quick/tables/samples/playwright-alpha-u001.parquet"


def test_narrowing_leaves_what_was_chosen(workspace):
    chosen = view("nightly", journey="beta", executor="k6", users="1,100")
    assert cells(chosen) == [("k6", 1, "beta", 9), ("k6", 100, "beta", 4)]
    assert chosen.narrowed == {"journey": "beta", "executor": "k6", "users": "1,100"}


def test_users_that_the_profile_does_not_know_ride_as_often_as_its_fewest(workspace):
    assert cells(view("nightly", journey="beta", executor="k6", users="7")) == [
        ("k6", 7, "beta", 9)
    ]


def test_iterations_and_pacing_hold_for_every_cell(workspace):
    changed = view("nightly", iterations="2", pacing="0.5")
    assert {(cell.iterations, cell.pacing_s) for cell in changed.cells} == {(2, 0.5)}


def test_the_nightly_profile_warms_up_and_the_quick_one_does_not(workspace):
    assert {cell.warmup for cell in view("nightly").cells} == {1}
    assert {cell.warmup for cell in view("quick").cells} == {0}
    assert {cell.warmup for cell in view("nightly", warmup="0").cells} == {0}
    assert {cell.warmup for cell in view("quick", warmup="2").cells} == {2}


def test_each_narrowing_has_a_build_folder_of_its_own(workspace, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    narrowings = [{}, {"journey": "alpha"}, {"journey": "beta"}, {"users": "1"}, {"users": "1,2"}]
    narrowings += [{"env": "ci"}, {"base_url": "http://127.0.0.1:1"}, {"headed": "1"}]
    (workspace / "other.toml").write_text(SETTINGS)
    narrowings += [{"config": "other.toml"}]
    names = [view("quick", **each).name for each in narrowings]
    assert len(set(names)) == len(names)
    assert names[0] == "quick"
    assert all(name.replace("-", "").isalnum() for name in names)


def test_other_settings_leave_nothing_of_a_night_out(workspace):
    (workspace / "other.toml").write_text(SETTINGS)
    assert view("nightly", config="other.toml").is_night
    assert not view("nightly", journey="alpha").is_night
    assert view("nightly", config="./tandem.toml").name == "nightly"


def test_blanks_beside_commas_mean_nothing(workspace):
    tidy = plan(journey="alpha,beta", users="1,2")
    assert plan(journey="alpha, beta ", users=" 1, 2") == tidy


def test_the_same_narrowing_has_the_same_folder_in_any_order(workspace):
    one = view("quick", journey="alpha", executor="k6").name
    assert one == view("quick", executor="k6", journey="alpha").name


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"journey": "gamma"}, "journey=gamma: not known; known are alpha, beta"),
        ({"executor": "curl"}, "known are playwright, k6"),
        ({"users": "many"}, "expected a whole number above 0"),
        ({"users": "0"}, "expected a whole number above 0"),
        ({"iterations": "1,2"}, "expected a single number"),
        ({"warmup": "-1"}, "expected a whole number from 0"),
        ({"pacing": "-1"}, "expected a number above 0"),
        ({"pacing": "nan"}, "expected a number above 0"),
    ],
)
def test_a_bad_argument_is_told(workspace, given, said):
    with pytest.raises(SettingsError, match=said):
        plan(**given)


def test_an_unknown_argument_names_the_nearest():
    with pytest.raises(SettingsError, match=r"jorney=: no such argument; did you mean 'journey='"):
        read_variables({"jorney": "x"})


def test_two_journeys_of_one_id_are_refused_with_both_files(workspace):
    (workspace / "journeys/copy.yaml").write_text(SPEC.format("alpha"))
    with pytest.raises(SettingsError, match=r"journeys/alpha\.yaml and journeys/copy\.yaml"):
        plan()


def test_a_folder_without_journeys_is_refused(workspace):
    for spec in (workspace / "journeys").glob("*a.yaml"):
        spec.unlink()
    with pytest.raises(SettingsError, match="there is no journey in 'journeys'"):
        plan()


def test_a_spec_that_cannot_be_read_keeps_its_place(workspace):
    (workspace / "journeys/torn.yaml").write_text("id: [")
    assert "torn" in view("quick").journeys


def test_an_action_map_beside_the_specs_is_no_journey(workspace):
    (workspace / "journeys/more.yaml").write_text("actions: {}\n")
    text = 'actions = ["journeys/actions.yaml", "journeys/more.yaml"]\n' + SETTINGS
    (workspace / "tandem.toml").write_text(text)
    assert set(plan().specs) == {"alpha", "beta"}


def test_a_plan_comes_back_from_its_json(workspace):
    made = plan(journey="alpha")
    assert Plan.from_json(made.to_json()) == made


AUTH = """
[auth.basic]
kind = "basic"
user = "alice"
password = "${secret:PASSWORD}"
[auth.bearer]
kind = "bearer"
token = "${secret:TOKEN}"
[auth.header]
kind = "header"
name = "X-Key"
value = "${secret:KEY}"
[auth.login]
kind = "journey"
journey = "browse"
[env.local.auth.cookie]
kind = "cookie"
name = "session"
value = "${secret:SESSION}"
"""


def test_settings_come_back_from_a_plan(workspace):
    """A ride takes them from there: with every kind of auth, each of which leaves fields out."""
    with (workspace / "tandem.toml").open("a") as stream:
        stream.write(AUTH)
    made = plan()
    again = settings_of(Plan.from_json(json.loads(json.dumps(made.to_json()))))
    assert again.model_dump(mode="json") == made.settings
    assert {each.kind for each in again.auth.values()} == {"basic", "bearer", "header", "journey"}
