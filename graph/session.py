"""The plan of this doit call: made once, from the arguments that doit was given."""

from __future__ import annotations

from functools import cache

from doit import doit_cmd
from doit.exceptions import InvalidDodoFile

from graph.plan import Plan
from graph.plan_cache import plan_for
from graph.variables import Variables, read_variables
from tandem.errors import TandemError


@cache
def variables() -> Variables:
    """Return the ``name=value`` arguments; doit itself has no list of them to ask for."""
    try:
        return read_variables(doit_cmd._CMDLINE_VARS or {})
    except TandemError as error:
        raise InvalidDodoFile(str(error)) from None


@cache
def plan() -> Plan:
    """Return the plan; what cannot be planned ends doit with a message and code 3."""
    try:
        return plan_for(variables())
    except TandemError as error:
        raise InvalidDodoFile(str(error)) from None
