"""Every value reaches a Python script as exactly that value, and as nothing else."""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Callable
from typing import Any

import pytest
from hostile import texts
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.literals import comment_text, docstring, python_literal
from generators.standalone import rider
from journeys.expressions import escape
from journeys.resolved import ResolvedJourney
from tandem.models import Executor

PROPERTY = settings(max_examples=60)

Resolves = Callable[..., ResolvedJourney]
Generates = Callable[[Executor, ResolvedJourney], str]

paths = texts.map(
    lambda text: "/p" + "".join(mark for mark in text if mark.isprintable() and mark != "\\")
)
headers = texts.map(lambda text: "".join(mark for mark in text if " " <= mark <= "~"))
bodies = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def parts_of(script: str) -> tuple[str, str]:
    """Split a script into what is of its journey alone, and the rest.

    The rest is long, and much the same in each script. Where the first part is a program by itself,
    nothing of it reaches into the rest.
    """
    own, mark, rest = script.rpartition("\n# What follows is no part of the journey")
    assert mark
    return own, rest


def calls_of(script: str) -> dict[str, list[Any]]:
    """Return the values of every call in the steps' functions, by what is called."""
    found: dict[str, list[Any]] = {}
    for node in ast.parse(parts_of(script)[0]).body:
        if isinstance(node, ast.AsyncFunctionDef) and ast.unparse(node.args) == "user: User":
            for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
                values = [*call.args, *(each.value for each in call.keywords)]
                texts = [each for each in values if not isinstance(each, ast.Name | ast.Subscript)]
                found.setdefault(name, []).extend(map(ast.literal_eval, texts))
    return found


def code_of(script: str) -> str:
    """Return what a program does: all of it but its docstrings."""
    tree = ast.parse(script)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.AsyncFunctionDef) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
    return ast.unparse(tree)


def escaped(value: Any) -> Any:
    """Return JSON whose texts are templates of just these texts."""
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    return [escaped(item) for item in value] if isinstance(value, list) else value


@PROPERTY
@given(selector=texts.filter(bool), value=texts, text=texts.filter(bool), path=paths)
def test_texts_arrive_unchanged(
    *, resolved: Resolves, generated: Generates, selector: str, value: str, text: str, path: str
) -> None:
    """Selectors, typed values, expected texts and paths are the literals of those very texts."""
    journey = resolved(
        [
            {"action": "navigate", "target": escape(path)},
            {"action": "type", "selector": escape(selector), "value": escape(value)},
            {"action": "waitForText", "text": escape(text)},
        ]
    )
    assert calls_of(generated("playwright", journey)) == {
        "open": [path],
        "locator": [selector],
        "fill": [value],
        "get_by_text": [text],
        "wait_for": [],
    }


@PROPERTY
@given(name=texts.filter(bool), text=texts.filter(bool), css=texts.filter(bool))
def test_locators_arrive_unchanged(
    *, resolved: Resolves, generated: Generates, name: str, text: str, css: str
) -> None:
    """What names an element does so to the letter, also when it needs a variable of its own."""
    label = {"label": escape(text), "within": {"css": escape(css), "within": escape(text)}}
    selectors: list[Any] = [
        {"role": "button", "name": escape(name), "exact": True, "within": label, "nth": 3},
        {"placeholder": escape(text), "within": {"testId": escape(name)}},
    ]
    journey = resolved([{"action": "click", "selector": selector} for selector in selectors])
    found = calls_of(generated("playwright", journey))
    assert {method: sorted(map(repr, values)) for method, values in found.items()} == {
        "locator": sorted(map(repr, (css, text))),
        "get_by_label": [repr(text)],
        "get_by_role": sorted(map(repr, ("button", name, True))),
        "get_by_placeholder": [repr(text)],
        "get_by_test_id": [repr(name)],
        "nth": ["3"],
        "click": [],
    }


@PROPERTY
@given(
    path=paths,
    header=headers,
    body=texts | st.dictionaries(texts, bodies, max_size=3),
)
def test_requests_arrive_unchanged(
    resolved: Resolves, generated: Generates, path: str, header: str, body: Any
) -> None:
    """So do headers and bodies, with all that JSON can hold."""
    journey = resolved(
        [
            {
                "action": "apiRequest",
                "method": "POST",
                "target": escape(path),
                "headers": {"X-It": escape(header)},
                "body": escaped(body),
            }
        ]
    )
    sent = calls_of(generated("playwright", journey))["send"]
    assert sent == ["POST", path, {"X-It": header}, body]


@PROPERTY
@given(name=texts, value=texts, path=paths, key=texts.filter(bool), json_value=bodies)
def test_the_parts_of_a_request_arrive_unchanged(
    *,
    resolved: Resolves,
    generated: Generates,
    name: str,
    value: str,
    path: str,
    key: str,
    json_value: Any,
) -> None:
    """The query, a form's fields, what is expected of an answer, and what is captured."""
    fields = {name: escape(value), "other": escape(value)}
    at = escape(json.dumps(key))
    step: dict[str, Any] = {"action": "apiRequest", "method": "POST", "target": escape(path)}
    journey = resolved(
        [
            step | {"query": fields, "form": fields, "expect": {"text": escape(value)}},
            step | {"multipart": fields, "expect": {"json": {at: escaped(json_value)}}},
            step
            | {
                "capture": {
                    "a": {"json": at},
                    "b": {"css": escape(key), "attribute": "data-x"},
                    "c": {"regex": escape(re.escape(key))},
                    "d": {"header": "X-$own"},
                    "e": {"cookie": "$own"},
                }
            },
            step | {"body": "${capture.a}"},
        ]
    )
    script = generated("playwright", journey)
    assert 'body=user.captured["a"],' in script
    calls = calls_of(script)
    sent = {name: value, "other": value}
    post = ["POST", path]
    assert calls.pop("send") == [*post, sent, sent, value, *post, sent, *post, *post]
    assert calls == {
        "expect_json": [json.dumps(key), json_value],
        "json_value": [json.dumps(key)],
        "html_value": [key, "data-x"],
        "matched": [re.escape(key)],
        "header_value": ["X-$own"],
        "cookie_value": ["$own"],
    }


@PROPERTY
@given(title=texts, description=texts, source=texts)
def test_nothing_gets_out_of_a_docstring(
    resolved: Resolves, generated: Generates, title: str, description: str, source: str
) -> None:
    """Descriptions and the file's name change what is said, never what is done."""
    steps = [{"action": "click", "selector": "a", "description": description}]
    script = generated("playwright", resolved(steps, source=source, description=title))
    plain = generated("playwright", resolved([{"action": "click", "selector": "a"}]))
    (own, rest), (plain_own, plain_rest) = parts_of(script), parts_of(plain)
    assert (code_of(own), rest) == (code_of(plain_own), plain_rest)


@PROPERTY
@given(bodies)
def test_python_literals_are_read_back(value: Any) -> None:
    """A literal stands for the value that it was made of, on one line of plain text."""
    literal = python_literal(value)
    assert ast.literal_eval(literal) == value
    assert len(literal.splitlines()) == 1
    assert "</" not in literal


def test_a_comment_shows_what_is_hidden() -> None:
    """What turns or breaks a line, or rings a bell, is written out."""
    assert comment_text("a\u202eb\x1b[1m\n c\u2028d */") == r"a\u202eb\u001b[1m c d * /"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", '"""plain"""'),
        ('say "hi"', '"""say "hi" """'),
        ('"hi" they say', '""" "hi" they say"""'),
        ("ends with \\", '"""ends with \\\\"""'),
        ("a\n  b", '"""a b"""'),
        ("", '""""""'),
        ("x" * 90, f'"""{"x" * 90}"""'),
        ("x" * 91, f'"""{"x" * 91}"""'),
        ("a " * 45 + "b", '"""' + "a " * 44 + 'a\n    b\n    """'),
        ("a " * 60 + '"', '"""' + "a " * 46 + "a\n    " + "a " * 13 + '"\n    """'),
    ],
)
def test_docstrings_are_laid_out_as_ruff_does(text: str, expected: str) -> None:
    """Quotes at the ends keep a distance; what is long goes over several lines."""
    assert docstring(text, 4, 100) == expected


@pytest.mark.parametrize(
    "step_id",
    sorted(
        {name.lower() for name in rider().names if name.isalpha()}
        | {"class", "None", "1st", "user", "page", "self", "match", "str", "steps", "a-b", "a_b"}
    ),
)
def test_no_step_takes_over_a_name(resolved: Resolves, generated: Generates, step_id: str) -> None:
    """A step may be called like a module or function that the script needs."""
    steps = [
        {"id": step_id, "action": "click", "selector": "a"},
        {"id": f"step-{step_id}", "action": "click", "selector": "b"},
    ]
    own, _ = parts_of(generated("playwright", resolved(steps)))
    tree = ast.parse(own)
    functions = [
        node.name
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef) and node.args.args[0].arg == "user"
    ]
    assert len(set(functions)) == 2
    assert not rider().names.intersection(functions)
    assert not any(keyword.iskeyword(name) for name in functions)


def test_the_rider_counts_on_the_names_that_it_uses() -> None:
    """Modules, functions, constants of the cell and builtins are all known to be taken."""
    expected = {"json", "sys", "log", "main", "JOURNEY", "PACING_S", "User", "int", "sorted"}
    assert expected <= rider().names
