"""The app under test, started for one attempt and stopped after it, whatever happens."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from executors import processes, stopping
from executors.http_get import get
from tandem.app_settings import PORT, AppSettings
from tandem.errors import ServerError, ToolchainError

LOG: str = "app.log"
_HOST = "127.0.0.1"
_POLL_S = 0.05
_ANSWER_S = 5.0
_TAIL_LINES = 5
_TAIL_CHARACTERS = 160


class RunningApp:
    """An origin that can be ridden; ``process`` is None for a server that was running already."""

    def __init__(
        self, origin: str, process: processes.Process | None = None, log: Path | None = None
    ) -> None:
        self.origin = origin
        self._process = process
        self._log = log

    def why_gone(self) -> str:
        """Return a sentence when the app ended while it was ridden, else an empty text."""
        code = self._process.poll() if self._process else None
        if code is None:
            return ""
        said = _tail(self._log) if self._log else ""
        return f"the app ended during the ride, with exit code {code}{said}"


@contextlib.contextmanager
def running_app(
    app: AppSettings, target: str | None, folder: Path, keep_open: Sequence[int]
) -> Iterator[RunningApp]:
    """Yield the app when it is ready; what it prints goes to ``folder/app.log``.

    With a ``target`` nothing is started. Raises :class:`ServerError` when nothing listens there,
    and when the app cannot be started, is not ready in time, or ends before.
    """
    if target is not None:
        check_listening(target)
        yield RunningApp(target)
        return
    port = _free_port()
    log = folder / LOG
    command = [part.format(port=port, python=sys.executable) for part in app.command]
    environment = {name: text.replace(PORT, str(port)) for name, text in app.environment.items()}
    with _started(command, app.folder, environment, log, keep_open) as process:
        _wait_until_ready(process, app, port, log)
        yield RunningApp(f"http://{_HOST}:{port}", process, log)


def check_listening(target: str) -> None:
    """Raise :class:`ServerError` when nothing listens there.

    A host that cannot be reached from here is left to the riders: they may have a proxy.
    """
    parts = urlsplit(target)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), _ANSWER_S).close()
    except ConnectionRefusedError:
        raise ServerError(
            f"nothing listens at {target}: connection refused",
            hint="Start the server, or check base_url.",
        ) from None
    except OSError:
        return


def _started(
    command: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    log: Path,
    keep_open: Sequence[int],
) -> processes.Process:
    try:
        return processes.start(
            command,
            env={**os.environ, **environment},
            cwd=Path.cwd() / folder,
            stdout=log,
            keep_open=keep_open,
        )
    except ToolchainError as error:
        raise ServerError(
            f"the app did not start: {error.message}", hint="Check app.command in tandem.toml."
        ) from error


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind((_HOST, 0))
        port: int = listening.getsockname()[1]
        return port


def _wait_until_ready(process: processes.Process, app: AppSettings, port: int, log: Path) -> None:
    deadline = time.monotonic() + app.ready_timeout_s
    answer = "nothing"
    while time.monotonic() < deadline:
        stopping.heed()
        if (code := process.poll()) is not None:
            raise ServerError(f"the app ended with exit code {code} at its start{_tail(log)}")
        if app.ready_log is not None:
            if _has_printed(log, re.compile(app.ready_log)):
                return
        else:
            answer = _answer(port, app.ready_path)
            if _is_ready(answer, app.ready_status):
                return
        time.sleep(_POLL_S)
    asked = f"GET http://{_HOST}:{port}{app.ready_path} answered {answer}"
    if app.ready_log is not None:
        asked = f"it printed no line with '{app.ready_log}'"
    raise ServerError(
        f"the app was not ready within {app.ready_timeout_s:g} s: {asked}{_tail(log)}",
        hint="Check app.command and what app.ready_… say in tandem.toml.",
    )


def _is_ready(answer: str, status: int | None) -> bool:
    return answer.startswith("2") if status is None else answer == str(status)


def _has_printed(log: Path, wanted: re.Pattern[str]) -> bool:
    with log.open(encoding="utf-8", errors="replace") as lines:
        return any(wanted.search(line) for line in lines)


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
    said = " / ".join([line.strip() for line in lines if line.strip()][-_TAIL_LINES:])
    if len(said) > _TAIL_CHARACTERS:  # what matters comes last
        said = f"…{said[-_TAIL_CHARACTERS:]}"
    return f"; it printed: {said}" if said else ""
