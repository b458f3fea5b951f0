"""What steps are called, and how objectives are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from journeys.resolved import ResolvedJourney
from journeys.slo import Slo, Threshold, parse_threshold
from tandem.errors import SpecError

Loads = Callable[..., ResolvedJourney]

MAP = """
actions:
  pick: {parameters: {what: {type: text, default: a}, how: {type: text, default: b}},
         browser: [{action: navigate, target: /}]}
"""


def ids(load: Loads, *steps: str) -> list[str]:
    """Return the ids of a journey's steps."""
    journey = load("id: a\nsteps:\n" + "".join(f"  - {step}\n" for step in steps), MAP)
    return [step.id for step in journey.steps]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{action: navigate, target: /}", "navigate-home"),
        ("{action: navigate, target: '/a/b?c=d'}", "navigate-a-b-c-d"),
        ("{action: click, selector: \"[data-testid='login-submit']\"}", "click-login-submit"),
        ("{action: click, selector: '#go > a'}", "click-go-a"),
        ("{action: waitForText, text: Ambient Dream}", "wait-for-text-ambient-dream"),
        ("{action: waitForText, text: '日本'}", "wait-for-text"),
        ("{action: apiRequest, target: /api/x}", "api-request-api-x"),
        ("{action: pick, what: Neon Rain, how: fast}", "pick-fast-neon-rain"),
        ("{action: pick}", "pick"),
        (f"{{action: waitForText, text: {'long ' * 40}}}", "wait-for-text-" + "long-" * 6 + "long"),
        ("{id: Own_Name-1, action: click, selector: a}", "Own_Name-1"),
    ],
)
def test_a_step_is_called_after_what_it_does(load: Loads, step: str, expected: str) -> None:
    """Its own id, else action and subject; never what a user types."""
    assert ids(load, step) == [expected]


def test_a_typed_value_is_in_no_id(load: Loads) -> None:
    """It may be a password."""
    assert ids(load, "{action: type, selector: '#p', value: hunter2}") == ["type-p"]


def test_steps_of_the_same_name_are_numbered(load: Loads) -> None:
    """An id of one's own is taken before any derived one, wherever it stands."""
    click = "{action: click, selector: '#go'}"
    own = "{id: click-go-2, action: click, selector: '#go'}"
    assert ids(load, click, click, own, click) == [
        "click-go",
        "click-go-3",
        "click-go-2",
        "click-go-4",
    ]


def test_ids_stay_when_other_steps_come_and_go(load: Loads) -> None:
    """So the series of a step goes on."""
    steps = ["{action: navigate, target: /}", "{action: click, selector: '#go'}"]
    before = ids(load, *steps)
    assert ids(load, "{action: waitForText, text: hello}", *steps)[1:] == before


def test_an_id_stands_once(load: Loads) -> None:
    """Two steps of one id could not be told apart."""
    step = "{id: x, action: click, selector: a}"
    with pytest.raises(
        SpecError, match=r"spec\.yaml:4:6: steps\[1\]\.id: 'x' is the id of another"
    ):
        ids(load, step, step)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p(95)<500", Threshold("percentile", 95.0, "<", 500.0)),
        ("p(99.9) <= 1500.5", Threshold("percentile", 99.9, "<=", 1500.5)),
        (" avg<200 ", Threshold("avg", None, "<", 200.0)),
        ("med>1", Threshold("med", None, ">", 1.0)),
        ("rate<0.01", Threshold("rate", None, "<", 0.01)),
        ("count>=10", Threshold("count", None, ">=", 10.0)),
    ],
)
def test_thresholds_are_read(text: str, expected: Threshold) -> None:
    """As k6 users write them."""
    assert parse_threshold(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "p95<500", "p(101)<5", "p(95)=5", "avg<-1", "avg<1s", "avg<5<6", "mean<5", "<5"),
        *("rate<5", "rate<=1.01"),
    ],
)
def test_other_texts_are_no_thresholds(text: str) -> None:
    """The message shows how one is written."""
    with pytest.raises(ValueError, match=r"p\(95\)<500|a (percentile|rate) lies between 0 and 1"):
        parse_threshold(text)


@pytest.mark.parametrize(
    ("text", "at_bound", "below", "above"),
    [
        ("avg<10", False, True, False),
        ("avg<=10", True, True, False),
        ("avg>10", False, False, True),
        ("avg>=10", True, False, True),
    ],
)
def test_a_threshold_holds_or_not(text: str, at_bound: bool, below: bool, above: bool) -> None:
    """At its bound, below it and above it."""
    threshold = parse_threshold(text)
    assert [threshold.holds(value) for value in (10.0, 9.9, 10.1)] == [at_bound, below, above]


def test_slos_come_as_text_or_in_full(load: Loads) -> None:
    """A text is an error everywhere; the rest can be said."""
    journey = load(
        "id: a\nsteps: [{action: navigate, target: /, slos: ['p(95)<1']}]\n"
        "slos:\n  - avg<5\n  - {threshold: rate<0.1, level: warn, executor: k6, users: 10}\n"
    )
    assert journey.steps[0].slos == (Slo(threshold="p(95)<1"),)
    assert journey.slos == (
        Slo(threshold="avg<5", level="error"),
        Slo(threshold="rate<0.1", level="warn", executor="k6", users=10),
    )
