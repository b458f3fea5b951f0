"""How the load generator fared, as rows."""

from __future__ import annotations

import json

import pytest

from executors.health import FILE, Health, Reading, Signs
from summary.tables.health_samples import read_health_samples
from summary.tables.samples import as_samples
from tandem.errors import ArtifactError

WELL = Signs(())


def rows(folder, *readings, signs=WELL):
    Health(list(readings)).write(folder, signs)
    tables = read_health_samples(folder / FILE, attempt=2)
    return [row for table in tables for row in as_samples(table)]


def test_each_figure_of_a_reading_is_a_row_with_its_unit(tmp_path):
    signs = Signs(
        [99.0, 101.0, 500.0], reasons=["x: too many open files", "y"], dropped_iterations=4
    )
    found = rows(tmp_path, Reading(7, 0.5, 1.25, 0.75, 100.0, 3, 0.25), signs=signs)
    assert {(row.name, row.value, row.unit) for row in found} == {
        ("machine_cpu", 0.5, "share"),
        ("executor_cpu", 1.25, "processors"),
        ("executor_wait", 0.75, "processors"),
        ("executor_memory_mb", 100.0, "MB"),
        ("executor_processes", 3.0, "processes"),
        ("machine_memory", 0.25, "share"),
        ("dropped_iterations", 4.0, "iterations"),
        ("late_interactions", 2.0, "interactions"),
        ("own_errors", 1.0, "errors"),
    }
    assert {(row.kind, row.attempt, row.start_us) for row in found} == {("health", 2, 7)}


def test_what_a_system_does_not_tell_is_no_row(tmp_path):
    found = rows(tmp_path, Reading(7, 0.5, 1.25, None, 100.0, 3, 0.25))
    assert "executor_wait" not in {row.name for row in found}


def test_records_of_former_versions_are_read_too(tmp_path):
    """They count neither late interactions nor errors of the machine's own."""
    reading = {"at_us": 7, "machine_cpu": 0.5, "executor_cpu": 1.0, "executor_wait": None}
    reading |= {"executor_memory_mb": 9.0, "executor_processes": 2}
    found = {"schema_version": 1, "dropped_iterations": 1, "readings": [reading]}
    (tmp_path / FILE).write_text(json.dumps(found))
    (table,) = read_health_samples(tmp_path / FILE, attempt=1)
    names = {row.name for row in as_samples(table)}
    assert "dropped_iterations" in names
    assert not names & {"machine_memory", "late_interactions", "own_errors"}


def test_a_ride_without_readings_has_no_rows(tmp_path):
    assert rows(tmp_path) == []


@pytest.mark.parametrize("content", ["{", "{}", '{"schema_version": 9}'])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ArtifactError, match=r"health\.json"):
        list(read_health_samples(tmp_path / FILE, attempt=1))


def test_another_version_is_refused(tmp_path):
    Health().write(tmp_path, WELL)
    text = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(text.replace('"schema_version": 1', '"schema_version": 2'))
    with pytest.raises(ArtifactError, match="version 2, expected 1"):
        list(read_health_samples(tmp_path / FILE, attempt=1))
