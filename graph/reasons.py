"""Why a task is not up to date, in the words of its own conditions.

``doit info TASK`` prints a condition as Python shows it: a function's address, and with the plan
among its arguments two screens of settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from doit.cmd_info import Info
from doit.tools import config_changed

from graph import freshness, nights
from graph.same_code import SameCode
from graph.targets import AsMade

_WORDS: Mapping[Callable[..., bool], Callable[..., str]] = {
    freshness.load_is_current: freshness.why_ride,
    freshness.tool_is_current: lambda name, _: f"a search for {name} would find another",
    freshness.app_is_known: lambda _: "nothing says which build of the app this is",
    freshness.view_is_published: lambda view, *_: f"no result is what {view.build}/ holds",
    nights.night_is_current: lambda *_: "no night is open that could be gone on with",
    nights.suspects_are_confirmed: lambda _: "the night's suspects were not looked for",
    nights.night_is_remembered: lambda _: "the history does not hold the night as it was judged",
}


def explain_conditions() -> None:
    """Let ``doit info`` say conditions in words; all else it says as ever."""
    rest = Info.get_reasons

    def get_reasons(reasons: Mapping[str, Any]) -> str:
        lines = [f" * {in_words(*each)}" for each in reasons.get("uptodate_false", ())]
        others = rest({**_NONE, **reasons, "uptodate_false": ()})
        return "\n".join(filter(None, [*lines, others]))

    Info.get_reasons = staticmethod(get_reasons)


_NONE = {"has_no_dependencies": False, "checker_changed": None}


def in_words(condition: Any, arguments: Sequence[Any] | None, _named: object = None) -> str:
    """Return what it says of a task that this condition of its ``uptodate`` does not hold."""
    if condition in _WORDS:
        said = _WORDS[condition](*(arguments or ()))
    elif isinstance(condition, AsMade):
        said = f"not there, or not as it was made: {', '.join(condition.changed)}"
    elif isinstance(condition, SameCode):
        said = "Tandem's own code that makes it has changed"
    elif isinstance(condition, config_changed):
        said = "settings or arguments that it depends on have changed"
    else:
        said = "it runs whenever it is asked for"
    return said[:1].upper() + said[1:]
