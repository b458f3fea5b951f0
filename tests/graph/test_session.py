"""A call makes the tasks of the cells that it is about, and no others."""

from __future__ import annotations

import pytest

from graph.session import _asked


@pytest.mark.parametrize(
    ("call", "profiles"),
    [
        ("run", {"quick"}),
        ("run quick journey=a", {"quick"}),
        ("run -v 0 quick", {"quick"}),
        ("run quick nightly", {"quick", "nightly"}),
        ("validate", set()),
        ("run validate env=ci", set()),
        ("explain journey=a", set()),
        ("", None),
        ("quick", None),
        ("run quick validate", None),
        ("run script:quick:k6:a:u001", None),
        ("info load:quick:k6:a:u001", None),
        ("list --all", None),
        ("clean", None),
    ],
)
def test_which_profiles_a_call_is_about(call, profiles):
    assert _asked(call.split(), {"quick", "nightly"}) == profiles
