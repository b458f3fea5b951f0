"""The k6 script of a resolved journey. Pure: from models to text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from generators.environment import environment
from generators.k6_answers import canonical_header, checks_of, is_looked_at, is_read, uses_of
from generators.k6_texts import Encoded, laid_out, text_of, value_of
from generators.k6_values import k6_values
from generators.literals import comment_lines, javascript_literal, string_literal
from generators.options import DEFAULT_BASE_URL, ScriptOptions
from generators.request_names import OPAQUE, request_name
from journeys.expressions import Reference, parse
from journeys.requests import RequestSpec
from journeys.resolved import ResolvedJourney, ResolvedStep
from journeys.step_base import DEFAULT_STEP_TIMEOUT_S
from journeys.upload_files import paths_in
from journeys.uploads import UploadedFile

_LINE_LENGTH = 80
_OBJECT_LENGTH = 90
"""A longer object of what is sent stands on several lines."""
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/?#[]@!$&'()*+,;=:%~|"


@dataclass(frozen=True, slots=True)
class _Wave:
    """Requests sent in parallel, as JavaScript: the calls, and what is asked of the answers."""

    requests: tuple[str, ...]
    assignment: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    id: str
    comments: tuple[str, ...]
    waves: tuple[_Wave, ...]
    optional: bool
    work: str
    """The name of what it does, where several rounds of a repeat do the same."""
    is_first_round: bool

    @property
    def is_looked_at(self) -> bool:
        """Whether its answers have names, which must not be those of another step's."""
        return any(wave.assignment for wave in self.waves)


def generate_k6(journey: ResolvedJourney, options: ScriptOptions) -> str:
    """Return the JavaScript of one standalone k6 script."""
    template = environment().get_template("k6.js.j2")
    return template.render(
        title=comment_lines(f"{journey.id}: {journey.description or 'a user journey'}", 100),
        journey=journey,
        steps=_steps(journey.steps, journey),
        login=[step for step in _steps(journey.login, journey) if step.waves],
        cookies=[(string_literal(name), text_of(parse(text))) for name, text in _cookies(journey)],
        pauses_ms=_pauses_ms(journey),
        uses=_uses(journey),
        values=k6_values(journey),
        files=_files(journey),
        options=options,
        pacing_ms=_number(options.pacing_s * 1000),
        default_timeout=_timeout(DEFAULT_STEP_TIMEOUT_S),
        base_url=DEFAULT_BASE_URL,
        opaque=f"^(?:{OPAQUE})$",
        file_name=f"{journey.id}-u{options.users:03d}.js",
    )


def _uses(journey: ResolvedJourney) -> dict[str, bool]:
    """Tell which helpers the script needs."""
    waves = [wave for step in (*journey.login, *journey.steps) for wave in step.protocol]
    requests = [request for wave in waves for request in wave]
    return {
        **uses_of(requests),
        "redirects": any(request.redirects for request in requests),
        "multipart": any(request.multipart is not None for request in requests),
        **_uses_of_files(requests),
        "optional": any(step.optional and step.has_protocol for step in journey.steps),
        "idle": any(not step.has_protocol for step in journey.steps),
        "parallel": any(len(wave) > 1 for wave in waves),
        "headers": any(request.headers for request in requests),
        "json": any(request.json_body is not None for request in requests),
        "form": any(request.form is not None for request in requests),
        "body": any(request.body is not None for request in requests),
        "expected": any(request.expect.status for request in requests),
        "text": any(request.expect.text is not None for request in requests),
    }


def _files(journey: ResolvedJourney) -> dict[str, str]:
    """Return what k6 sends of the files that are stored in the script."""
    requests = [
        request
        for step in (*journey.login, *journey.steps)
        for wave in step.protocol
        for request in wave
    ]
    return {
        path: journey.files[path]
        for path in sorted({path for _, path in paths_in(tuple(requests))})
    }


def _uses_of_files(requests: Iterable[RequestSpec]) -> dict[str, bool]:
    fields = [each for request in requests for each in (request.multipart or {}).values()]
    files = [each for each in fields if isinstance(each, UploadedFile)]
    return {
        "files": bool(files),
        "filler": any(each.size is not None for each in files),
        "stored": any(each.path is not None for each in files),
    }


def _pauses_ms(journey: ResolvedJourney) -> str:
    """Return the pauses as an object: by the number of the step that each stands before."""
    pauses = [*(step.pause_s for step in journey.steps), journey.last_pause_s]
    items = [f"{at}: {_number(pause * 1000)}" for at, pause in enumerate(pauses) if pause]
    return f"{{ {', '.join(items)} }}" if items else ""


def _cookies(journey: ResolvedJourney) -> Iterable[tuple[str, str]]:
    return sorted(journey.cookies.items())


def _steps(found: Iterable[ResolvedStep], journey: ResolvedJourney) -> list[_Step]:
    works: dict[str, str] = {}
    steps = []
    for step in found:
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
    capturing = [index for index, wave in enumerate(step.protocol) if any(map(is_looked_at, wave))]
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
    checks: list[str] = []
    for index, request in enumerate(wave):
        answer = variable if len(wave) == 1 else f"{variable}[{index}]"
        checks.extend(checks_of(request, answer))
    return _Wave(
        requests=tuple(
            _request(request, timeout_s, indent=4 if len(wave) == 1 else 6) for request in wave
        ),
        assignment=f"const {variable} = " if checks else "",
        checks=tuple(checks),
    )


def _request(request: RequestSpec, timeout_s: float, indent: int) -> str:
    """Return the call of the script's ``request`` helper, on several lines when it is long."""
    arguments = f"{text_of(parse(request.method))}, {text_of(_target(request))}"
    extra = [f"{key}: {value}" for key, value in _extra(request, timeout_s, indent + 2).items()]
    if not extra:
        return f"request({arguments})"
    line = f"request({arguments}, {{ {', '.join(extra)} }})"
    if len(line) <= _LINE_LENGTH - indent:
        return line
    inner, outer = "\n" + " " * (indent + 2), "\n" + " " * indent
    return f"request({arguments}, {{{inner}{f',{inner}'.join(extra)},{outer}}})"


def _extra(request: RequestSpec, timeout_s: float, indent: int) -> dict[str, str]:
    extra: dict[str, str] = {}
    # On one line: k6's CSV is read line by line.
    name = " ".join(_without_references(request.name or "").split()) or _default_name(request)
    if request.query or name != f"{request.method} {_encoded_path(request.path)}":
        extra["name"] = string_literal(name)
    if request.headers:
        headers = {canonical_header(name): text for name, text in request.headers.items()}
        extra["headers"] = value_of(headers)
    extra.update(_content(request, indent))
    if request.redirects:
        extra["redirects"] = str(request.redirects)
    if request.expect.status:
        extra["expected"] = javascript_literal(request.expect.status)
    if request.expect.text is not None:
        extra["text"] = value_of(request.expect.text)
    if is_read(request):
        extra["read"] = "true"
    if timeout_s != DEFAULT_STEP_TIMEOUT_S:
        extra["timeout"] = string_literal(_timeout(timeout_s))
    return extra


def _content(request: RequestSpec, indent: int) -> dict[str, str]:
    contents: dict[str, Any] = {
        "json": request.json_body,
        "form": request.form,
        "multipart": request.multipart,
        "body": request.body,
    }
    return {
        kind: laid_out(each, indent, _OBJECT_LENGTH)
        for kind, each in contents.items()
        if each is not None
    }


def _default_name(request: RequestSpec) -> str:
    path = _without_references(request.path)
    return request_name(_without_references(request.method), _encoded_path(path))


def _without_references(text: str) -> str:
    """Return a template as a name: what differs from one iteration to the next is ``:id``."""
    return "".join(":id" if isinstance(part, Reference) else part for part in parse(text))


def _encoded_path(path: str) -> str:
    """Percent-encode what a browser would, and keep what is encoded already."""
    return quote(_LONE_PERCENT.sub("%25", path), safe=_PATH_SAFE)


def _target(request: RequestSpec) -> tuple[str | Reference | Encoded, ...]:
    """Return path and query as one template; values of the query are percent-encoded."""
    target: list[str | Reference | Encoded] = [
        _encoded_path(part) if isinstance(part, str) else part for part in parse(request.path)
    ]
    has_query = any("?" in part for part in target if isinstance(part, str))
    for index, (name, value) in enumerate(sorted(request.query.items())):
        target.append(f"{'&' if index or has_query else '?'}{quote(name, safe='')}=")
        target.extend(
            Encoded(part) if isinstance(part, Reference) else quote(part, safe="")
            for part in parse(value)
        )
    merged: list[str | Reference | Encoded] = []
    for part in target:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


def _timeout(seconds: float) -> str:
    return f"{_number(seconds * 1000)}ms" if seconds % 1 else f"{int(seconds)}s"


def _number(value: float) -> int | float:
    """Return a whole number as one, so that it is written without a fraction."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
