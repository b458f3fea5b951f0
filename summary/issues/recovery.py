"""Is it as usual again? Evidence only: what was not measured, or not well, says nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from summary.issues.models import GOOD, Key, Tonight, UnitEffect
from summary.night_models import UnitVerdict

State = Literal["regression", "clear", "likely", "unknown"]
"""Of tonight. Clear: so good a night cannot be one of what it was. Likely: it could."""
_BACK = 0.5
"""Less than this share of the former effect is left."""


def state_of(
    key: Key, since: str, effects: Sequence[UnitEffect], cells: Sequence[str], tonight: Tonight
) -> State:
    """Return how the key stands tonight, found slower by ``effects`` in ``cells`` ``since`` then.

    Where what is usual is made of later nights only (the step is another one now, of a journey half
    of them or more, or the history does not go back so far), as usual means nothing.
    """
    units = tonight.units_of(key)
    if any(each.verdict == "regression" for each in units):
        return "regression"
    if any(each.verdict == "suspect" for each in units):
        return "unknown"
    if not _is_measured(key, cells, tonight) or tonight.usual_from(key) >= since:
        return "unknown"
    there = {UnitEffect.of(each).name: each for each in units}
    found = [_unit_state(each, there.get(each.name)) for each in telling(effects)]
    if not found or "unknown" in found:
        return "unknown"
    return "likely" if "likely" in found else "clear"


def telling(effects: Sequence[UnitEffect]) -> list[UnitEffect]:
    """Return the units over several cells; single series only advise where there are such."""
    broad = [each for each in effects if each.unit != "series"]
    return broad or list(effects)


def _unit_state(then: UnitEffect, now: UnitVerdict | None) -> State:
    if now is None or now.verdict not in GOOD or now.effect_pct > _BACK * then.effect_pct:
        return "unknown"
    return "clear" if now.interval_pct[1] < then.effect_pct else "likely"


def _is_measured(key: Key, cells: Sequence[str], tonight: Tonight) -> bool:
    """Tell whether every cell in which it was slow came through, of those that there still are.

    A step over all its cells looks well again, too, when the cell in which it is slow was invalid.
    """
    planned = {name for name in tonight.planned if _is_one_of(name, key, cells)}
    return bool(planned) and planned <= set(tonight.measured)


def _is_one_of(name: str, key: Key, cells: Sequence[str]) -> bool:
    journey, _, cell = name.partition("/")
    return key.journey in ("", journey) and cell in cells
