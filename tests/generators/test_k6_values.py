"""Every value reaches the app through k6 as exactly that value."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from hostile import some_texts, texts
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from journeys.expressions import escape
from journeys.resolved import ResolvedJourney
from tandem.models import Executor

PROPERTY = settings(max_examples=60)
K6 = Path(sys.executable).with_name("k6")

Resolves = Callable[..., ResolvedJourney]
Generates = Callable[[Executor, ResolvedJourney], str]
Received = dict[str, tuple[str, str, dict[str, str], bytes]]


class _Echo(BaseHTTPRequestHandler):
    """Answers with the body it got, and notes each request under its ``X-Id``."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _EchoServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = self.path.partition("?")
        self.server.received[self.headers["X-Id"]] = (path, query, dict(self.headers), body)
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _EchoServer(ThreadingHTTPServer):
    received: Received


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for scripts."""
    return tmp_path_factory.mktemp("scripts")


@pytest.fixture(scope="module")
def echo() -> Iterator[_EchoServer]:
    """A server on loopback that echoes."""
    with _EchoServer(("127.0.0.1", 0), _Echo) as server:
        server.received = {}
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def for_path(text: str) -> str:
    """Return what of a text can stand in a path and is no part of a query."""
    return "".join(mark for mark in text if mark.isprintable() and mark not in "\\?#")


def for_header(text: str) -> str:
    """Return what of a text can stand in a header, whose ends HTTP trims."""
    return "".join(mark for mark in text if " " <= mark <= "~").strip()


def requests_for(number: int, text: str) -> list[dict[str, Any]]:
    """Return requests that carry the text wherever one can."""
    value = escape(text)
    common = {"method": "POST", "expect": {"status": 201}}
    headers = {"X-It": escape(for_header(text)), "X-User": "${user}/${iteration}"}
    return [
        common
        | {
            "path": "/p" + escape(for_path(text)),
            "query": {text: value, "user": "${user}" + value},
            "headers": headers | {"X-Id": f"json-{number}"},
            "json": {text: value, "list": [value, None, 1.5, True], "user": "${user}" + value},
            "expect": {"status": 201, "json": {escape(json.dumps(text)): value}},
            "capture": {f"json-{number}": {"json": escape(json.dumps(text))}} if text else {},
        },
        common
        | {
            "path": "/form",
            "name": value,
            "headers": {"X-Id": f"form-{number}"},
            "form": {text: value, "user": "${user}" + value},
        },
        common
        | {
            "path": "/text",
            "headers": {"X-Id": f"text-{number}", "content-type": "text/x-own"},
            "body": value,
            "expect": {"status": 201, "text": value},
            "capture": {f"regex-{number}": {"regex": escape(f"({re.escape(text)})")}}
            if text
            else {},
        },
        common
        | {
            "path": "/parts",
            "headers": {"X-Id": f"parts-{number}"},
            "multipart": {text: value, "user": "${user}" + value},
        },
        common
        | {
            "path": "/file",
            "headers": {"X-Id": f"file-{number}"},
            "multipart": {"f": {"name": "n" + value, "type": "text/plain", "content": value}},
        },
    ]


def captures_of(number: int) -> dict[str, Any]:
    """Return a request that carries what was captured of an answer with the text."""
    body = {kind: f"${{capture.{kind}-{number}}}" for kind in ("json", "regex")}
    headers = {"X-Id": f"captured-{number}"}
    return {"method": "POST", "path": "/", "headers": headers, "json": body}


def ride(script: Path, base_url: str) -> None:
    """Ride once with one user, as fast as it goes; every iteration must come through."""
    variables = (f"BASE_URL={base_url}", "USERS=1", "ITERATIONS=1", "PACING_MS=1")
    given = [part for variable in variables for part in ("-e", variable)]
    done = subprocess.run(
        [
            K6,
            "run",
            "--quiet",
            "--no-usage-report",
            "--no-teardown",
            "--address",
            "",
            *given,
            script,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "iterations_ok" in done.stdout, done.stdout + done.stderr


@settings(max_examples=4, deadline=None, phases=[Phase.generate])
@given(drawn=st.lists(texts, min_size=30, max_size=30, unique=True))
def test_values_arrive_unchanged(
    *,
    resolved: Resolves,
    generated: Generates,
    echo: _EchoServer,
    folder: Path,
    drawn: list[str],
) -> None:
    """Path, query, header, JSON, form, file and text: a ride carries many hostile values in each.

    Every fragment, some mixtures of them, and whatever else a text can be.
    """
    values = list(dict.fromkeys([*some_texts(20), *drawn]))
    echo.received.clear()
    waves = [
        {"parallel": [each for number, text in part for each in requests_for(number, text)]}
        for part in _parts(list(enumerate(values)), 10)
    ]
    waves += [captures_of(number) for number, text in enumerate(values) if text]
    journey = resolved(
        [
            {"action": "click", "selector": "a", "description": text, "timeout": 30}
            if number
            else {"action": "navigate", "target": "/", "description": text, "timeout": 30}
            for number, text in enumerate(values[:20])
        ],
        {"match": [{"action": "navigate", "protocol": waves}]},
        description=" ".join(values),
        source=values[-1],
    )
    script = folder / "a.js"
    script.write_text(generated("k6", journey), encoding="utf-8")
    ride(script, f"http://127.0.0.1:{echo.server_port}")
    assert len(echo.received) == 5 * len(values) + sum(map(bool, values))
    for number, text in enumerate(values):
        _check(echo.received, number, text)


def _parts(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _check(received: Received, number: int, text: str) -> None:
    path, query, headers, body = received[f"json-{number}"]
    assert unquote(path) == unquote("/p" + for_path(text))
    expected = {text: [text], "user": [f"1{text}"]}
    assert parse_qs(query, keep_blank_values=True, strict_parsing=True) == expected
    assert (headers["X-It"], headers["X-User"]) == (for_header(text), "1/0")
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {text: text, "list": [text, None, 1.5, True], "user": f"1{text}"}
    _, _, headers, body = received[f"form-{number}"]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True) == expected
    _, _, headers, body = received[f"text-{number}"]
    assert headers["Content-Type"] == "text/x-own"
    assert body.decode() == text
    _, _, headers, body = received[f"parts-{number}"]
    assert fields_in(headers["Content-Type"], body) == [(text, text), ("user", f"1{text}")]
    _, _, headers, body = received[f"file-{number}"]
    ((head, content),) = parts_in(headers["Content-Type"], body)
    assert (
        unquoted(head.partition('filename="')[2].partition('"\r\nContent-Type: ')[0]) == f"n{text}"
    )
    assert content == text
    if text:  # what is captured is never empty
        captured = json.loads(received[f"captured-{number}"][3])
        assert captured == {"json": text, "regex": text}


def fields_in(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Return names and values of a form in parts, as a server reads them."""
    found = [
        (unquoted(head.partition('name="')[2].removesuffix('"')), value)
        for head, value in parts_in(content_type, body)
    ]
    return sorted(found, key=lambda each: each[0] == "user")


def parts_in(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Return head and content of each part."""
    end = b"\r\n--" + content_type.partition("boundary=")[2].encode()
    parts = (part.partition(b"\r\n\r\n") for part in (b"\r\n" + body).split(end)[1:-1])
    return [(head.decode(), value.decode()) for head, _, value in parts]


def unquoted(name: str) -> str:
    """Return a name that stands in the head of a part."""
    marks = {"%22": '"', "%0A": "\n", "%0D": "\r"}
    return re.sub("%22|%0A|%0D", lambda each: marks[each[0]], name)


@PROPERTY
@given(title=texts, description=texts, source=texts)
def test_nothing_gets_out_of_a_comment(
    resolved: Resolves, generated: Generates, title: str, description: str, source: str
) -> None:
    """Descriptions and the file's name change what is said, never what is done."""

    def code_of(journey: ResolvedJourney) -> list[str]:
        lines = generated("k6", journey)
        for mark in "\r\u2028\u2029":  # what ends a line, and so a comment, in JavaScript
            lines = lines.replace(mark, "\n")
        return [line for line in lines.split("\n") if not line.strip().startswith("//")]

    step = {"action": "navigate", "target": "/"}
    hostile = resolved([step | {"description": description}], source=source, description=title)
    assert code_of(hostile) == code_of(resolved([step]))


def match(request: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an action map in which opening a page sends one request."""
    return {"match": [{"action": "navigate", "protocol": [request, *more.get("then", [])]}]}


NAVIGATE = [{"action": "navigate", "target": "/"}]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"path": "/a"}, 'send(request("GET", "/a"))'),
        (
            {"path": "/a/123/b"},
            'request("GET", "/a/123/b", { name: "GET /a/:id/b" })',
        ),
        ({"path": "/a", "query": {"b": "c d"}}, '"/a?b=c%20d", { name: "GET /a" }'),
        ({"path": "/a", "query": {"b": "${user}"}}, '"/a?b=" + encodeURIComponent('),
        ({"path": "/grüß dich"}, 'request("GET", "/gr%C3%BC%C3%9F%20dich")'),
        ({"path": "/a%20b/100%"}, '"/a%20b/100%25"'),
        ({"path": "/u/${user}"}, '"/u/" + vu.idInTest, { name: "GET /u/:id" }'),
        ({"path": "/a", "name": "own $${name}"}, '{ name: "own ${name}" }'),
        ({"path": "/a", "json": {"__proto__": 1}}, '{ json: { ["__proto__"]: 1 } }'),
        ({"path": "/a", "json": {"b": 1, "a": 2}}, "{ json: { a: 2, b: 1 } }"),
        ({"path": "/a", "capture": {"x-y": {"header": "x-own"}}}, 'response.headers["X-Own"]'),
        (
            {"path": "/a", "capture": {"x": {"css": "a[b='$${']", "attribute": "href"}}},
            'response.html("a[b=\'${\']").first().attr("href")',
        ),
    ],
)
def test_requests_are_written_down(
    resolved: Resolves, generated: Generates, request_: dict[str, Any], expected: str
) -> None:
    """Each part of a request has its one form."""
    assert expected in generated("k6", resolved(NAVIGATE, match(request_)))


def test_each_captured_answer_has_a_name_of_its_own(
    resolved: Resolves, generated: Generates
) -> None:
    """Even when the same request is sent twice: a constant is declared once."""
    request = {"path": "/a", "capture": {"x": {"json": "b"}}}
    script = generated("k6", resolved(NAVIGATE, match(request, then=[{"path": "/c"}, request])))
    assert script.count("const response1 = ") == 1
    assert script.count("const response2 = ") == 1
