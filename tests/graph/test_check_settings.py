"""Settings that do not fit the files of the workspace are refused, with key and line."""

from __future__ import annotations

import pytest

from graph.make_plan import make_plan
from graph.variables import read_variables
from tandem.errors import RefusedError, SettingsError

APP = '[app]\ncommand = ["serve", "{port}"]\n'


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A folder with a journey, in which settings can be tried."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys/actions.yaml").write_text("actions: {}\n")
    (tmp_path / "journeys/a.yaml").write_text("id: a\nsteps: [{action: navigate, target: /}]\n")
    return tmp_path


def said(workspace, text, **arguments):
    """Return what is said of these settings and arguments."""
    (workspace / "tandem.toml").write_text(text)
    with pytest.raises((SettingsError, RefusedError)) as caught:
        make_plan(read_variables(arguments))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f'{APP}[profiles.quick]\ndefault_slo = "p95<5"\n',
            "tandem.toml:4: profiles.quick.default_slo: 'p95<5' is not a threshold; write",
        ),
        (
            f'{APP}sources = ["src/**/*"]\n',
            "tandem.toml:3: app.sources: 'src/**/*' matches no",
        ),
        (
            f'actions = ["nope.yaml"]\n{APP}',
            "tandem.toml:1: actions: there is no file 'nope.yaml'",
        ),
        (
            f'{APP}[env.ci.retention]\nraw = "10 rns"\n',
            "tandem.toml:4: env.ci.retention.raw: '10 rns' does not say how much is kept",
        ),
        (
            f"{APP}[profiles.quick]\nk6 = [{{users = 2}}, {{users = 2, iterations = 3}}]\n",
            "tandem.toml:4: profiles.quick.k6: users = 2 stands there more than once",
        ),
    ],
)
def test_what_names_nothing_is_refused(workspace, text, expected):
    assert said(workspace, text).startswith(expected)


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ("", "it is the workspace itself"),
        (".", "it is the workspace itself"),
        ("..", "it is the workspace itself, or around it"),
        ("journeys", "journeys holds other things"),
        ("journeys/runs", "journeys holds other things"),
        ("build", "build holds other things"),
        (".tandem/results", ".tandem holds other things"),
        ("tandem.toml", "it is a file"),
    ],
)
def test_results_have_a_folder_of_their_own(workspace, results, why):
    found = said(workspace, f'results = "{results}"\n{APP}')
    assert found.startswith("tandem.toml:1: results: ")
    assert why in found


def test_specs_have_a_folder(workspace):
    found = said(workspace, f'journeys = ""\n{APP}')
    assert found.startswith("tandem.toml:1: journeys: '' names no folder of specs")
    assert "results" not in found


def test_specs_may_lie_in_the_workspace_itself(workspace):
    (workspace / "tandem.toml").write_text(f'journeys = "."\nactions = []\n{APP}')
    (workspace / "b.yaml").write_text("id: b\nsteps: [{action: navigate, target: /}]\n")
    assert list(make_plan(read_variables({})).specs) == ["b"]


@pytest.mark.parametrize("results", ["web", "web/runs"])
def test_results_are_no_source_of_the_app(workspace, results):
    (workspace / "web").mkdir()
    (workspace / "web/app.js").write_text("")
    found = said(workspace, f'results = "{results}"\n{APP}sources = ["web/**/*"]\n')
    assert "'web/**/*' of app.sources would take them for the app's" in found


def test_results_may_lie_beside_sources_that_no_glob_reaches(workspace):
    (workspace / "web").mkdir()
    (workspace / "web/app.js").write_text("")
    (workspace / "tandem.toml").write_text(f'results = "web/r"\n{APP}sources = ["web/*.js"]\n')
    assert make_plan(read_variables({})).settings["results"] == "web/r"


def test_results_may_lie_elsewhere(workspace, tmp_path):
    text = f'results = "{tmp_path.parent / "elsewhere"}"\n{APP}'
    (workspace / "tandem.toml").write_text(text)
    assert make_plan(read_variables({})).settings["results"].endswith("elsewhere")


def test_without_a_settings_file_that_is_said_beside_what_is_missing(workspace):
    with pytest.raises(SettingsError) as caught:
        make_plan(read_variables({}))
    assert str(caught.value).splitlines() == [
        'tandem.toml: no app to ride: set app.command, or app.server = "external" and a base URL',
        "  There is no tandem.toml here; see docs/configuration.md.",
    ]


def test_a_named_settings_file_is_there(workspace):
    found = said(workspace, APP, config="nope.toml")
    assert found == "config=nope.toml: there is no such file"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"journey": ""}, "journey=: a name is missing; known are a"),
        ({"journey": "a,"}, "journey=a,: a name is missing"),
        ({"executor": "playwrigth"}, "did you mean 'playwright'?; known are playwright, k6"),
        ({"headed": "2"}, "headed=2: expected 0 or 1"),
        ({"debug": "yes"}, "debug=yes: expected 0 or 1"),
    ],
)
def test_arguments_that_say_nothing_are_refused(workspace, arguments, expected):
    assert expected in said(workspace, APP, **arguments)


@pytest.mark.parametrize("name", ["headed", "debug"])
def test_a_window_needs_a_screen(workspace, monkeypatch, name):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    found = said(workspace, APP, **{name: "1"})
    assert "DISPLAY is not set" in found
    assert "xvfb-run" in found
    monkeypatch.setenv("DISPLAY", ":0")
    assert make_plan(read_variables({name: "1"})).desk.headed == (name == "headed")
