"""What a night cannot tell: how small a slowdown would show, and of what nothing is known.

Pure. "No regression" says as much as these sentences say, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from statistics import median

from summary.grouping import grouped
from summary.models import Finding
from summary.night_models import InvalidCell, NightJudged, UnitVerdict
from tandem.wording import counted

MOST_NAMED = 8
"""Steps of one sentence; the others are counted."""


def limits_of(judged: NightJudged) -> Iterator[Finding]:
    """Yield what a reader of "no regression" has to know; nothing while too few nights are known.

    Of steps over all their cells: journeys and single cells are seen through them.
    """
    if judged.nights < judged.nights_needed:
        return
    steps = [each for each in judged.units if each.unit == "step" and each.metric == "loc"]
    blind = [each for each in steps if each.verdict == "insufficient precision"]
    seeing = [each for each in steps if each.verdict != "insufficient precision"]
    if seeing:
        yield _finding("info", _reach(seeing))
    if blind:
        yield _finding("warning", _blindness(blind))
    if judged.invalid:
        yield _finding("warning", _unknown(judged.invalid))


def _reach(steps: Sequence[UnitVerdict]) -> str:
    found = [each.detectable_pct for each in steps]
    return (
        f"Held against the nights before, a slowdown of {median(found):.0f} % (of one step: "
        f"{min(found):.0f} to {max(found):.0f} %) would show within two nights; a smaller one may "
        "not."
    )


def _blindness(steps: Sequence[UnitVerdict]) -> str:
    return (
        "Insufficient precision: a slowdown of 25 % would not be found, since too few nights are "
        f"known or they differ too much, in {_of_journeys(steps)}."
    )


def _of_journeys(steps: Sequence[UnitVerdict]) -> str:
    """Return the first steps, each journey's together, and how many more there are."""
    named = grouped(steps[:MOST_NAMED], attrgetter("journey"))
    more = len(steps) - MOST_NAMED
    said = [f"{name} ({', '.join(each.step for each in own)})" for name, own in named.items()]
    return ", ".join(said) + (f" and {counted(more, 'more step')}" if more > 0 else "")


def _unknown(invalid: Sequence[InvalidCell]) -> str:
    cells = [f"{each.journey}, {each.executor}, users={each.users}" for each in invalid]
    of = "cells that are" if len(cells) > 1 else "a cell that is"
    return f"Not held against the nights before: {of} not ok tonight ({_named(cells, '; ')})."


def _named(names: Sequence[str], between: str = ", ") -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - MOST_NAMED
    return between.join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _finding(severity: str, text: str) -> Finding:
    return Finding.model_validate(
        {
            "severity": severity,
            "kind": "regression",
            "journey": "",
            "executor": "",
            "users": 0,
            "step": "",
            "text": text,
        }
    )
