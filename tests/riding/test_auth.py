"""Who the user is, in both executors: a login before the clock starts, basic, and a cookie."""

from __future__ import annotations

import base64
import json
import re
from functools import partial
from pathlib import Path

import pytest
import yaml

from journeys.environment import JourneyEnvironment
from journeys.resolve import Beside
from journeys.spec import Journey
from tandem.models import Executor
from tests.journeys.test_guide import blocks
from tests.riding.rig import ROOT, Ridden, demo, ride, side_by_side

BOTH: tuple[Executor, ...] = ("playwright", "k6")
ACTIONS = yaml.safe_load((ROOT / "journeys/actions.yaml").read_text(encoding="utf-8"))
LOGIN = yaml.safe_load((ROOT / "journeys/log-in-account.yaml").read_text(encoding="utf-8"))
AUTH = {
    "alice": {"kind": "journey", "journey": "log-in-account"},
    "admin-basic": {"kind": "basic", "user": "admin", "password": "${secret:ADMIN_PASSWORD}"},
}
GUIDE = [yaml.safe_load(text) for language, text in blocks("journey") if language == "yaml"]
PLAYLIST = next(each for each in GUIDE if each["id"] == "make-a-playlist")
STEPS = PLAYLIST["steps"]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with demo(tmp_path_factory.mktemp("app")) as origin:
        yield origin


@pytest.fixture(scope="module")
def rides(app, tmp_path_factory) -> dict[tuple[str, Executor], Ridden]:
    """With each executor: the guide's example, and a journey whose login fails."""
    ways = {"sound": playlists, "refused": refused}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADMIN_PASSWORD", "demo-admin")
        return side_by_side(
            {
                (name, executor): partial(way, executor, tmp_path_factory.mktemp(executor), app)
                for name, way in ways.items()
                for executor in BOTH
            }
        )


def playlists(executor: Executor, folder: Path, app: str) -> Ridden:
    """Two users log in once, and make a playlist twice."""
    environment = JourneyEnvironment.model_validate({"auth": AUTH, "headers": {"X-Ride": "night"}})
    return ride(
        executor,
        STEPS,
        folder,
        app,
        actions=ACTIONS,
        fields={"auth": "alice", "data": PLAYLIST["data"]},
        beside=Beside(environment=environment, login=Journey.model_validate(LOGIN)),
        users=2,
        iterations=2,
        pacing_s=0.2,
    )


def refused(executor: Executor, folder: Path, app: str) -> Ridden:
    """A user who has the wrong password."""
    wrong = json.loads(json.dumps(LOGIN).replace('"demo"', '"wrong"'))
    for step in wrong["steps"]:
        step["timeout"] = 2
    environment = JourneyEnvironment.model_validate({"auth": AUTH})
    return ride(
        executor,
        [{"id": "account", "action": "navigate", "target": "/account"}],
        folder,
        app,
        actions=ACTIONS,
        fields={"auth": "alice"},
        beside=Beside(environment=environment, login=Journey.model_validate(wrong)),
    )


@pytest.fixture(params=BOTH)
def ridden(request, rides) -> Ridden:
    """The guide's example."""
    return rides["sound", request.param]


def test_the_journey_rides_as_who_logged_in(ridden):
    """The account is there at once, the form's token is taken, the playlist's page is shown."""
    assert ridden.result.failures == ()
    assert [row.step for row in ridden.interactions(user=1)] == [each["id"] for each in STEPS] * 2
    assert all(row.ok for row in ridden.interactions())


def test_logging_in_is_in_no_iteration(ridden):
    """Its requests are kept, before the first iteration, and once for each user."""
    before = [row for row in ridden.requests() if row.iteration == -1]
    logins = [row for row in before if row.name == "POST /login"]
    assert sorted(row.vu for row in logins) == [1, 2]
    later = [row.name for row in ridden.requests() if row.iteration != -1]
    assert "POST /playlists" in later
    assert not any("/login" in name for name in later)


def test_what_the_environment_adds_is_sent(ridden):
    """By the pages of a browser, as its HAR says, and by each request of k6, as its script does."""
    har, script = ridden.folder / "user001.har", ridden.folder / "script.js"
    if script.exists():
        calls = re.findall(r'request\("[A-Z]+", .*?\)\)?;', script.read_text(), flags=re.S)
        assert len(calls) == 10
        assert all('"X-Ride": "night"' in call for call in calls)
        return
    requests = [entry["request"] for entry in json.loads(har.read_bytes())["log"]["entries"]]
    assert {request["url"].rsplit("/", 1)[-1] for request in requests} >= {"account", "playlists"}
    for request in requests:
        assert {"name": "x-ride", "value": "night"} in [
            {**header, "name": header["name"].lower()} for header in request["headers"]
        ]


def test_no_secret_is_in_the_script(ridden):
    """It asks the environment, and encodes what it got."""
    (script,) = ridden.folder.glob("script.*")
    text = script.read_text()
    assert "ADMIN_PASSWORD" in text
    for form in ("demo-admin", base64.b64encode(b"admin:demo-admin").decode()):
        assert form not in text


@pytest.mark.parametrize("executor", BOTH)
def test_a_login_that_fails_fails_every_iteration_and_says_why(rides, executor):
    """Nothing is measured as somebody else."""
    done = rides["refused", executor]
    (failure,) = done.result.failures
    assert failure.step == "account"
    last = {"playwright": "account", "k6": "submit"}[executor]  # k6 has the answer to the form
    assert failure.reason.startswith(f"logging in, {last}: ")
    assert not any(row.ok for row in done.interactions())
