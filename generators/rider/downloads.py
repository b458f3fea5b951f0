"""Files that the app hands out."""

from __future__ import annotations

from playwright.async_api import Locator

from generators.rider.user import User


async def download(user: User, element: Locator) -> None:
    """Click the element and wait until its download is there; only its size is kept."""
    began = user.now()
    async with user.page.expect_download() as coming:
        await element.click()
    found = await coming.value
    path = await found.path()
    user.note_download(found.url, began, path.stat().st_size)
    await found.delete()
