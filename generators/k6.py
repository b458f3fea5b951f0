"""The k6 script of a resolved journey. Pure: from models to text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from generators.environment import environment
from generators.k6_values import early_value, k6_values, own_value
from generators.literals import comment_lines, javascript_literal, string_literal
from generators.options import DEFAULT_BASE_URL, ScriptOptions
from generators.request_names import request_name
from journeys.expressions import Reference, Template, parse
from journeys.requests import Capture, RequestSpec
from journeys.resolved import ResolvedJourney, ResolvedStep
from journeys.step_base import DEFAULT_STEP_TIMEOUT_S

_LINE_LENGTH = 80
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/?#[]@!$&'()*+,;=:%~|"


@dataclass(frozen=True, slots=True)
class _Wave:
    """Requests sent in parallel, as JavaScript: the calls, and what is captured of the answers."""

    requests: tuple[str, ...]
    assignment: str
    captures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    id: str
    comments: tuple[str, ...]
    waves: tuple[_Wave, ...]
    optional: bool
    work: str
    """The name of what it does, where several rounds of a repeat do the same."""
    is_first_round: bool


def generate_k6(journey: ResolvedJourney, options: ScriptOptions) -> str:
    """Return the JavaScript of one standalone k6 script."""
    template = environment().get_template("k6.js.j2")
    return template.render(
        title=comment_lines(f"{journey.id}: {journey.description or 'a user journey'}", 100),
        journey=journey,
        steps=_steps(journey),
        pauses_ms=_pauses_ms(journey),
        uses=_uses(journey),
        values=k6_values(journey),
        options=options,
        pacing_ms=_number(options.pacing_s * 1000),
        default_timeout=_timeout(DEFAULT_STEP_TIMEOUT_S),
        base_url=DEFAULT_BASE_URL,
        file_name=f"{journey.id}-u{options.users:03d}.js",
    )


def _uses(journey: ResolvedJourney) -> dict[str, bool]:
    """Tell which helpers the script needs."""
    waves = [wave for step in journey.steps for wave in step.protocol]
    requests = [request for wave in waves for request in wave]
    return {
        "optional": any(step.optional and step.has_protocol for step in journey.steps),
        "idle": any(not step.has_protocol for step in journey.steps),
        "parallel": any(len(wave) > 1 for wave in waves),
        "captures": any(request.capture for request in requests),
        "json": any(request.json_body is not None for request in requests),
        "form": any(request.form is not None for request in requests),
        "body": any(request.body is not None for request in requests),
        "expected": any(request.expect.status for request in requests),
        "read": any(_is_read(request) for request in requests),
        "text": any(request.expect.text is not None for request in requests),
    }


def _pauses_ms(journey: ResolvedJourney) -> str:
    """Return the pauses as an object: by the number of the step that each stands before."""
    pauses = [*(step.pause_s for step in journey.steps), journey.last_pause_s]
    items = [f"{at}: {_number(pause * 1000)}" for at, pause in enumerate(pauses) if pause]
    return f"{{ {', '.join(items)} }}" if items else ""


def _steps(journey: ResolvedJourney) -> list[_Step]:
    works: dict[str, str] = {}
    steps = []
    for step in journey.steps:
        comments = [str(group) for group in journey.groups_from(step)]
        if step.pause_s:
            comments = [f"A pause of {_number(step.pause_s)} s.", *comments]
        is_first_round = step.repeats not in works
        if step.repeats and is_first_round:
            works[step.repeats] = _work_name(step.repeats, works.values())
        steps.append(_step(step, comments, works.get(step.repeats, ""), is_first_round))
    return steps


def _work_name(base: str, taken: Iterable[str]) -> str:
    """Return a JavaScript name for the work of a repeated step that nothing else has."""
    words = [word for word in re.split("[_-]", base) if word]
    name = (
        words[0][:1].lower() + words[0][1:] + "".join(f"{w[:1].upper()}{w[1:]}" for w in words[1:])
    )
    name = f"{name if name[:1].isalpha() else f'_{name}'}Round"
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}{number}", number + 1
    return candidate


def _step(step: ResolvedStep, comments: Iterable[str], work: str, is_first_round: bool) -> _Step:
    capturing = [
        index for index, wave in enumerate(step.protocol) if any(each.capture for each in wave)
    ]
    waves = []
    for index, wave in enumerate(step.protocol):
        number = capturing.index(index) + 1 if index in capturing and len(capturing) > 1 else ""
        waves.append(_wave(wave, f"response{number}", step.timeout_s))
    described = step.description if is_first_round or not step.repeats else ""
    return _Step(
        id=step.id,
        comments=tuple(
            line for text in (*comments, described) for line in comment_lines(text, _LINE_LENGTH)
        ),
        waves=tuple(waves),
        optional=step.optional,
        work=work,
        is_first_round=is_first_round,
    )


def _wave(wave: tuple[RequestSpec, ...], variable: str, timeout_s: float) -> _Wave:
    captures: list[str] = []
    for index, request in enumerate(wave):
        answer = variable if len(wave) == 1 else f"{variable}[{index}]"
        captures.extend(_captures(request, answer))
    return _Wave(
        requests=tuple(
            _request(request, timeout_s, indent=4 if len(wave) == 1 else 6) for request in wave
        ),
        assignment=f"const {variable} = " if captures else "",
        captures=tuple(captures),
    )


def _request(request: RequestSpec, timeout_s: float, indent: int) -> str:
    """Return the call of the script's ``request`` helper, on several lines when it is long."""
    arguments = f"{_text(parse(request.method))}, {_text(_target(request))}"
    extra = [f"{key}: {value}" for key, value in _extra(request, timeout_s).items()]
    if not extra:
        return f"request({arguments})"
    line = f"request({arguments}, {{ {', '.join(extra)} }})"
    if len(line) <= _LINE_LENGTH - indent:
        return line
    inner, outer = "\n" + " " * (indent + 2), "\n" + " " * indent
    return f"request({arguments}, {{{inner}{f',{inner}'.join(extra)},{outer}}})"


def _extra(request: RequestSpec, timeout_s: float) -> dict[str, str]:
    extra: dict[str, str] = {}
    # On one line: k6's CSV is read line by line.
    name = " ".join(_without_references(request.name or "").split()) or _default_name(request)
    if request.query or name != f"{request.method} {_encoded_path(request.path)}":
        extra["name"] = string_literal(name)
    if request.headers:
        extra["headers"] = _value(request.headers)
    if request.json_body is not None:
        extra["json"] = _value(request.json_body)
    if request.form is not None:
        extra["form"] = _value(request.form)
    if request.body is not None:
        extra["body"] = _value(request.body)
    if request.expect.status:
        extra["expected"] = javascript_literal(request.expect.status)
    if request.expect.text is not None:
        extra["text"] = _value(request.expect.text)
    if _is_read(request):
        extra["read"] = "true"
    if timeout_s != DEFAULT_STEP_TIMEOUT_S:
        extra["timeout"] = string_literal(_timeout(timeout_s))
    return extra


def _is_read(request: RequestSpec) -> bool:
    """Tell whether the response's body is looked at; else k6 throws it away unread."""
    in_body = any(capture.header is None for capture in request.capture.values())
    return in_body or request.expect.text is not None


def _default_name(request: RequestSpec) -> str:
    path = _without_references(request.path)
    return request_name(_without_references(request.method), _encoded_path(path))


def _without_references(text: str) -> str:
    """Return a template as a name: what differs from one iteration to the next is ``:id``."""
    return "".join(":id" if isinstance(part, Reference) else part for part in parse(text))


def _encoded_path(path: str) -> str:
    """Percent-encode what a browser would, and keep what is encoded already."""
    return quote(_LONE_PERCENT.sub("%25", path), safe=_PATH_SAFE)


def _target(request: RequestSpec) -> tuple[str | Reference | _Encoded, ...]:
    """Return path and query as one template; values of the query are percent-encoded."""
    target: list[str | Reference | _Encoded] = [
        _encoded_path(part) if isinstance(part, str) else part for part in parse(request.path)
    ]
    for index, (name, value) in enumerate(sorted(request.query.items())):
        target.append(f"{'&' if index else '?'}{quote(name, safe='')}=")
        target.extend(
            _Encoded(part) if isinstance(part, Reference) else quote(part, safe="")
            for part in parse(value)
        )
    merged: list[str | Reference | _Encoded] = []
    for part in target:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A reference whose value is percent-encoded when the script runs."""

    reference: Reference


def _captures(request: RequestSpec, answer: str) -> Iterable[str]:
    for name, capture in sorted(request.capture.items()):
        value = _captured_value(capture, answer)
        what = string_literal(_capture_source(capture))
        yield f"{_captured(name)} = found({value}, {what})"


def _captured_value(capture: Capture, answer: str) -> str:
    if capture.json_path is not None:
        return f"{answer}.json({string_literal(capture.json_path)})"
    if capture.header is not None:
        return f"{answer}.headers[{string_literal(_canonical_header(capture.header))}]"
    found = f"{answer}.html({_text(parse(capture.css or ''))}).first()"
    if capture.attribute is None:
        return f"{found}.text()"
    return f"{found}.attr({string_literal(capture.attribute)})"


def _capture_source(capture: Capture) -> str:
    return capture.json_path or capture.css or capture.header or ""


def _canonical_header(name: str) -> str:
    """Return the form under which Go, and so k6, keeps a header."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


def _value(value: Any) -> str:
    """Return JSON with templates in its texts as a JavaScript expression."""
    if isinstance(value, str):
        return _text(parse(value))
    if isinstance(value, dict):
        items = (f"{_key(key)}: {_value(item)}" for key, item in sorted(value.items()))
        return "{ " + ", ".join(items) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return javascript_literal(value)


def _captured(name: str) -> str:
    return (
        f"captured.{name}" if _IDENTIFIER.fullmatch(name) else f"captured[{string_literal(name)}]"
    )


def _key(name: str) -> str:
    """Return a key of an object literal, in which a plain ``__proto__`` would not be one."""
    if name == "__proto__":
        return '["__proto__"]'
    return name if _IDENTIFIER.fullmatch(name) else string_literal(name)


def _text(template: Template | tuple[str | Reference | _Encoded, ...]) -> str:
    """Return a template as a JavaScript expression that is a string."""
    parts = [_part(part) for part in template] or ['""']
    first = next(iter(template), "")
    if not isinstance(first, str) and not (isinstance(first, Reference) and own_value(first)):
        parts = [f"String({parts[0]})", *parts[1:]]
    return " + ".join(parts)


def _part(part: str | Reference | _Encoded) -> str:
    if isinstance(part, str):
        return string_literal(part)
    if isinstance(part, _Encoded):
        return f"encodeURIComponent({_part(part.reference)})"
    if part.namespace == "capture":
        return _captured(part.path[0])
    return own_value(part) or early_value(part)


def _timeout(seconds: float) -> str:
    return f"{_number(seconds * 1000)}ms" if seconds % 1 else f"{int(seconds)}s"


def _number(value: float) -> int | float:
    """Return a whole number as one, so that it is written without a fraction."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
