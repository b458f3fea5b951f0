"""What an author is told of a journey before it is ridden."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.explain import explain, render
from journeys.loader import load_action_map, load_journey, map_places, spec_files

ROOT = Path(__file__).parents[2]
MAP = ROOT / "journeys" / "actions.yaml"
SPECS = spec_files(ROOT / "journeys", [MAP])


def explained(spec: Path, maps=(MAP,), workspace=ROOT):
    action_map = load_action_map(maps, workspace)
    journey = load_journey(spec, action_map, workspace)
    return journey, explain(journey, action_map, map_places(maps, workspace))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_each_step_is_there_with_its_time(spec):
    journey, steps = explained(spec)
    assert [each.step for each in steps] == [each.id for each in journey.steps]
    assert [each.due_s for each in steps] == [3.0 * at for at in range(len(steps))]
    assert [bool(each.protocol) for each in steps] == [each.has_protocol for each in journey.steps]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_the_source_is_the_line_of_the_map_that_says_it(spec):
    _, steps = explained(spec)
    lines = MAP.read_text(encoding="utf-8").splitlines()
    found = [each.source.partition(", journeys/actions.yaml:") for each in steps]
    cited = [(said, lines[int(line) - 1]) for said, _, line in found if line]
    assert cited
    for said, line in cited:
        expected = "- action:" if said == "match rule" else f"  {said.split()[1]}:"
        assert line.lstrip().startswith(expected.lstrip())


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_no_line_is_wider_than_the_terminal(spec, width):
    journey, steps = explained(spec)
    assert [line for line in render(journey, steps, width).splitlines() if len(line) > width] == []


def test_requests_are_said_in_full():
    _, steps = explained(ROOT / "journeys/play-start-stream.json")
    said = {each.step: " ".join(each.protocol) for each in steps}
    assert "GET /api/search?q=ambient" in said["type-search-input"]
    assert "expects 201; captures streamUrl from json" in said["select-track-ambient-dream"]
    assert "at the same time: GET /api/favorites" in said["navigate-home"]


def test_a_later_map_is_cited_where_it_overrides(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "match:\n  - action: navigate\n    when: {target: /}\n    protocol: [{path: /own}]\n"
    )
    _, steps = explained(ROOT / "journeys/play-start-stream.json", (MAP, own), ROOT)
    assert (steps[0].protocol, steps[0].source) == (("GET /own",), "match rule, own.yaml:2")


def test_the_share_without_a_protocol_half_is_counted():
    journey, steps = explained(ROOT / "journeys/log-in-account.yaml")
    text = render(journey, steps, 80)
    assert "3 of 5 steps (60%) have no protocol half" in text
    assert text.count("nothing: only the browser measures this step") == 3


def test_pauses_rounds_groups_and_what_is_optional_are_told(tmp_path):
    spec = tmp_path / "a.yaml"
    spec.write_text(
        """
id: a
steps:
  - {action: click, selector: "#ok", optional: true}
  - {action: pause, seconds: 1.5}
  - action: group
    name: Check out
    steps:
      - {action: repeat, times: 2, steps: [{id: add, action: goBack}, {action: pause, seconds: 1}]}
""",
        encoding="utf-8",
    )
    journey, steps = explained(spec, workspace=tmp_path)
    assert [(each.step, each.due_s) for each in steps] == [
        ("click-ok (optional)", 0),
        ("add-1", 4.5),
        ("add-2", 8.5),
    ]
    said = render(journey, steps, 100)
    assert "3 steps, one every 3 s, with 3.5 s of pauses" in said
    assert said.endswith("Group check-out (Check out): add-1 to add-2.")
