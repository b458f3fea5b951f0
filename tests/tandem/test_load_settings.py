"""Defaults < file < environment < command line, and every fault with its place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tandem.errors import SettingsError
from tandem.load_settings import load_settings
from tandem.settings import Settings, retention_of

APP = '[app]\ncommand = ["serve", "{port}"]\n'


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("TANDEM_"):
            monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A config file that does not exist yet."""
    return tmp_path / "tandem.toml"


def load(file: Path, text: str, **command_line: Any) -> Settings:
    """Load a config file of this text."""
    file.write_text(text, encoding="utf-8")
    return load_settings(file, command_line)


def faults(file: Path, text: str, **command_line: Any) -> list[str]:
    """Return the lines of the error that the text gives."""
    with pytest.raises(SettingsError) as caught:
        load(file, text, **command_line)
    return str(caught.value).splitlines()


def test_the_repository_s_own_settings_load() -> None:
    """The example that everybody starts from is right."""
    settings = load_settings(Path(__file__).parents[2] / "tandem.toml", {})
    assert {"quick", "nightly"} <= set(settings.profiles)
    assert [cell.users for cell in settings.profiles["nightly"].cells("k6")] == [1, 10, 100]


def test_sources_override_each_other(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each source beats the one before it: defaults, file, environment, command line."""
    assert load(file, APP).results == "results"
    assert load(file, f'results = "file"\n{APP}').results == "file"
    monkeypatch.setenv("TANDEM_RESULTS", "variable")
    assert load(file, f'results = "file"\n{APP}').results == "variable"
    assert load(file, f'results = "file"\n{APP}', results="argument").results == "argument"


def test_a_missing_file_is_an_empty_one(file: Path) -> None:
    """Without a file the rest still counts."""
    settings = load_settings(file, {"base_url": "http://127.0.0.1:1"})
    assert settings.target == "http://127.0.0.1:1"


def test_a_nested_variable_sets_what_stands_below(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two underscores separate levels; what the file says beside it stays."""
    monkeypatch.setenv("TANDEM_K6__EXECUTABLE", "/opt/k6")
    monkeypatch.setenv("TANDEM_BROWSER__EXECUTABLE", "/opt/chromium")
    monkeypatch.setenv("TANDEM_ENV__REMOTE__BASE_URL", "https://example.org/")
    settings = load(file, f'{APP}[browser]\narguments = ["--headless"]\nexecutable = "other"\n')
    assert settings.k6.executable == "/opt/k6"
    assert settings.browser.executable == "/opt/chromium"
    assert settings.browser.arguments == ("--headless",)
    assert settings.env["remote"].base_url == "https://example.org"


def test_unknown_keys_name_the_nearest_and_their_line(file: Path) -> None:
    """A slip of the pen is named with its place and the key that was meant."""
    assert faults(file, f'reslts = "x"\n{APP}redy_path = "/"\n[k6]\nexecutible = "k6"\n') == [
        "tandem.toml:4: app.redy_path: not a setting; did you mean 'ready_path'?",
        "tandem.toml:6: k6.executible: not a setting; did you mean 'executable'?",
        "tandem.toml:1: reslts: not a setting; did you mean 'results'?",
    ]


def test_the_line_is_that_of_the_right_table(file: Path) -> None:
    """The same key in two tables is told apart, and so is one in an inline table."""
    text = (
        f'{APP}[browser]\nexecutable = "fine"\n[k6]\nexecutable = 5\n'
        "[profiles.quick]\nk6 = [{ users = 1 }, { users = 0 }]\n"
        "[[profiles.nightly.k6]]\nusers = 1\n[[profiles.nightly.k6]]\nuser = 1\n"
    )
    found = faults(file, text)
    assert found[0] == "tandem.toml:6: k6.executable: expected a text (put it in quotes)"
    assert found[1].startswith("tandem.toml:8: profiles.quick.k6.1.users: must be greater than")
    assert "tandem.toml:12: profiles.nightly.k6.1.user: not a setting; did you mean 'users'?" in (
        found
    )


def test_all_faults_are_told_at_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables, file and arguments: one run shows what is wrong with each."""
    monkeypatch.setenv("TANDEM_RESULT", "x")
    monkeypatch.setenv("TANDEM_ENABLE_REMOTE", "perhaps")
    found = faults(file, f"journeys = 5\n{APP}", base_url="ftp://x")
    assert [line.split(": ")[0] for line in found] == [
        "TANDEM_RESULT",
        "tandem.toml:1",
        "base_url=",
        "TANDEM_ENABLE_REMOTE",
    ]


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("TANDEM_RESULT", "TANDEM_RESULT: not a setting; did you mean 'TANDEM_RESULTS'?"),
        ("TANDEM_K6__PATH", "TANDEM_K6__PATH: k6.path: not a setting"),
        ("TANDEM_K7__PATH", "TANDEM_K7__PATH: not a setting; did you mean 'TANDEM_K6'?"),
        ("TANDEM_QQQQQ", "TANDEM_QQQQQ: not a setting; known are TANDEM_ACTIONS, TANDEM_APP, "),
    ],
)
def test_unknown_variables_are_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch, variable: str, expected: str
) -> None:
    """A variable that nothing reads would be a silent surprise."""
    monkeypatch.setenv(variable, "x")
    assert faults(file, APP)[0].startswith(expected)


@pytest.mark.parametrize("variable", ["TANDEM_K6", "TANDEM_ACTIONS", "TANDEM_PROFILES"])
def test_a_variable_that_is_no_json_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A list in a variable is written as JSON; anything else is a fault, never a traceback."""
    monkeypatch.setenv(variable, "[oops")
    assert faults(file, APP)[0].startswith(f"{variable}: expected JSON")


def test_a_fault_inside_a_variable_s_json_names_the_variable(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place is the variable that holds the JSON, not the file."""
    monkeypatch.setenv("TANDEM_K6", '{"executble": "x"}')
    assert faults(file, APP) == [
        "TANDEM_K6: k6.executble: not a setting; did you mean 'executable'?"
    ]


def test_toml_that_is_none_is_refused_with_its_place(file: Path) -> None:
    """The parser's own words hold line and column."""
    assert faults(file, "a = = 1") == [
        "tandem.toml: not valid TOML: Invalid value (at line 1, column 5)"
    ]


def test_a_file_that_cannot_be_read_is_refused(file: Path) -> None:
    """Neither a folder nor other bytes than UTF-8 give a traceback."""
    file.write_bytes(b'a = "\xff"')
    with pytest.raises(SettingsError, match=r"tandem\.toml: byte 5 is not UTF-8"):
        load_settings(file, {})
    file.unlink()
    file.mkdir()
    with pytest.raises(SettingsError, match=r"tandem\.toml: cannot be read: Is a directory"):
        load_settings(file, {})


def test_a_run_needs_something_to_ride(file: Path) -> None:
    """Neither a command nor a base URL: the message says what to set."""
    assert faults(file, "") == [
        'tandem.toml: no app to ride: set app.command, or app.server = "external" and a base URL'
    ]


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:4173",
        "ftp://127.0.0.1",
        "http://",
        "http://user:secret@127.0.0.1",
        "http://127.0.0.1/path",
        "http://127.0.0.1?x=1",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://[::1",
    ],
)
def test_a_base_url_is_an_origin(file: Path, url: str) -> None:
    """Anything but scheme, host and port is refused, and never shown with a password."""
    (found,) = faults(file, APP, base_url=url)
    assert found.startswith("base_url=: ")
    assert "secret" not in found


def test_an_unknown_environment_lists_the_known_ones(file: Path) -> None:
    """The names of environments are fixed."""
    found = faults(file, f'{APP}[env.staging]\nbase_url = "http://127.0.0.1"\n')
    expected = "tandem.toml:3: env.staging: 'staging' is not one of local, ci, remote"
    assert found == [expected]


@pytest.mark.parametrize("pattern", ["/etc/*", "../*", "app/../../*", "~/app/*"])
def test_sources_outside_of_the_workspace_are_refused(file: Path, pattern: str) -> None:
    """The app's sources are files of the workspace."""
    (said,) = faults(file, f'{APP}sources = ["{pattern}"]\n')
    assert f"'{pattern}' is not a glob below the workspace" in said


def test_both_built_in_profiles_are_there_whatever_the_file_says(file: Path) -> None:
    """What a file does not say of a profile stays as it is built in."""
    settings = load(file, f"{APP}[profiles.quick]\nk6 = [{{ users = 3 }}]\n")
    assert [cell.users for cell in settings.profiles["quick"].cells("k6")] == [3]
    assert [cell.users for cell in settings.profiles["quick"].cells("playwright")] == [1]
    assert settings.profiles["quick"].default_slo == "rate<=0"
    assert [cell.users for cell in settings.profiles["nightly"].cells("k6")] == [1, 10, 100]


def test_a_misspelt_name_of_a_few_names_the_one_meant(file: Path) -> None:
    """One of few words: what was found, what there is, and the nearest."""
    with pytest.raises(SettingsError) as caught:
        load(file, APP, environment="remot")
    assert str(caught.value) == (
        "env=: 'remot' is not one of local, ci, remote; did you mean 'remote'?"
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("{prot}", "'{prot}': {prot} is not one of {port} and {python}; did you mean 'port'?"),
        ("{}", "'{}': {} is not one of {port} and {python}"),
        ("{port", "a brace that stands for itself is written twice"),
        ("}", "a brace that stands for itself is written twice"),
    ],
)
def test_a_command_s_placeholders_are_known(file: Path, command: str, said: str) -> None:
    """What stands in braces is filled in: a slip would end the ride before it begins."""
    (found,) = faults(file, f'[app]\ncommand = ["serve", "{{port}}", "{command}"]\n')
    assert found.startswith("tandem.toml:2: app.command: ")
    assert said in found


def test_a_command_may_hold_braces_of_its_own(file: Path) -> None:
    """They are written twice."""
    command = ("serve", "{port}", "{{}}")
    loaded = load(file, '[app]\ncommand = ["serve", "{port}", "{{}}"]\n')
    assert loaded.app.command == command


def test_the_port_may_stand_in_the_environment_instead(file):
    loaded = load(file, '[app]\ncommand = ["npm", "start"]\nenvironment = { PORT = "{port}" }\n')
    assert loaded.app.environment == {"PORT": "{port}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[app]\ncommand = ["serve", "8080"]\n',
            "tandem.toml:2: app.command: does not hold {port}, the free port that the app must",
        ),
        (
            '[app]\nserver = "external"\n',
            'tandem.toml:2: app.server: is "external", and no running server is named',
        ),
        (
            f'{APP}ready_path = "up"\n',
            "tandem.toml:3: app.ready_path: 'up' is not a path of the app; it begins with a /",
        ),
        (
            f'{APP}version_path = "version"\n',
            "tandem.toml:3: app.version_path: 'version' is not a path of the app",
        ),
        (
            f'{APP}streams = ["api/wait"]\n',
            "tandem.toml:3: app.streams: 'api/wait' matches no",
        ),
        (
            f"{APP}[profiles.quik]\nbrowser_retries = 0\n",
            "tandem.toml:3: profiles.quik: 'quik' is not one of ab, nightly, quick; did you mean",
        ),
        (
            f"{APP}ready_timeout_s = 0\n",
            "tandem.toml:3: app.ready_timeout_s: must be greater than 0",
        ),
        (f'{APP}sources = "demo"\n', "tandem.toml:3: app.sources: expected a list"),
        (f"{APP}[browser]\nhar = true\n", "tandem.toml:4: browser.har: true is not one of all, "),
        (f"{APP}[browser]\nhar = []\n", "tandem.toml:4: browser.har: a list is not one of all, "),
        (f"{APP}[browser]\nhar = 1\n", "tandem.toml:4: browser.har: 1 is not one of all, first"),
        (
            f"{APP}[profiles.quick]\nk6 = [{{ iterations = 1 }}]\n",
            "tandem.toml:4: profiles.quick.k6.0.users: is missing",
        ),
    ],
)
def test_what_cannot_work_is_refused_in_plain_words(file: Path, text: str, said: str) -> None:
    """With file, line, field and what was expected; before anything is started."""
    (found,) = faults(file, text)
    assert found.startswith(said)


def test_a_running_server_needs_no_command(file: Path) -> None:
    """Nothing is started then, and what the command holds does not matter."""
    url = "http://127.0.0.1:1"
    assert load(file, '[app]\nserver = "external"\n', base_url=url).target == url
    assert load(file, '[app]\ncommand = ["serve"]\n', base_url=url).target == url


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (
            'kind = "basic"\nuser = "admin"\npassword = "hunter22"',
            "tandem.toml:6: auth.a.password: is no reference to a secret; "
            "write ${secret:NAME} and set NAME",
        ),
        (
            'kind = "bearer"\ntoken = "${env:TOKEN}"',
            "tandem.toml:5: auth.a.token: is no reference to a secret; "
            "write ${secret:NAME} and set NAME",
        ),
        (
            'kind = "basic"\nuser = "a:b"\npassword = "${secret:P}"',
            "tandem.toml:5: auth.a.user: is neither a name without ':' nor ${env:NAME} "
            "nor ${secret:NAME}",
        ),
        ('kind = "bearer"', 'tandem.toml:3: auth.a: kind = "bearer" needs token'),
        (
            'kind = "cookie"\nname = "sid"\nvalue = "${secret:S}"\ntoken = "${secret:T}"',
            'tandem.toml:3: auth.a: kind = "cookie" has name and value, but no token',
        ),
        (
            'kind = "header"\nname = "X Key"\nvalue = "${secret:S}"',
            "tandem.toml:5: auth.a.name: 'X Key' is not the name of a header or a cookie",
        ),
        (
            'kind = "oauth"',
            "tandem.toml:4: auth.a.kind: 'oauth' is not one of basic, bearer, header, cookie, "
            "journey",
        ),
    ],
)
def test_an_auth_names_its_credentials(file: Path, auth: str, expected: str) -> None:
    """It never holds them, and what is wrong with one is told without showing it."""
    assert faults(file, f"{APP}[auth.a]\n{auth}\n") == [expected]


def test_an_environment_s_headers_hold_no_secret(file: Path) -> None:
    """A browser would send them to whoever a page asks."""
    (fault,) = faults(file, APP + '[env.ci]\nheaders = {X-Key = "${secret:KEY}"}\n')
    assert fault == (
        "tandem.toml:4: env.ci.headers: 'X-Key' is sent as it stands, to whatever host a page "
        "asks; a secret belongs into [auth]"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('token = "ghp_abc-123"', "never the token itself"),
        ('token = "TANDEM_TOKEN"', "begins with TANDEM_"),
        ('url = "https://user:word@git.example"', "is no address"),
        ('repository = "shop"', "'shop' is no repository such as owner/name"),
        ('labels = ["a,b"]', "'a,b' is no name of a label or a user"),
        ("most_per_night = -1", "greater than or equal to 0"),
    ],
)
def test_issues_that_cannot_be_sent_are_refused(file: Path, line: str, said: str) -> None:
    """And what may be a token is not repeated."""
    (fault,) = faults(file, f"{APP}[issues]\n{line}\n")
    assert said in fault
    assert "ghp_" not in fault
    assert "word@" not in fault


@pytest.mark.parametrize(
    ("environment", "kept"),
    [
        ("local", ["1 run", "60 runs", "400 days", "5 GB"]),
        ("ci", ["1 run", "7 runs", "400 days", "5 GB"]),
        ("remote", ["9 days", "60 runs", "400 days", "5 GB"]),
    ],
)
def test_what_a_retention_leaves_out_is_as_it_was(
    file: Path, environment: str, kept: list[str]
) -> None:
    """One key of an environment resets neither the common ones nor those that are built in."""
    text = (
        f'{APP}[retention]\nraw = "1 run"\ntotal = "5 GB"\n'
        '[env.ci.retention]\ntables = "7 runs"\n[env.remote.retention]\nraw = "9 days"\n'
    )
    settings = load(file, text, environment=environment).model_dump(mode="json")
    found = retention_of(settings)
    assert [found[name] for name in ("raw", "tables", "summaries", "total")] == kept


@pytest.mark.parametrize(
    ("environment", "kept"),
    [
        ("local", ["10 runs, 14 days", "60 runs", "400 days", "5 GB"]),
        ("ci", ["3 runs", "90 runs", "400 days", "5 GB"]),
    ],
)
def test_a_common_retention_of_one_key_leaves_the_rest_built_in(
    file: Path, environment: str, kept: list[str]
) -> None:
    """Each environment has its own row of what is built in."""
    text = f'{APP}[retention]\ntotal = "5 GB"\n'
    found = retention_of(load(file, text, environment=environment).model_dump(mode="json"))
    assert list(found.values()) == kept
