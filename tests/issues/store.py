"""What servers on loopback that behave like GitHub's and GitLab's APIs have in common.

One store, two faces. What goes wrong is told to them beforehand: :meth:`Store.next` for the next
requests that match, in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

TOKEN = "test-token-0123456789"
BOT = "tandem[bot]"
BEGIN = 1_790_000_000
"""When the servers' clock stands; each thing that is made is a minute later."""


@dataclass
class Comment:
    id: int
    body: str
    author: str
    created_at: float
    system: bool = False


@dataclass
class Issue:
    number: int
    title: str
    body: str
    labels: list[str]
    author: str
    created_at: float
    state: str = "open"
    state_reason: str | None = None
    assignees: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    is_request: bool = False


@dataclass
class Fault:
    """What befalls a request: after or in place of what it asks for."""

    method: str
    answer: Callable[[], Response]
    done: bool = False
    """The request is done, and then its answer gets lost."""
    path: str = ""
    delay_s: float = 0.0


@dataclass
class Store:
    """What a repository holds, and what its server was asked."""

    issues: list[Issue] = field(default_factory=list)
    users: list[str] = field(default_factory=lambda: ["ada", "grace"])
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    clock: float = BEGIN
    page: int = 100
    """Of a list at most, whatever is asked for."""
    may_label: bool = True
    me: str = BOT
    """Whose token it is."""
    is_somebody: bool = True
    """On GitHub, else it is an app's token, such as a job's own."""
    has_viewer: bool = True
    """On GitHub: whose token it is can be asked for in GraphQL."""

    def now(self) -> float:
        self.clock += 60
        return self.clock

    def open(self, title: str, body: str, labels: list[str], author: str = "") -> Issue:
        number = len(self.issues) + 1
        made = Issue(number, title, body, labels, author or self.me, self.now())
        self.issues.append(made)
        return made

    def request(self) -> Issue:
        made = self.open("A change", "", [], "somebody")
        made.is_request = True
        return made

    def comment(self, issue: Issue, body: str, author: str = "") -> Comment:
        number = 1000 * issue.number + len(issue.comments)
        made = Comment(number, body, author or self.me, self.now())
        issue.comments.append(made)
        return made

    def next(
        self,
        method: str,
        status: int,
        *,
        times: int = 1,
        done: bool = False,
        path: str = "",
        delay_s: float = 0.0,
        headers: dict[str, str] | None = None,
        message: str = "no",
    ) -> None:
        def answer() -> Response:
            return JSONResponse({"message": message}, status, headers=headers)

        self.faults += [Fault(method, answer, done, path, delay_s) for _ in range(times)]

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [each for each in self.asked if each[0] != "GET"]


class Faulty:
    """Lets requests meet their faults, and asks who is there."""

    def __init__(self, app: Starlette, store: Store, is_known: Callable[[Request], bool]) -> None:
        self._app, self._store, self._is_known = app, store, is_known

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        self._store.asked.append((request.method, request.url.path))
        fault = self._fault_of(request)
        if fault is not None:
            await asyncio.sleep(fault.delay_s)
            if fault.done:
                await self._app(scope, receive, _swallow)
            await fault.answer()(scope, receive, send)
        elif not self._is_known(request):
            await JSONResponse({"message": "Bad credentials"}, 401)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _fault_of(self, request: Request) -> Fault | None:
        for fault in self._store.faults:
            if fault.method == request.method and fault.path in request.url.path:
                self._store.faults.remove(fault)
                return fault
        return None


async def _swallow(_message: Any) -> None:
    """Lose an answer."""


def paged(request: Request, found: list[Any], store: Store) -> JSONResponse:
    size = min(int(request.query_params.get("per_page", 20)), store.page)
    page = int(request.query_params.get("page", 1))
    pages = max(1, -(-len(found) // size))
    links = []
    for name, number in (("next", page + 1), ("last", pages)):
        if page < number <= pages:
            url = request.url.include_query_params(page=number)
            links.append(f'<{url}>; rel="{name}"')
    headers = {
        "X-Page": str(page),
        "X-Per-Page": str(size),
        "X-Total": str(len(found)),
        "X-Total-Pages": str(pages),
        "X-Next-Page": str(page + 1) if page < pages else "",
    }
    if links:
        headers["Link"] = ", ".join(links)
    return JSONResponse(found[(page - 1) * size : page * size], headers=headers)


def moment(at: float, zone: str = "Z") -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + zone


async def not_found(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"message": "Not Found"}, 404)


def token_in(request: Request, header: str) -> str:
    return request.headers.get(header, "").rpartition(" ")[2]


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve the app on a free port of loopback; yield its origin."""
    # asyncio sends small answers at once on sockets that say their protocol only.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_keep_alive=1)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            server.force_exit = True
            thread.join(timeout=10)
