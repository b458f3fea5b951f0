"""What every request passes before an endpoint sees it: headers, and the faults that are set."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.clock import Clock
from demo.faults import Fate, FaultBox

DROP = "demo.drop"
"""The extension by which the server drops a connection (:mod:`demo.server`)."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class HeaderMiddleware:
    """Gives every answer the headers that it does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class FaultMiddleware:
    """Lets a request meet its fate before the app answers it, if it gets that far."""

    def __init__(self, app: ASGIApp, faults: FaultBox, clock: Clock) -> None:
        self._app = app
        self._faults = faults
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        fate = None
        if scope["type"] == "http":
            fate = self._faults.fate(scope["method"], scope["path"])
        if fate is None or not await self._meet(fate, scope, receive, send):
            await self._app(scope, receive, send)

    async def _meet(self, fate: Fate, scope: Scope, receive: Receive, send: Send) -> bool:
        """Return whether the request is done for."""
        if fate.delay_s:
            await self._clock.sleep(fate.delay_s)
        if fate.cpu_s:
            self._clock.burn(fate.cpu_s)
        if fate.reset:
            await _drop(scope, receive)
            return True
        if fate.error_status is not None:
            await _error(fate.error_status)(scope, receive, send)
            return True
        return False


def _error(status: int) -> JSONResponse:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Fault"
    content: dict[str, Any] = {"error": {"message": f"{phrase} (a fault set on purpose)"}}
    return JSONResponse(content, status)


async def _drop(scope: Scope, receive: Receive) -> None:
    """Drop the connection and wait until the server noticed."""
    drop = scope.get("extensions", {}).get(DROP)
    if drop is None:
        raise ConnectionResetError("a fault set on purpose")
    drop()
    while (await receive())["type"] != "http.disconnect":
        pass
