"""Groups, repeats and pauses: from what stands in a spec to the interactions of an iteration."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.environment import NOTHING_SET
from journeys.faults import FaultsError
from journeys.resolved import ResolvedJourney, from_json, to_json
from journeys.slo import Slo
from journeys.spec import MAX_STEPS, Journey
from journeys.unroll import unroll
from tandem.errors import SpecError
from tandem.files import canonical_json

Loads = Callable[..., ResolvedJourney]

CLICK = {"action": "click", "selector": "#a"}


def pause(seconds: float) -> dict[str, Any]:
    return {"action": "pause", "seconds": seconds}


def repeat(times: int, *steps: dict[str, Any]) -> dict[str, Any]:
    return {"action": "repeat", "times": times, "steps": list(steps)}


def group(name: str, *steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"action": "group", "name": name, "steps": list(steps), **fields}


def load_steps(load: Loads, *steps: dict[str, Any]) -> ResolvedJourney:
    """Return the journey of these steps."""
    return load(json.dumps({"id": "a", "steps": list(steps)}))


def test_a_pause_is_no_step(load: Loads) -> None:
    """What follows is due so much later; pauses side by side are one."""
    journey = load_steps(load, CLICK, pause(1), pause(0.5), CLICK, CLICK, pause(2))
    assert [(step.id, step.pause_s) for step in journey.steps] == [
        ("click-a", 0),
        ("click-a-2", 1.5),
        ("click-a-3", 0),
    ]
    assert (journey.last_pause_s, journey.pause_s) == (2, 3.5)


def test_a_repeat_is_its_steps_again_and_again(load: Loads) -> None:
    """Each with the number of its round, and all else the same."""
    step = {"id": "more", "action": "navigate", "target": "/", "slos": ["p(95)<9"], "timeout": 3}
    journey = load_steps(load, repeat(3, step, pause(1)), {**step, "id": "end"})
    assert [step.id for step in journey.steps] == ["more-1", "more-2", "more-3", "end"]
    assert [step.pause_s for step in journey.steps] == [0, 1, 1, 1]
    assert [step.repeats for step in journey.steps] == ["more", "more", "more", ""]
    for step in journey.steps[:3]:
        assert (step.timeout_s, step.slos) == (3, (Slo(threshold="p(95)<9"),))
        assert step.protocol == journey.steps[3].protocol


def test_repeats_in_repeats_number_both(load: Loads) -> None:
    """The round outside stands first."""
    journey = load_steps(load, repeat(2, CLICK, repeat(2, {"action": "goBack"})))
    assert [step.id for step in journey.steps] == [
        *("click-a-1", "go-back-1-1", "go-back-1-2"),
        *("click-a-2", "go-back-2-1", "go-back-2-2"),
    ]


def test_names_of_rounds_are_taken_by_nobody_else(load: Loads) -> None:
    """A derived name steps aside as a whole; the same steps keep theirs when others come."""
    own = {**CLICK, "id": "click-a-2"}
    journey = load_steps(load, own, repeat(2, CLICK), CLICK)
    assert [step.id for step in journey.steps] == [
        *("click-a-2", "click-a-2-1", "click-a-2-2", "click-a")
    ]


def test_a_group_is_over_its_steps(load: Loads) -> None:
    """With a name, an id made of it, objectives, and the ids of all that stands in it."""
    journey = load_steps(
        load,
        CLICK,
        group("Check out", CLICK, pause(1), group("", CLICK, id="pay"), slos=["avg<5"]),
    )
    outer, inner = journey.groups
    assert (outer.id, outer.description) == ("check-out", "Check out")
    assert (outer.steps, inner.steps) == (("click-a-2", "click-a-3"), ("click-a-3",))
    assert (outer.slos, inner.slos) == ((Slo(threshold="avg<5"),), ())
    assert journey.steps[2].pause_s == 1


def test_a_group_in_a_repeat_is_one_for_each_round(load: Loads) -> None:
    """And a repeat in a group is within it as a whole."""
    journey = load_steps(load, repeat(2, group("日本", CLICK)), group("all", repeat(2, CLICK)))
    assert [(each.id, each.steps) for each in journey.groups] == [
        ("group-1", ("click-a-1",)),
        ("group-2", ("click-a-2",)),
        ("all", ("click-a-2-1", "click-a-2-2")),
    ]


def test_a_group_s_name_is_one_of_the_steps_names(load: Loads) -> None:
    """Two rows of the same name could not be told apart."""
    with pytest.raises(SpecError, match="'pay' is the id of another step"):
        load_steps(load, {**CLICK, "id": "pay"}, group("", CLICK, id="pay"))


def test_an_optional_step_waits_less(load: Loads) -> None:
    """Unless it says how long."""
    journey = load_steps(
        load, {**CLICK, "optional": True}, {**CLICK, "optional": True, "timeout": 7}, CLICK
    )
    assert [step.timeout_s for step in journey.steps] == [1, 7, 10]
    assert [step.optional for step in journey.steps] == [True, True, False]


def test_structure_survives_json(load: Loads) -> None:
    """All of it is in the resolved journey's file."""
    journey = load_steps(
        load, {**CLICK, "optional": True}, repeat(2, group("g", CLICK, pause(1))), pause(2)
    )
    assert from_json(json.loads(canonical_json(to_json(journey)))) == journey


def test_a_fault_in_a_repeat_is_told_once(load: Loads) -> None:
    """With its place in the spec, whatever the number of rounds."""
    step = {"action": "navigate", "target": "/${data.x}"}
    with pytest.raises(SpecError) as caught:
        load(json.dumps({"id": "a", "steps": [repeat(3, group("g", step))]}, indent=1))
    assert str(caught.value).count("\n") == 0
    assert "steps[0].steps[0].steps[0].target: ${data.x}" in str(caught.value)


def test_what_a_round_captures_is_known_to_the_next(load: Loads) -> None:
    """But not to the first."""
    rules = {
        "match": [
            {"action": "navigate", "protocol": [{"path": "/", "capture": {"c": {"header": "X"}}}]},
            {"action": "click", "protocol": [{"path": "/${capture.c}"}]},
        ]
    }
    navigate = {"action": "navigate", "target": "/"}
    good = {"id": "a", "steps": [navigate, repeat(2, CLICK, navigate)]}
    assert len(load(json.dumps(good), json.dumps(rules)).steps) == 5
    with pytest.raises(SpecError, match="is captured by no request before this one"):
        load(json.dumps({"id": "a", "steps": [repeat(2, CLICK, navigate)]}), json.dumps(rules))


def test_nobody_counts_on_what_an_optional_step_captures(load: Loads) -> None:
    """But itself: it may be skipped, and then nobody knows."""
    request = {"path": "/", "capture": {"c": {"header": "X"}}}
    rules = {
        "match": [
            {"action": "reload", "protocol": [request, {"path": "/${capture.c}"}]},
            {"action": "click", "protocol": [{"path": "/${capture.c}"}]},
        ]
    }
    sure, optional = {"action": "reload"}, {"action": "reload", "optional": True}

    def loaded(*steps: dict[str, Any]) -> ResolvedJourney:
        return load(json.dumps({"id": "a", "steps": list(steps)}), json.dumps(rules))

    assert loaded(optional, sure, CLICK).steps[0].optional
    with pytest.raises(SpecError, match="is captured by a step that may be skipped"):
        loaded(optional, CLICK)


STRUCTURES = st.recursive(
    st.sampled_from([CLICK, {"action": "goBack"}]) | st.floats(0.1, 9).map(pause),
    lambda inner: (
        st.builds(lambda steps: group("g", *steps), st.lists(inner, min_size=1, max_size=3))
        | st.builds(
            lambda times, steps: repeat(times, *steps),
            st.integers(1, 4),
            st.lists(inner, min_size=1, max_size=3),
        )
    ),
    max_leaves=8,
)


def flat(steps: list[dict[str, Any]]) -> list[str | float]:
    """Return interactions and pauses in their order, the plain way."""
    found: list[str | float] = []
    for step in steps:
        if step["action"] == "pause":
            found.append(step["seconds"])
        elif "steps" in step:
            found += flat(step["steps"]) * step.get("times", 1)
        else:
            found.append(step["action"])
    return found


@settings(max_examples=200)
@given(st.lists(STRUCTURES, min_size=1, max_size=4))
def test_unrolling_keeps_order_and_pauses(steps: list[dict[str, Any]]) -> None:
    """Whatever stands in whatever: the interactions come in their order, and no pause is lost."""
    expected = flat([CLICK, *_with_a_click(steps)])
    actions = [each for each in expected if isinstance(each, str)]
    if len(actions) > MAX_STEPS:
        return
    journey = Journey.model_validate({"id": "a", "steps": [CLICK, *_with_a_click(steps)]})
    unrolled = unroll(journey, NOTHING_SET, FaultsError())
    assert [each.step.action for each in unrolled.steps] == actions
    paused = sum(each.pause_s for each in unrolled.steps) + unrolled.last_pause_s
    assert paused == pytest.approx(sum(each for each in expected if not isinstance(each, str)))
    for each in unrolled.groups:
        assert 0 <= each.first < each.end <= len(actions)


def _with_a_click(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put a click into everything that has steps, since pauses alone are refused."""
    return [
        {**step, "steps": [CLICK, *_with_a_click(step["steps"])]} if "steps" in step else step
        for step in steps
    ]
