"""When the load generator is sick, and when it is the app that is slow."""

from __future__ import annotations

import json
import sys
import time

import pytest

from executors import processes
from executors.health import FILE, Health, Reading, Signs, diagnose, watched

WELL = Signs([0.0] * 100)


def health(cpu=0.5, wait=0.2, machine=0.4, seconds=10):
    return Health([Reading(0, machine, cpu, wait, 100.0, 3, 0.25)] * seconds)


def test_a_generator_that_was_on_time_and_got_its_share_is_well():
    assert diagnose(health(), WELL) == ""


@pytest.mark.parametrize(("late", "every"), [(2, 6), (2, 40), (5, 100), (0, 0)])
def test_a_few_late_starts_are_nothing(late, every):
    lateness = [150.0] * late + [1.0] * (every - late)
    assert diagnose(health(), Signs(lateness)) == ""


@pytest.mark.parametrize(("late", "every"), [(3, 6), (3, 40), (6, 100)])
def test_many_late_starts_are_the_generators_own_fault(late, every):
    lateness = [150.0] * late + [1.0] * (every - late)
    said = diagnose(health(), Signs(lateness))
    assert said.startswith(f"the load generator was late: {late} of {every} interactions")


def test_starts_that_are_a_little_late_are_on_time():
    assert diagnose(health(), Signs([100.0] * 50)) == ""


def test_a_loop_that_stands_still_is_told():
    said = diagnose(health(), Signs([0.0], lags_ms=[300.0] * 3 + [1.0] * 7))
    assert said == "the load generator stood still: for more than 250 ms in 3 of 10 seconds"


def test_who_waits_much_longer_than_it_computes_is_starved():
    said = diagnose(health(cpu=0.2, wait=1.5, machine=0.99), WELL)
    assert said == (
        "the load generator was starved: it got 0.20 processors and waited for 1.50 more,"
        " on a machine that was 99% busy"
    )


@pytest.mark.parametrize(
    ("cpu", "wait"),
    [
        (0.95, 1.43),  # ten browser users on two processors of their own
        (0.01, 0.2),  # one k6 user, who hardly computes at all
        (0.0, 0.0),
    ],
)
def test_who_waits_as_busy_machines_let_wait_is_not(cpu, wait):
    assert diagnose(health(cpu=cpu, wait=wait, machine=1.0), WELL) == ""


def test_without_the_kernels_word_on_waiting_the_rows_decide():
    assert diagnose(health(wait=None, machine=1.0), WELL) == ""
    assert diagnose(Health(), WELL) == ""


def test_a_late_start_is_explained_by_what_starved_it():
    said = diagnose(health(cpu=0.1, wait=1.5), Signs([500.0] * 10))
    assert "were due, for it got 0.10 processors" in said


@pytest.mark.parametrize(
    "reason",
    [
        "GET / failed: dial: socket: too many open files, expected 2xx",
        "GET / failed: dial tcp: connect: cannot assign requested address",
        "net::ERR_INSUFFICIENT_RESOURCES at http://127.0.0.1/",
    ],
)
def test_connections_that_the_machine_could_not_make_are_not_the_apps(reason):
    said = diagnose(health(), Signs([0.0], reasons=["GET / answered 500", reason]))
    assert said == f"the load generator itself ran out of something: {reason}"


def test_errors_of_the_app_are_the_apps():
    reasons = ["GET / answered 500", "net::ERR_CONNECTION_REFUSED", "connection reset by peer"]
    assert diagnose(health(), Signs([0.0], reasons=reasons)) == ""


def test_readings_count_the_whole_tree_and_only_it(tmp_path, monkeypatch):
    """A child that burns a processor is seen through the parent that sleeps."""
    monkeypatch.setattr("executors.health.INTERVAL_S", 0.05)
    burn = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    command = [sys.executable, "-S", "-c", burn]
    found = Health()
    with (
        processes.start(command, env={"PATH": "/usr/bin"}, cwd=tmp_path, stdout=None) as process,
        watched(process.guard_pid, found),
    ):
        until = time.monotonic() + 20
        while sum(each.executor_cpu > 0.05 for each in found.readings) < 3:
            assert time.monotonic() < until, found.readings
            time.sleep(0.05)
    last = found.readings[-1]
    assert last.executor_processes == 3, "guard, parent and child"
    assert last.executor_memory_mb > 5
    assert 0 < last.machine_memory < 1
    assert all(0 <= each.machine_cpu <= 1 for each in found.readings)
    assert [each.at_us for each in found.readings] == sorted(each.at_us for each in found.readings)


def test_a_tree_that_ended_gives_no_reading_of_its_own(tmp_path):
    found = Health()
    with watched(2**22 - 1, found):
        pass
    assert found.readings == []


def test_the_record_is_whole(tmp_path):
    health(seconds=2).write(tmp_path, Signs([0.0, 150.0], dropped_iterations=4))
    found = json.loads((tmp_path / FILE).read_bytes())
    assert (found["dropped_iterations"], found["late_interactions"]) == (4, 1)
    assert found["own_errors"] == 0
    assert len(found["readings"]) == 2
