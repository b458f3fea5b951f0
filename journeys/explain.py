"""A journey for its author: what the browser will do, what k6 will send, and why. Pure."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tabulate import tabulate

from journeys.action_map import ActionMap, MapPlaces
from journeys.requests import Capture, RequestSpec
from journeys.resolved import ResolvedJourney, ResolvedStep
from tandem.wording import counted

_WIDE: Final = 100
"""From so many columns on a table of four columns reads well."""
_RULES: Final = 5 + 2 * 4
"""What the lines of a table of four columns take, with the spaces beside them."""
_NOTHING: Final = "nothing: only the browser measures this step"
_WORDS: Final[Mapping[str, str]] = {
    "navigate": "open {target}",
    "click": "click {selector}",
    "type": "type '{value}' into {selector}",
    "waitForText": "wait for the text '{text}'",
    "hover": "point at {selector}",
    "check": "check {selector}",
    "uncheck": "uncheck {selector}",
    "upload": "choose the file {file} in {selector}",
    "goBack": "go back",
    "reload": "reload the page",
}
"""Actions that a sentence says better than their keys do."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One step, in words."""

    due_s: float
    """Seconds from the start of an iteration."""
    step: str
    browser: tuple[str, ...]
    protocol: tuple[str, ...]
    """Empty for a step of which nothing goes over k6's wire."""
    source: str
    """What the protocol half comes from."""


def explain(
    journey: ResolvedJourney, action_map: ActionMap, places: MapPlaces
) -> tuple[Explained, ...]:
    """Return the journey step by step."""
    pauses = itertools.accumulate(step.pause_s for step in journey.steps)
    return tuple(
        Explained(
            due_s=index * journey.pacing_s + paused_s,
            step=f"{step.id} (optional)" if step.optional else step.id,
            browser=tuple(_browser_words(part.plain(), part.action) for part in step.browser),
            protocol=tuple(line for wave in step.protocol for line in _wave_words(wave)),
            source=_source(step, action_map, places),
        )
        for index, (step, paused_s) in enumerate(zip(journey.steps, pauses, strict=True))
    )


def render(journey: ResolvedJourney, steps: Sequence[Explained], width: int) -> str:
    """Return the explanation as a table, or as blocks where a table would be too narrow."""
    head = f"{journey.id}: {journey.description}".rstrip(": ")
    facts = f"{journey.source}, {counted(len(steps), 'step')}, one every {journey.pacing_s:g} s"
    facts += f", with {journey.pause_s:g} s of pauses" if journey.pause_s else ""
    without = sum(not each.protocol for each in steps)
    share = (
        f"{without} of {counted(len(steps), 'step')} ({without / len(steps):.0%}) have no "
        "protocol half: k6 keeps their place in the schedule and sends nothing."
        if without
        else "Every step has a protocol half."
    )
    body = _table(steps, width) if width >= _WIDE else "\n\n".join(_block(s, width) for s in steps)
    said = (head, facts, share, *map(str, journey.groups), *_before_words(journey))
    texts = [textwrap.fill(text, width, break_on_hyphens=False) for text in said]
    return "\n".join([*texts[:2], "", body, "", *texts[2:]])


def _before_words(journey: ResolvedJourney) -> Iterator[str]:
    """Yield what a user has, or does, before the first step is due."""
    if journey.login:
        steps = ", ".join(step.id for step in journey.login)
        yield f"Each user logs in before the clock starts, which is in no figure: {steps}."
    for name in journey.cookies:
        yield f"Each user has the cookie {name} from the start."


def _table(steps: Sequence[Explained], width: int) -> str:
    due = max(len(f"{each.due_s:g} s") for each in steps)
    name = min(28, max(len(each.step) for each in steps))
    room = (width - due - name - _RULES) // 2
    rows = [
        (
            f"{each.due_s:g} s",
            _wrapped([each.step], name),
            _wrapped(each.browser, room),
            _wrapped([*(each.protocol or (_NOTHING,)), f"[{each.source}]"], room),
        )
        for each in steps
    ]
    headers = ("at", "step", "browser", "k6 [from]")
    return tabulate(rows, headers, "simple_grid", disable_numparse=True)


def _block(step: Explained, width: int) -> str:
    lines = [f"{step.due_s:g} s  {step.step}"]
    parts = (
        ("browser", step.browser),
        ("k6", step.protocol or (_NOTHING,)),
        ("from", [step.source]),
    )
    for label, said in parts:
        for number, text in enumerate(said):
            begin = f"  {label if not number else '':8}"
            lines += textwrap.wrap(
                text,
                width,
                initial_indent=begin,
                subsequent_indent=" " * 12,
                break_on_hyphens=False,
            )
    return "\n".join(lines)


def _wrapped(texts: Sequence[str], width: int) -> str:
    return "\n".join(
        line
        for text in texts
        for line in textwrap.wrap(text, width, subsequent_indent="  ", break_on_hyphens=False)
    )


def _browser_words(fields: Mapping[str, Any], action: str) -> str:
    shown = {name: _shown(value) for name, value in fields.items() if name != "action"}
    if action in _WORDS:
        return _WORDS[action].format(**shown)
    said = ", ".join(f"{name} {value}" for name, value in shown.items())
    return f"{action}: {said}" if said else action


def _shown(value: Any) -> str:
    """Return a value as a person would say it: a locator by what it looks for."""
    if isinstance(value, dict):
        return " ".join(f"{name} {_shown(each)}" for name, each in value.items())
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return ", ".join(map(_shown, value))
    return json.dumps(value, ensure_ascii=False)


def _wave_words(wave: Sequence[RequestSpec]) -> Iterator[str]:
    for index, request in enumerate(wave):
        together = "at the same time: " if index else ""
        yield together + _request_words(request)


def _request_words(request: RequestSpec) -> str:
    plain = request.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    said = f"{request.method} {request.path}"
    if request.query:
        said += "?" + "&".join(f"{name}={value}" for name, value in request.query.items())
    said += "".join(
        f", {name} {_shown(plain[name])}"
        for name in plain
        if name not in ("method", "path", "query", "name", "expect", "capture")
    )
    said += _expectation_words(plain.get("expect", {}))
    taken = (f"{name} from {_capture_words(each)}" for name, each in request.capture.items())
    captured = ", ".join(taken)
    return f"{said}; captures {captured}" if captured else said


def _expectation_words(expected: Mapping[str, Any]) -> str:
    status = " or ".join(map(str, expected.get("status", ())))
    others = (f"{name} {_shown(each)}" for name, each in expected.items() if name != "status")
    said = ", ".join(filter(None, [status, *others]))
    return f" → expects {said}" if said else ""


def _capture_words(capture: Capture) -> str:
    return _shown(capture.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def _source(step: ResolvedStep, action_map: ActionMap, places: MapPlaces) -> str:
    if step.action in action_map.actions:
        return f"action {step.action}, {places.actions[step.action]}"
    if step.action == "apiRequest":
        return "the step itself"
    fields = step.browser[0].plain()
    for rule, place in zip(action_map.match, places.rules, strict=True):
        if rule.matches(step.action, fields):
            return f"match rule, {place}"
    return "navigate sends GET of its target" if step.protocol else "no rule matches"
