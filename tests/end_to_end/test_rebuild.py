"""Everything derived has the same bytes when it is rebuilt elsewhere from the same measurements."""

from __future__ import annotations

import shutil

from tests.end_to_end.workspace import Workspace, make_workspace


def derived(workspace):
    """Path to bytes of all that is not a measurement."""
    build = workspace.folder / "build" / "quick"
    files = (path for path in build.rglob("*") if path.is_file())
    found = {path.relative_to(build).as_posix(): path for path in files}
    raw = ("k6/", "playwright/")
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(raw)}


def test_rebuilt_twice_in_other_folders_the_bytes_are_the_same(tmp_path):
    first = make_workspace(tmp_path / "first", "log-in-account", "play-start-stream")
    assert first.doit("run", "quick").code == 0
    rides, expected = first.rides(), derived(first)
    assert len(expected) > 12
    surroundings = [
        {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "2"},
    ]
    for number, environment in enumerate(surroundings):
        other = Workspace(tmp_path / f"a deeper/folder-{number}")
        shutil.copytree(first.folder, other.folder, symlinks=True)
        shutil.rmtree(other.folder / ".tandem")
        shutil.rmtree(other.folder / "results")
        for name in expected:
            (other.folder / "build/quick" / name).unlink()
        ended = other.doit("run", "quick", **environment)
        assert ended.code == 0, ended.out
        assert "riding" not in ended.out
        assert set(other.rides()) == set(rides)
        rebuilt = derived(other)
        assert {name for name in expected if rebuilt[name] != expected[name]} == set()
        assert other.latest.name == first.latest.name
