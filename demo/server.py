"""Serves the app: says where once it listens, drops connections on demand, ends promptly."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from demo.middleware import DROP

GRACE_S = 0.15
"""What answers that are under way get when the server is to end."""
KEEP_ALIVE_S = 75
"""Longer than any user thinks: a connection that ends between two requests would be an error."""

_BACKLOG = 1024
_STEP_S = 0.01
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class DemoProtocol(H11Protocol):
    """One connection, which the app can have dropped."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner: Any = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            extensions = {**scope.get("extensions", {}), DROP: self.drop}
            with suppress(asyncio.CancelledError):  # the server ends, and nobody is listening
                await inner({**scope, "extensions": extensions}, receive, send)

        self.app = app

    def drop(self) -> None:
        """Drop the connection as a crash would: the client gets a reset, not an end."""
        raw = self.transport.get_extra_info("socket")
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.transport.abort()


class DemoServer(uvicorn.Server):
    """Uvicorn's server, with its own idea of a start and an end."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where the app is as soon as it is there."""
        await super().startup(sockets)
        for listener in sockets or ():
            sys.stdout.write(f"demo app on {url_of(listener)}\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """End within a moment, whatever clients do: idle connections now, busy ones soon."""
        for server in self.servers:
            server.close()
        state, loop = self.server_state, asyncio.get_running_loop()
        for connection in list(state.connections):
            connection.shutdown()
        until = loop.time() + GRACE_S
        while state.connections and loop.time() < until:
            await asyncio.sleep(_STEP_S)
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # the connections learn that they are lost
        tasks = list(state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.lifespan.shutdown()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take a signal as the wish to end, which is no failure: the exit status is 0.

        Uvicorn would raise the signal again afterwards. The handlers stay: a second signal must
        not disturb the end.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; OSError says why it cannot.

    The protocol is named because asyncio switches Nagle's algorithm off for sockets that name it,
    and for no others: answers in two pieces would wait 40 ms for an acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two processes share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the URL that a listening socket stands for."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serve the app until a signal comes."""
    config = uvicorn.Config(
        app,
        http=DemoProtocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    with listener:
        DemoServer(config).run(sockets=[listener])
