"""What became another one near a change: the app, the machine, a tool, the journey. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from summary.changes_models import Beside
from summary.history.frozen import FrozenHistory
from summary.history.records import NightRecord

LOOK: Final = 7
"""Nights on either side in which a machine that comes and goes is seen to."""
NEAR: Final = 3


def beside(nights: Sequence[NightRecord], at: int, journey: str) -> tuple[Beside, ...]:
    """Return what is new since about the night ``at``, and what it was before.

    ``nights`` are those that are comparable.

    That which comes and goes, as the machines of a fleet do, is not told: the new one was not there
    before, and the old one is there no more. A change of level is told a night too early or too
    late at times, so that the nights beside it are looked at as well.
    """
    facts = [_facts(each, journey) for each in nights]
    found: dict[str, Beside] = {}
    for each in (at, at - 1, at + 1):
        if 0 < each < len(nights):
            for name, before, after in _new(facts, each):
                told = Beside(night=nights[each].night, name=name, before=before, after=after)
                found.setdefault(name, told)
    return tuple(found.values())


def _new(facts: Sequence[dict[str, str]], at: int) -> Iterator[tuple[str, str, str]]:
    for name, after in facts[at].items():
        before = facts[at - 1].get(name, "")
        if not before or not after or before == after:
            continue
        was = {each.get(name) for each in facts[max(0, at - LOOK) : at]}
        will_be = {each.get(name) for each in facts[at : at + LOOK]}
        if after not in was and before not in will_be:
            yield name, before, after


def _facts(night: NightRecord, journey: str) -> dict[str, str]:
    found = {"app": night.app}
    if (mine := night.fingerprint) is None:
        return found
    found |= {"processor": mine.processor, "kernel": mine.system, "cores": str(mine.cores)}
    found |= {"memory": f"{round(mine.memory_mb / 1024)} GB", "runner": mine.runner, **mine.tools}
    if journey:
        found["the journey itself"] = mine.journeys.get(journey, "")[:8]
    return found


def accepted_near(
    history: FrozenHistory, nights: Sequence[NightRecord], at: int, journey: str
) -> str:
    """Return why the level that begins about the night ``at`` was accepted; "" if it was not."""
    places = {night.night: index for index, night in enumerate(nights)}
    for decision in history.decisions:
        begins = places.get(decision.night, -LOOK) + 1
        if (
            decision.kind == "accept"
            and decision.journey in ("", journey)
            and abs(begins - at) <= NEAR
        ):
            return decision.reason
    return ""
