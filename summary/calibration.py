"""How often the decider is wrong, and what it finds: replayed over nights that were, or never were.

False alarms are counted on the nights as they are. Power is taken on the same nights with the
durations of one step made longer from some night on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from tabulate import tabulate

from summary.history.assemble import assemble
from summary.history.frozen import FrozenHistory
from summary.regression.decider import STANDARD, judge_night, replay, slow_after
from summary.regression.history import History, SeriesKey
from summary.regression.simulate import PROFILES, simulate

EFFECTS: Final = (0.05, 0.1, 0.2, 0.5)
WITHIN: Final = (1, 2, 3, 7)
FIRST: Final = STANDARD.least_baseline + STANDARD.judged
"""The night from which on something can be said."""
_WORLDS: Final = 8
_NIGHTS: Final = 90
_TRIALS: Final = 24
"""Slowdowns put in, per effect."""
_SEED: Final = 700_000


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was counted."""

    judged: int
    """Nights."""
    red: tuple[str, ...]
    """Those on which something was called a regression."""
    found: dict[float, tuple[float, ...]]
    """Effect to the share that was found within each of :data:`WITHIN` nights."""


def calibrate_history(history: FrozenHistory) -> Calibration | None:
    """Replay the recorded nights; None when there are too few of them."""
    if not history.nights:
        return None
    table = assemble(history, history.nights[-1])
    return _calibrated([table]) if len(table.nights) > FIRST + WITHIN[-1] else None


def calibrate_simulated() -> Calibration:
    """Replay simulated nights, as those of a CI provider's machines."""
    return _calibrated(
        [
            simulate(PROFILES["ci"], _SEED + world, nights=_NIGHTS).history
            for world in range(_WORLDS)
        ]
    )


def _calibrated(tables: list[History]) -> Calibration:
    red: list[str] = []
    judged = 0
    for table in tables:
        for night, verdicts in list(replay(table))[FIRST:]:
            judged += 1
            red += [str(night)] * any(each.verdict == "regression" for each in verdicts)
    return Calibration(judged, tuple(red), {effect: _power(tables, effect) for effect in EFFECTS})


def _power(tables: list[History], effect: float) -> tuple[float, ...]:
    first = np.array(list(_found_after(tables, effect)))
    return tuple(float(np.mean(first <= within)) for within in WITHIN)


def _found_after(tables: list[History], effect: float) -> Iterator[int]:
    """Yield after how many nights each slowdown was found; more than the last for not at all."""
    random = np.random.default_rng(_SEED)
    for trial in range(_TRIALS):
        table = tables[trial % len(tables)]
        steps = sorted({(key.journey, key.step) for key in table.series})
        journey, step = steps[int(random.integers(len(steps)))]
        since = int(random.integers(FIRST, len(table.nights) - WITHIN[-1] + 1))

        def is_slow(key: SeriesKey, place: tuple[str, str] = (journey, step)) -> bool:
            return (key.journey, key.step) == place

        slowed = table.slowed(is_slow, since, 1 + effect)
        yield _nights_until(slowed, since, (journey, step))


def _nights_until(table: History, since: int, place: tuple[str, str]) -> int:
    slow = slow_after({}, table.nights[since], ())
    for index in range(since, since + WITHIN[-1]):
        judged = judge_night(table.until(index), slow)
        if any(
            each.verdict == "regression" and (each.unit.journey, each.unit.step) == place
            for each in judged
        ):
            return index - since + 1
        slow = slow_after(slow, table.nights[index], judged)
    return WITHIN[-1] + 1


def render(calibrated: Calibration, of: str) -> str:
    """Return it as a text."""
    share = len(calibrated.red) / max(1, calibrated.judged)
    lines = [
        f"{of}: {len(calibrated.red)} of {calibrated.judged} judged nights red ({share:.2%}), "
        "as they are.",
        *([f"Red: {', '.join(_few(calibrated.red))}"] if calibrated.red else []),
        "",
        f"Found when one step is made slower ({_TRIALS} times each), within so many nights:",
        tabulate(
            [
                [f"{effect:.0%}", *(f"{share:.0%}" for share in shares)]
                for effect, shares in calibrated.found.items()
            ],
            headers=["slower by", *map(str, WITHIN)],
        ),
    ]
    return "\n".join(lines)


def _few(names: Iterable[str]) -> list[str]:
    listed = list(names)
    return listed[:10] + ([f"and {len(listed) - 10} more"] if len(listed) > 10 else [])
