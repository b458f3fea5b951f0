"""What is needed for a while goes with those who needed it, whoever is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from executors import processes, scratch
from executors.scratch import remove_scratch, scratch_folder

ROOT = Path(__file__).parents[2]
MAKES = "import os, tempfile; print(tempfile.mkdtemp(), flush=True); "
GONE = 2**22
"""The pid of nobody: the kernel's highest is lower."""


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))


def start(folder, code, out):
    return processes.start(
        [sys.executable, "-c", MAKES + code],
        env=dict(os.environ),
        cwd=Path.cwd(),
        stdout=out,
        scratch=folder,
    )


def test_what_a_program_makes_for_a_while_is_there_and_goes_with_it(tmp_path):
    with scratch_folder() as folder, start(folder, "", tmp_path / "out") as process:
        assert folder.stat().st_mode & 0o077 == 0
        assert process.wait(20) == 0
    made = Path((tmp_path / "out").read_text().strip())
    assert made.parent == folder
    assert not folder.exists()


def test_the_guard_removes_it_when_nobody_else_is_left(tmp_path):
    """A process that is killed takes nothing away itself."""
    code = f"""
        import os, signal, sys
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from executors import processes
        folder = Path("tmp/mine")
        folder.mkdir()
        command = [sys.executable, "-c", {MAKES + "import time; time.sleep(60)"!r}]
        process = processes.start(
            command, env=dict(os.environ), cwd=Path.cwd(), stdout=Path("out"), scratch=folder
        )
        while not list(folder.iterdir()):
            pass
        os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == -9, ended.stderr
    until = time.monotonic() + 20
    while any((tmp_path / "tmp").iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_killed_guards_left_is_removed_before_the_next_ride(tmp_path):
    with scratch_folder() as ours:
        killed = ours.with_name(ours.name.replace(f"-{os.getpid()}-", f"-{GONE}-"))
        foreign = [tmp_path / "tmp" / name for name in (f"tandem-{GONE}-x", "tandem-load", "other")]
        for folder in (killed, *foreign):
            folder.mkdir()
            (folder / "secret").write_text("s")
        remove_scratch()
        assert sorted((tmp_path / "tmp").iterdir()) == sorted([ours, *foreign])


@pytest.mark.parametrize(("chosen", "place"), [("/short", "/short"), ("/a" * 20, scratch._USUAL)])
def test_its_name_is_short_enough_for_a_socket_in_it(chosen, place, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr("tempfile.tempdir", chosen)
    assert scratch._short_place() == Path(place)
