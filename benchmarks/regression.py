"""What the decider does on simulated nights whose truth is known; docs/regression.md has figures.

``python -m benchmarks.regression [NIGHTS] [PROFILE …]``: false alarms of NIGHTS judged nights per
profile (1,500), power at 10 and 20 %, the same with suspects ridden again, change points, and time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from summary.regression.again import judge_confirmed
from summary.regression.decider import STANDARD, Judged, judge_night, replay, slow_after
from summary.regression.hindsight import hindsight
from summary.regression.history import History, SeriesKey
from summary.regression.simulate import PROFILES, simulate
from summary.regression.units import Unit

SEED = 500_000
NIGHTS, SLOW_SINCE, WORLDS = 90, 70, 100
FIRST = STANDARD.least_baseline + STANDARD.judged
"""The night from which on something can be said."""
JOURNEYS, STEPS = 3, 4
NEAR = 3
"""Nights by which a change point may miss."""


def main(arguments: list[str]) -> None:
    """Print one table per profile."""
    nights = int(arguments[0]) if arguments else 1500
    for profile in arguments[1:] or list(PROFILES):
        print(profile)
        false_alarms(profile, nights)
        for effect in (0.05, 0.1, 0.2, 0.5):
            power(profile, effect)
        looked_back_at(profile)


RIDDEN_AGAIN = 5
"""Cells of a night, as the settings have it."""


def false_alarms(profile: str, nights: int) -> None:
    """Print how many nights on which nothing changed are red."""
    red = seen = red_again = 0
    times: list[float] = []
    seed = SEED
    while seen < nights:
        both = simulate(PROFILES[profile], seed, nights=NIGHTS)
        seed += 1
        started = time.process_time()
        replayed = [judged for _, judged in replay(both.history)]
        times.append((time.process_time() - started) / NIGHTS)
        for index in range(FIRST, NIGHTS):
            seen += 1
            again = with_second_ride(both.history, both.again, index, replayed[index])
            red += any(each.verdict == "regression" for each in replayed[index])
            red_again += any(each.verdict == "regression" for each in again)
    print(f"  nothing changed: {red} of {seen} nights red ({red / seen:.2%});", end=" ")
    print(f"with suspects ridden again {red_again} ({red_again / seen:.2%})")
    print(f"  {1000 * float(np.median(times)):.1f} ms CPU per judged night")


def with_second_ride(
    history: History, again: History, index: int, judged: list[Judged]
) -> list[Judged]:
    """Return the judgement after suspects were ridden again, as ``doit nightly`` does."""
    if not any(each.verdict == "suspect" for each in judged):
        return judged
    return judge_confirmed(history.until(index), only_suspects(again.until(index), judged), {})


def only_suspects(again: History, judged: list[Judged]) -> History:
    """Return what is ridden again: :data:`RIDDEN_AGAIN` cells of suspects, the likeliest first."""
    suspects = sorted(
        (each for each in judged if each.verdict == "suspect"), key=lambda each: each.p_adjusted
    )
    cells: dict[tuple[str, str, int], None] = {}
    for each in suspects:
        for key in again.series:
            if (
                each.unit.journey in ("", key.journey)
                and each.unit.executor in ("", key.executor)
                and each.unit.users in (0, key.users)
            ):
                cells[key.journey, key.executor, key.users] = None
    ridden = set(list(cells)[:RIDDEN_AGAIN])
    is_left = [(key.journey, key.executor, key.users) not in ridden for key in again.series]
    kept = {}
    for name in ("loc", "p95", "count", "errors", "span_s"):
        kept[name] = getattr(again, name).copy()
        kept[name][-1, is_left] = np.nan
    return replace(again, **kept)


def slowed(profile: str, effect: float) -> Iterator[tuple[Unit, History, History]]:
    """Yield worlds in which one step is slower from :data:`SLOW_SINCE` on."""
    random = np.random.default_rng(SEED)
    for seed in range(SEED, SEED + WORLDS):
        unit = Unit(
            "step", f"journey-{random.integers(JOURNEYS)}", f"step-{random.integers(STEPS)}"
        )
        both = simulate(PROFILES[profile], seed, nights=NIGHTS)

        def is_slow(key: SeriesKey, unit: Unit = unit) -> bool:
            return (key.journey, key.step) == (unit.journey, unit.step)

        yield (
            unit,
            both.history.slowed(is_slow, SLOW_SINCE, 1 + effect),
            both.again.slowed(is_slow, SLOW_SINCE, 1 + effect),
        )


def power(profile: str, effect: float) -> None:
    """Print how often a slower step is found within 1, 2, 3 and 7 nights."""
    found, same_night = [], 0
    for unit, history, again in slowed(profile, effect):
        slow: dict[object, frozenset[object]] = {}
        first = NIGHTS
        for index in range(SLOW_SINCE, SLOW_SINCE + 7):
            judged = judge_night(history.until(index), slow)  # type: ignore[arg-type]
            slow = slow_after(slow, index, judged)  # type: ignore[arg-type,assignment]
            if index == SLOW_SINCE:
                same_night += names(unit, with_second_ride(history, again, index, judged))
            if names(unit, judged):
                first = index - SLOW_SINCE + 1
                break
        found.append(first)
    shares = "/".join(f"{np.mean(np.array(found) <= within):.0%}" for within in (1, 2, 3, 7))
    print(f"  {effect:.0%} slower, found within 1/2/3/7 nights: {shares};", end=" ")
    print(f"the same night with suspects ridden again: {same_night / WORLDS:.0%}")


def names(unit: Unit, judged: list[Judged]) -> bool:
    """Return whether the step itself, or one of its series, is called a regression."""
    return any(
        each.verdict == "regression"
        and (each.unit.journey, each.unit.step) == (unit.journey, unit.step)
        for each in judged
    )


def looked_back_at(profile: str) -> None:
    """Print precision and recall of changes: one step, or one side of it, slower by 10 %.

    Wrong is whatever else is called a change in such a world. And what is called one in worlds in
    which nothing changed.
    """
    empty = np.empty((NIGHTS, 0))
    calm = [history for _, history, _ in slowed(profile, 0.0)]
    found = sum(len(hindsight(each, (), empty)[0]) for each in calm)
    print(f"  nothing changed: {found} changes in {len(calm)} worlds of {NIGHTS} nights")
    for name, sides in (("a step", ("playwright", "k6")), ("its browser side", ("playwright",))):
        random = np.random.default_rng(SEED)
        right = wrong = 0
        sizes: list[float] = []
        times: list[float] = []
        for unit, history, _ in slowed(profile, 0.0):
            since = int(random.integers(20, 70))

            def is_slow(key: SeriesKey, unit: Unit = unit, sides: tuple[str, ...] = sides) -> bool:
                return (key.journey, key.step) == unit[1:3] and key.executor in sides

            changed = history.slowed(is_slow, since, 1.1)
            started = time.process_time()
            told, _ = hindsight(changed, (), empty)
            times.append(time.process_time() - started)
            hits = [
                each
                for each in told
                if (each.journey, each.step) == unit[1:3] and abs(each.index - since) <= NEAR
            ]
            right += bool(hits)
            wrong += len(told) - bool(hits)
            sizes += [each.effect for each in hits[:1]]
        print(
            f"  changes of {name} by 10 %: precision {right / max(1, right + wrong):.2f},", end=""
        )
        print(f" recall {right / WORLDS:.2f}, size {np.mean(sizes):.1%};", end=" ")
        print(f"{1000 * float(np.median(times)):.0f} ms CPU for {NIGHTS} nights")


if __name__ == "__main__":
    main(sys.argv[1:])
