"""What is tried again, what a fault costs, and what is told: with riders that do nothing else."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from executors import ride as module
from executors.attempt import Failure, Result
from executors.lock import load_lock
from executors.outcome import read_outcome
from executors.ride import Load, ride
from executors.toolchain import Tool
from tandem.errors import ToolchainError
from tandem.settings import Settings

WELL = Result(exit_code=0, iterations_ok=1, failures=())
FAILED = Result(exit_code=1, iterations_ok=0, failures=(Failure("open", "no such page"),))
SICK = Result(exit_code=137, iterations_ok=0, failures=(), sick="it was killed")


def stands(load):
    """Tell whether the cell was ridden with the load's inputs and was ok."""
    file = load.folder / "outcome.json"
    found = read_outcome(file) if file.exists() else None
    return bool(found and found.outcome == "ok" and found.inputs == load.inputs)


@pytest.fixture
def target():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def rides(tmp_path, monkeypatch, target):
    """Ride one cell whose attempts come out as given, or raise what is given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "load_lock", lambda say: load_lock(say, tmp_path / "lock"))

    def run(executor, *ends, script="x", **given):
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
            inputs={"script": script},
            tool=Tool.model_construct(name="k6", path="k6"),
            app="",
            settings=Settings.model_validate({"base_url": target}),
            **given,
        )
        said = []
        outcome = ride(load, lambda: stands(load), said.append)
        assert load.refused or (load.folder / "rows").read_text() == "measured"
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


@pytest.mark.parametrize("times", [1, 2])
def test_what_was_ridden_before_a_refusal_stands_again_when_that_is_mended(rides, times):
    """No rider comes: one that was asked for would raise."""
    first, _, folder = rides("k6", WELL)
    for number in range(times):
        refused, _, _ = rides("k6", refused="home.yaml:3: no action", script=f"refused {number}")
        assert (refused.outcome, refused.attempts) == ("failed", ())
        assert not (folder / "rows").exists()
    found, said, _ = rides("k6")
    assert found == first
    assert said == ["  its ride from before it was refused stands again"]
    assert [*folder.parent.iterdir()] == [folder]


def test_what_is_mended_to_something_else_is_ridden_and_nothing_old_is_kept(rides):
    _, _, folder = rides("k6", WELL)
    rides("k6", refused="home.yaml:3: no action", script="refused")
    found, said, _ = rides("k6", WELL, script="y")
    assert (found.inputs, said) == ({"script": "y"}, [])
    assert [*folder.parent.iterdir()] == [folder]


def test_of_a_ride_that_was_not_ok_nothing_is_kept(rides):
    _, _, folder = rides("k6", FAILED)
    rides("k6", refused="home.yaml:3: no action", script="refused")
    assert [*folder.parent.iterdir()] == [folder]
