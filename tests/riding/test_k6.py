"""What the k6 executor leaves, and what it makes of every way in which k6 can end."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
import time

import psutil
import pytest

from executors.attempt import Company, Order, judge
from executors.k6 import EXIT_CODES, ride_k6
from tests.riding.rig import demo, ride, tool

STEPS = [{"id": "ask", "action": "apiRequest", "target": "/api/version"}]
HEAD = """
import exec from "k6/execution";
import { sleep } from "k6";
import { Counter, Trend } from "k6/metrics";
const done = new Counter("iterations_ok");
"""
SLEEPS = 'export default function () { done.add(1); exec.vu.metrics.tags.step = "a"; sleep(30); }'


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with demo(tmp_path_factory.mktemp("app")) as origin:
        yield origin


@pytest.fixture(scope="module")
def ridden(app, tmp_path_factory):
    """One iteration of one step: less than a second."""
    return ride("k6", STEPS, tmp_path_factory.mktemp("ridden"), app)


def run(folder, body):
    """Let k6 run a script of ours as an attempt."""
    (folder / "script.js").write_text(HEAD + body)
    order = Order("k6", folder / "script.js", 1, 1, 1.0, 1, tool("k6"))
    return ride_k6(order, "http://127.0.0.1:9", folder, Company())


# What is left.


def test_a_ride_of_less_than_a_second_leaves_everything(ridden):
    files = {path.name for path in ridden.folder.iterdir()} - {"script.js"}
    assert files == {"metrics.csv.gz", "report.html", "summary.json", "stdout.txt"}
    assert "<html" in (ridden.folder / "report.html").read_text(encoding="utf-8")
    assert "iterations_ok" in json.loads((ridden.folder / "summary.json").read_bytes())["metrics"]
    assert "iterations_ok" in (ridden.folder / "stdout.txt").read_text(encoding="utf-8")


def test_every_row_bears_journey_step_iteration_and_user_and_its_microsecond(ridden):
    text = gzip.decompress((ridden.folder / "metrics.csv.gz").read_bytes()).decode()
    (row,) = [line for line in text.splitlines() if line.startswith("interaction,")]
    assert len(row.split(",")[1]) == len("1795461038335913")
    for tag in ("journey=ridden", "step=ask", "iter=0", "vu=1"):
        assert tag in row


def test_packed_rows_have_the_same_bytes_whenever_they_are_packed(ridden):
    head = (ridden.folder / "metrics.csv.gz").read_bytes()[:10]
    assert head[3:8] == bytes(5), "no name and no time"


# How k6 ends.


@pytest.mark.parametrize(
    ("code", "body", "said"),
    [
        (
            99,
            'export const options = {thresholds: {iterations_ok: ["count>5"]}};'
            "export default function () { done.add(1); }",
            "a threshold was crossed",
        ),
        (
            100,
            'export const options = {setupTimeout: "0.1s"};'
            "export function setup() { sleep(5); } export default function () {}",
            "setup() took too long",
        ),
        (
            101,
            'export const options = {teardownTimeout: "0.1s"};'
            "export function teardown() { sleep(5); } export default function () {}",
            "teardown() took too long",
        ),
        (
            104,
            'export const options = {scenarios: {a: {executor: "no-such"}}};'
            "export default function () {}",
            "does not accept the script's options",
        ),
        (107, 'throw new Error("before anything");', "before anything"),
        (108, "export default function () { exec.test.abort('enough'); }", "aborted the test"),
        (110, "export default function () { exec.test.fail('no'); }", "marked the test as failed"),
    ],
)
def test_an_exit_code_is_understood_and_never_swallowed(tmp_path, code, body, said):
    result = run(tmp_path, body)
    assert result.exit_code == code
    assert said in result.fault
    assert f"exit code {code}" in result.fault
    assert result.sick == ""
    assert judge(result, 1, 1.0, "").outcome == "invalid"


def test_a_crossed_threshold_keeps_what_was_counted(tmp_path):
    body = 'export const options = {thresholds: {iterations_ok: ["count>5"]}};'
    result = run(tmp_path, body + "export default function () { done.add(1); }")
    assert result.iterations_ok == 1


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGTERM, 105, "k6 was stopped from outside (k6's exit code 105)"),
        (signal.SIGKILL, 137, "k6 was killed (signal 9)"),
    ],
)
def test_a_k6_that_is_ended_by_somebody_is_sick_and_keeps_its_rows(tmp_path, number, code, said):
    """Rows are on disk within a second, also when k6 has no moment to write them."""
    killer = threading.Thread(target=end_k6, args=(tmp_path, number))
    killer.start()
    result = run(tmp_path, SLEEPS)
    killer.join()
    assert (result.exit_code, result.fault) == (code, "")
    assert result.sick.startswith(said)
    assert result.iterations_ok == 1
    assert judge(result, 1, 1.0, "").outcome == "invalid"


def end_k6(folder, number):
    """Send k6 a signal as soon as its first row is on disk."""
    rows = folder / "metrics.csv"
    until = time.monotonic() + 30
    while not (rows.exists() and "iterations_ok," in rows.read_text()):
        assert time.monotonic() < until, "no row came"
        time.sleep(0.05)
    (k6,) = [
        each
        for each in psutil.Process().children(recursive=True)
        if each.name() == "k6" and each.cwd() == str(folder)
    ]
    os.kill(k6.pid, number)


def test_every_code_of_k6_is_known():
    assert set(EXIT_CODES) >= set(range(97, 111))
