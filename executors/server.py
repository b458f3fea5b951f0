"""The app under test, started for one attempt and stopped after it, whatever happens."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from executors import processes
from executors.http_get import get
from tandem.errors import ServerError
from tandem.settings import AppSettings

LOG: str = "app.log"
_HOST = "127.0.0.1"
_POLL_S = 0.05
_ANSWER_S = 5.0
_TAIL_LINES = 5


class RunningApp:
    """An origin that can be ridden; ``process`` is None for a server that was running already."""

    def __init__(self, origin: str, process: processes.Process | None = None) -> None:
        self.origin = origin
        self._process = process

    def why_gone(self) -> str:
        """Return a sentence when the app ended while it was ridden, else an empty text."""
        code = self._process.poll() if self._process else None
        return "" if code is None else f"the app ended during the ride, with exit code {code}"


@contextlib.contextmanager
def running_app(
    app: AppSettings, target: str | None, folder: Path, keep_open: Sequence[int]
) -> Iterator[RunningApp]:
    """Yield the app when it is ready; what it prints goes to ``folder/app.log``.

    With a ``target`` nothing is started. Raises :class:`ServerError` when the app is not ready in
    time, or ends before.
    """
    if target is not None:
        yield RunningApp(target)
        return
    port = _free_port()
    log = folder / LOG
    command = [part.format(port=port, python=sys.executable) for part in app.command]
    with processes.start(
        command,
        env={**os.environ, **app.environment},
        cwd=Path.cwd(),
        stdout=log,
        keep_open=keep_open,
    ) as process:
        _wait_until_ready(process, app, port, log)
        yield RunningApp(f"http://{_HOST}:{port}", process)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind((_HOST, 0))
        port: int = listening.getsockname()[1]
        return port


def _wait_until_ready(process: processes.Process, app: AppSettings, port: int, log: Path) -> None:
    deadline = time.monotonic() + app.ready_timeout_s
    answer = "nothing"
    while time.monotonic() < deadline:
        if (code := process.poll()) is not None:
            raise ServerError(f"the app ended with exit code {code} at its start{_tail(log)}")
        answer = _answer(port, app.ready_path)
        if answer.startswith("2"):
            return
        time.sleep(_POLL_S)
    raise ServerError(
        f"the app was not ready within {app.ready_timeout_s:g} s: "
        f"GET {app.ready_path} answered {answer}{_tail(log)}",
        hint="Check app.command, app.ready_path and app.ready_timeout_s in tandem.toml.",
    )


def _answer(port: int, path: str) -> str:
    """Return the status of one GET, or what went wrong."""
    try:
        return str(get(f"http://{_HOST}:{port}", path, _ANSWER_S).status)
    except OSError as error:
        return f"nothing ({error})"


def _tail(log: Path) -> str:
    """Return the end of what the app printed, to be put behind a message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    said = [line.strip() for line in lines if line.strip()][-_TAIL_LINES:]
    return "; it printed: " + " / ".join(said) if said else ""
