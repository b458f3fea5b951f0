"""What the user can mend becomes a failure with a message; what is ours keeps its traceback."""

from __future__ import annotations

import errno
import os

import pytest

from graph.reported import reported
from tandem.errors import ArtifactError
from tandem.exit_codes import ExitCode


def failing(error):
    @reported
    def action():
        raise error

    return action


def test_an_error_of_ours_becomes_a_fault_with_its_code():
    fault = failing(ArtifactError("run.json: damaged", hint="Remove it."))()
    assert fault.message == "run.json: damaged\n  Remove it."
    assert fault.exit_code == ExitCode.INVALID


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_nothing_is_told_with_the_file(number):
    fault = failing(OSError(number, os.strerror(number), "results/x"))()
    assert fault.message.startswith(f"results/x cannot be written: {os.strerror(number)}\n")
    assert "what was ridden stands" in fault.message
    assert fault.exit_code == ExitCode.TASK_FAILED


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "no"), KeyError("stamp")])
def test_a_fault_of_our_own_is_raised(error):
    with pytest.raises(type(error)):
        failing(error)()
