"""One load at a time on a host, and whoever waits is told why."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import portalocker
import pytest

from executors import lock
from tandem.errors import RefusedError

HOLD = """
import pathlib, subprocess, sys
from executors.lock import load_lock
with load_lock(print, pathlib.Path(sys.argv[1])) as descriptor:
    if sys.argv[2] == "orphan":
        # its end of the input is the load's end: the test closes it
        subprocess.Popen(["cat"], pass_fds=[descriptor], stdout=subprocess.DEVNULL)
    print("held", flush=True)
    if sys.argv[2] != "orphan":
        sys.stdin.read()
    else:
        import os
        os._exit(0)
"""


@contextmanager
def holder(path: Path, kind: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run a second process that holds the lock until its standard input ends."""
    search = os.pathsep.join((str(Path(__file__).parents[2]), *sys.path))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), kind],
        env=os.environ | {"PYTHONPATH": search},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def release(process: subprocess.Popen[str]) -> None:
    """End the holder."""
    assert process.stdin is not None
    process.stdin.close()


def test_a_free_lock_is_taken_without_a_word(tmp_path: Path) -> None:
    """Nobody waits, and the file says who holds it."""
    path, said = tmp_path / "lock", list[str]()
    with lock.load_lock(said.append, path) as descriptor:
        assert os.path.samestat(os.fstat(descriptor), path.stat())
        assert path.read_text().startswith(f"{os.getpid()} 20")
        assert path.stat().st_mode & 0o777 == 0o644
    assert said == []


def test_the_lock_is_waited_for_and_its_holder_named(tmp_path: Path) -> None:
    """A second process has it: one sentence with its pid, and the lock once it has ended."""
    path, said = tmp_path / "lock", list[str]()
    with holder(path) as other:

        def on_wait(sentence: str) -> None:
            said.append(sentence)
            release(other)

        with lock.load_lock(on_wait, path):
            assert other.wait(20) == 0
    assert len(said) == 1 and f"process {other.pid}, since 20" in said[0]


def test_a_load_that_lost_its_starter_still_holds_the_lock(tmp_path: Path) -> None:
    """The lock goes with the descriptor, and the sentence says that the starter is gone."""
    path, said = tmp_path / "lock", list[str]()
    with holder(path, "orphan") as other:
        assert other.wait(20) == 0

        def on_wait(sentence: str) -> None:
            said.append(sentence)
            release(other)

        with lock.load_lock(on_wait, path):
            pass
    assert len(said) == 1 and f"starter (process {other.pid}, since 20" in said[0]
    assert "is gone" in said[0]


def test_the_wait_can_be_interrupted(tmp_path: Path) -> None:
    """An exception while it waits goes through, and leaves no descriptor behind."""
    path = tmp_path / "lock"

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with holder(path) as other:
        before = len(list(Path("/dev/fd").iterdir()))
        with pytest.raises(KeyboardInterrupt), lock.load_lock(interrupt, path):
            pytest.fail("held by two")
        assert len(list(Path("/dev/fd").iterdir())) == before
        release(other)


def test_a_note_that_makes_no_sense_is_not_repeated(tmp_path: Path) -> None:
    """A damaged note names nobody."""
    path, said = tmp_path / "lock", list[str]()
    with holder(path) as other:
        path.write_bytes(b"\xff\xfe nobody")

        def on_wait(sentence: str) -> None:
            said.append(sentence)
            release(other)

        with lock.load_lock(on_wait, path):
            pass
    assert said == [
        "another load runs on this machine: waiting for its end,"
        " since two loads at once measure each other"
    ]


def test_a_file_that_may_only_be_read_is_locked_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user's lock file is opened for reading, locked, and left as it is."""
    path = tmp_path / "lock"
    path.write_text("as it was")
    truly = os.open

    def not_ours(name: Path, flags: int, mode: int = 0) -> int:
        if flags & (os.O_RDWR | os.O_WRONLY | os.O_CREAT):
            raise PermissionError(13, "Permission denied")
        return truly(name, flags, mode)

    monkeypatch.setattr(os, "open", not_ours)
    with lock.load_lock(print, path), ExitStack() as inner:
        with pytest.raises(InterruptedError):
            inner.enter_context(lock.load_lock(_refuse_to_wait, path))
        assert path.read_text() == "as it was"


def _refuse_to_wait(_: str) -> None:
    raise InterruptedError


def test_a_lock_file_that_was_cleaned_away_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who locked a file that lost its name in the meantime locks the new one instead."""
    path = tmp_path / "lock"
    path.touch()
    truly, removed = portalocker.lock, list[int]()

    def remove_first(descriptor: int, flags: portalocker.LockFlags) -> None:
        if not removed:
            removed.append(descriptor)
            path.unlink()
        truly(descriptor, flags)

    monkeypatch.setattr(portalocker, "lock", remove_first)
    with lock.load_lock(print, path) as descriptor:
        assert removed and os.path.samestat(os.fstat(descriptor), path.stat())


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_something_else_under_the_name_is_refused(tmp_path: Path, kind: str) -> None:
    """A planted link, a pipe or a folder is neither followed nor waited for."""
    path = tmp_path / "lock"
    make = {"link": lambda: path.symlink_to(tmp_path / "x"), "folder": path.mkdir}
    make.get(kind, lambda: os.mkfifo(path))()
    with pytest.raises(RefusedError, match="cannot be used"), lock.load_lock(print, path):
        pytest.fail("locked")
    assert not (tmp_path / "x").exists()


def test_the_name_does_not_depend_on_the_environment() -> None:
    """All users of the host, whatever their TMPDIR, mean the same file."""
    assert Path("/tmp", "tandem-load.lock") == lock.DEFAULT  # noqa: S108 (nothing is made there)
