"""What Tandem starts ends with its whole tree, whatever happens to Tandem."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from executors import processes
from executors.withheld import withhold
from tandem.errors import ToolchainError

ROOT = Path(__file__).parents[2]
DEADLINE_S = 20.0
linux = pytest.mark.skipif(sys.platform != "linux", reason="macOS has no subreaper")

SLEEPER = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]

FAMILY = """
    import os, signal, subprocess, sys, time
    note = "import os, sys, pathlib; pathlib.Path(sys.argv[1]).write_text(str(os.getpid()));"
    sleep = "import time; time.sleep(60)"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    for name, code, session in (("plain", "", False), ("session", "", True), ("deaf", deaf, True)):
        subprocess.Popen(
            [sys.executable, "-S", "-c", code + note + sleep, name + ".pid"],
            start_new_session=session,
        )
    with open("child.pid", "w") as stream:
        stream.write(str(os.getpid()))
"""
"""A program with three children: in its group, in a session of its own, and deaf to SIGTERM."""

PIDS = ("child", "plain", "session", "deaf")


def eventually(true: Callable[[], bool]) -> None:
    """Poll until it is true; fail when it never is."""
    until = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < until, "did not become true in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Return whether a process runs; one that nobody reaped yet does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def noted(folder: Path, name: str) -> int:
    """Return the pid in ``NAME.pid`` as soon as a program wrote it."""
    path = folder / f"{name}.pid"
    eventually(lambda: path.exists() and path.read_text() != "")
    return int(path.read_text())


def python(code: str) -> list[str]:
    """Return the command that runs ``code``."""
    return [sys.executable, "-S", "-c", textwrap.dedent(code)]


def family(then: str = "time.sleep(60)") -> list[str]:
    """Return the command of the program with three children; ``then`` is the rest of it."""
    return python(FAMILY + "    " + then)


def start(command: list[str], folder: Path, **more: object) -> processes.Process:
    """Start a program in ``folder`` with this environment, its output thrown away."""
    options: dict[str, object] = {"env": os.environ, "cwd": folder, "stdout": subprocess.DEVNULL}
    return processes.start(command, **(options | more))  # type: ignore[arg-type]


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process of its own that starts the family through Tandem and waits for it."""
    code = f"""
        import os, pathlib, subprocess
        from executors import processes
        with processes.start({family()!r}, env=os.environ, cwd=pathlib.Path.cwd(),
                             stdout=subprocess.DEVNULL) as process:
            pathlib.Path("guard.pid").write_text(str(process.guard_pid))
            process.wait()
    """
    path = os.pathsep.join((str(ROOT), *sys.path))
    environment: Mapping[str, str] = os.environ | {"PYTHONPATH": path}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL
    ) as process:
        yield process
        process.kill()


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_tree_ends_with_its_parent(
    parent: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    """Whatever signal ends the parent, no child and no grandchild outlives it."""
    pids = [noted(tmp_path, name) for name in (*PIDS, "guard")]
    parent.send_signal(number)
    parent.wait(DEADLINE_S)
    eventually(lambda: not any(map(alive, pids)))


@linux
def test_a_real_browser_ends_with_its_killed_parent(tmp_path: Path) -> None:
    """All of Chromium's processes are gone after SIGKILL to what started it; it daemonises some."""
    code = """
        import os, pathlib, subprocess
        from executors import browser_flags, processes, toolchain
        browser = toolchain.find_browser()
        flags = ["--headless", "--remote-debugging-port=0", "--user-data-dir=profile"]
        flags += browser_flags.chromium_arguments("127.0.0.1")
        with processes.start([browser.path, *flags, "about:blank"], env=os.environ,
                             cwd=pathlib.Path.cwd(), stdout=subprocess.DEVNULL) as process:
            pathlib.Path("guard.pid").write_text(str(process.guard_pid))
            process.wait()
    """
    search = os.pathsep.join((str(ROOT), *sys.path))
    command = [sys.executable, "-c", textwrap.dedent(code)]
    environment = os.environ | {"PYTHONPATH": search}
    with subprocess.Popen(command, cwd=tmp_path, env=environment) as parent:
        try:
            guard = psutil.Process(noted(tmp_path, "guard"))
            ready = tmp_path / "profile" / "DevToolsActivePort"
            eventually(lambda: ready.exists() and len(guard.children(recursive=True)) > 3)
            family = [guard, *guard.children(recursive=True)]
        finally:
            parent.kill()
    eventually(lambda: not any(alive(each.pid) for each in family))


@linux
def test_a_killed_guard_takes_the_program_with_it(tmp_path: Path) -> None:
    """The kernel ends the program when its guard is killed, and the parent ends its group."""
    with start(family(), tmp_path) as process:
        pids = [noted(tmp_path, name) for name in PIDS]
        os.kill(process.guard_pid, signal.SIGKILL)
        assert process.wait(DEADLINE_S) == 128 + signal.SIGKILL
        eventually(lambda: not any(map(alive, pids[:2])))
    for pid in filter(alive, pids[2:]):  # what has its own session is beyond reach then
        os.kill(pid, signal.SIGKILL)


@linux
def test_a_guard_asked_to_end_ends_the_tree(tmp_path: Path) -> None:
    """SIGTERM to the guard is as good as to be asked through the pipe."""
    with start(family(), tmp_path) as process:
        pids = [noted(tmp_path, name) for name in PIDS]
        os.kill(process.guard_pid, signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 128 + signal.SIGTERM
        assert not any(map(alive, pids))


@linux
def test_what_a_program_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    """Children that a normally ended program left, daemons too, are gone when wait returns."""
    wait_for_them = "[time.sleep(.01) for n in ('plain','session','deaf') for _ in range(2000)"
    wait_for_them += " if not os.path.exists(n + '.pid')]"
    with start(family(wait_for_them), tmp_path) as process:
        assert process.wait(DEADLINE_S) == 0
        assert not any(alive(noted(tmp_path, name)) for name in PIDS)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("raise SystemExit(0)", 0),
        ("raise SystemExit(97)", 97),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 128 + signal.SIGKILL),
    ],
)
def test_the_exit_status_comes_through(tmp_path: Path, code: str, expected: int) -> None:
    """The guard hands on the exit code, or 128 + n for signal n."""
    with start(python(code), tmp_path) as process:
        assert process.wait(DEADLINE_S) == expected
        assert process.poll() == process.returncode == expected


def test_stop_lets_the_program_finish(tmp_path: Path) -> None:
    """A stopped program gets SIGTERM first and its own exit code is what stop returns."""
    code = """
        import pathlib, signal, sys, time
        def finish(*_):
            pathlib.Path("finished").touch()
            sys.exit(5)
        signal.signal(signal.SIGTERM, finish)
        pathlib.Path("child.pid").write_text("1")
        time.sleep(60)
    """
    with start(python(code), tmp_path) as process:
        noted(tmp_path, "child")
        assert process.stop() == 5
        assert (tmp_path / "finished").exists()
        assert process.stop() == 5, "a second stop changes nothing"


def test_stop_leaves_an_ended_program_alone(tmp_path: Path) -> None:
    """To stop what ended by itself returns the exit code it ended with."""
    with start(python("raise SystemExit(3)"), tmp_path) as process:
        process.wait(DEADLINE_S)
        assert process.stop() == process.stop() == 3


@linux
def test_a_deadline_ends_the_whole_tree(tmp_path: Path) -> None:
    """A program that is too slow and its children, deaf ones too, are ended, and it is said."""
    with start(family(), tmp_path) as process:
        pids = [noted(tmp_path, name) for name in PIDS]
        ended = processes.run_until(process, deadline_s=0.05, grace_s=DEADLINE_S)
        assert ended == processes.Ended(exit_code=128 + signal.SIGTERM, timed_out=True)
        assert not any(map(alive, pids))


def test_a_deaf_program_is_killed_after_its_grace(tmp_path: Path) -> None:
    """SIGKILL follows when SIGTERM was ignored."""
    code = """
        import pathlib, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        pathlib.Path("child.pid").write_text("1")
        time.sleep(60)
    """
    with start(python(code), tmp_path) as process:
        noted(tmp_path, "child")
        assert process.stop(grace_s=0.05) == 128 + signal.SIGKILL


def test_an_end_in_time_is_no_timeout(tmp_path: Path) -> None:
    """A program that ends before the deadline keeps its exit code."""
    with start(python("raise SystemExit(4)"), tmp_path) as process:
        ended = processes.run_until(process, deadline_s=DEADLINE_S, grace_s=1)
    assert ended == processes.Ended(exit_code=4, timed_out=False)


def test_a_block_that_fails_stops_the_program(tmp_path: Path) -> None:
    """An exception in the block ends the program and goes on."""
    with pytest.raises(ZeroDivisionError), start(SLEEPER, tmp_path) as process:
        raise ZeroDivisionError
    assert not alive(process.pid)


def test_a_handed_over_lock_is_held_until_the_program_ended(tmp_path: Path) -> None:
    """A lock that the parent closed is still held by the program, and free after its end."""
    path = tmp_path / "lock"
    with path.open("w") as ours, path.open("w") as other:
        fcntl.flock(ours, fcntl.LOCK_EX)
        with start(SLEEPER, tmp_path, keep_open=[ours.fileno()]) as process:
            ours.close()
            with pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            process.stop()
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_program_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    """The end of the starting thread is not the end of the parent."""
    started: list[processes.Process] = []
    thread = threading.Thread(target=lambda: started.append(start(SLEEPER, tmp_path)))
    thread.start()
    thread.join()
    with started[0] as process:
        assert process.wait(0.2) is None
        assert alive(process.pid)


def test_a_program_that_cannot_be_started_is_a_toolchain_error(tmp_path: Path) -> None:
    """A missing and a broken program are named with the reason, and nothing stays behind."""
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o755)
    with pytest.raises(ToolchainError, match=r"not-there cannot be started: No such file"):
        start([str(tmp_path / "not-there")], tmp_path)
    with pytest.raises(ToolchainError, match=r"broken cannot be started: Exec format error"):
        start([str(broken)], tmp_path)


def test_the_program_gets_its_environment_and_output_as_given(tmp_path: Path) -> None:
    """Exactly the given environment, an empty input, its session's lead, and both outputs."""
    code = """
        import os, sys
        print(dict(os.environb), sys.stdin.read() == "", os.getsid(0) == os.getpid(), flush=True)
        os.write(2, b"error")
    """
    out, err = tmp_path / "out", tmp_path / "err"
    given = {"LC_ALL": "C.UTF-8", "TANDEM_X": "1"}
    with start(python(code), tmp_path, env=given, stdout=out, stderr=err) as process:
        assert process.wait(DEADLINE_S) == 0
    assert out.read_text() == "{b'LC_ALL': b'C.UTF-8', b'TANDEM_X': b'1'} True True\n"
    assert err.read_text() == "error"


@linux
def test_the_guard_adds_no_locale(tmp_path: Path) -> None:
    """Python coerces the C locale in its own environment; the program does not see that."""
    with start(["env"], tmp_path, env={"PATH": os.defpath}, stdout=tmp_path / "out") as process:
        process.wait(DEADLINE_S)
    assert (tmp_path / "out").read_text() == f"PATH={os.defpath}\n"


def test_what_is_withheld_is_seen_by_nothing_that_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tracker's token, of which an app, a script or a browser has no need."""
    monkeypatch.setattr("executors.withheld._names", set())
    withhold("TOKEN_OF_OURS")
    show = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
    environment = {**os.environ, "TOKEN_OF_OURS": "secret-token", "OTHER": "seen"}
    with processes.start(
        show, env=environment, cwd=tmp_path, stdout=tmp_path / "seen.txt"
    ) as process:
        processes.run_until(process, DEADLINE_S)
    seen = (tmp_path / "seen.txt").read_text()
    assert "'OTHER'" in seen
    assert "TOKEN_OF_OURS" not in seen
