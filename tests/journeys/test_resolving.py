"""Filling in data, parameters and protocol halves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from journeys.resolved import ResolvedJourney, ResolvedStep
from tandem.errors import SpecError

Loads = Callable[..., ResolvedJourney]

GREET = """
actions:
  greet:
    parameters:
      who: {type: text}
      times: {type: number, default: 1}
      loud: {type: boolean, default: false}
      tone:
        type: choice
        choices: {warm: {path: /warm, word: "hi ${"}, cold: {path: /cold, word: yo}}
        default: warm
      card: {type: data, of: cards, default: plain}
    browser:
      - {action: click, selector: "#${param.card} .${param.tone}"}
      - {action: waitForText, text: "${param.tone.word} ${param.who} ${param.times} ${param.loud}"}
    protocol:
      - method: POST
        path: "${param.tone.path}/${param.card}"
        headers: {json: "${param.times}"}
        json: {who: "${param.who}", times: "${param.times}", loud: "${param.loud}",
               text: "x ${param.times}", all: ["${param.card.paper}"]}
"""
CARDS = "data: {cards: {plain: {paper: {weight: 80}}, rich: {paper: none}}, name: Bo, n: 3}"


def one(load: Loads, step: str, action_map: str = "{}", data: str = "data: {}") -> ResolvedStep:
    """Resolve a journey of one step."""
    (found,) = load(f"id: a\n{data}\nsteps:\n  - {step}\n", action_map).steps
    return found


def fault(load: Loads, step: str, action_map: str = "{}", data: str = "data: {}") -> str:
    """Return what is wrong with a step."""
    with pytest.raises(SpecError) as caught:
        one(load, step, action_map, data)
    return str(caught.value)


def greet(load: Loads, parameters: str) -> ResolvedStep:
    """Resolve a step of the map above."""
    return one(load, f"{{action: greet, {parameters}}}", GREET, CARDS)


def test_parameters_fill_both_halves(load: Loads) -> None:
    """Defaults stand in; a name alone is the chosen one's name, with a dot one of its fields."""
    step = greet(load, "who: Al")
    click, wait = step.browser
    assert click.plain()["selector"] == "#plain .warm"
    assert wait.plain()["text"] == "hi $${ Al 1 false"
    sent = step.protocol[0][0]
    assert (sent.path, sent.headers) == ("/warm/plain", {"json": "1"})


def test_a_reference_alone_keeps_its_type_in_json(load: Loads) -> None:
    """In a JSON body a number stays a number; inside a longer text it becomes part of it."""
    sent = greet(load, "who: Al, times: 2, loud: true").protocol[0][0]
    assert sent.json_body == {
        "who": "Al",
        "times": 2,
        "loud": True,
        "text": "x 2",
        "all": [{"weight": 80}],
    }


def test_choices_and_records_are_chosen_by_name(load: Loads) -> None:
    """Of what the map and the journey's data offer."""
    step = greet(load, "who: Al, tone: cold, card: rich")
    assert step.browser[0].plain()["selector"] == "#rich .cold"
    assert step.protocol[0][0].path == "/cold/rich"


def test_a_parameter_may_hold_references(load: Loads) -> None:
    """Data is filled in at once, the user's number while riding; an escape stays a literal."""
    step = greet(load, "who: '${data.name} ${user} $${x}'")
    assert step.browser[1].plain()["text"] == "hi $${ Bo ${user} $${x} 1 false"
    sent = step.protocol[0][0]
    assert isinstance(sent.json_body, dict)
    assert sent.json_body["who"] == "Bo ${user} $${x}"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("times: 2", "steps[0].who: is missing"),
        ("who: 5", "steps[0].who: expected a text, found 5"),
        ("who: a, times: b", 'steps[0].times: expected a number, found "b"'),
        ("who: a, times: true", "steps[0].times: expected a number, found true"),
        ("who: a, loud: 1", "steps[0].loud: expected true or false, found 1"),
        ("who: a, tone: wrm", "'wrm' is not one of the choices; did you mean 'warm'?; known are"),
        ("who: a, tone: 5", "'5' is not one of the choices; known are warm, cold"),
        ("who: a, card: x", "'x' is not a record of the journey's data.cards; known are plain,"),
        ("who: a, woh: b", "steps[0].woh: is not a parameter of 'greet'; did you mean 'who'?"),
        ("who: a, timeOut: 5", "did you mean 'timeout'?"),
        ("who: '${data.nme}'", "steps[0].who: ${data.nme}: there is no 'nme'; did you mean 'name'"),
        ("who: '${param.times}'", "steps[0].who: ${param.times} stands outside an action map"),
        ("who: '${oops'", "steps[0].who: '${oops' is not closed"),
        ("who: '${capture.x}'", "${capture.x} is captured by no request before this one"),
    ],
)
def test_wrong_parameters_are_refused(load: Loads, parameters: str, message: str) -> None:
    """Each with its own field and what could stand there."""
    assert message in fault(load, f"{{action: greet, {parameters}}}", GREET, CARDS)


def test_all_faults_of_all_steps_are_told(load: Loads) -> None:
    """One look shows everything that is to be mended."""
    with pytest.raises(SpecError) as caught:
        load(
            "id: a\nsteps:\n  - {action: greet, tims: 1}\n  - {action: nothing}\n"
            "  - {action: navigate, target: '/${data.x}'}\n",
            GREET,
        )
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == [
        "steps[0].who",
        "steps[0].card",
        "steps[0].tims",
        "steps[1].action",
        "steps[2].target",
    ]


def test_data_is_filled_in_and_taken_literally(load: Loads) -> None:
    """A literal dollar and brace in the data are just that wherever they end up."""
    step = one(
        load,
        "{action: type, selector: '#q', value: '${data.a.0.b} ${data.n} ${data.t}'}",
        data="data: {a: [{b: 'x $${user}'}], n: 1.5, t: true}",
    )
    assert step.browser[0].plain()["value"] == "x $${user} 1.5 true"


def test_data_that_differs_is_made_once_for_each_iteration(load: Loads) -> None:
    """Every step that names it means the same text: it is the iteration's, not the step's."""
    journey = load(
        "id: a\ndata: {order: 'n-${uuid}', unused: '${env:UNUSED}'}\nsteps:\n"
        "  - {action: navigate, target: '/${data.order}'}\n"
        "  - {action: waitForText, text: '${data.order}'}\n"
    )
    assert [step.browser[0].plain() for step in journey.steps] == [
        {"action": "navigate", "target": "/${data.order}"},
        {"action": "waitForText", "text": "${data.order}"},
    ]
    assert journey.values.texts == {"order": "n-${uuid}"}
    assert not journey.variables


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("data.a.2", "there is no '2'"),
        ("data.a.x", "there is no 'x'"),
        ("data.a", "is not a single value"),
        ("data.nul", "is null"),
        ("data.zzz", "there is no 'zzz'; known are a, nul"),
    ],
)
def test_references_to_nothing_are_refused(load: Loads, reference: str, message: str) -> None:
    """A reference stands for exactly one value."""
    found = fault(
        load,
        f"{{action: navigate, target: '/${{{reference}}}'}}",
        data="data: {a: [1, 2], nul: null}",
    )
    assert f"steps[0].target: ${{{reference}}}" in found
    assert message in found


def test_a_page_is_requested_when_the_map_says_nothing_else(load: Loads) -> None:
    """Opening a page goes over the wire in any case; looking at it does not."""
    (wave,) = one(load, "{action: navigate, target: /a?b=c}").protocol
    assert [(each.method, each.path) for each in wave] == [("GET", "/a?b=c")]
    assert not one(load, "{action: waitForText, text: a}").has_protocol


MATCH = """
match:
  - {action: type, when: {selector: '#q', value: special}, protocol: [{path: /special}]}
  - {action: type, when: {selector: '#q'}, protocol: [{path: /s, query: {q: '${param.value}'}}]}
  - {action: type, protocol: []}
"""


@pytest.mark.parametrize(
    ("step", "paths"),
    [
        ("selector: '#q', value: special", ["/special"]),
        ("selector: '#q', value: other", ["/s"]),
        ("selector: '#p', value: special", []),
    ],
)
def test_the_first_rule_that_matches_wins(load: Loads, step: str, paths: list[str]) -> None:
    """Rules are asked in their order, and all fields of ``when`` must be the step's."""
    found = one(load, f"{{action: type, {step}}}", MATCH)
    assert [request.path for wave in found.protocol for request in wave] == paths


def test_a_rule_asks_after_the_data_is_filled_in(load: Loads) -> None:
    """A value from the data matches like one that stands in the step."""
    step = "{action: type, selector: '#q', value: '${data.v}'}"
    assert one(load, step, MATCH, "data: {v: special}").protocol[0][0].path == "/special"


def test_both_halves_get_the_same_value(load: Loads) -> None:
    """What a user types is what k6 sends: the user's number, and an escaped ``${``."""
    step = one(load, "{action: type, selector: '#q', value: 'u${user} $${x}'}", MATCH)
    assert step.browser[0].plain()["value"] == "u${user} $${x}"
    assert step.protocol[0][0].query == {"q": "u${user} $${x}"}


def test_a_fault_of_the_map_is_told_as_one(load: Loads) -> None:
    """The author of a spec learns that it is the map's half that needs something."""
    found = fault(
        load, "{action: type, selector: '#q', value: x}", MATCH.replace("param.value", "param.text")
    )
    assert (
        "steps[0]: in the action map, 'type': ${param.text}: there is no 'text'; "
        "known are action, selector, value" in found
    )


def test_requests_of_one_wave_stay_together(load: Loads) -> None:
    """What stands below ``parallel`` is one wave."""
    step = one(
        load,
        "{action: navigate, target: /}",
        "match: [{action: navigate, protocol: [{path: /1}, {parallel: [{path: /2}, {path: /3}]}]}]",
    )
    assert [[each.path for each in wave] for wave in step.protocol] == [["/1"], ["/2", "/3"]]


CAPTURE = """
match:
  - action: navigate
    when: {target: /login}
    protocol: [{path: /login, capture: {token: {css: input, attribute: value}}}]
  - action: click
    when: {selector: '#go'}
    protocol: [{method: POST, path: /login, form: {token: '${capture.token}'}}]
  - action: click
    when: {selector: '#both'}
    protocol: [{parallel: [{path: /, capture: {c: {header: X}}}, {path: '/${capture.c}'}]}]
"""


def test_a_capture_is_used_later(load: Loads) -> None:
    """A request knows what an earlier one has captured."""
    journey = load(
        "id: a\nsteps: [{action: navigate, target: /login}, {action: click, selector: '#go'}]",
        CAPTURE,
    )
    assert journey.steps[1].protocol[0][0].form == {"token": "${capture.token}"}


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{action: click, selector: '#go'}", "${capture.token} is captured by no request before"),
        ("{action: click, selector: '#both'}", "${capture.c} is captured by no request before"),
        (
            "{action: click, selector: '${capture.token}'}",
            "${capture.token} is captured by no request before this one",
        ),
    ],
)
def test_a_capture_is_known_only_after_its_wave(load: Loads, step: str, message: str) -> None:
    """Neither before, nor beside, nor in the browser."""
    assert message in fault(load, step, CAPTURE)


def test_a_browser_does_not_know_what_the_map_captures(load: Loads) -> None:
    """It does not send the map's requests; an apiRequest is sent by both."""
    used = (
        "steps: [{action: navigate, target: /login}, {action: click, selector: '${capture.token}'}]"
    )
    with pytest.raises(SpecError, match="is captured in the action map, by k6 alone"):
        load(f"id: a\n{used}", CAPTURE)
    sent = "{action: apiRequest, target: /login, capture: {token: {header: X}}}"
    journey = load(f"id: a\n{used.replace('[', f'[{sent}, ', 1)}", CAPTURE)
    assert journey.steps[0].protocol[0][0].capture.keys() == {"token"}


def test_a_slip_in_a_capture_s_name_is_seen(load: Loads) -> None:
    """The nearest captured name is offered."""
    with pytest.raises(SpecError, match=r"before this one; did you mean 'token'\?"):
        load(
            "id: a\nsteps: [{action: navigate, target: /login}, {action: click, selector: '#go'}]",
            CAPTURE.replace("capture.token", "capture.tokn"),
        )


def test_later_maps_win(load: Loads) -> None:
    """A later file replaces actions of the same name, and its rules are asked first."""
    from journeys.action_map import ActionMap  # noqa: PLC0415 - only here

    first, second = (
        ActionMap.model_validate(
            {
                "actions": {"x": {"browser": [{"action": "navigate", "target": f"/{name}"}]}},
                "match": [{"action": "click", "protocol": [{"path": f"/{name}"}]}],
            }
        )
        for name in ("one", "two")
    )
    merged = first.overridden_by(second)
    assert merged.actions == second.actions
    assert merged.match == (*second.match, *first.match)


def test_a_part_may_depend_on_a_parameter(load: Loads) -> None:
    """Where it is false, that part of either half is left out, of requests in parallel too."""
    action_map = """
actions:
  play:
    parameters: {stream: {type: boolean, default: true}}
    browser:
      - {action: click, selector: "#play"}
      - {action: waitForText, text: Playing, onlyIf: stream}
    protocol:
      - {path: /always}
      - parallel: [{path: /one, onlyIf: stream}, {path: /two}]
      - parallel: [{path: /three, onlyIf: stream}]
      - {path: /four, onlyIf: stream}
"""

    def halves(step: str) -> tuple[list[str], list[list[str]]]:
        found = one(load, step, action_map)
        waves = [[request.path for request in wave] for wave in found.protocol]
        return [part.action for part in found.browser], waves

    assert halves("{action: play}") == (
        ["click", "waitForText"],
        [["/always"], ["/one", "/two"], ["/three"], ["/four"]],
    )
    assert halves("{action: play, stream: false}") == (["click"], [["/always"], ["/two"]])
