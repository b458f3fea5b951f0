"""From spec files to resolved journeys, and to JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from journeys.api_request import ApiRequest
from journeys.checks import WaitForText
from journeys.loader import (
    load_action_map,
    load_journey,
    load_or_refuse,
    outline,
    spec_files,
)
from journeys.resolved import RefusedJourney, ResolvedJourney, from_json, to_json
from journeys.ui_actions import Click, Navigate, Type
from journeys.uploads import MAX_FILE_BYTES
from tandem.errors import SpecError
from tandem.files import canonical_json

Loads = Callable[..., ResolvedJourney]

ROOT = Path(__file__).parents[2]
EXAMPLES = spec_files(ROOT / "journeys")
MAP = ROOT / "journeys" / "actions.yaml"

PLAIN = """
{
  // Everything that the plain form of a journey knows.
  "id": "play-start-stream",
  "description": "Search for a track, pick it and start its stream",
  "data": {"trackRefs": {"ambientDream": {
    "sidPath": "Test_Artist/Ambient_Dream.sid", "displayName": "Ambient Dream"}}},
  "steps": [
    {"action": "navigate", "target": "/"},
    {"action": "click", "selector": "[data-testid='search-input']"},
    {"action": "type", "selector": "[data-testid='search-input']", "value": "ambient"},
    {"action": "waitForText", "text": "Ambient Dream"},
    {"action": "selectTrack", "trackRef": "ambientDream"},
    {"action": "startPlayback", "expectStream": true},
    {"action": "favoriteToggle", "trackRef": "ambientDream", "toggle": "add"},
    {"action": "apiRequest", "method": "POST", "target": "/api/favorites",
     "headers": {"X-Trace": "on"}, "body": {"sid_path": "a", "n": [1, null]},
     "expectedStatus": 201},
    {"action": "apiRequest", "method": "PUT", "target": "/api/note", "body": "plain text",
     "expectedStatus": [200, 204]}
  ]
}
"""


def example(path: Path) -> ResolvedJourney:
    """Load one of the repository's own journeys."""
    return load_journey(path, load_action_map([MAP], ROOT), ROOT)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_load(path: Path) -> None:
    """Every example is right, bears its file's name and tells where it came from."""
    journey = example(path)
    assert journey.id == path.stem
    assert journey.source == f"journeys/{path.name}"
    assert journey.pacing_s == 3.0
    assert all(step.browser for step in journey.steps)


def test_there_are_three_examples() -> None:
    """The action map is none of them."""
    assert [path.name for path in EXAMPLES] == [
        "log-in-account.yaml",
        "play-start-stream.json",
        "search-favorite.yaml",
    ]


def test_the_plain_form_loads(load: Loads) -> None:
    """A journey written as authors know it needs nothing more than that."""
    journey = load(PLAIN, MAP.read_text(encoding="utf-8"), suffix=".json")
    assert journey.pacing_s == 3.0
    kinds = [type(step.browser[0]) for step in journey.steps]
    assert kinds == [
        Navigate,
        Click,
        Type,
        WaitForText,
        Click,
        Click,
        Click,
        ApiRequest,
        ApiRequest,
    ]
    posted, put = (step.protocol[0][0] for step in journey.steps[-2:])
    assert (posted.method, posted.path, posted.headers) == (
        "POST",
        "/api/favorites",
        {"X-Trace": "on"},
    )
    assert posted.json_body == {"sid_path": "a", "n": [1, None]}
    assert posted.expect.status == (201,)
    assert (put.body, put.json_body, put.expect.status) == ("plain text", None, (200, 204))
    favourite = journey.steps[6].protocol[0][0]
    assert (favourite.method, favourite.json_body) == (
        "POST",
        {"sid_path": "Test_Artist/Ambient_Dream.sid"},
    )


def test_yaml_and_json_say_the_same(load: Loads) -> None:
    """A journey is the same in either language."""
    action_map = MAP.read_text(encoding="utf-8")
    from_json_text = load(PLAIN, action_map, suffix=".json")
    lines = [line for line in PLAIN.splitlines() if "//" not in line]
    from_yaml_text = load("\n".join(lines), action_map)
    assert to_json(from_yaml_text) | {"source": ""} == to_json(from_json_text) | {"source": ""}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_resolved_journey_survives_json(path: Path) -> None:
    """What is written down is read back as the same journey, and written down again alike."""
    journey = example(path)
    text = canonical_json(to_json(journey))
    again = from_json(json.loads(text))
    assert again == journey
    assert canonical_json(to_json(again)) == text


def test_a_resolved_journey_tells_its_version() -> None:
    """A later version of the format can be told from this one, and is refused by this one."""
    plain = to_json(example(EXAMPLES[0]))
    assert plain["format_version"] == 1
    with pytest.raises(ValueError, match="format_version"):
        from_json(plain | {"format_version": 2})


def test_empty_contents_survive_json(load: Loads) -> None:
    """An empty object or text is not the same as none."""
    journey = load(
        "id: a\nsteps:\n"
        "  - {action: apiRequest, method: POST, target: /a, body: {}}\n"
        "  - {action: apiRequest, method: POST, target: /b, body: ''}\n"
        "  - {action: apiRequest, method: POST, target: /c}\n"
    )
    again = from_json(json.loads(canonical_json(to_json(journey))))
    assert isinstance(again, ResolvedJourney)
    sent = [step.protocol[0][0] for step in again.steps]
    assert [(each.json_body, each.body) for each in sent] == [({}, None), (None, ""), (None, None)]
    assert again == journey


def test_the_order_of_keys_does_not_matter(load: Loads) -> None:
    """The same spec with its keys in another order gives the same bytes: nothing runs again."""
    first = """
id: a
description: d
data: {trackRefs: {t: {sidPath: p, displayName: n}}}
steps:
  - {action: navigate, target: /}
  - {action: favoriteToggle, trackRef: t, toggle: add}
  - {action: apiRequest, target: /x, method: POST, headers: {A: '1', B: '2'}, body: {x: 1, y: 2}}
"""
    second = """
steps:
  - {target: /, action: navigate}
  - {toggle: add, trackRef: t, action: favoriteToggle}
  - {body: {y: 2, x: 1}, headers: {B: '2', A: '1'}, method: POST, action: apiRequest, target: /x}
data: {trackRefs: {t: {displayName: n, sidPath: p}}}
description: d
id: a
"""
    action_map = MAP.read_text(encoding="utf-8")
    texts = {canonical_json(to_json(load(spec, action_map))) for spec in (first, second)}
    assert len(texts) == 1


def test_a_wrong_spec_is_a_value(tmp_path: Path) -> None:
    """A refused journey holds its reason, survives JSON, and costs nobody else anything."""
    path = tmp_path / "a.yaml"
    path.write_text("id: a\nsteps: []\n")
    refused = load_or_refuse(path, [MAP], tmp_path, "a")
    assert refused == RefusedJourney(
        id="a", source="a.yaml", fault="a.yaml:2:1: steps: must not be empty"
    )
    assert from_json(json.loads(canonical_json(to_json(refused)))) == refused


@pytest.mark.parametrize("found", ["the map", "the spec"])
def test_a_missing_file_is_a_reason(tmp_path: Path, found: str) -> None:
    """So are files that are not there."""
    spec = tmp_path / "a.yaml"
    if found == "the spec":
        spec.write_text("id: a\nsteps: [{action: navigate, target: /}]")
    maps = [tmp_path / "actions.yaml"]
    if found == "the map":
        maps[0].write_text("{}")
    refused = load_or_refuse(spec, maps, tmp_path, "a")
    assert isinstance(refused, RefusedJourney)
    assert "cannot be read: No such file or directory" in refused.fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: given\nsteps: [{action: navigate, target: /}]", "given"),
        ("id: given\nsteps: [{action: nothing}]", "given"),
        ("id: given\nwrong: 1", "given"),
        ("id: not a name", "stem"),
        ("id: 5", "stem"),
        ("[1]", "stem"),
        ("id: [", "stem"),
    ],
)
def test_a_journey_keeps_its_id_when_it_is_wrong(tmp_path: Path, text: str, expected: str) -> None:
    """A fault elsewhere does not rename a journey; without a usable id it is its file's name."""
    path = tmp_path / "stem.yaml"
    path.write_text(text)
    assert outline(path, tmp_path).id == expected


def test_spec_files_are_the_specs(tmp_path: Path) -> None:
    """By name; neither the map, nor the schema, nor hidden files, nor anything else."""
    for name in ("b.yaml", "a.json", "c.yml", "actions.yaml", "journey.schema.json", ".d.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "notes.md").touch()
    assert [path.name for path in spec_files(tmp_path)] == ["a.json", "b.yaml", "c.yml"]


def test_a_place_outside_the_workspace_is_shown_by_name(tmp_path: Path) -> None:
    """No message tells where on this machine the workspace is."""
    path = tmp_path / "a.yaml"
    path.write_text("steps: 1")
    with pytest.raises(SpecError) as caught:
        load_journey(path, load_action_map([MAP], ROOT), tmp_path / "workspace")
    assert str(tmp_path) not in str(caught.value)
    assert str(caught.value).startswith("a.yaml:1:1: ")


LINKED = (
    "{id: a, feeders: {f: {file: link.csv}}, steps: [{action: navigate, target: /}]}",
    "{id: a, steps: [{action: upload, selector: '#f', file: link.csv}]}",
    "{id: a, steps: [{action: apiRequest, target: /, multipart: {a: {path: link.csv}}}]}",
)


@pytest.mark.parametrize("spec", LINKED)
def test_links_in_a_circle_are_a_fault_of_the_spec(load: Loads, tmp_path: Path, spec: str) -> None:
    (tmp_path / "link.csv").symlink_to("back.csv")
    (tmp_path / "back.csv").symlink_to("link.csv")
    with pytest.raises(SpecError, match=r"link\.csv: cannot be read"):
        load(spec)


@pytest.mark.parametrize("spec", LINKED)
def test_a_link_that_leads_out_of_the_workspace_is_not_followed(
    load: Loads, tmp_path: Path, spec: str
) -> None:
    """Neither to the rows of a feeder, nor to a file that is handed over."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    outside.write_text("a\nb\n")
    (tmp_path / "link.csv").symlink_to(outside)
    with pytest.raises(SpecError, match="leads out of the workspace"):
        load(spec)


def test_the_files_of_a_journey_are_not_too_many_together(load: Loads, tmp_path: Path) -> None:
    """Each script holds all of them; the same one counts once."""
    for number in range(11):
        (tmp_path / f"{number}.bin").write_bytes(b"x" * MAX_FILE_BYTES)

    def spec(names: list[str]) -> str:
        steps = [{"action": "upload", "selector": "#f", "file": name} for name in names]
        return json.dumps({"id": "a", "steps": steps})

    assert len(load(spec(["0.bin"] * 11), suffix=".json").files) == 1
    with pytest.raises(SpecError, match="1100000 bytes together, expected at most 1000000"):
        load(spec([f"{number}.bin" for number in range(11)]), suffix=".json")
    (tmp_path / "0.bin").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    with pytest.raises(SpecError, match=r"0\.bin: 100001 bytes, expected at most 100000"):
        load(spec(["0.bin"]), suffix=".json")
