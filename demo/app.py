"""Puts the app together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.admin import Classifier, Control
from demo.api import Api
from demo.assets import Assets
from demo.clock import Clock
from demo.faults import CONTROL_PREFIX, FaultBox
from demo.middleware import FaultMiddleware, HeaderMiddleware
from demo.pages import Pages
from demo.settings import Settings
from demo.store import Store
from demo.templating import render


def create_app(settings: Settings, store: Store, clock: Clock | None = None) -> Starlette:
    """Return the app; it closes the store when it ends."""
    clock = clock or Clock()
    faults = FaultBox(settings.faults)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            store.close()

    parts = (
        Pages(store),
        Assets(),
        Api(settings, store),
        Classifier(settings, store, clock),
        Control(faults),
    )
    return Starlette(
        routes=[route for part in parts for route in part.routes()],
        middleware=[
            Middleware(HeaderMiddleware),
            Middleware(FaultMiddleware, faults=faults, clock=clock),
        ],
        exception_handlers={HTTPException: _refuse},
        lifespan=lifespan,
    )


async def _refuse(request: Request, error: Exception) -> Response:
    """Answer a request that cannot be met: programs get JSON, people a page."""
    if not isinstance(error, HTTPException):
        raise error
    path = request.url.path
    response: Response
    if path.startswith(("/api/", CONTROL_PREFIX)):
        content: dict[str, Any] = {"error": {"message": error.detail}}
        response = JSONResponse(content, error.status_code)
    else:
        response = render("error.html", error.status_code, message=error.detail)
    response.headers.update(error.headers or {})
    return response
