"""What the browser is told, and what a real one makes of it."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Error, sync_playwright

from executors.browser_flags import PLAYWRIGHTS, chromium_arguments
from executors.toolchain import find_browser

MARK = "the page was reached"


def test_only_root_on_linux_goes_without_the_sandbox(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "--no-sandbox" in chromium_arguments(None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--no-sandbox" not in chromium_arguments(None)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "--no-sandbox" not in chromium_arguments(None)


def test_the_browser_never_talks_on_its_own_and_an_unguarded_one_may_go_anywhere():
    names = ("quic", "background-networking", "component-update", "sync")
    quiet = {"--no-first-run", *(f"--disable-{name}" for name in names)}
    assert quiet <= set(chromium_arguments(None))
    assert quiet <= set(chromium_arguments("127.0.0.1"))
    assert not any("resolver" in each or "proxy" in each for each in chromium_arguments(None))


def test_what_playwright_switches_off_stays_off_beside_what_nobody_sees(tmp_path):
    """Chromium heeds only the last list: whatever this Playwright's own one holds is in ours."""
    told = tmp_path / "told"
    deaf = tmp_path / "chromium"
    deaf.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{told}"\nexit 1\n')
    deaf.chmod(0o755)
    with sync_playwright() as playwright, pytest.raises(Error):
        playwright.chromium.launch(executable_path=deaf, args=[*chromium_arguments(None)])
    off = "--disable-features="
    lists = [each for each in told.read_text().splitlines() if each.startswith(off)]
    theirs, ours = (set(each.removeprefix(off).split(",")) for each in lists)
    assert theirs == set(PLAYWRIGHTS)
    assert ours == theirs | {"WebUIOmniboxPopup", "WebUIOmniboxAimPopup"}


@pytest.mark.parametrize(
    ("host", "more"),
    [("127.0.0.1", ""), ("::1", ""), ("[::1]", ""), ("App.Test", " , EXCLUDE app.test")],
)
def test_a_guarded_browser_reaches_loopback_and_its_target(host, more):
    assert chromium_arguments(host)[-2:] == (
        "--no-proxy-server",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1"
        f" , EXCLUDE ::1{more}",
    )


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(MARK.encode())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def port():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def reached(url: str, guarded_host: str | None, folder: Path, **environment: str) -> bool:
    """Return whether a real browser with our flags gets the page."""
    tool = find_browser()
    assert tool is not None
    command = [tool.path, "--headless", f"--user-data-dir={folder}", "--dump-dom"]
    ended = subprocess.run(
        [*command, *chromium_arguments(guarded_host), url],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return MARK in ended.stdout


def test_a_real_guarded_browser_reaches_its_target_and_nothing_else(port, tmp_path):
    """app.localhost is loopback for every browser: only the rules keep this one from it."""
    assert reached(f"http://app.localhost:{port}/", "app.localhost", tmp_path / "target")
    assert not reached(f"http://app.localhost:{port}/", "127.0.0.1", tmp_path / "other")


def test_a_proxy_on_this_machine_is_no_way_out(port, tmp_path):
    proxy = {"http_proxy": f"http://127.0.0.1:{port}", "no_proxy": ""}
    assert not reached("http://shop.invalid/", "127.0.0.1", tmp_path, **proxy)
