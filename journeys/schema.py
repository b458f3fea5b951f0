"""The JSON Schemas of specs and action maps, for editors that complete and check while one types.

``python -m journeys.schema`` writes them beside the specs. They are made from the models, whose
docstrings they show; what only Tandem can check (an action's parameters, what ``${…}`` refers to)
``doit validate`` says.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from journeys.action_map import ActionMap
from journeys.built_in_actions import BUILT_IN_ACTIONS
from journeys.known_keys import models_in
from journeys.schema_examples import EXAMPLES
from journeys.spec import STRUCTURE, DomainStep, Journey
from tandem.files import write_json

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FILES: Final[dict[str, type[BaseModel]]] = {
    "journey.schema.json": Journey,
    "actions.schema.json": ActionMap,
}
"""File name to the model that it describes."""
_EXAMPLES: Final[dict[str, list[Any]]] = {
    "journey.schema.json": [
        {
            "id": "search",
            "description": "Look for a track",
            "pacingSeconds": 3,
            "steps": [
                {"id": "home", "action": "navigate", "target": "/"},
                {"action": "type", "selector": {"testId": "search-input"}, "value": "ambient"},
                {"action": "waitForText", "text": "Ambient Dream"},
            ],
            "slos": [{"threshold": "p(95)<500"}],
        }
    ],
    "actions.schema.json": [
        {
            "match": [
                {
                    "action": "type",
                    "when": {"selector": {"testId": "search-input"}},
                    "protocol": [{"path": "/api/search", "query": {"q": "${param.value}"}}],
                }
            ]
        }
    ],
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return each schema by its file name."""
    return {name: _schema(name, model) for name, model in FILES.items()}


def _schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    plain = model.model_json_schema(by_alias=True)
    described = {each.__name__: each for each in _models_below(model)}
    for title, definition in {model.__name__: plain, **plain.get("$defs", {})}.items():
        if title in EXAMPLES:
            definition["examples"] = EXAMPLES[title]
        if title in described:
            _describe(definition, described[title])
            for member in definition.get("anyOf", []):  # an object that has a shorter form
                _describe(member, described[title])
    if "DomainStep" in plain["$defs"]:
        action = plain["$defs"][DomainStep.__name__]["properties"]["action"]
        action["not"] = {"enum": [*BUILT_IN_ACTIONS, *STRUCTURE]}
    return {"$schema": DIALECT, **_tidied(plain), "examples": _EXAMPLES[name]}


def _describe(definition: dict[str, Any], model: type[BaseModel]) -> None:
    """Give every property what the docstring below its field says."""
    documented = _attribute_docstrings(model)
    for field, info in model.model_fields.items():
        said = documented.get(field)
        shown = definition.get("properties", {}).get(info.alias or field)
        if said and shown is not None:
            shown["description"] = _plain(said)
    if "description" in definition:
        definition["description"] = _plain(definition["description"])


def _attribute_docstrings(model: type[BaseModel]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            tree = ast.parse(textwrap.dedent(inspect.getsource(each)))
            found.update(_docstrings_in(tree.body[0]))
    return found


def _docstrings_in(definition: ast.stmt) -> Iterator[tuple[str, str]]:
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for field, below in itertools.pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            yield field.target.id, str(below.value.value)


def _plain(docstring: str) -> str:
    """Return a docstring as an editor shows it: its lines joined, without markup."""
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    joined = "\n\n".join(" ".join(each.split()) for each in paragraphs)
    return re.sub(r"``([^`]*)``", r"\1", re.sub(r":\w+:`~?([^`]*)`", r"\1", joined))


def _tidied(schema: Any) -> Any:
    """Leave out what tells an author nothing: made-up titles, and null for what can be left out."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: {name: _tidied(each) for name, each in value.items()}
        if key in ("properties", "$defs")
        else _tidied(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
    members = kept.get("anyOf", [])
    if {"type": "null"} in members and kept.get("default", ...) is None:
        del kept["default"]
        others = [each for each in members if each != {"type": "null"}]
        kept["anyOf"] = others
        if len(others) == 1:
            del kept["anyOf"]
            kept = {**others[0], **kept}
    return kept


def _models_below(model: type[BaseModel]) -> set[type[BaseModel]]:
    found: set[type[BaseModel]] = set()
    pending = [model]
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending.extend(
                inner
                for field in each.model_fields.values()
                for inner in models_in(field.annotation)
            )
    return found


def main() -> None:
    """Write the schemas beside the specs."""
    folder = Path(__file__).parent
    for name, schema in schemas().items():
        if write_json(folder / name, schema):
            sys.stdout.write(f"{name} is new\n")


if __name__ == "__main__":
    main()
