"""Whether an argument means anything to the tasks of a call. Standard library only.

One that means nothing would be overlooked in silence: a night would get another name than the one
that was asked for, or all journeys would be judged in place of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph.task_names import kinds_asked
from graph.variables import SELECTION
from tandem.errors import SettingsError

_RIDES = ("quick", "nightly", "ab")
_PARTS = frozenset(
    (
        *("toolchain", "app", "journey", "script", "night", "load", "table", "confirm", "summary"),
        *("report", "publish", "remember", "issues", "gate"),
    )
)
"""What rides are made of: the same words say of which run one of them is asked for alone."""
_MEANT: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(SELECTION, _RIDES),
    "journey": (*_RIDES, "explain", "validate", "baseline_accept", "baseline_pin"),
    "run": ("show", "open", "resummarize", "slo_backtest", "baseline_pin"),
    "runs": ("compare",),
    "keep": ("prune",),
    "apply": ("prune",),
    "night": ("nightly",),
    "reason": ("baseline_accept", "baseline_pin"),
    "import": ("history",),
    "simulate": ("calibrate",),
    "base": ("ab",),
    "head": ("ab",),
    "rounds": ("ab",),
    "dry_run": ("issues", *_RIDES),
}
"""What stands here not (settings, ``quiet=``) means something to every task, or does no harm."""
_KNOWN = _PARTS.union(*_MEANT.values())
"""Every task."""


def check_meant(names: Iterable[str], arguments: Sequence[str]) -> None:
    """Raise :class:`SettingsError` for an argument that no task of the call takes.

    ``names`` are those of the arguments, ``arguments`` all words of the call.
    """
    given = list(names)
    asked = kinds_asked(arguments)
    if asked is None or not asked <= _KNOWN:
        return  # what doit makes of these words is not known here: "thread" of "-P thread"
    for name in given:
        takers = _MEANT.get(name)
        if takers is not None and not asked & {*takers, *(_parts(takers))}:
            raise SettingsError(
                f"{name}= means nothing to {_listed(sorted(asked))}; "
                f"it is an argument of {_listed(takers)}",
                hint="Nothing was done. Leave it out, or name the task that takes it.",
            )
    narrowing = [name for name in given if name in SELECTION]
    if "night" in given and narrowing:
        raise SettingsError(
            f"night= names a whole night, and with {narrowing[0]}= there is none",
            hint="Nothing was done. Leave one of them out.",
        )


def _parts(takers: Sequence[str]) -> frozenset[str]:
    return _PARTS if "nightly" in takers else frozenset()


def _listed(tasks: Sequence[str]) -> str:
    """Return "'a', 'b' and 'c'"."""
    *most, last = (f"'{task}'" for task in tasks)
    return f"{', '.join(most)} and {last}" if most else last
