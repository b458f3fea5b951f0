"""The app as a process: it says where it is, and ends at once whatever its clients do."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from demo.server import listen, url_of

ROOT = Path(__file__).parents[2]
FAULTS = """{
    "GET /api/search": {"latency_ms": 600000},
    "GET /api/version": {"reset_rate": 1},
    "POST /api/play": {"error_rate": 1}
}"""


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "demo", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(*arguments) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with start("--port", "0", *arguments) as process:
        try:
            said = process.stdout.readline()
            assert said.startswith("demo app on http://127.0.0.1:"), process.stderr.read()
            yield process, said.split()[-1]
        finally:
            process.kill()


def ended(process, number=signal.SIGTERM):
    """Send the signal; return the exit status and all that the process said since its start."""
    process.send_signal(number)
    said = process.communicate(timeout=20)
    return process.returncode, "".join(said)


def test_it_serves_and_ends_whatever_is_open():
    with running("--faults", FAULTS) as (process, url), httpx.Client(base_url=url) as client:
        assert client.get("/api/health").json() == {"status": "ok"}
        assert client.get("/").headers["cache-control"] == "no-store"
        assert client.post("/api/play", json={}).status_code == 500
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as waiting:
            waiting.sendall(b"GET /api/search HTTP/1.1\r\nHost: demo\r\n\r\n")
            assert client.get("/_control/faults").status_code == 200
            assert ended(process) == (0, "")


def test_a_reset_drops_the_connection_and_no_other():
    with running("--faults", FAULTS) as (process, url), httpx.Client(base_url=url) as client:
        client.get("/api/health")
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)), httpx.Client() as other:
            other.get(f"{url}/api/version")
        assert client.get("/api/health").status_code == 200
        assert ended(process, signal.SIGINT) == (0, "")


def test_answers_are_not_held_back():
    """A listener that does not name its protocol would leave Nagle's algorithm on."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_port_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start("--port", str(port)) as process:
            said, complaint = process.communicate(timeout=20)
    assert (process.returncode, said) == (1, "")
    assert f"cannot listen on 127.0.0.1:{port}: {os.strerror(errno.EADDRINUSE)}" in complaint


def test_a_wrong_fault_stops_the_start():
    with start("--faults", '{"*": {"slow": 1}}') as process:
        said, complaint = process.communicate(timeout=20)
    assert (process.returncode, said) == (2, "")
    assert "* → slow: unknown field" in complaint
