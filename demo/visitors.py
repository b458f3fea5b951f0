"""Who is asking: the visitor of the site, the user of a session, and the form they sent."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import uuid

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from demo.store import Store

USERS = {"alice": "demo", "bob": "demo"}
"""The names and passwords, which are as public as this file."""

_VISITOR = "visitor"
_VISITOR_S = 365 * 24 * 3600
_SESSION = "session"
_SESSION_FORM = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def same_text(first: str, second: str) -> bool:
    """Compare two texts in a time that does not tell how much of them is the same."""
    return hmac.compare_digest(first.encode(), second.encode())


def known_visitor(request: Request) -> str | None:
    """Return the visitor's id; a cookie that this app did not make is none."""
    try:
        return str(uuid.UUID(request.cookies.get(_VISITOR, "")))
    except ValueError:
        return None


def new_visitor() -> str:
    """Return an id for a visitor who has none yet."""
    return str(uuid.uuid4())


def remember_visitor(response: Response, visitor: str) -> None:
    """Give the visitor the cookie with the id."""
    response.set_cookie(
        _VISITOR, visitor, max_age=_VISITOR_S, path="/", httponly=True, samesite="lax"
    )


class Doorman:
    """Knows sessions, and the CSRF tokens that are tied to them.

    A visitor who is not logged in has a session cookie too, so that the login form can be tied to
    it; the login replaces it by a fresh one.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._secret = secrets.token_bytes(32)

    def session(self, request: Request) -> str | None:
        """Return the token in the session cookie, if it has the form of one."""
        token = request.cookies.get(_SESSION, "")
        return token if _SESSION_FORM.fullmatch(token) else None

    def new_anonymous(self) -> str:
        """Return a token for a visitor without a session."""
        return secrets.token_urlsafe(32)

    def user(self, request: Request) -> str | None:
        """Return who is logged in."""
        token = self.session(request)
        return self._store.session_user(token) if token else None

    def csrf_token(self, session: str) -> str:
        """Return what a form must carry that is sent within that session."""
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    async def checked_form(self, request: Request) -> dict[str, str]:
        """Return the form's fields; 403 when it does not come from a page of this session."""
        async with request.form(max_files=0, max_fields=16) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
        session = self.session(request)
        given = fields.get("csrf_token", "")
        if session is None or not same_text(given, self.csrf_token(session)):
            raise HTTPException(403, "This form is out of date. Please open its page again.")
        return fields

    def log_in(self, request: Request, user: str, password: str) -> str | None:
        """Return the token of a fresh session, or None when name or password are wrong."""
        expected = USERS.get(user)
        if not same_text(password, expected or secrets.token_hex()) or expected is None:
            return None
        self.log_out(request)
        return self._store.open_session(user)

    def log_out(self, request: Request) -> None:
        """End the session that the request belongs to."""
        if token := self.session(request):
            self._store.close_session(token)


def remember_session(response: Response, session: str) -> None:
    """Give the browser the session's cookie; it ends with the browser."""
    response.set_cookie(_SESSION, session, path="/", httponly=True, samesite="lax")


def forget_session(response: Response) -> None:
    """Take the session's cookie away."""
    response.delete_cookie(_SESSION, path="/", httponly=True, samesite="lax")
