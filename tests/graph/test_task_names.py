"""A task that does not exist is named, with the one that was meant."""

from __future__ import annotations

import pytest
from doit.exceptions import InvalidDodoFile

from graph.task_names import check_task_names


def task_load():
    for name in ("quick", "quick:k6:home:u001"):
        yield {"name": name}


def task_quick():
    return {"actions": None}


NAMESPACE = {"task_load": task_load, "task_quick": task_quick, "other": 1}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("run qick", "there is no task 'qick'; did you mean 'quick'?"),
        ("qick users=3", "there is no task 'qick'; did you mean 'quick'?"),
        ("info qick", "there is no task 'qick'; did you mean 'quick'?"),
        ("lst", "there is no task 'lst'; did you mean 'list'?"),
        ("info load:quick:k6:hom:u001", "did you mean 'load:quick:k6:home:u001'?"),
        ("clean quick laod", "there is no task 'laod'; did you mean 'load'?"),
        ("run quick:k6", "there is no task 'quick:k6'"),
        ("run zzzzzz", "there is no task 'zzzzzz'\n"),
    ],
)
def test_a_slip_is_told(call, said):
    with pytest.raises(InvalidDodoFile, match=r"(?s).*") as caught:
        check_task_names(call.split(), NAMESPACE)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        "",
        "run",
        "run quick users=3",
        "users=3 quick",
        "list --all",
        "run -n 2 anything",
        "info load:quick:k6:home:u001",
        "run load:*",
        "run build/quick/report.html",
        "help tsks",
        "tabcompletion",
    ],
)
def test_what_doit_knows_is_left_to_it(call):
    check_task_names(call.split(), NAMESPACE)
