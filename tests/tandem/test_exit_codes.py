"""One exit code stands for all that went wrong."""

from __future__ import annotations

import itertools

import pytest

from tandem import errors
from tandem.errors import TandemError
from tandem.exit_codes import PRECEDENCE, ExitCode, strongest


def test_every_code_has_its_place() -> None:
    """No code is left out of the order, and none stands twice."""
    assert sorted(PRECEDENCE) == sorted(ExitCode)


def test_codes_have_the_documented_values() -> None:
    """The numbers are a promise to every CI that reads them."""
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "TASK_FAILED": 1,
        "TASK_ERROR": 2,
        "REFUSED": 3,
        "INVALID": 96,
        "JOURNEY_FAILED": 97,
        "REGRESSION": 98,
        "SLO_FAILED": 99,
    }


def test_nothing_wrong_is_ok() -> None:
    """No code at all is OK."""
    assert strongest([]) is ExitCode.OK


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([ExitCode.OK, ExitCode.REGRESSION], ExitCode.REGRESSION),
        ([ExitCode.REGRESSION, ExitCode.SLO_FAILED], ExitCode.SLO_FAILED),
        ([ExitCode.SLO_FAILED, ExitCode.JOURNEY_FAILED], ExitCode.JOURNEY_FAILED),
        ([ExitCode.INVALID, ExitCode.SLO_FAILED], ExitCode.SLO_FAILED),
        ([ExitCode.INVALID, ExitCode.OK], ExitCode.INVALID),
        ([ExitCode.JOURNEY_FAILED, ExitCode.REFUSED], ExitCode.REFUSED),
    ],
)
def test_the_graver_code_wins(codes: list[ExitCode], expected: ExitCode) -> None:
    """Broken is told before slow, and slow before what could not be told."""
    for order in itertools.permutations(codes):
        assert strongest(order) is expected


def test_every_error_has_a_code_that_is_not_ok() -> None:
    """Whatever error reaches the shell is seen there, and stands in the tree of its module."""
    found = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, TandemError)
    ]
    assert len(found) > 5
    for each in found:
        assert each.exit_code is not ExitCode.OK
        assert each.__name__ in (errors.__doc__ or "")


def test_an_error_shows_what_to_do_next() -> None:
    """The hint stands on a line of its own below the message."""
    assert str(TandemError("wrong", hint="Do this.")) == "wrong\n  Do this."
    assert str(TandemError("wrong")) == "wrong"
