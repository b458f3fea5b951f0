"""The static files: read once, and answered with 304 when the browser has them already."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent / "static"
_TYPES = {"app.css": "text/css", "app.js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; its tag follows from its content, so it is the same on every start and host."""

    content: bytes
    media_type: str
    tag: str


class Assets:
    """The files that the pages load."""

    def __init__(self) -> None:
        self._assets = {name: _read(name, media_type) for name, media_type in _TYPES.items()}

    def routes(self) -> list[Route]:
        """Return where the files are found."""
        return [Route("/static/{name}", self.send)]

    async def send(self, request: Request) -> Response:
        """Send a file; the browser asks again each time, which costs it a 304."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404, "There is no such file.")
        headers = {"ETag": asset.tag, "Cache-Control": "no-cache"}
        if asset.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(asset.content, headers=headers, media_type=asset.media_type)


def _read(name: str, media_type: str) -> Asset:
    content = (_FOLDER / name).read_bytes()
    return Asset(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:16]}"')
