"""The built-in actions as specs say them, and what a rule of the action map makes of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from journeys.built_in_actions import UI_ACTIONS
from journeys.resolved import ResolvedJourney
from tandem.errors import SpecError

Loads = Callable[..., ResolvedJourney]

STEPS: list[dict[str, Any]] = [
    {"action": "navigate", "target": "/a"},
    {"action": "goBack"},
    {"action": "reload"},
    {"action": "click", "selector": "#a"},
    {"action": "hover", "selector": {"text": "a"}},
    {"action": "type", "selector": "#a", "value": "b"},
    {"action": "press", "key": "Enter"},
    {"action": "press", "key": "Control++", "selector": {"label": "a"}},
    {"action": "press", "key": "ä"},
    {"action": "select", "selector": "#a", "value": ""},
    {"action": "select", "selector": "#a", "label": "b"},
    {"action": "select", "selector": "#a", "index": 0},
    {"action": "check", "selector": "#a"},
    {"action": "uncheck", "selector": "#a"},
    {"action": "upload", "selector": "#a", "file": [{"name": "a.txt", "content": "b"}]},
    {"action": "upload", "selector": "#a", "file": [{"name": "b", "size": 0}] * 2},
    {"action": "download", "selector": "#a"},
    {"action": "scroll", "selector": "#a"},
    {"action": "scroll", "by": 0},
    {"action": "waitForText", "text": "a"},
    {"action": "waitFor", "selector": "#a"},
    {"action": "waitFor", "url": "/a?b=*"},
    {"action": "waitFor", "response": "/**/a"},
    {"action": "expect", "selector": "#a", "text": "b"},
    {"action": "expect", "selector": "#a", "count": 0},
    {"action": "expect", "selector": "#a", "visible": False},
    {"action": "expect", "selector": "#a", "value": ""},
    {"action": "expect", "url": "/a"},
    {"action": "expect", "status": [200, 404]},
    {"action": "expect", "response": "/a", "json": {"b.0.c": {"d": [None]}}},
]


def test_every_action_is_tried() -> None:
    """One that is added is tried here too."""
    assert {step["action"] for step in STEPS} == set(UI_ACTIONS)


@pytest.mark.parametrize("step", STEPS, ids=json.dumps)
def test_a_rule_gives_any_action_its_protocol_half(load: Loads, step: dict[str, Any]) -> None:
    """Where it asks for the very fields of the step, and not where one of them differs."""
    fields = {name: value for name, value in step.items() if name != "action"}
    rule = {"action": step["action"], "protocol": [{"path": "/x"}]}
    spec = json.dumps({"id": "a", "steps": [step]})

    def paths(**when: Any) -> list[str]:
        rules = json.dumps({"match": [{**rule, "when": when}]})
        (found,) = load(spec, rules).steps
        assert found.browser[0].plain() == step
        return [request.path for wave in found.protocol for request in wave]

    assert paths(**fields) == ["/x"]
    for name in fields:
        other = {"selector": "#other", "target": "/other", "url": "/other", "response": "/other"}
        if name in other:
            assert "/x" not in paths(**{**fields, name: other[name]})


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{action: goBack}", "go-back"),
        ("{action: press, key: Enter}", "press-enter"),
        ("{action: press, key: a, selector: {label: Name}}", "press-a-name"),
        ("{action: select, selector: {testId: colour}, label: Red}", "select-colour"),
        ("{action: upload, selector: {label: Cover}, file: {name: a, size: 1}}", "upload-cover"),
        ("{action: scroll, by: 10}", "scroll"),
        ("{action: waitFor, url: '/orders/*'}", "wait-for-orders"),
        ("{action: waitFor, response: /api/orders}", "wait-for-api-orders"),
        ("{action: expect, selector: h1, text: Hi}", "expect-h1"),
        ("{action: expect, status: 200}", "expect"),
        ("{action: expect, response: /api/x, status: 200}", "expect-api-x"),
    ],
)
def test_actions_have_names(load: Loads, step: str, expected: str) -> None:
    """Of what they do and to what; never of what is expected or typed."""
    assert load(f"id: a\nsteps: [{step}]").steps[0].id == expected


def test_a_rule_is_about_a_file_however_it_is_written(load: Loads, tmp_path: Path) -> None:
    """A text is the path of one file, and the file's content is in what is ridden."""
    (tmp_path / "a.txt").write_text("content")
    spec = "id: a\nsteps: [{action: upload, selector: '#a', file: FILE}]"
    rules = "match: [{action: upload, when: {file: FILE}, protocol: [{path: /x}]}]"
    ways = ("a.txt", "[a.txt]", "{path: a.txt}", "[{path: a.txt, type: application/octet-stream}]")
    for given in ways:
        for asked in ways:
            found = load(spec.replace("FILE", given), rules.replace("FILE", asked))
            assert found.steps[0].has_protocol
            assert found.files == {"a.txt": base64.b64encode(b"content").decode()}
    assert not load(spec.replace("FILE", "a.txt"), rules.replace("FILE", "b.txt")).steps[0].protocol


@pytest.mark.parametrize("key", ["Enter", "a", "+", " ", "Control+a", "Control++", "Alt+Shift+F5"])
def test_keys(load: Loads, key: str) -> None:
    """One key, or some held down with another."""
    spec = json.dumps({"id": "a", "steps": [{"action": "press", "key": key}]})
    assert load(spec).steps[0].browser[0].plain()["key"] == key


def test_a_key_may_be_a_parameter(load: Loads) -> None:
    """It is looked at when it is filled in."""
    actions = """
actions:
  hit:
    parameters: {what: {type: text}}
    browser: [{action: press, key: "Control+${param.what}"}]
"""
    (step,) = load("id: a\nsteps: [{action: hit, what: K}]", actions).steps
    assert step.browser[0].plain()["key"] == "Control+K"
    with pytest.raises(SpecError, match=r"in the action map, 'hit': key: 'Entr' is not a key"):
        load("id: a\nsteps: [{action: hit, what: Entr}]", actions)
