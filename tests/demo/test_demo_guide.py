"""docs/demo.md says what the app is: its endpoints, its faults, its users."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from demo.app import create_app
from demo.faults import Fault, Faults
from demo.settings import Settings, read_settings
from demo.store import Store
from demo.visitors import USERS

GUIDE = (Path(__file__).parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")


@pytest.fixture
def routes():
    """Everything that the app answers."""
    store = Store()
    yield create_app(Settings(), store).routes
    store.close()


def test_every_endpoint_that_is_named_is_there(routes):
    named = set(re.findall(r"`(GET|POST|DELETE) (/[^`\s]*)`", GUIDE))
    assert len(named) > 12
    unknown = {
        (method, path)
        for method, path in named
        if not any(
            method in route.methods and route.path_regex.match(re.sub(r"\{\w+\}", "1", path))
            for route in routes
        )
    }
    assert unknown == set()


def test_every_fault_is_explained_and_no_other():
    table = GUIDE.split("| field | what |")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z_]+)`", table)) == set(Fault.model_fields)


def test_who_may_log_in_is_said():
    for user, password in USERS.items():
        assert f"`{user}`" in GUIDE and f"`{password}`" in GUIDE
    assert f"`{Settings().admin_user}`" in GUIDE and f"`{Settings().admin_password}`" in GUIDE


def test_the_faults_of_the_examples_are_understood():
    (started,) = re.findall(r"TANDEM_APP__ENVIRONMENT=.*", GUIDE)
    environment = json.loads(shlex.split(started)[0].partition("=")[2])
    assert read_settings(environment).faults.root["GET /api/search"].error_rate == 1.0
    (sent,) = re.findall(r"curl .* -d '(.*)'", GUIDE)
    assert Faults.model_validate_json(sent).root["GET /api/search"].latency_ms == 300
