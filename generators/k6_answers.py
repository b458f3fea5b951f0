"""What a k6 script asks of an answer: values that must stand in it, and captures. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from generators.k6_json import is_filtered, is_walked, value_at
from generators.k6_patterns import in_javascript
from generators.k6_texts import captured, text_of, value_of
from generators.literals import string_literal
from journeys.expressions import parse
from journeys.patterns import pattern
from journeys.requests import Capture, RequestSpec


def checks_of(request: RequestSpec, answer: str) -> Iterable[str]:
    """Yield the statements about ``answer``, an expression for the response."""
    yield from _insisted(request, answer)
    yield from _captures(request, answer)


def uses_of(requests: Iterable[RequestSpec]) -> dict[str, bool]:
    """Tell which helpers the statements need."""
    found = list(requests)
    captures = [capture for request in found for capture in request.capture.values()]
    paths = [
        *(capture.json_path for capture in captures if capture.json_path),
        *(path for request in found for path in request.expect.json_values),
    ]
    return {
        "captures": bool(captures),
        "cookies": any(capture.cookie for capture in captures),
        "patterns": any(capture.regex for capture in captures),
        "walks": any(map(is_walked, paths)),
        "filters": any(map(is_filtered, paths)),
        "same": any(request.expect.json_values for request in found),
        "read": any(map(is_read, found)),
    }


def is_read(request: RequestSpec) -> bool:
    """Tell whether the response's body is looked at; else k6 throws it away unread."""
    in_body = any(
        capture.header is None and capture.cookie is None for capture in request.capture.values()
    )
    return in_body or request.expect.text is not None or bool(request.expect.json_values)


def is_looked_at(request: RequestSpec) -> bool:
    """Tell whether the script needs the response."""
    return bool(request.capture or request.expect.json_values)


def _insisted(request: RequestSpec, answer: str) -> Iterable[str]:
    for path, wanted in sorted(request.expect.json_values.items()):
        found = value_at(path, answer)
        yield f"expectJson({answer}, {string_literal(path)}, {found}, {value_of(wanted)})"


def _captures(request: RequestSpec, answer: str) -> Iterable[str]:
    for name, capture in sorted(request.capture.items()):
        value = _captured_value(capture, answer)
        what = string_literal(_capture_source(capture))
        yield f"{captured(name)} = found({value}, {what})"


def _captured_value(capture: Capture, answer: str) -> str:
    if capture.json_path is not None:
        return value_at(capture.json_path, answer)
    if capture.header is not None:
        return f"{answer}.headers[{string_literal(canonical_header(capture.header))}]"
    if capture.cookie is not None:
        return f"cookie({answer}, {string_literal(capture.cookie)})"
    if capture.regex is not None:
        return f"matched({answer}.body, {string_literal(in_javascript(pattern(capture.regex)))})"
    found = f"{answer}.html({text_of(parse(capture.css or ''))}).first()"
    if capture.attribute is None:
        return f"{found}.text()"
    return f"{found}.attr({string_literal(capture.attribute)})"


def _capture_source(capture: Capture) -> str:
    return (
        capture.json_path
        or capture.css
        or capture.regex
        or (f"cookie {capture.cookie}" if capture.cookie else f"header {capture.header}")
    )


def canonical_header(name: str) -> str:
    """Return the form under which Go, and so k6, keeps a header."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))
