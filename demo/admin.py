"""What only some may ask: classifying for the administrator, the faults for this machine."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.api import data
from demo.clock import Clock
from demo.faults import CONTROL_PREFIX, FaultBox, FaultChanges, Faults
from demo.requests import read_json, read_sid_path
from demo.settings import Settings
from demo.store import Store
from demo.visitors import same_text

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="demo", charset="UTF-8"'}


class Classifier:
    """Queues one job at a time; whoever comes meanwhile is sent away."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._done_at = clock.now()

    def routes(self) -> list[Route]:
        """Return where the endpoint is found."""
        return [Route("/api/classify", self.classify, methods=["POST"])]

    async def classify(self, request: Request) -> Response:
        """Queue a job: 202, or 409 while one is under way."""
        if not self._is_admin(request.headers.get("authorization", "")):
            raise HTTPException(401, "This is for the administrator.", _CHALLENGE)
        sid_path = await read_sid_path(request, self._store)
        now = self._clock.now()
        if now < self._done_at:
            raise HTTPException(409, "Another track is being classified.")
        self._done_at = now + self._settings.classify_s
        job = {"id": secrets.token_hex(8), "sid_path": sid_path, "status": "queued"}
        return data({"job": job}, 202)

    def _is_admin(self, header: str) -> bool:
        scheme, _, encoded = header.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        return same_text(given, f"{self._settings.admin_user}:{self._settings.admin_password}")


class Control:
    """Shows and changes the faults while the app runs."""

    def __init__(self, faults: FaultBox) -> None:
        self._faults = faults

    def routes(self) -> list[Route]:
        """Return where the endpoint is found."""
        path = f"{CONTROL_PREFIX}faults"
        return [
            Route(path, self.show, methods=["GET"]),
            Route(path, self.replace, methods=["PUT"]),
            Route(path, self.change, methods=["PATCH"]),
            Route(path, self.clear, methods=["DELETE"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show what is set."""
        _insist_on_local(request)
        return self._answer()

    async def replace(self, request: Request) -> Response:
        """Set these faults and no others."""
        _insist_on_local(request)
        self._faults.replace(await read_json(request, Faults))
        return self._answer()

    async def change(self, request: Request) -> Response:
        """Set the faults of the endpoints that are named; null takes one away."""
        _insist_on_local(request)
        self._faults.change(await read_json(request, FaultChanges))
        return self._answer()

    async def clear(self, request: Request) -> Response:
        """Take all faults away."""
        _insist_on_local(request)
        self._faults.replace(Faults({}))
        return self._answer()

    def _answer(self) -> Response:
        return JSONResponse(self._faults.faults().model_dump())


def _insist_on_local(request: Request) -> None:
    """Refuse who comes from elsewhere, and what a proxy on this machine passed on."""
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for"))
    if forwarded or request.client is None or not is_loopback(request.client.host):
        raise HTTPException(403, "Faults are set from the machine that the app runs on.")


def is_loopback(host: str) -> bool:
    """Return whether a client's address is one of this machine alone."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
