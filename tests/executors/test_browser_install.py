"""What is tried to come by a browser, and what people see of it."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import psutil
import pytest

from executors import browser_install, tool_freshness
from executors.browser_install import Attempt, attempts, carry_out, said

DEBIAN = {"ID": "debian"}
RASPBIAN = {"ID": "raspbian", "ID_LIKE": "debian"}
UBUNTU = {"ID": "ubuntu", "ID_LIKE": "debian"}
FEDORA = {"ID": "fedora"}


def attempt(*commands: list[str], deadline_s: float = 30, **environment: str) -> Attempt:
    return Attempt(
        what="a browser",
        commands=tuple(tuple(command) for command in commands),
        deadline_s=deadline_s,
        environment=environment,
    )


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def tried(monkeypatch, release, *, as_root=True):
    """Return the commands that would be run on a system."""
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    return [command for each in attempts(as_root=as_root) for command in each.commands]


def test_playwrights_own_browser_comes_first_and_by_our_python(monkeypatch):
    first, *_ = tried(monkeypatch, DEBIAN)
    assert first[0] == sys.executable
    assert first[-4:] == ("playwright", "install", "--no-shell", "chromium")


@pytest.mark.parametrize("release", [DEBIAN, RASPBIAN])
def test_root_on_debian_gets_the_distributions_package_after_that(monkeypatch, release):
    _, update, install = tried(monkeypatch, release)
    assert update[0] == "apt-get" and update[-1] == "update"
    assert install[0] == "apt-get"
    assert install[-4:] == ("install", "-y", "--no-install-recommends", "chromium")


def test_apt_asks_nothing(monkeypatch):
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: DEBIAN)
    *_, last = attempts(as_root=True)
    assert last.environment == {"DEBIAN_FRONTEND": "noninteractive"}


def test_root_on_ubuntu_gets_no_pointer_to_a_snap(monkeypatch, tmp_path):
    monkeypatch.setattr(tool_freshness, "playwright_browsers", lambda: iter(()))
    assert len(tried(monkeypatch, UBUNTU)) == 1
    there = [(str(tmp_path), "Playwright's own chromium")]
    monkeypatch.setattr(tool_freshness, "playwright_browsers", lambda: iter(there))
    assert tried(monkeypatch, UBUNTU)[1][-2:] == ("install-deps", "chromium")


def test_others_get_nothing_but_playwrights(monkeypatch):
    assert len(tried(monkeypatch, FEDORA)) == 1
    assert len(tried(monkeypatch, DEBIAN, as_root=False)) == 1

    def unknown():
        raise FileNotFoundError

    monkeypatch.setattr(platform, "freedesktop_os_release", unknown)
    assert len(list(attempts(as_root=True))) == 1


def test_a_given_patience_with_the_download_host_is_kept(monkeypatch):
    name = "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT"
    monkeypatch.delenv(name, raising=False)
    assert next(attempts(as_root=False)).environment == {name: "15000"}
    monkeypatch.setenv(name, "99")
    assert next(attempts(as_root=False)).environment == {name: "99"}


def test_what_goes_well_is_announced(tmp_path):
    lines = []
    file = tmp_path / "made"
    given = attempt(shell(f'echo "$MADE" > {file}'), MADE="here")
    assert carry_out(given, lines.append) == []
    assert file.read_text() == "here\n"
    assert lines == ["no browser runs here: installing a browser (0.5 minutes at most)"]


def test_the_first_line_that_says_why_is_the_complaint():
    script = "echo start; echo 'Error: no host'; echo '    at x'; echo 'Error: failed'; exit 1"
    lines = []
    assert carry_out(attempt(shell(script)), lines.append) == ["a browser: Error: no host"]
    assert lines[-1] == "  a browser: Error: no host"


def test_the_last_line_is_the_complaint_when_none_says_why():
    assert carry_out(attempt(shell("echo one; echo two; exit 1")), print) == ["a browser: two"]
    assert carry_out(attempt(shell("exit 7")), print) == [
        "a browser: /bin/sh ended with exit code 7"
    ]


def test_one_command_that_fails_does_not_keep_the_next_from_running(tmp_path):
    made = tmp_path / "made"
    given = attempt(shell("echo 'E: no list'; exit 100"), ["/not/there"], shell(f": > {made}"))
    assert carry_out(given, print) == [
        "a browser: E: no list",
        "/not/there cannot be started: No such file or directory",
    ]
    assert made.exists()


def test_what_takes_too_long_is_stopped_with_all_it_started(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    script = "/bin/sleep 60 & echo $! > pid.new; mv pid.new pid; wait"
    assert carry_out(attempt(shell(script), deadline_s=0.5), print) == [
        "a browser: not done within 0.5 s, and stopped"
    ]
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_the_newest_line_is_shown_now_and_then(monkeypatch, tmp_path):
    monkeypatch.setattr(browser_install, "_GLANCE_S", 0.05)
    go = tmp_path / "go"
    lines = []

    def on_progress(line):
        lines.append(line)
        if line == "  half":
            go.touch()

    script = f"echo one; echo half; while [ ! -e {go} ]; do /bin/sleep 0.05; done; echo whole"
    assert carry_out(attempt(shell(script)), on_progress) == []
    assert "  half" in lines


def test_people_see_short_lines_without_codes_details_and_logins(tmp_path):
    file = tmp_path / "output"
    file.write_bytes(
        b"\x1b[2mGet https://me:secret@host/x\x1b[22m\n\n    at a.js:1\n}\n10%\r20%\n"
        b"\xff\n" + b"x" * 500
    )
    assert said(file) == ["Get https://***@host/x", "10%", "20%", "x" * 160]


def test_a_real_playwright_without_its_download_host_says_so_and_soon(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("PLAYWRIGHT_CHROMIUM_DOWNLOAD_HOST", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    (complaint,) = carry_out(next(attempts(as_root=False)), print)
    assert complaint == "Playwright's own Chromium: Error: connect ECONNREFUSED 127.0.0.1:9"
    assert not list(tool_freshness.playwright_browsers())
    assert not list(Path(tmp_path).glob("chromium*"))
