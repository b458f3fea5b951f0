"""Values that later steps need, of answers that are no JSON."""

from __future__ import annotations

import re

from playwright.async_api import APIResponse

from generators.rider.user import User

FIND = """([html, css, attribute]) => {
  const found = new DOMParser().parseFromString(html, "text/html").querySelector(css);
  return found && (attribute ? found.getAttribute(attribute) : found.textContent);
}"""


async def html_value(user: User, answer: APIResponse, css: str, attribute: str = "") -> str:
    """Return the text of the first such element of a page, or one of its attributes."""
    found = await user.page.evaluate(FIND, [await answer.text(), css, attribute])
    return insisted(found, css)


async def matched(answer: APIResponse, pattern: str) -> str:
    """Return what the first group matches, or the whole pattern where it has none."""
    match = re.search(pattern, await answer.text(), re.ASCII)
    return insisted(match and match[min(1, match.re.groups)], pattern)


def header_value(answer: APIResponse, name: str) -> str:
    """Return a header of the answer."""
    return insisted(answer.headers.get(name.lower()), f"header {name}")


async def cookie_value(user: User, answer: APIResponse, name: str) -> str:
    """Return a cookie that the user has after the answer."""
    cookies = await user.page.context.cookies(answer.url)
    found = (each["value"] for each in cookies if each["name"] == name)
    return insisted(next(found, None), f"cookie {name}")


def insisted(value: str | None, what: str) -> str:
    """Return the value, without which the journey cannot go on."""
    if not value:
        raise AssertionError(f"the answer holds no {what}")
    return value
