"""Hand-built runs for the report tests, and a real browser to look at their pages."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

from executors.browser_flags import chromium_arguments
from summary.models import Summary
from tests.summary.reports.example_runs import RUNS


@pytest.fixture(scope="session")
def runs() -> dict[str, Summary]:
    """Every hand-built run by its name."""
    return {name: build() for name, build in RUNS.items()}


@pytest.fixture(params=list(RUNS))
def run(request, runs) -> Summary:
    """One hand-built run after the other."""
    return runs[request.param]


@pytest.fixture(scope="module")
def chromium():
    """A real browser."""
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    flags = ["--no-sandbox", *chromium_arguments(None)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """Open a page from its file; return it with all that it said and asked for.

    Until the test's end it says nothing, and asks for nothing but itself; one that is to be
    ``idle`` has been looked at for half a second besides.
    """
    contexts, told = [], []
    file = tmp_path / "report.html"

    def open_page(html, width=1280, *, idle=False, **options):
        heard = []
        told.append(heard)
        file.write_text(html, encoding="utf-8")
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: heard.extend(asked(request.url)))
        page.goto(file.as_uri(), wait_until="networkidle" if idle else "load")
        assert heard == [file.as_uri()]
        return page, heard

    yield open_page
    for context in contexts:
        context.close()
    assert {each for heard in told for each in heard} <= {file.as_uri()}


def asked(url):
    """Yield what was asked for, but for pictures that stand in the page itself."""
    if not url.startswith("data:image/svg+xml,"):
        yield url
