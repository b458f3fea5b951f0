"""Real Chromium does what every built-in action says, and fails where it cannot."""

from __future__ import annotations

import base64
from functools import partial

import pytest

from journeys.resolve import Beside
from summary.tables.totals import read_har_totals
from tests.riding.pages import pages
from tests.riding.rig import ride, side_by_side

FAST_S = 0.05
OPEN = {"action": "navigate", "target": "/actions"}


@pytest.fixture(scope="module")
def origin():
    with pages() as found:
        yield found


def said(text):
    """Return a step that sees what the page says of what was done to it."""
    return {"action": "expect", "selector": {"role": "status"}, "text": text, "timeout": 3}


def does(action, **fields):
    return {"action": action, "timeout": 3, **fields}


DONE = [
    does("press", key="x", selector="#search"),
    said("x in search"),
    does("press", key="Control+a", selector={"label": "Search"}),
    said("Control+a in search"),
    does("expect", selector="#search", value="x"),
    does("select", selector={"label": "Colour"}, value="g"),
    said("colour is g"),
    does("select", selector="#colour", label="Blue"),
    said("colour is b"),
    does("select", selector="#colour", index=0),
    said("colour is r"),
    does("check", selector={"label": "News"}),
    said("news on"),
    does("uncheck", selector="#news"),
    said("news off"),
    does("upload", selector={"label": "Pictures"}, file={"name": "ü ${user}.txt", "content": "hä"}),
    said("ü 1.txt application/octet-stream 3 hä"),
    does(
        "upload",
        selector="#pictures",
        file=[
            {"path": "some/a.png", "type": "image/png"},
            {"name": "b.bin", "type": "a/b", "size": 200_000},
        ],
    ),
    said("a.png image/png 5 bytes, b.bin a/b 200000 xxxxxx"),
    does("expect", selector="#tip", visible=False),
    does("hover", selector="#menu"),
    does("expect", selector="#tip", visible=True),
    does("expect", selector="#tip", text="tip"),
    does("expect", selector={"role": "listitem"}, count=3),
    does("scroll", by=120),
    said("scrolled"),
    does("scroll", selector="#far"),
    said("far is near"),
    does("click", selector={"role": "button", "name": "Save", "exact": True}),
    does("waitFor", response="/api/items/*"),
    does("expect", response="/api/items/7?full=*", status=[200, 201]),
    does("expect", response="/api/**", json={"item.id": 7, "item.tags.1": "b", "item.sold": False}),
    does("click", selector={"text": "Save later"}),
    does("waitFor", response="/api/items/7"),
    said("saved 7"),
    does("download", selector={"role": "link", "name": "Report"}),
    does("click", selector={"text": "Rename"}),
    does("waitFor", url="/actions/saved?id=*"),
    does("expect", url="/actions/saved?id=7"),
    does("goBack"),
    does("waitFor", url="/actions"),
    does("click", selector={"role": "link", "name": "Form"}),
    does("waitFor", selector="h1"),
    does("goBack"),
    does("expect", url="/actions"),
    does("reload"),
    said("nothing yet"),
    does("click", selector="h1"),
    does("press", key="Escape"),
    said("Escape down"),
    does("apiRequest", target="/api/items/7"),
    does("expect", status=200, json={"item.name": "seven"}),
]


def test_every_action_does_what_it_says(rides):
    ridden, tmp_path = rides["done"], rides["done"].folder
    assert (ridden.result.failures, ridden.result.fault) == ((), "")
    assert ridden.result.iterations_ok == 1
    (report,) = (row for row in ridden.timings["requests"] if row["resource"] == "download")
    assert report["size"] == 4000
    assert report["url"].endswith("/report.csv")
    told = read_har_totals(tmp_path / "user001.har", tmp_path / "timings.json", 1)
    assert told.requests == len(ridden.requests())
    left = [path.name for path in tmp_path.rglob("*") if "report" in path.name]
    assert left == []


CANNOT_BE_DONE = [
    ({"action": "expect", "status": 200}, "no request was sent outside the page before"),
    ({"action": "press", "key": "Enter", "selector": "#no"}, "waiting for locator"),
    ({"action": "select", "selector": "#colour", "label": "Pink"}, "Timeout"),
    ({"action": "check", "selector": "h1", "timeout": 20}, "Not a checkbox"),
    ({"action": "expect", "selector": "li", "count": 2}, "expected to have count '2'"),
    ({"action": "expect", "selector": "h1", "text": "x"}, "expected to contain text 'x'"),
    ({"action": "expect", "selector": "h1", "visible": False}, "expected to be hidden"),
    ({"action": "expect", "selector": "#search", "value": "x"}, "to have Value 'x'"),
    ({"action": "expect", "url": "/form"}, 'waiting for navigation to "/form"'),
    (
        {"action": "waitFor", "response": "/api/none"},
        "no answer of /api/none: Page.wait_for_event: Timeout",
    ),
    ({"action": "expect", "response": "/actions", "status": 404}, "answered 200, expe"),
    ({"action": "expect", "response": "/actions", "json": {"a": 1}}, "answer in JSON"),
    ({"action": "download", "selector": "h1"}, 'waiting for event "download"'),
]
ASK = {"action": "apiRequest", "target": "/api/items/7"}
NOT_SO = [
    ({"action": "expect", "json": {"item.id": 8}}, "item.id is 7, expected 8"),
    ({"action": "expect", "json": {"item.sold": 0}}, "item.sold is false, expected 0"),
    ({"action": "expect", "json": {"item.tags.2": "c"}}, 'item.tags[2] is null, expected "c"'),
    (
        {"action": "expect", "json": {"item.name.first": "s"}},
        'item.name.first is null, expected "s"',
    ),
]
RENAME = {"action": "click", "selector": {"text": "Rename"}}
GONE = ({"action": "reload", "timeout": 3}, "GET /actions/saved answered 404, expected 2xx")
TRIED = [*CANNOT_BE_DONE, *NOT_SO, GONE]


def tried_steps():
    """Each of TRIED as an optional step, and what must be before it."""
    tried = [
        {"id": f"tried-{number}", "timeout": 0.5, "optional": True, **step}
        for number, (step, _) in enumerate(TRIED)
    ]
    first, asked = len(CANNOT_BE_DONE), len(CANNOT_BE_DONE) + len(NOT_SO)
    return [OPEN, *tried[:first], ASK, *tried[first:asked], RENAME, *tried[asked:]]


@pytest.fixture(scope="module")
def rides(origin, tmp_path_factory):
    """What is done, and what is tried."""
    beside = Beside(files={"some/a.png": base64.b64encode(b"bytes").decode()})
    ways = {"done": ([OPEN, *DONE], beside), "tried": (tried_steps(), None)}
    return side_by_side(
        {
            name: partial(
                ride,
                "playwright",
                steps,
                tmp_path_factory.mktemp(name),
                origin,
                pacing_s=FAST_S,
                beside=files,
            )
            for name, (steps, files) in ways.items()
        }
    )


@pytest.fixture(scope="module")
def complaints(rides):
    """Of each of TRIED: step to what was said of it."""
    ridden = rides["tried"]
    assert (ridden.result.failures, ridden.result.iterations_ok) == ((), 1)
    return {row["step"]: row["error"] for row in ridden.timings["interactions"]}


@pytest.mark.parametrize("number", range(len(TRIED)), ids=lambda each: str(TRIED[each][0])[11:60])
def test_what_cannot_be_done_is_said(complaints, number):
    """And what it was waiting for, or what the answer holds instead."""
    assert TRIED[number][1] in complaints[f"tried-{number}"]
