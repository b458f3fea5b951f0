"""What differs from one iteration to the next is the same thing in both executors."""

from __future__ import annotations

import json
import re
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.riding.rig import ride, side_by_side

USERS, ITERATIONS = 2, 3
ROWS = {
    "turns": tuple({"name": f"turn-{number}", "unused": "x"} for number in range(4)),
    "owners": tuple({"name": f"owner-{number}", "key": "${secret:SHOP_KEY}"} for number in "ab"),
    "chances": tuple({"name": f"chance-{number}"} for number in range(50)),
    "ones": tuple({"name": f"one-{number}"} for number in range(USERS * ITERATIONS)),
}
FEEDERS = {
    "turns": {"file": "turns.csv"},
    "owners": {"file": "owners.csv", "per": "user"},
    "chances": {"file": "chances.csv", "pick": "random", "seed": 7},
    "ones": {"file": "ones.csv", "pick": "unique"},
}
BODY = {
    "user": "${user}",
    "iteration": "${iteration}",
    "counter": "${counter}",
    "uuid": "${uuid}",
    "order": "${data.order.id}",
    "again": "${data.order.id}",
    "lucky": "${data.order.lucky}",
    "drawn": "${random:1-6}",
    "time": "${timestamp}",
    "shop": "in ${env:SHOP_NAME}",
    "literal": "$${user} and $5",
    "turn": "${data.turns.name}",
    "owner": "${data.owners.name}",
    "key": "${data.owners.key}",
    "chance": "${data.chances.name}",
    "one": "${data.ones.name}",
}
DATA = {"order": {"id": "order-${uuid}", "lucky": "${random:1-1000000}"}}
SAME = ("user", "iteration", "counter", "lucky", "drawn", "shop", "literal")
SAME_ROWS = ("turn", "owner", "key", "chance", "one")


class _Echo(BaseHTTPRequestHandler):
    received: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.received.append(json.loads(body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What either executor sent, by executor, in the order of user and iteration."""
    both = ("k6", "playwright")
    rides = {each: partial(_ridden, each, tmp_path_factory.mktemp(each)) for each in both}
    with pytest.MonkeyPatch.context() as at:
        at.setenv("SHOP_NAME", 'Berlin "quoted"')
        at.setenv("SHOP_KEY", "canary-key")
        return side_by_side(rides)


def _ridden(executor: Any, folder: Path) -> list[dict[str, Any]]:
    handler = type("Echo", (_Echo,), {"received": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        ridden = ride(
            executor,
            [{"action": "apiRequest", "method": "POST", "target": "/orders", "body": BODY}],
            folder,
            f"http://127.0.0.1:{server.server_port}",
            fields={"data": DATA, "feeders": FEEDERS},
            rows=ROWS,
            users=USERS,
            iterations=ITERATIONS,
        )
        server.shutdown()
        thread.join()
    assert ridden.result.fault == ""
    assert ridden.result.iterations_ok == USERS * ITERATIONS
    assert b"canary-key" not in b"".join(
        file.read_bytes() for file in ridden.folder.glob("script*")
    )
    return sorted(handler.received, key=lambda body: (body["user"], body["iteration"]))


def test_every_user_and_iteration_sent_its_own(received: dict[str, list[dict[str, Any]]]) -> None:
    for bodies in received.values():
        assert [(body["user"], body["iteration"]) for body in bodies] == [
            (str(user), str(iteration)) for user in (1, 2) for iteration in range(ITERATIONS)
        ]


@pytest.mark.parametrize("name", [*SAME, *SAME_ROWS])
def test_both_executors_sent_the_same(received: dict[str, list[dict[str, Any]]], name: str) -> None:
    assert [each[name] for each in received["k6"]] == [
        each[name] for each in received["playwright"]
    ]


def test_rows_are_picked_as_the_feeder_says(received: dict[str, list[dict[str, Any]]]) -> None:
    for bodies in received.values():
        by = {name: [body[name] for body in bodies] for name in SAME_ROWS}
        assert by["turn"] == [f"turn-{each}" for each in (0, 2, 0, 1, 3, 1)]
        assert by["owner"] == ["owner-a"] * ITERATIONS + ["owner-b"] * ITERATIONS
        assert set(by["key"]) == {"canary-key"}
        assert sorted(by["one"]) == [f"one-{each}" for each in range(6)]
        assert len(set(by["chance"])) > 2


def test_values_are_made_once_for_an_iteration(received: dict[str, list[dict[str, Any]]]) -> None:
    everything = [body for bodies in received.values() for body in bodies]
    assert all(body["order"] == body["again"] for body in everything)
    assert len({body["order"] for body in everything}) == len(everything)
    assert len({body["uuid"] for body in everything}) == len(everything)
    assert all(re.fullmatch(r"order-[0-9a-f-]{36}", body["order"]) for body in everything)
    assert all(1 <= int(body["drawn"]) <= 6 for body in everything)
    assert all(body["time"].isdigit() and len(body["time"]) == 13 for body in everything)


def test_the_counter_counts_every_iteration_once(
    received: dict[str, list[dict[str, Any]]],
) -> None:
    for bodies in received.values():
        assert sorted(int(body["counter"]) for body in bodies) == [1, 2, 3, 4, 5, 6]


def test_texts_of_the_environment_arrive_unchanged(
    received: dict[str, list[dict[str, Any]]],
) -> None:
    for bodies in received.values():
        assert {body["shop"] for body in bodies} == {'in Berlin "quoted"'}
        assert {body["literal"] for body in bodies} == {"${user} and $5"}


@pytest.mark.parametrize("executor", ["k6", "playwright"])
def test_a_missing_variable_is_named(
    executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_NAME", raising=False)
    step = {"action": "apiRequest", "target": "/a", "headers": {"X-Shop": "${env:SHOP_NAME}"}}
    ridden = ride(executor, [step], tmp_path, "http://127.0.0.1:9")
    assert "the environment variable SHOP_NAME is not set" in ridden.result.fault


def test_unique_rows_that_run_out_are_said(tmp_path: Path) -> None:
    step = {"action": "navigate", "target": "/${data.ones.name}"}
    ridden = ride(
        "k6",
        [step],
        tmp_path,
        "http://127.0.0.1:9",
        fields={"feeders": {"ones": {"file": "ones.csv", "pick": "unique"}}},
        rows={"ones": ({"name": "a"},)},
        users=2,
    )
    assert "2 unique rows are needed, 1 are in ones.csv" in ridden.result.fault
