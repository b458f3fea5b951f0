"""The pictures of the documentation: `python -m benchmarks.pictures REPORT NIGHT COMPARISON`.

REPORT is the page of a run of the full matrix, NIGHT that of a night with a history in which
something changed (`python -m benchmarks.mini_nights --folder` leaves some), COMPARISON a page of
`doit compare`. What is taken replaces the files in docs/images.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from executors.browser_flags import chromium_arguments

IMAGES = Path(__file__).parent.parent / "docs" / "images"
_AT_REST_MS = 1_500
_SCROLL = """([place, above]) => {
  document.documentElement.style.scrollBehavior = "auto";
  scrollTo(0, document.querySelector(place).getBoundingClientRect().top + scrollY - above);
}"""


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands in a window, or one part of the page in it."""

    name: str
    page: str
    size: tuple[int, int]
    top: str = ""
    """The place that stands at the window's top."""
    part: str = ""
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture("report", "report", (1120, 1120)),
    Picture("report-charts", "report", (1120, 900), top="#journey-3"),
    Picture("report-phone", "report", (400, 860), top="#journey-3", scheme="dark"),
    Picture("compare", "comparison", (1120, 620), top="#steps-title"),
    Picture("nights", "night", (1120, 1100), part="#nights"),
)


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("report", "night", "comparison"):
        parser.add_argument(name, type=Path)
    pages = vars(parser.parse_args())
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed, args=["--no-sandbox", *chromium_arguments(None)]
        )
        for each in PICTURES:
            take(browser, each, pages[each.page])
        browser.close()


def take(browser: Browser, picture: Picture, file: Path) -> None:
    """Open the page, wait until it is drawn, and take the picture."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=picture.scheme
    )
    page = context.new_page()
    page.goto(file.absolute().as_uri())
    if picture.top:
        page.evaluate(_SCROLL, [picture.top, 16])
    if picture.page == "night":
        show_one_step(page)
    page.wait_for_timeout(_AT_REST_MS)
    target = IMAGES / f"{picture.name}.png"
    if picture.part:
        page.locator(picture.part).screenshot(path=target)
    else:
        page.screenshot(path=target)
    context.close()


def show_one_step(page: Page) -> None:
    """Let the lines of the step ``search`` be shown, of all journeys."""
    page.select_option(".nights-filter [name=journey]", label="all")
    page.select_option(".nights-filter [name=step]", label="search")


if __name__ == "__main__":
    main()
