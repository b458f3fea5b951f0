"""Suspects ride again in their own night: which cells, in which order, and what came of them. Pure.

``again/again.json`` in the build folder says it; beside it lie the cells' files, as in a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal

from executors.outcome import CellOutcome
from summary.night_models import NightJudged, UnitVerdict
from summary.places import AGAIN
from summary.run_record import CellFiles
from tandem.models import Executor, FrozenModel

FILE: Final = f"{AGAIN}/again.json"


class RiddenAgain(FrozenModel):
    """One cell that is ridden again, and why."""

    journey: str
    executor: Executor
    users: int
    role: Literal["suspect", "control"]
    files: CellFiles


class Again(FrozenModel):
    """All that is ridden again in a night, in the order in which it is."""

    schema_version: Literal[1] = 1
    night: str
    cells: tuple[RiddenAgain, ...] = ()
    left_out: int = 0
    """Cells of suspects that were beyond what may be ridden again."""


def choose(
    judged: NightJudged, outcomes: Sequence[CellOutcome], most: int, minutes: float
) -> tuple[list[CellOutcome], CellOutcome | None, int]:
    """Return the suspects' cells, a control, and how many cells were too many.

    The likeliest suspects come first; ``most`` cells are ridden again, in ``minutes`` if they take
    as long as they did. The control is the quickest cell of a journey that is above suspicion.
    """
    suspects = [each for each in judged.units if each.verdict == "suspect"]
    sound = [each for each in outcomes if each.outcome == "ok"]
    wanted = list(
        {id(each): each for unit in suspects for each in sound if _is_of(each, unit)}.values()
    )
    chosen: list[CellOutcome] = []
    left_s = minutes * 60
    for each in wanted:
        if len(chosen) < most and _seconds(each) <= left_s:
            chosen.append(each)
            left_s -= _seconds(each)
    suspected = {unit.journey for unit in suspects} | {each.journey for each in wanted}
    others = [each for each in sound if each.journey not in suspected]
    control = min(others, key=_seconds, default=None) if chosen else None
    return chosen, control, len(wanted) - len(chosen)


def _is_of(cell: CellOutcome, unit: UnitVerdict) -> bool:
    return (
        unit.journey in ("", cell.journey)
        and unit.executor in ("", cell.executor)
        and unit.users in (0, cell.users)
    )


def _seconds(cell: CellOutcome) -> float:
    began, ended = (datetime.fromisoformat(each) for each in (cell.started_at, cell.ended_at))
    return (ended - began).total_seconds()


def in_order(
    suspects: Iterable[CellOutcome], control: CellOutcome | None
) -> list[tuple[CellOutcome, Literal["suspect", "control"]]]:
    """Return the cells in the order of their riding: the control in the middle of the suspects."""
    ordered: list[tuple[CellOutcome, Literal["suspect", "control"]]] = [
        (each, "suspect") for each in suspects
    ]
    if control is not None:
        ordered.insert((len(ordered) + 1) // 2, (control, "control"))
    return ordered
