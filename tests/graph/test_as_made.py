"""A target that is not what its task left is no result."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from graph.targets import AsMade


@pytest.fixture
def made(tmp_path):
    """A task with two targets, and what doit keeps of its success."""
    targets = [tmp_path / "one", tmp_path / "two"]
    for target in targets:
        target.write_text("as made")
    task = SimpleNamespace(targets=[str(target) for target in targets], value_savers=[])
    condition = AsMade()
    condition.configure_task(task)
    (saver,) = task.value_savers
    values = saver()
    assert condition(task, values)
    return task, values, targets[0]


@pytest.mark.parametrize("text", ["", "as ma", "AS MADE"])
def test_another_content_is_noticed(made, text):
    task, values, target = made
    target.write_text(text)
    os.utime(target, ns=(1, 1))
    assert not AsMade()(task, values)


def test_a_missing_target_is_noticed(made):
    task, values, target = made
    target.unlink()
    assert not AsMade()(task, values)


def test_another_time_alone_is_nothing(made):
    task, values, target = made
    os.utime(target, ns=(1, 1))
    assert AsMade()(task, values)


def test_what_was_never_recorded_does_not_stand(made):
    task, values, target = made
    assert not AsMade()(task, {})
    task.targets.append(str(target.with_name("three")))
    assert not AsMade()(task, values)
