"""Nights that never were, whose truth is known: what the decider is calibrated on.

The logarithm of a duration is the step's own level, plus the machine's speed that night (by type of
machine, with a bad night now and then) times how much the series feels it, plus what this type of
machine does to this step, plus the luck of the run (a journey in one cell rides within the same
minutes), of the series that night and of the user, plus a cold first iteration, plus the spread of
single durations with a heavy tail. Nights are then summarised as real ones are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from summary.regression.history import Array, History, SeriesKey


@dataclass(frozen=True, slots=True)
class Profile:
    """How unsteady the machines are: offsets and deviations of the logarithm of a duration."""

    type_offsets: tuple[float, ...]
    type_shares: tuple[float, ...]
    night_sd: float
    bad_night_share: float
    bad_night_mean: float
    run_sd: float
    bad_run_share: float
    series_sd: float
    type_by_step_sd: float


PROFILES: Final = {
    "quiet": Profile((0.0,), (1.0,), 0.03, 0.02, 0.10, 0.015, 0.01, 0.010, 0.00),
    "ci": Profile((0.0, 0.08, -0.05), (0.6, 0.25, 0.15), 0.04, 0.05, 0.2, 0.03, 0.03, 0.015, 0.02),
    "harsh": Profile(
        (0.0, 0.15, -0.10, 0.25), (0.45, 0.25, 0.15, 0.15), 0.08, 0.08, 0.3, 0.05, 0.05, 0.03, 0.04
    ),
}
"""One machine of one's own; the machines of a CI provider; those of a poor one."""


class SimulatedCell(NamedTuple):
    """One column of the simulated matrix."""

    executor: str
    users: int
    iterations: int
    cost: float
    """How many times the step's own time it takes there."""
    felt: float
    """How many times the step's own share of the machine's speed it feels."""


CELLS: Final = (
    SimulatedCell("playwright", 1, 5, 1.25, 1.0),
    SimulatedCell("playwright", 10, 3, 1.5, 1.1),
    SimulatedCell("k6", 1, 10, 1.0, 0.9),
    SimulatedCell("k6", 10, 10, 1.15, 1.0),
    SimulatedCell("k6", 100, 5, 1.8, 1.4),
)

_TAIL_SHARE, _TAIL_SHAPE, _TAIL_CAP = 0.02, 1.5, 20.0
_BAD_RUN: Final = (0.1, 0.4)
_USER_SD, _COLD = 0.08, 0.15
_ERRORS_SD: Final = 0.4
"""Of the logarithm of a night's error rate."""
_PACING_S, _SPAN_SD = 3.0, 0.005


@dataclass(frozen=True, slots=True)
class Tail:
    """A slowdown of some requests only: one that a location hardly shows and p95 does."""

    step: int
    """Counted through all journeys, from 0."""
    since: int
    share: float
    factor: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """Nights, and each of them ridden once more on the same machine."""

    history: History
    again: History
    """Same machine and same luck of the series; other minutes, so another luck of the run."""


def simulate(  # noqa: PLR0913 - what a world is made of
    profile: Profile,
    seed: int,
    *,
    nights: int = 90,
    journeys: int = 3,
    steps: int = 4,
    tail: Tail | None = None,
) -> Simulated:
    """Return ``nights`` nights of ``journeys`` × ``steps`` × :data:`CELLS`: nothing changes.

    A slowdown is put in with :meth:`~summary.regression.history.History.slowed`, which does to the
    figures what slower durations do. The same arguments give the same nights.
    """
    random = np.random.default_rng([seed, 6])
    world = _World.of(random, journeys * steps)
    machine = _Machine.of(random, profile, nights, journeys * steps)
    keys, first, second = [], [], []
    for journey in range(journeys):
        own = np.arange(journey * steps, (journey + 1) * steps)
        for cell in CELLS:
            felt = world.felt[own] * cell.felt
            expected = np.log(cell.cost) + world.level[own] + felt * machine.speed[:, None]
            expected = expected + machine.by_step[:, own]
            expected = expected + random.normal(0.0, profile.series_sd, (nights, steps))
            rider = _Rider(random, profile, cell, world, own, tail)
            first.append(rider.ride(expected))
            second.append(rider.ride(expected))
            keys += [
                SeriesKey(f"journey-{journey}", f"step-{step}", cell.executor, cell.users)
                for step in range(steps)
            ]
    return Simulated(_history(keys, first), _history(keys, second))


@dataclass(frozen=True, slots=True)
class _World:
    """What is the same in all nights, by step."""

    level: Array
    felt: Array
    spread: Array
    error_rate: Array

    @classmethod
    def of(cls, random: np.random.Generator, steps: int) -> _World:
        return cls(
            level=random.uniform(np.log(25), np.log(1200), steps),
            felt=random.uniform(0.3, 1.1, steps),
            spread=random.uniform(0.12, 0.35, steps),
            error_rate=np.exp(random.uniform(np.log(0.0005), np.log(0.01), steps)),
        )


@dataclass(frozen=True, slots=True)
class _Machine:
    """What the machine of each night is like."""

    speed: Array
    """By night."""
    by_step: Array
    """By night and step: what this type of machine does to it."""

    @classmethod
    def of(cls, random: np.random.Generator, profile: Profile, nights: int, steps: int) -> _Machine:
        kind = random.choice(len(profile.type_offsets), nights, p=profile.type_shares)
        bad = random.random(nights) < profile.bad_night_share
        by_step = random.normal(0.0, profile.type_by_step_sd, (len(profile.type_offsets), steps))
        by_step[0] = 0.0
        return cls(
            speed=np.array(profile.type_offsets)[kind]
            + random.normal(0.0, profile.night_sd, nights)
            + bad * random.exponential(profile.bad_night_mean, nights),
            by_step=by_step[kind],
        )


@dataclass(frozen=True, slots=True)
class _Rider:
    """Rides one journey in one cell, every night."""

    random: np.random.Generator
    profile: Profile
    cell: SimulatedCell
    world: _World
    steps: np.ndarray[tuple[int], np.dtype[np.int64]]
    tail: Tail | None

    def ride(self, expected: Array) -> dict[str, Array]:
        """Return loc, p95, count, errors and span by night and step."""
        nights = len(expected)
        samples = self.cell.users * self.cell.iterations
        durations = self._durations(expected).reshape(nights, samples, -1)
        rate = np.exp(self.random.normal(0.0, _ERRORS_SD, (nights, 1)))
        errors = self.random.binomial(
            samples, np.minimum(self.world.error_rate[self.steps] * rate, 1.0)
        ).astype(np.float64)
        planned_s = self.cell.iterations * expected.shape[1] * _PACING_S
        span_s = planned_s * np.exp(self.random.normal(0.0, _SPAN_SD, (nights, 1)))
        return {
            "loc": trimmed_mean(durations),
            "p95": np.quantile(durations, 0.95, axis=1),
            "count": samples - errors,
            "errors": errors,
            "span_s": np.broadcast_to(span_s, errors.shape),
        }

    def _durations(self, expected: Array) -> Array:
        """Return log durations by night, user, iteration and step."""
        random, profile = self.random, self.profile
        nights, steps = expected.shape
        shape = (nights, self.cell.users, self.cell.iterations, steps)
        run = random.normal(0.0, profile.run_sd, nights)
        run += (random.random(nights) < profile.bad_run_share) * random.uniform(*_BAD_RUN, nights)
        durations = self.world.spread[self.steps] * random.standard_normal(shape)
        durations += (expected + run[:, None])[:, None, None, :]
        durations += random.normal(0.0, _USER_SD, (nights, self.cell.users, 1, 1))
        durations[:, :, 0, :] += _COLD
        slow = random.random(shape) < _TAIL_SHARE
        factor = np.minimum(1 + random.pareto(_TAIL_SHAPE, np.count_nonzero(slow)), _TAIL_CAP)
        durations[slow] += np.log(factor)
        if self.tail and self.tail.step in self.steps:
            column = int(self.tail.step - self.steps[0])
            hit = random.random(shape[:3]) < self.tail.share
            hit[: self.tail.since] = False
            durations[..., column] += hit * np.log(self.tail.factor)
        return durations


def trimmed_mean(values: Array, share: float = 0.1) -> Array:
    """Return the mean along the second axis (of three) without ``share`` of it at each end."""
    cut = int(values.shape[1] * share)
    ordered = np.sort(values, axis=1)
    return np.asarray(ordered[:, cut : values.shape[1] - cut].mean(axis=1))


def _history(keys: list[SeriesKey], rides: list[dict[str, Array]]) -> History:
    order = sorted(range(len(keys)), key=keys.__getitem__)
    columns = {
        name: np.concatenate([ride[name] for ride in rides], axis=1)[:, order] for name in rides[0]
    }
    nights = tuple(range(len(columns["loc"])))
    return History(nights=nights, series=tuple(keys[index] for index in order), **columns)
