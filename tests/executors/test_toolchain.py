"""Which k6 and which browser ride, and what they are recorded as."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from executors import browser_install, tool_freshness, toolchain
from executors.toolchain import Tool, ensure_browser, find_browser, find_k6
from tandem.errors import ToolchainError

ROOT = Path(__file__).parents[2]


def program(path: Path, says: str, code: int = 0) -> Path:
    """Make an executable that prints a text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    path.chmod(0o755)
    return path


def k6(path: Path, version: str) -> Path:
    return program(path, f"{path.name} v{version} (commit/0e3fb953be, go1.24.4, linux/amd64)")


def browser(path: Path, version: str = "150.0.7871.100") -> Path:
    return program(path, f"Chromium {version} built on Debian GNU/Linux 12 (bookworm)")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with neither k6 nor browser: ``env`` is Python's environment, ``bin`` is PATH."""
    python = tmp_path / "env" / "python"
    python.parent.mkdir()
    python.symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "registry"))
    monkeypatch.setattr(tool_freshness, "MAC_APPLICATIONS", ())
    return tmp_path


def playwrights_own(machine: Path, name: str) -> Path:
    """Return where Playwright would put one of its browsers, marked as completely installed."""
    package = tool_freshness.playwright_package()
    assert package is not None
    revision = tool_freshness._revisions(package)[name]
    folder = machine / "registry" / f"{name.replace('-', '_')}-{revision}"
    folder.mkdir(parents=True)
    (folder / "INSTALLATION_COMPLETE").touch()
    return folder / tool_freshness.PLAYWRIGHT_LAYOUTS[name][tool_freshness._platform()][0]


# The real ones.


def test_the_pinned_k6_is_found_and_is_what_it_says():
    tool = find_k6()
    assert tool.version.startswith("1.")
    assert tool.sha256 == hashlib.sha256(Path(tool.file).read_bytes()).hexdigest()


def test_a_real_browser_is_found_and_its_record_survives_json():
    tool = find_browser()
    assert tool is not None
    assert int(tool.version.partition(".")[0]) > 100
    assert tool.size == Path(tool.file).stat().st_size
    assert Tool.model_validate_json(tool.model_dump_json()) == tool
    record = json.loads(json.dumps(tool.model_dump(mode="json")))
    assert Tool.model_validate(record) == tool
    assert tool_freshness.still_the_same(record)


# k6, by fakes.


@pytest.mark.parametrize(
    ("ours", "theirs", "chosen"),
    [
        ("1.1.0", "1.0.9", "env"),
        ("1.1.0", "1.1.0", "env"),
        ("1.9.0", "1.10.0", "bin"),
        ("1.1.0", "2.0.0", "bin"),
        ("1.2.0", "1.2.0-rc1", "env"),
        ("1.2.0-rc1", "1.2.0", "bin"),
        ("1.1.0", "0.99.0", "env"),
        ("0.57.0", "1.0.0", "bin"),
    ],
)
def test_the_newer_k6_wins_and_ours_of_equals(machine, ours, theirs, chosen):
    k6(machine / "env" / "k6", ours)
    k6(machine / "bin" / "k6", theirs)
    tool = find_k6()
    assert tool.path == str(machine / chosen / "k6")
    assert [each.path for each in tool.examined] == [
        str(machine / "env" / "k6"),
        str(machine / "bin" / "k6"),
    ]


def test_a_configured_k6_wins_whatever_its_version_and_name(machine):
    k6(machine / "env" / "k6", "2.0.0")
    own = k6(machine / "elsewhere" / "our-k6", "1.0.0")
    tool = find_k6(str(own))
    assert (tool.path, tool.version, tool.source) == (str(own), "1.0.0", "configured")
    on_path = k6(machine / "bin" / "our-k6", "1.0.0")
    assert find_k6("our-k6").path == str(on_path)


def test_a_configured_k6_that_is_not_there_is_an_error_of_the_setting(machine):
    k6(machine / "env" / "k6", "1.1.0")
    with pytest.raises(ToolchainError, match=r"k6.executable: there is no program '/not/there'"):
        find_k6("/not/there")


@pytest.mark.parametrize(
    ("says", "code", "complaint"),
    [
        ("k6 v0.57.0 (commit/x, go1.20, linux/amd64)", 0, "is k6 0.57.0; 1.0.0 is the oldest"),
        ("cannot open shared object", 127, r"does not run \(exit code 127\): cannot open shared"),
        ("hello", 0, r"does not run \(no version that is known\): hello"),
    ],
)
def test_a_k6_that_cannot_be_used_is_refused_with_the_reason(machine, says, code, complaint):
    own = program(machine / "bin" / "k6", says, code)
    with pytest.raises(ToolchainError, match=complaint) as caught:
        find_k6()
    assert str(own) in caught.value.message
    with pytest.raises(ToolchainError, match=rf"k6.executable: .*{complaint}") as caught:
        find_k6(str(own))
    assert "TANDEM_K6__EXECUTABLE" in caught.value.hint


def test_no_k6_at_all_is_an_error_that_says_what_to_do(machine):
    with pytest.raises(ToolchainError, match="no k6 was found") as caught:
        find_k6()
    assert "locked requirements" in caught.value.hint


def test_the_callers_k6_variables_do_not_reach_the_question(machine, monkeypatch):
    monkeypatch.setenv("K6_LOG_OUTPUT", "0")
    asks = '#!/bin/sh\necho "k6 v1.0.0-$K6_LOG_OUTPUT$K6_NO_USAGE_REPORT"\n'
    k6(machine / "bin" / "k6", "1.0.0").write_text(asks)
    assert find_k6().version == "1.0.0-true"


def test_a_k6_that_hangs_is_given_up(machine, monkeypatch):
    monkeypatch.setattr(toolchain, "_ANSWER_S", 0.1)
    k6(machine / "bin" / "k6", "1.0.0").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    with pytest.raises(ToolchainError, match="did not tell its version within"):
        find_k6()


# The browser, by fakes.


def test_browsers_are_taken_in_their_order(machine):
    path = browser(machine / "bin" / "chromium", "3.0.0.0")
    assert (found := find_browser()) is not None and found.path == str(path)
    shell = browser(playwrights_own(machine, "chromium-headless-shell"), "2.0.0.0")
    assert (found := find_browser()) is not None and found.path == str(shell)
    full = program(playwrights_own(machine, "chromium"), "Google Chrome for Testing 1.0.0.0")
    assert (found := find_browser()) is not None and found.path == str(full)
    assert (found.version, found.source) == ("1.0.0.0", "Playwright's own chromium")
    assert len(found.examined) == 3


def test_a_browser_that_does_not_run_is_passed_over(machine):
    program(machine / "bin" / "google-chrome", "requires the chromium snap to be installed", 1)
    path = browser(machine / "bin" / "chromium")
    assert (found := find_browser()) is not None and found.path == str(path)


def test_a_download_that_was_broken_off_is_no_browser(machine):
    path = browser(playwrights_own(machine, "chromium"))
    assert find_browser() is not None
    (path.parents[1] / "INSTALLATION_COMPLETE").unlink()
    assert find_browser() is None


def test_a_configured_browser_that_does_not_run_is_an_error_and_nothing_is_installed(
    machine, monkeypatch
):
    browser(machine / "bin" / "chromium")
    broken = program(machine / "broken", "oh", 1)
    monkeypatch.setattr(browser_install, "carry_out", lambda *_: pytest.fail("installs"))
    for configured in (str(broken), "/not/there"):
        with pytest.raises(ToolchainError, match=r"browser\.executable: "):
            ensure_browser(configured, print)


def test_a_browser_that_is_there_is_enough(machine, monkeypatch):
    monkeypatch.setattr(browser_install, "carry_out", lambda *_: pytest.fail("installs"))
    path = browser(machine / "bin" / "chromium")
    assert ensure_browser(None, print).path == str(path)


def test_a_missing_browser_is_installed_by_the_first_attempt_that_helps(machine, monkeypatch):
    tried = []

    def carry_out(attempt, on_progress):
        on_progress("working")
        tried.append(attempt)
        if attempt == "second":
            browser(machine / "bin" / "chromium")
        return ["not reachable"]

    attempts = ("first", "second", "third")
    monkeypatch.setattr(browser_install, "attempts", lambda **_: iter(attempts))
    monkeypatch.setattr(browser_install, "carry_out", carry_out)
    said = []
    assert ensure_browser(None, said.append).path == str(machine / "bin" / "chromium")
    assert (tried, said) == (["first", "second"], ["working", "working"])


def test_root_on_debian_comes_by_a_browser_through_apt(machine, monkeypatch):
    """All but apt-get itself is real; Playwright is missing here, so its attempt fails."""
    made, ready = machine / "bin" / "chromium", browser(machine / "ready")
    apt = program(machine / "bin" / "apt-get", "")
    apt.write_text(
        f'#!/bin/sh\necho "$@" >> {machine}/log\n'
        f'case "$*" in *chromium) /bin/mv {ready} {made};; esac\n'
    )
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "debian"})
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    said = []
    assert ensure_browser(None, said.append).path == str(made)
    assert [line.split()[3:] for line in (machine / "log").read_text().splitlines()] == [
        ["update"],
        ["install", "-y", "--no-install-recommends", "chromium"],
    ]
    assert any("No module named playwright" in line for line in said)


def test_when_nothing_helps_every_reason_is_said_once(machine, monkeypatch):
    broken = program(machine / "bin" / "chromium", "no such library", 127)
    monkeypatch.setattr(browser_install, "attempts", lambda **_: iter(("first", "second")))
    monkeypatch.setattr(browser_install, "carry_out", lambda attempt, _: [f"{attempt} failed"])
    with pytest.raises(ToolchainError) as caught:
        ensure_browser(None, print)
    assert caught.value.message.split("\n  - ") == [
        "no browser was found that runs",
        f"{broken} does not run (exit code 127): no such library",
        "first failed",
        "second failed",
    ]
    assert "playwright install chromium" in caught.value.hint


# The command line.


@pytest.fixture
def settings(tmp_path):
    file = tmp_path / "tandem.toml"
    file.write_text('[app]\nserver = "external"\n')
    return file


def test_the_command_prints_what_is_there(settings):
    ended = subprocess.run(
        [sys.executable, "-m", "executors.toolchain", "--config", str(settings)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    first, second = ended.stdout.splitlines()
    assert first.split()[:2] == ["k6", find_k6().version]
    assert second.startswith("chromium ")


def test_the_command_installs_only_when_told_to(machine, settings, monkeypatch, capsys):
    k6(machine / "env" / "k6", "1.1.0")

    def carry_out(attempt, on_progress):
        on_progress(f"installing {attempt}")
        browser(machine / "bin" / "chromium")
        return []

    monkeypatch.setattr(browser_install, "attempts", lambda **_: iter(("one",)))
    monkeypatch.setattr(browser_install, "carry_out", carry_out)
    assert toolchain.main(["--config", str(settings)]) == 3
    assert "no browser was found that runs\n  Any one of these helps" in capsys.readouterr().err
    assert toolchain.main(["--config", str(settings), "--ensure"]) == 0
    said = capsys.readouterr()
    assert said.err == "installing one\n"
    assert said.out.splitlines()[1].endswith("bin/chromium (chromium on PATH)")


def test_the_command_refuses_with_a_message(settings, capsys):
    settings.write_text(settings.read_text() + '[k6]\nexecutable = "/not/there"\n')
    assert toolchain.main(["--config", str(settings)]) == 3
    assert capsys.readouterr().err.startswith("k6.executable: there is no program '/not/there'\n")
    with pytest.raises(SystemExit) as caught:
        toolchain.main(["--unknown"])
    assert caught.value.code == 3


def test_ctrl_c_stops_the_command_without_a_traceback(settings, monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(toolchain, "find_k6", interrupted)
    assert toolchain.main(["--config", str(settings)]) == 130
    assert capsys.readouterr().err == "stopped\n"
