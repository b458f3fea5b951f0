"""What the app answered, and what must stand in it."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from playwright.async_api import APIResponse, Error, Response

from generators.rider.messages import first_line
from generators.rider.user import User


async def page_answer(user: User, path: str) -> Response:
    """Return the newest answer that the user's pages got from ``path``; wait where there is none.

    ``*`` in the path stands for anything without ``/``, ``**`` for anything.
    """
    return await answer_since(user, path, 0.0)


async def fresh_answer(user: User, path: str) -> Response:
    """Like :func:`page_answer`, for one that came since the step before this one began."""
    return await answer_since(user, path, user.began_before)


async def answer_since(user: User, path: str, moment: float) -> Response:
    """Return the newest answer from ``path`` that came after the moment; wait where there is none.

    Raises AssertionError when none comes in time.
    """
    answer: Response
    for came, answer in reversed(user.answers):
        if came >= moment and is_answer_of(answer, path):
            return answer
    try:
        answer = await user.page.wait_for_event("response", lambda each: is_answer_of(each, path))
    except Error as error:
        raise AssertionError(f"no answer of {path}: {first_line(error)}") from error
    return answer


def is_answer_of(answer: Response, path: str) -> bool:
    """Tell whether the answer is of ``path``, whose query matters only if it has one."""
    url = urlsplit(answer.url)
    asked = f"{url.path}?{url.query}" if "?" in path else url.path
    pattern = re.escape(unquote(path)).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return re.fullmatch(pattern, unquote(asked)) is not None


def own_answer(user: User) -> APIResponse:
    """Return the answer to the last request that the user sent outside the page."""
    if user.answer is None:
        raise AssertionError("no request was sent outside the page before")
    return user.answer


def expect_status(answer: Response | APIResponse, *expected: int) -> None:
    """Insist on one of these statuses."""
    if answer.status not in expected:
        wanted = " or ".join(map(str, expected))
        raise AssertionError(f"{answer.url} answered {answer.status}, expected {wanted}")
