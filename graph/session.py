"""The plan of this doit call: made once, from the arguments that doit was given."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache

from doit import doit_cmd
from doit.exceptions import InvalidDodoFile

from executors.withheld import withhold
from graph.plan import Plan, View
from graph.plan_cache import plan_for
from graph.variables import Variables, read_variables
from tandem.errors import TandemError
from tandem.tokens import token_variable

OF_SPECS = {"validate", "explain"}
"""Tasks that ride nothing and ask for no cell."""


@cache
def variables() -> Variables:
    """Return the ``name=value`` arguments; doit itself has no list of them to ask for."""
    try:
        return read_variables(doit_cmd._CMDLINE_VARS or {})
    except TandemError as error:
        raise InvalidDodoFile(str(error)) from None


@cache
def plan() -> Plan:
    """Return the plan; what cannot be planned ends doit with a message and code 3.

    From here on nothing that is started behind a guard sees the tracker's token.
    """
    try:
        found = plan_for(variables())
    except TandemError as error:
        raise InvalidDodoFile(str(error)) from None
    issues = found.settings["issues"]
    if issues["enabled"]:
        withhold(token_variable(issues["service"], issues["token"], os.environ))
    return found


@cache
def views() -> tuple[View, ...]:
    """Return the views that tasks are made for: those asked for, else all of them.

    A matrix of cells that nobody asked for would be most of what doit has to look at.
    """
    found = plan().views
    asked = _asked(sys.argv[1:], {view.profile for view in found})
    return found if asked is None else tuple(view for view in found if view.profile in asked)


def is_asked_for(task: str) -> bool:
    """Tell whether the call names the task itself, and not only what needs it."""
    return any(word.partition(":")[0] == task for word in sys.argv[1:] if "=" not in word)


def _asked(arguments: Sequence[str], profiles: set[str]) -> set[str] | None:
    """Return the profiles that a call runs; None when it may be about any task of the graph."""
    is_run = arguments[:1] == ["run"]
    words = arguments[1:] if is_run else arguments
    names = {word for word in words if "=" not in word and word[:1] != "-" and not word.isdigit()}
    if names and names <= OF_SPECS:
        return set()
    return (names or {"quick"}) if is_run and names <= profiles else None
