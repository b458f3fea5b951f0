"""The endpoints under ``/api`` that the page and the protocol scripts talk to."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.catalogue import Track
from demo.ranges import UnsatisfiableError, parse_range
from demo.requests import read_sid_path
from demo.settings import Settings
from demo.sounds import sid_file, wave_file
from demo.store import Store
from demo.visitors import known_visitor, new_visitor, remember_visitor


class Api:
    """What anybody may ask."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def routes(self) -> list[Route]:
        """Return where each endpoint is found."""
        favourites = "/api/favorites"
        return [
            Route("/api/health", self.health),
            Route("/api/version", self.version),
            Route("/api/search", self.search),
            Route("/api/play", self.play, methods=["POST"]),
            Route("/api/streams/{token}.wav", self.stream),
            Route("/api/sids/{token}.sid", self.sid),
            Route(favourites, self.favourites, methods=["GET"]),
            Route(favourites, self.add_favourite, methods=["POST"]),
            Route(favourites, self.remove_favourite, methods=["DELETE"]),
        ]

    async def health(self, _: Request) -> Response:
        """Say that the app is there."""
        return JSONResponse({"status": "ok"})

    async def version(self, _: Request) -> Response:
        """Say which app it is."""
        return JSONResponse({"version": self._settings.version})

    async def search(self, request: Request) -> Response:
        """List the tracks that have ``q`` in their name."""
        found = self._store.search(request.query_params.get("q", "")[:200])
        return data({"results": listed(found)})

    async def play(self, request: Request) -> Response:
        """Open a session for a track, with URLs of its own."""
        token = self._store.open_play(await read_sid_path(request, self._store))
        session = {
            "id": token,
            "sidUrl": f"/api/sids/{token}.sid",
            "streamUrls": {"wav": {"url": f"/api/streams/{token}.wav"}},
        }
        return data({"session": session}, 201)

    async def stream(self, request: Request) -> Response:
        """Send a session's track as WAV, or the range of it that was asked for."""
        content = wave_file(self._played(request))
        headers = {"Accept-Ranges": "bytes"}
        try:
            wanted = parse_range(request.headers.get("range"), len(content))
        except UnsatisfiableError:
            headers["Content-Range"] = f"bytes */{len(content)}"
            return Response(status_code=416, headers=headers)
        if wanted is None:
            return Response(content, headers=headers, media_type="audio/wav")
        start, end = wanted
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
        return Response(content[start:end], 206, headers, "audio/wav")

    async def sid(self, request: Request) -> Response:
        """Send a session's track as the file it claims to be."""
        return Response(sid_file(self._played(request)), media_type="audio/prs.sid")

    async def favourites(self, request: Request) -> Response:
        """List the visitor's favourites."""
        return self._answer_favourites(request, known_visitor(request) or new_visitor(), 200)

    async def add_favourite(self, request: Request) -> Response:
        """Put a track among the visitor's favourites."""
        sid_path = await read_sid_path(request, self._store)
        visitor = known_visitor(request) or new_visitor()
        added = self._store.add_favourite(visitor, sid_path)
        return self._answer_favourites(request, visitor, 201 if added else 200)

    async def remove_favourite(self, request: Request) -> Response:
        """Take a track away from the visitor's favourites; one that is not there is no fault."""
        sid_path = await read_sid_path(request, self._store)
        visitor = known_visitor(request) or new_visitor()
        self._store.remove_favourite(visitor, sid_path)
        return self._answer_favourites(request, visitor, 200)

    def _answer_favourites(self, request: Request, visitor: str, status: int) -> Response:
        response = data({"favorites": listed(self._store.favourites(visitor))}, status)
        if known_visitor(request) is None:
            remember_visitor(response, visitor)
        return response

    def _played(self, request: Request) -> Track:
        track = self._store.played_track(request.path_params["token"])
        if track is None:
            raise HTTPException(404, "There is no such session.")
        return track


def data(content: dict[str, object], status: int = 200) -> JSONResponse:
    """Return an answer in the envelope that all data comes in."""
    return JSONResponse({"data": content}, status)


def listed(tracks: list[Track]) -> list[dict[str, str]]:
    """Return tracks as JSON has them."""
    return [track.model_dump() for track in tracks]
