"""Going to pages without a path: back, and here once more."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import Response

from generators.rider.user import User


async def go_back(user: User) -> None:
    """Go back to the page before."""
    insist_on_page(await user.page.go_back())


async def reload(user: User) -> None:
    """Load the page again."""
    insist_on_page(await user.page.reload())


def insist_on_page(response: Response | None) -> None:
    """Refuse an answer that is no page; a page that the browser had kept has none."""
    if response is not None and not response.ok:
        path = urlsplit(response.url).path
        raise AssertionError(f"GET {path} answered {response.status}, expected 2xx")
