"""The plan of this doit call: made once, from the arguments that doit was given."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from doit import doit_cmd
from doit.exceptions import InvalidDodoFile

from executors.withheld import withhold
from graph.meant import check_meant
from graph.plan import Cell, Plan, View
from graph.plan_cache import plan_for
from graph.settled import SETTLED, asks_for_quick, stale
from graph.task_names import kinds_asked
from graph.variables import Variables, read_variables
from graph.watch import VIEW
from tandem.errors import TandemError
from tandem.tokens import token_variable

OF_SPECS = {"validate", "explain"}
"""Tasks that ride nothing and ask for no cell."""


@cache
def variables() -> Variables:
    """Return the ``name=value`` arguments; doit itself has no list of them to ask for."""
    try:
        given = doit_cmd._CMDLINE_VARS or {}
        found = read_variables(given)
        check_meant(given, sys.argv[1:])
    except TandemError as error:
        raise InvalidDodoFile(str(error)) from None
    return found


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


def earlier(view: View) -> tuple[View, ...]:
    """Return the call's other runs that come first.

    With ``doit -n`` their tables and reports would else be made beside this one's loads.
    """
    mine = views()
    if _asked(sys.argv[1:], {each.profile for each in mine}) is None:
        return ()
    return mine[: mine.index(view)]


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What the tasks of a call are made for: journeys, and what is made of all of them."""

    journeys: frozenset[str] | None = None
    """The stale ones, where it is known that no others are; None for all."""
    view_stands: bool = False
    """Whether what was made of all journeys is known to be as it was."""
    tasks: int = 0
    """How many tasks there are with those of the other journeys; 0 when that is not known."""

    def cells(self, view: View) -> tuple[Cell, ...]:
        """Return the view's cells that tasks are made for, in their order."""
        return tuple(cell for cell in view.cells if self._has(view, cell.journey))

    def results(self, view: View) -> tuple[Cell, ...]:
        """Return the view's cells whose published results may not be what was made."""
        return self.cells(view) if self.view_stands else view.cells

    def of(self, view: View) -> tuple[str, ...]:
        """Return the view's journeys that tasks are made for, in their order."""
        return tuple(journey for journey in view.journeys if self._has(view, journey))

    def _has(self, view: View, journey: str) -> bool:
        return self.journeys is None or journey in self.journeys or not _is_settled(view)


def _is_settled(view: View) -> bool:
    """Tell whether answers are recorded of such views."""
    return view.profile in SETTLED


@cache
def looked_at() -> LookedAt:
    """Return what has to be looked at: of a thousand journeys, the one that was edited.

    An answer to the same call says that there was nothing to do, and whose files have changed
    since. An edit that makes, renames or removes a journey is about all of them.
    """
    arguments = tuple(sys.argv[1:])
    found = stale(arguments) if asks_for_quick(arguments) else None
    if found is None or sorted(plan().specs) != found.former.journeys:
        return LookedAt()
    return LookedAt(found.owners - {VIEW}, VIEW not in found.owners, found.former.tasks)


def is_asked_for(task: str) -> bool:
    """Tell whether the call names the task itself, and not only what needs it."""
    return any(word.partition(":")[0] == task for word in sys.argv[1:] if "=" not in word)


def _asked(arguments: Sequence[str], profiles: set[str]) -> frozenset[str] | None:
    """Return the profiles that a call runs; None when it may be about any task of the graph."""
    kinds = kinds_asked(arguments)
    if kinds is not None and kinds <= OF_SPECS:
        return frozenset()
    return kinds if kinds is not None and kinds <= profiles else None
