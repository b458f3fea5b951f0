"""The schemas that editors read: current, valid, and in agreement with the loader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from journeys.documents import read_document
from journeys.loader import load_action_map, load_journey, spec_files
from journeys.schema import FILES, schemas
from tandem.errors import SpecError
from tandem.files import canonical_json

ROOT = Path(__file__).parents[2]
JOURNEYS = ROOT / "journeys"
MAP = JOURNEYS / "actions.yaml"
BAD = Path(__file__).parent / "bad"
WRONG_BY_SHAPE = ("missing-fields.yaml", "unknown-key.yaml", "wrong-types.yaml", "no-steps.yaml")


def faults(name: str, value: object) -> list[str]:
    validator = Draft202012Validator(schemas()[name])
    return [f"{each.json_path}: {each.message}" for each in validator.iter_errors(value)]


@pytest.mark.parametrize("name", FILES)
def test_the_checked_in_schema_is_current(name):
    written = (JOURNEYS / name).read_text(encoding="utf-8")
    assert written == canonical_json(schemas()[name]), "run: python -m journeys.schema"


@pytest.mark.parametrize("name", FILES)
def test_it_is_a_schema_with_examples_that_hold(name):
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    assert schema["examples"]
    assert [fault for each in schema["examples"] for fault in faults(name, each)] == []


@pytest.mark.parametrize("name", FILES)
def test_every_object_has_examples_that_hold(name):
    """An editor shows what an action, a locator or a request looks like."""
    schema = schemas()[name]
    for title in schema["$defs"].keys() - {"JsonValue"}:
        only = {"$ref": f"#/$defs/{title}", "$defs": schema["$defs"]}
        examples = schema["$defs"][title]["examples"]
        assert examples
        validator = Draft202012Validator(only)
        assert [each.message for one in examples for each in validator.iter_errors(one)] == []


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_described(name):
    """An editor shows a sentence for each: none of them explains itself to everyone."""
    schema = schemas()[name]
    silent = {
        f"{title}.{key}"
        for title, definition in {"": schema, **schema["$defs"]}.items()
        for member in [definition, *definition.get("anyOf", [])]
        for key, shown in member.get("properties", {}).items()
        if "description" not in shown and "const" not in shown
    }
    assert silent == set()


@pytest.mark.parametrize("path", spec_files(JOURNEYS, [MAP]), ids=lambda path: path.name)
def test_every_example_journey_is_valid(path):
    assert faults("journey.schema.json", read_document(path, path.name).value) == []


def test_the_example_map_is_valid():
    assert faults("actions.schema.json", read_document(MAP, MAP.name).value) == []


@pytest.mark.parametrize("name", WRONG_BY_SHAPE)
def test_what_is_wrong_by_shape_is_marked_in_the_editor(name):
    assert faults("journey.schema.json", read_document(BAD / name, name).value)


def test_a_built_in_action_is_not_taken_for_one_of_the_domain():
    spec = {"id": "a", "steps": [{"action": "click", "selektor": "#go"}]}
    assert faults("journey.schema.json", spec)
    assert not faults("journey.schema.json", {"id": "a", "steps": [{"action": "own", "x": 1}]})


def test_a_spec_may_name_its_schema(tmp_path):
    spec = tmp_path / "a.json"
    plain = {"id": "a", "steps": [{"action": "navigate", "target": "/"}]}
    spec.write_text(json.dumps({"$schema": "./journey.schema.json", **plain}))
    assert load_journey(spec, load_action_map([MAP], ROOT), tmp_path).id == "a"
    spec.write_text(json.dumps({"$shema": "./journey.schema.json", **plain}))
    with pytest.raises(SpecError, match=r"\$shema: is not known here; did you mean '\$schema'"):
        load_journey(spec, load_action_map([MAP], ROOT), tmp_path)
