"""Requests from outside the page, with the user's cookies."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from playwright.async_api import APIResponse

from generators.rider.user import User

SUCCESS = tuple(range(200, 300))
REDIRECTS = (301, 302, 303, 307, 308)


async def send(
    user: User,
    method: str,
    path: str,
    *,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: object = None,
    form: dict[str, str] | None = None,
    multipart: dict[str, str | tuple[str, str, bytes]] | None = None,
    redirects: int = 0,
    expected: tuple[int, ...] = (),
    text: str = "",
) -> APIResponse:
    """Send a request, follow so many redirects, and insist on one of the statuses and a text."""
    target = path
    if query:
        target += ("&" if "?" in path else "?") + urlencode(query, quote_via=quote, safe="")
    content = content_of(headers or {}, body, form, multipart)
    right = expected or SUCCESS
    hops = [(*right, *REDIRECTS)] * redirects + [right]  # a redirect that is followed is right
    answer = await user.ask(method, target, hops[0], **content)
    if redirects:
        answer = await followed(user, method, answer, content, hops[1:])
    if answer.status not in right:
        wanted = " or ".join(map(str, expected)) or "2xx"
        raise AssertionError(f"{method} {path} answered {answer.status}, expected {wanted}")
    if text and text not in await answer.text():
        raise AssertionError(f'{method} {path} answered without the text "{text}"')
    return answer


def content_of(
    headers: dict[str, str],
    body: object,
    form: dict[str, str] | None,
    multipart: dict[str, str | tuple[str, str, bytes]] | None,
) -> dict[str, Any]:
    """Return the request's headers and content, as Playwright takes them; a text as it is."""
    if form is not None:
        return {"headers": headers, "form": form}
    if multipart is not None:
        return parted(headers, multipart)
    if isinstance(body, str):
        has_kind = "content-type" in (name.lower() for name in headers)
        kind = {} if has_kind else {"Content-Type": "text/plain;charset=UTF-8"}
        return {"headers": {**kind, **headers}, "data": body.encode()}
    return {"headers": headers, "data": body}


def parted(
    headers: dict[str, str], fields: dict[str, str | tuple[str, str, bytes]]
) -> dict[str, Any]:
    """Return a form's texts and files in parts, their names quoted as browsers do."""
    boundary = f"tandem-{secrets.token_hex(16)}"
    whole = b""
    for name, value in fields.items():
        head = f'Content-Disposition: form-data; name="{quoted(name)}"'
        if isinstance(value, str):
            content = value.encode()
        else:
            file_name, kind, content = value
            head += f'; filename="{quoted(file_name)}"\r\nContent-Type: {kind}'
        whole += f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"
    return {
        "headers": {**headers, "Content-Type": f"multipart/form-data; boundary={boundary}"},
        "data": whole + f"--{boundary}--\r\n".encode(),
    }


def quoted(name: str) -> str:
    """Return a name as it stands in the head of a part."""
    marks = {"\n": "%0A", "\r": "%0D", '"': "%22"}
    return "".join(marks.get(mark, mark) for mark in name)


async def followed(
    user: User,
    method: str,
    answer: APIResponse,
    content: dict[str, Any],
    hops: list[tuple[int, ...]],
) -> APIResponse:
    """Return the answer at the end of so many redirects, each a request within the app.

    ``hops`` are the statuses that are right, for each of them.
    """
    for right in hops:
        if not is_redirect(answer):
            break
        is_seen = answer.status == 303 and method != "HEAD"
        if is_seen or (answer.status < 303 and method == "POST"):
            headers = {k: v for k, v in content["headers"].items() if k.lower() != "content-type"}
            method, content = "GET", {"headers": headers}
        target = urljoin(answer.url, answer.headers["location"].partition("#")[0])
        answer = await user.ask(method, target, right, **content)
    if is_redirect(answer):
        raise AssertionError(f"{answer.url} was redirected more than {len(hops)} times")
    return answer


def is_redirect(answer: APIResponse) -> bool:
    """Tell whether the answer names another address."""
    return answer.status in REDIRECTS and "location" in answer.headers
