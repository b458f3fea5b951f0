"""Whether a recorded tool still is what a search would find, by a cheap look only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from executors import tool_freshness
from executors.tool_freshness import executable_behind, existing, still_the_same
from executors.toolchain import find_k6

ROOT = Path(__file__).parents[2]


def executable(path: Path, text: str = "#!/bin/sh\necho k6 v1.1.0\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A PATH of two empty folders; Python's environment holds no k6."""
    python = tmp_path / "env" / "python"
    python.parent.mkdir()
    python.symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(sys, "executable", str(python))
    folders = tmp_path / "first", tmp_path / "second"
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    return folders


@pytest.fixture
def record(path):
    """The record of a k6 in the second folder, as it is read from a file."""
    executable(path[1] / "k6")
    return json.loads(find_k6().model_dump_json())


def test_what_did_not_change_is_the_same(record):
    assert still_the_same(record)


def test_a_replaced_program_is_another(record, path):
    executable(path[1] / "k6", "#!/bin/sh\necho k6 v1.2.0\n")
    assert not still_the_same(record)


def test_a_touched_program_is_looked_at_again(record, path):
    os.utime(path[1] / "k6", ns=(0, 0))
    assert not still_the_same(record)


def test_a_program_that_went_away_is_not_the_same(record, path):
    (path[1] / "k6").unlink()
    assert not still_the_same(record)


def test_a_program_that_may_not_be_run_any_more_is_not_the_same(record, path):
    (path[1] / "k6").chmod(0o644)
    assert not still_the_same(record)


def test_a_better_candidate_ends_the_sameness(record, path):
    executable(path[0] / "k6")
    assert not still_the_same(record)


def test_another_path_ends_the_sameness(record, monkeypatch):
    monkeypatch.setenv("PATH", os.defpath)
    assert not still_the_same(record)


def test_the_same_program_by_another_path_is_the_same(record, path, tmp_path, monkeypatch):
    (tmp_path / "linked").symlink_to(path[1])
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, (path[0], tmp_path / "linked"))))
    assert still_the_same(record)


def test_a_path_that_leads_nowhere_any_more_ends_the_sameness(record, path, tmp_path, monkeypatch):
    moved = path[1].rename(tmp_path / "moved")
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, (path[0], moved))))
    assert not still_the_same(record)


def test_a_configured_tool_is_judged_by_itself(path, tmp_path):
    own = executable(tmp_path / "own" / "k6")
    record = json.loads(find_k6(str(own)).model_dump_json())
    executable(path[0] / "k6")
    assert still_the_same(record)
    own.unlink()
    assert not still_the_same(record)


@pytest.mark.parametrize("broken", ["name", "configured", "examined", "path", "file", "mtime_ns"])
def test_a_record_of_another_make_is_not_trusted(record, broken):
    assert not still_the_same({**record, broken: 5})
    assert not still_the_same({})


def test_each_file_is_a_candidate_once(path):
    executable(path[1] / "k6")
    (Path(sys.executable).parent / "k6").symlink_to(path[1] / "k6")
    assert [known["path"] for known, _ in existing("k6", None)] == [
        str(Path(sys.executable).with_name("k6"))
    ]


def test_what_cannot_be_run_is_no_candidate(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").touch()
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to("circle")
    for name in ("folder", "text", "dangling", "circle", "missing"):
        assert existing("k6", str(tmp_path / name)) == []


def test_the_program_behind_a_wrapper_is_what_is_watched(tmp_path, monkeypatch):
    debian = executable(tmp_path / "usr/bin/chromium")
    program = executable(tmp_path / "usr/lib/chromium/chromium")
    assert executable_behind(debian) == program

    google = executable(tmp_path / "opt/google/chrome/google-chrome")
    chrome = executable(tmp_path / "opt/google/chrome/chrome")
    link = tmp_path / "usr/bin/google-chrome-stable"
    link.symlink_to(google)
    assert executable_behind(link) == chrome

    monkeypatch.setattr(tool_freshness, "SNAPS", tmp_path / "snap")
    chrome = executable(tmp_path / "snap/chromium/current/usr/lib/chromium-browser/chrome")
    link = tmp_path / "snap/bin/chromium"
    link.parent.mkdir()
    link.symlink_to(executable(tmp_path / "usr/bin/snap"))
    assert executable_behind(link) == chrome


def test_playwrights_browser_is_expected_where_playwright_puts_it(tmp_path, monkeypatch):
    """Our table of its folders is compared with the answer of the installed Playwright."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with sync_playwright() as playwright:
        expected = Path(playwright.chromium.executable_path)
    marker = tmp_path / expected.relative_to(tmp_path).parts[0] / "INSTALLATION_COMPLETE"
    marker.parent.mkdir()
    marker.touch()
    assert str(expected) in [path for path, _ in tool_freshness.playwright_browsers()]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"PLAYWRIGHT_BROWSERS_PATH": "/b"}, "/b"),
        ({"PLAYWRIGHT_BROWSERS_PATH": "0"}, "/package/.local-browsers"),
        ({"PLAYWRIGHT_BROWSERS_PATH": "b", "INIT_CWD": "/here"}, "/here/b"),
    ],
)
def test_the_registry_is_where_playwrights_variables_say(monkeypatch, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert tool_freshness._registry(Path("/package")) == Path(expected)


def test_a_playwright_of_another_make_has_no_browsers(tmp_path):
    for text in ("", "[]", "{}", '{"browsers": [{}]}'):
        (tmp_path / "browsers.json").write_text(text)
        assert tool_freshness._revisions(tmp_path) == {}


def test_the_look_is_light():
    heavy = {"pydantic", "playwright", "subprocess", "asyncio", "tandem", "executors.toolchain"}
    code = "import executors.tool_freshness, sys; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert not heavy & set(ended.stdout.decode().split())
