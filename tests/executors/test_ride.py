"""What is tried again, what a fault costs, and what is told: with riders that do nothing else."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from executors import ride as module
from executors.attempt import Failure, Result
from executors.lock import load_lock
from executors.ride import Load, ride
from executors.toolchain import Tool
from tandem.errors import ToolchainError
from tandem.settings import Settings

WELL = Result(exit_code=0, iterations_ok=1, failures=())
FAILED = Result(exit_code=1, iterations_ok=0, failures=(Failure("open", "no such page"),))
SICK = Result(exit_code=137, iterations_ok=0, failures=(), sick="it was killed")


@pytest.fixture
def target():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def rides(tmp_path, monkeypatch, target):
    """Ride one cell whose attempts come out as given, or raise what is given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "load_lock", lambda say: load_lock(say, tmp_path / "lock"))

    def run(executor, *ends, **given):
        coming = iter(ends)

        def rider(_order, _origin, folder, _company):
            (folder / "rows").write_text("measured")
            end = next(coming)
            if isinstance(end, Exception):
                raise end
            return end

        monkeypatch.setitem(module._RIDERS, executor, rider)
        load = Load(
            journey="home",
            executor=executor,
            users=1,
            iterations=1,
            warmup=0,
            pacing_s=1.0,
            steps=1,
            script=Path("script"),
            folder=Path("build/quick", executor, "home/u001"),
            inputs={"script": "x"},
            tool=Tool.model_construct(name="k6", path="k6"),
            app="",
            settings=Settings.model_validate({"base_url": target}),
            **given,
        )
        said = []
        outcome = ride(load, lambda: False, said.append)
        assert (load.folder / "rows").read_text() == "measured"
        return outcome, said, load.folder

    return run


@pytest.mark.parametrize(
    ("executor", "retries", "ends", "attempts"),
    [
        ("playwright", 1, [WELL], ["ok"]),
        ("playwright", 1, [FAILED, WELL], ["failed", "ok"]),
        ("playwright", 1, [SICK, WELL], ["invalid", "ok"]),
        ("playwright", 1, [FAILED, FAILED], ["failed", "failed"]),
        ("playwright", 2, [FAILED, SICK, WELL], ["failed", "invalid", "ok"]),
        ("playwright", 0, [FAILED], ["failed"]),
        ("playwright", 1, [ToolchainError("no browser")], ["invalid"]),
        ("playwright", 1, [ValueError("oh")], ["invalid"]),
        ("k6", 1, [FAILED], ["failed"]),
        ("k6", 1, [SICK], ["invalid"]),
    ],
)
def test_only_a_browser_is_tried_again_and_not_what_would_end_the_same_way(
    rides, executor, retries, ends, attempts
):
    found, said, folder = rides(executor, *ends, retries=retries)
    assert [each.outcome for each in found.attempts] == attempts
    assert found.outcome == attempts[-1]
    assert found.flaky == (attempts[-1] == "ok" and len(attempts) > 1)
    assert len(said) == len(attempts) - 1, "each new try is told"
    for number in range(1, len(attempts)):
        assert (folder / f"attempts/{number}/rows").exists()


def test_a_fault_of_ours_costs_its_cell_and_leaves_its_traceback(rides):
    outcome, _, folder = rides("k6", ValueError("oh"))
    assert outcome.reason == "Tandem itself failed: ValueError: oh (see fault.txt)"
    assert "Traceback" in (folder / "fault.txt").read_text()


def test_a_full_disk_is_no_fault_of_ours(rides):
    full = OSError(errno.ENOSPC, "No space left on device", "stage/health.json")
    outcome, _, folder = rides("k6", full)
    assert outcome.outcome == "invalid"
    assert outcome.reason == "there was no room for health.json: No space left on device"
    assert not (folder / "fault.txt").exists()
