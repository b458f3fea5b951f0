"""The pages: the player, which is one page, and the account, which is made of forms."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from demo.store import Store
from demo.templating import render
from demo.visitors import (
    Doorman,
    forget_session,
    known_visitor,
    new_visitor,
    remember_session,
    remember_visitor,
)

MAX_NAME = 80
"""How long the name of a playlist may be."""


class Pages:
    """What a browser is shown."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._doorman = Doorman(store)

    def routes(self) -> list[Route]:
        """Return where each page is found."""
        return [
            Route("/", self.home),
            Route("/login", self.login_form, methods=["GET"]),
            Route("/login", self.log_in, methods=["POST"]),
            Route("/logout", self.log_out, methods=["POST"]),
            Route("/account", self.account),
            Route("/playlists", self.add_playlist, methods=["POST"]),
            Route("/playlists/{number:int}", self.playlist),
        ]

    async def home(self, request: Request) -> Response:
        """Show the player; a visitor who comes for the first time gets an id."""
        response = render("home.html", tracks=self._store.count_tracks())
        if known_visitor(request) is None:
            remember_visitor(response, new_visitor())
        return response

    async def login_form(self, request: Request) -> Response:
        """Show the login form, tied to the session or to a new anonymous one."""
        known = self._doorman.session(request)
        session = known or self._doorman.new_anonymous()
        response = self._login_page(session)
        if known is None:
            remember_session(response, session)
        return response

    async def log_in(self, request: Request) -> Response:
        """Open a session and go on to the account."""
        form = await self._doorman.checked_form(request)
        user = form.get("username", "")
        session = self._doorman.log_in(request, user, form.get("password", ""))
        if session is None:
            known = self._doorman.session(request) or ""
            return self._login_page(known, user, "Wrong name or password", 401)
        response = RedirectResponse("/account", 303)
        remember_session(response, session)
        return response

    async def log_out(self, request: Request) -> Response:
        """End the session and go back to the player."""
        await self._doorman.checked_form(request)
        self._doorman.log_out(request)
        response = RedirectResponse("/", 303)
        forget_session(response)
        return response

    async def account(self, request: Request) -> Response:
        """Show who is logged in and their playlists."""
        user = self._doorman.user(request)
        return self._account_page(request, user) if user else RedirectResponse("/login", 303)

    async def add_playlist(self, request: Request) -> Response:
        """Make a playlist and show it."""
        user = self._doorman.user(request)
        if user is None:
            return RedirectResponse("/login", 303)
        form = await self._doorman.checked_form(request)
        name = form.get("name", "").strip()
        if not 0 < len(name) <= MAX_NAME:
            problem = f"A playlist needs a name of 1 to {MAX_NAME} characters"
            return self._account_page(request, user, problem, 422)
        return RedirectResponse(f"/playlists/{self._store.add_playlist(user, name)}", 303)

    async def playlist(self, request: Request) -> Response:
        """Show one playlist; somebody else's does not exist."""
        user = self._doorman.user(request)
        if user is None:
            return RedirectResponse("/login", 303)
        number = min(request.path_params["number"], 2**63 - 1)
        playlist = self._store.playlist(user, number)
        if playlist is None:
            raise HTTPException(404, "There is no such playlist.")
        return render("playlist.html", playlist=playlist)

    def _login_page(
        self, session: str, user: str = "", problem: str = "", status: int = 200
    ) -> Response:
        token = self._doorman.csrf_token(session)
        return render("login.html", status, csrf_token=token, user=user, problem=problem)

    def _account_page(
        self, request: Request, user: str, problem: str = "", status: int = 200
    ) -> Response:
        return render(
            "account.html",
            status,
            user=user,
            problem=problem,
            playlists=self._store.playlists(user),
            csrf_token=self._doorman.csrf_token(self._doorman.session(request) or ""),
            max_name=MAX_NAME,
        )
