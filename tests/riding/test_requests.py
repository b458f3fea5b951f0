"""A request means the same to both executors: what is sent, followed, insisted on and captured."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jmespath
import pytest

from journeys.resolve import Beside
from tandem.models import Executor
from tests.riding.rig import Ridden, ride, side_by_side

EXECUTORS: tuple[Executor, ...] = ("k6", "playwright")
OUTSIDE = "http://192.0.2.1/stolen"
"""Of another machine, if there were one."""
OWN = bytes(range(256))
"""A file of which no byte may change."""
DOCUMENT = {
    "items": [
        {"id": 7, "name": "it's", "sold": False, "tags": ["a", "b"], "price": 2.0},
        {"id": 8, "name": "eight", "sold": True, "tags": [], "price": None},
        {"id": 9, "name": "nine", "tags": ["c"], "price": 0},
    ],
    "a name": {"x-y": "dashed", "deep": {"list": [[1, 2], [3]]}},
    "empty": "",
    "0": "zero",
    "half": "\ud83d",
    "cut": 198 * "x" + "\U0001f3b5",
}
PATHS = (
    *("items[0].id", "items.1.name", "items[-1].name", "items[9]", "items[-9]", "nothing.here"),
    *(
        '"a name"."x-y"',
        '"a name".deep.list[1][0]',
        "items[*].id",
        "items[*].sold",
        "items[*].tags",
    ),
    *("items[?sold].id", "items[?!sold].id", "items[?name == 'nine'].id | [0]", "empty.id"),
    *("items[?sold == `true` || id == `9`].name", "items[?sold != `true` && tags].id"),
    *(
        "items[?price == `2`].id",
        "items[?price == `null`].id",
        "items[*].tags[0]",
        "items | [1].id",
    ),
    *(
        "empty || items[1].name",
        "items[0].id || empty",
        '"0"',
        "items[?@.id == `8`] | [0]",
        "items",
    ),
    *("items[?tags[0] == 'c'].name", "nothing[*].id"),
    *("items[0].price && items[0].id", "items[?price].id", "!empty", "items[0].tags"),
)
"""Of each kind that k6 can do."""


class _App(BaseHTTPRequestHandler):
    """Notes what it got; ``/to/…`` leads on, ``/page`` has what one captures."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.partition("?")[0]
        headers = {name.lower(): text for name, text in self.headers.items()}
        self.server.received.append((self.command, self.path, headers, body))
        if path.startswith("/to/"):
            status, where = path.removeprefix("/to/").split("/", 1)
            places = {"elsewhere": self.server.elsewhere, "outside": OUTSIDE}
            location = places.get(where, where)
            self._send(int(status), "", {"Location": location})
        elif path == "/gone":
            self._send(404, "", {})
        elif path == "/near/from":
            self._send(302, "", {"Location": "there?y=1"})
        elif path == "/page":
            page = "<title>P</title><input name='t' value='a &amp; b'><b> bold </b> order-17."
            cookie = {"Set-Cookie": "seen=yes-1; Path=/", "X-Own": "own header"}
            self._send(200, page, {"Content-Type": "text/html", **cookie})
        else:
            self._send(200, json.dumps(DOCUMENT), {"Content-Type": "application/json"})

    def _send(self, status: int, text: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text.encode()))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the names that the library asks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    received: list[tuple[str, str, dict[str, str], bytes]]
    elsewhere = ""

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


@contextlib.contextmanager
def app() -> Iterator[_Server]:
    """Run the app."""
    with _Server(("127.0.0.1", 0), _App) as server:
        server.received = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def api(**fields: Any) -> dict[str, Any]:
    """Return a step that sends a request."""
    return {"action": "apiRequest", "timeout": 5, **fields}


def ridden(executor: Executor, steps: list[dict[str, Any]], folder: Path) -> tuple[Ridden, _Server]:
    """Ride the steps on the app; return what was ridden, and the app for what it got."""
    with app() as server, app() as other:
        server.elsewhere = f"{other.origin}/stolen"
        numbered = [{"id": f"s{number}", **step} for number, step in enumerate(steps)]
        beside = Beside(files={"some/own.bin": base64.b64encode(OWN).decode()})
        found = ride(executor, numbered, folder, server.origin, pacing_s=0.1, beside=beside)
        assert other.received == []
        return found, server


STEPS = [
    api(
        target="/sent?a=1",
        method="POST",
        query={"b": "x y&z", "ä": "100%+"},
        headers={"x-own": "1"},
        form={"c": "d e", "ü": "&="},
    ),
    api(
        target="/raw", method="PUT", body="not {json", headers={"content-type": "application/json"}
    ),
    api(target="/raw", method="POST", body="plain ü"),
    api(target="/json", method="POST", body={"a": [1, "ü", None]}),
    api(
        target="/parts",
        method="POST",
        multipart={
            'a"b\n': "text ü",
            "bytes": {"path": "some/own.bin", "type": "image/png"},
            "text": {"name": 'ü"${user}.txt', "type": "text/plain", "content": "ä ${user}"},
            "filler": {"name": "x", "size": 50_000},
        },
    ),
    api(target="/to/303//page", method="POST", form={"a": "b"}, redirects=3),
    api(target="/to/307//to/302//sent", method="PUT", body="kept", redirects=2),
    api(target="/near/from?x=1", method="POST", body={"a": 1}, redirects=1),
    api(target="/to/302//page", expectedStatus=302),
    api(target="/gone", expectedStatus=[404, 410]),
    api(
        target="/page",
        expect={"text": "order-"},
        capture={
            "attribute": {"css": "input[name='t']", "attribute": "value"},
            "text": {"css": "b"},
            "group": {"regex": r"order-(\d+)"},
            "whole": {"regex": r"order-\d+"},
            "header": {"header": "x-own"},
            "cookie": {"cookie": "seen"},
        },
    ),
    api(
        target="/items",
        capture={"id": {"json": "items[-1].id"}, "price": {"json": "items[0].price"}},
    ),
    api(
        target="/items/${capture.id}",
        method="POST",
        body={
            name: f"${{capture.{name}}}"
            for name in ("attribute", "text", "group", "whole", "header", "cookie", "id", "price")
        },
    ),
]


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What the app got of each executor."""
    found = side_by_side(
        {each: partial(ridden, each, STEPS, tmp_path_factory.mktemp(each)) for each in EXECUTORS}
    )
    for rows, _ in found.values():
        assert [(each.step, each.error) for each in rows.interactions() if not each.ok] == []
        # Whether it is an error is for the step to say: neither a redirect nor a 404 is one then.
        assert [(each.name, each.error) for each in rows.requests() if not each.ok] == []
    return {executor: server.received for executor, (_, server) in found.items()}


def test_both_send_the_same(received: dict[str, list[Any]]) -> None:
    """Method, target, own headers, cookies and content, redirects among them."""

    def told(request: Any) -> Any:
        method, target, headers, body = request
        names = ("content-type", "x-own", "cookie")
        kind, _, boundary = headers.get("content-type", "").partition("; boundary=")
        body = body.replace(boundary.encode(), b"BOUNDARY") if boundary else body
        headers = {**headers, "content-type": kind} if boundary else headers
        content = json.loads(body) if body and kind == "application/json" and b'"' in body else body
        return method, target, {name: headers.get(name) for name in names}, content

    k6, browser = (list(map(told, received[executor])) for executor in EXECUTORS)
    assert k6 == browser


def test_what_is_sent_is_what_the_journey_says(received: dict[str, list[Any]]) -> None:
    """A text as it is, a form as one, and after 303 no content any more."""
    found = received["k6"]
    targets = [(method, target) for method, target, _, _ in found]
    assert targets == [
        ("POST", "/sent?a=1&b=x%20y%26z&%C3%A4=100%25%2B"),
        ("PUT", "/raw"),
        ("POST", "/raw"),
        ("POST", "/json"),
        ("POST", "/parts"),
        ("POST", "/to/303//page"),
        ("GET", "/page"),
        ("PUT", "/to/307//to/302//sent"),
        ("PUT", "/to/302//sent"),
        ("PUT", "/sent"),
        ("POST", "/near/from?x=1"),
        ("GET", "/near/there?y=1"),
        *[("GET", "/to/302//page"), ("GET", "/gone")],
        *[("GET", "/page"), ("GET", "/items"), ("POST", "/items/9")],
    ]
    bodies = [body for _, _, _, body in found]
    assert bodies[:3] == [b"c=d+e&%C3%BC=%26%3D", b"not {json", "plain ü".encode()]
    assert (bodies[6], bodies[8], bodies[11]) == (b"", b"kept", b"")
    assert found[2][2]["content-type"] == "text/plain;charset=UTF-8"
    assert "content-type" not in found[6][2]


def test_files_arrive_as_they_are(received: dict[str, list[Any]]) -> None:
    """Each with its name, its media type and its very bytes; texts stay texts."""
    _, _, headers, body = received["k6"][4]
    boundary = headers["content-type"].partition("; boundary=")[2].encode()
    heads_and_contents = [
        part.removesuffix(b"\r\n").split(b"\r\n\r\n", 1)
        for part in body.split(b"--" + boundary)[1:-1]
    ]
    assert [(head.decode().strip(), content) for head, content in heads_and_contents] == [
        ('Content-Disposition: form-data; name="a%22b%0A"', "text ü".encode()),
        (
            'Content-Disposition: form-data; name="bytes"; filename="own.bin"\r\n'
            "Content-Type: image/png",
            OWN,
        ),
        (
            'Content-Disposition: form-data; name="filler"; filename="x"\r\n'
            "Content-Type: application/octet-stream",
            b"x" * 50_000,
        ),
        (
            'Content-Disposition: form-data; name="text"; filename="ü%221.txt"\r\n'
            "Content-Type: text/plain",
            "ä 1".encode(),
        ),
    ]


def test_what_was_captured_is_the_same_later(received: dict[str, list[Any]]) -> None:
    """Of a page, a header, a cookie and JSON, in each executor's own way."""
    expected = {
        "attribute": "a & b",
        "text": " bold ",
        "group": "17",
        "whole": "order-17",
        "header": "own header",
        "cookie": "yes-1",
        "id": "9",
        "price": "2",
    }
    assert [json.loads(received[executor][-1][3]) for executor in EXECUTORS] == [expected] * 2


FAULTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"expect": {"json": {"items[0].id": "7"}}}, 'items[0].id is 7, expected "7"'),
    ({"expect": {"json": {"items[?sold].id": [7]}}}, "items[?sold].id is [8], expected [7]"),
    ({"expect": {"json": {"nothing": 1}}}, "nothing is null, expected 1"),
    ({"expect": {"json": {"half": 1}}}, 'half is "'),
    ({"expect": {"json": {"cut": 1}}}, f'cut is "{198 * "x"}'),
    ({"expect": {"text": "gone"}}, 'answered without the text "gone"'),
    ({"capture": {"x": {"json": "items"}}}, "more than a single value at items"),
    ({"capture": {"x": {"json": "empty"}}}, "the answer holds no empty"),
    ({"capture": {"x": {"regex": "gone-[0-9]"}}}, "the answer holds no gone-[0-9]"),
    ({"capture": {"x": {"header": "X-Gone"}}}, "the answer holds no header X-Gone"),
    ({"capture": {"x": {"cookie": "gone"}}}, "the answer holds no cookie gone"),
    ({"capture": {"x": {"css": "gone"}}}, "the answer holds no gone"),
    ({"target": "/to/302/elsewhere", "redirects": 3}, "is not a URL of http://127.0.0.1"),
    ({"target": "/to/302//to/302//page", "redirects": 1}, "redirected more than 1 times"),
    ({"target": "/to/302//page"}, "answered 302, expected 2xx"),
)
"""What is not so, and what is said of it."""


OUT = {"action": "navigate", "target": "/to/302/outside", "timeout": 5}


@pytest.fixture(scope="module")
def judgements(tmp_path_factory: pytest.TempPathFactory) -> dict[Executor, list[str]]:
    """What was said of the paths of JSON, of each of FAULTS, and in the browser of a way out."""
    expected = {path: jmespath.search(path, DOCUMENT) for path in PATHS if path != "items.1.name"}
    expected["items.1.name"] = "eight"
    faults = [api(**{"target": "/items", **step}) for step, _ in FAULTS]
    steps = [api(target="/items", expect={"json": expected}), *faults]
    tried = {"k6": steps, "playwright": [*steps, OUT]}
    rides = {
        each: partial(
            ridden,
            each,
            [{**step, "optional": True} for step in tried[each]],
            tmp_path_factory.mktemp(each),
        )
        for each in EXECUTORS
    }
    return {
        executor: [each.error or "" for each in rows.interactions()]
        for executor, (rows, _) in side_by_side(rides).items()
    }


@pytest.fixture(params=EXECUTORS)
def judged(request: pytest.FixtureRequest, judgements: dict[Executor, list[str]]) -> list[str]:
    """What was said of one executor's."""
    return judgements[request.param]


def test_paths_of_json_mean_what_jmespath_says(judged: list[str]) -> None:
    """Each kind that is known to both; the library is the judge of what it means."""
    assert judged[0] == ""


def test_what_is_not_so_fails(judged: list[str]) -> None:
    """With the same words in both, and no other server ever hears of it."""
    said = judged[1 : 1 + len(FAULTS)]
    assert [
        text for text, (_, message) in zip(said, FAULTS, strict=True) if message not in text
    ] == []


@pytest.mark.parametrize("judged", ["playwright"], indirect=True)
def test_a_page_that_leads_to_another_machine_is_not_followed(judged: list[str]) -> None:
    """A guarded browser reaches its target alone, by whatever name or address."""
    assert "net::ERR_NAME_NOT_RESOLVED" in judged[-1]
