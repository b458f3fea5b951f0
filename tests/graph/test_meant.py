"""Arguments that mean nothing to what is asked for are refused, not overlooked."""

from __future__ import annotations

import pytest

import dodo
from graph.meant import _KNOWN, check_meant
from graph.variables import KNOWN, read_variables
from tandem.errors import SettingsError


def check(call):
    words = call.split()
    check_meant([word.partition("=")[0] for word in words if "=" in word], words)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("run quick night=n1", "night= means nothing to 'quick'; it is an argument of 'nightly'"),
        ("night=n1", "night= means nothing to 'quick'"),
        ("show journey=a", "journey= means nothing to 'show'"),
        ("run quick keep=5", "keep= means nothing to 'quick'; it is an argument of 'prune'"),
        ("nightly base=main", "base= means nothing to 'nightly'; it is an argument of 'ab'"),
        ("quick nightly run=latest", "run= means nothing to 'nightly' and 'quick'"),
        ("load:quick:k6:a:u001 apply=1", "apply= means nothing to 'load'"),
        ("slo_backtest users=1", "of 'quick', 'nightly' and 'ab'"),
        ("nightly night=n1 journey=a", "night= names a whole night, and with journey= there is"),
    ],
)
def test_what_means_nothing_is_refused(call, said):
    with pytest.raises(SettingsError) as caught:
        check(call)
    assert said in caught.value.message
    assert caught.value.hint.startswith("Nothing was done.")


@pytest.mark.parametrize(
    "call",
    [
        "run quick users=2 quiet=1 env=ci base_url=http://127.0.0.1:1 config=other.toml dry_run=1",
        "nightly night=n1 env=ci quiet=1",
        "quick nightly night=n1",
        "load:nightly:k6:a:u001 night=n1",
        "script:quick:k6:a:u001 journey=a users=1",
        "quick prune keep=5 journey=a",
        "validate journey=a",
        "baseline_pin run=latest journey=a reason=so",
        "ab base=main rounds=8 journey=a dry_run=1",
        "history import=nights.csv",
        "calibrate simulate=1",
        "list night=n1",
        "info load:quick:k6:a:u001 keep=5",
        "clean night=n1",
        "load:* night=n1",
        "-f ../dodo.py run show night=n1",
        "-n 2 -P thread journey=a",
    ],
)
def test_what_a_task_takes_or_nobody_can_tell_is_left(call):
    check(call)


@pytest.mark.parametrize("name", ["night", "keep", "base", "head", "import", "config"])
def test_an_argument_without_a_value_is_refused(name):
    """In CI it is a variable that is not set."""
    assert name in KNOWN
    with pytest.raises(SettingsError, match=f"^{name}=: a value is missing"):
        read_variables({name: ""})


def test_every_task_takes_something():
    """What is not known to take anything is taken for a word of doit's own."""
    assert {name.removeprefix("task_") for name in vars(dodo) if name[:5] == "task_"} == _KNOWN
