"""From steps with groups, repeats and pauses to the interactions of an iteration. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from journeys.environment import JourneyEnvironment
from journeys.faults import FaultsError
from journeys.places import Field
from journeys.spec import MAX_STEPS, Group, Interaction, Journey, Pause, Repeat, Step


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One interaction of an iteration."""

    field: Field
    """Where it stands in the spec; each round of a repeat has the same."""
    step: Interaction
    rounds: tuple[int, ...]
    """Which round it is of each repeat around it, from 1, the outermost first."""
    pause_s: float
    """Seconds of pause right before it."""


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """One group of an iteration, over the interactions from ``first`` up to before ``end``."""

    field: Field
    group: Group
    rounds: tuple[int, ...]
    first: int
    end: int


@dataclass(slots=True)
class Unrolled:
    """All that an iteration consists of."""

    steps: list[PlannedStep] = field(default_factory=list)
    groups: list[PlannedGroup] = field(default_factory=list)
    """Each one before those that stand in it."""
    last_pause_s: float = 0.0
    """Seconds of pause behind the last step."""


def unroll(journey: Journey, environment: JourneyEnvironment, flags: FaultsError) -> Unrolled:
    """Return the journey's iteration; raise :class:`FaultsError` for too much of it, or nothing.

    A flag that no environment sets is noted in ``flags``, and its step is there.
    """
    faults = FaultsError()
    count = _interactions(journey.steps, ("steps",), faults)
    if count > MAX_STEPS:
        message = f"there are {count} of them with every round of what is repeated"
        faults.add(("steps",), f"{message}, expected at most {MAX_STEPS}")
    faults.raise_if_any()
    unrolled = Unrolled()
    _Walk(environment, unrolled, flags).all_of(journey.steps, ("steps",), ())
    if not unrolled.steps:
        faults.add(("steps",), f"in the environment {environment.name}, flags leave none of them")
    faults.raise_if_any()
    return unrolled


def _interactions(steps: Sequence[Step], place: Field, faults: FaultsError) -> int:
    """Return how many interactions the steps are; note where there is none."""
    count = 0
    for index, step in enumerate(steps):
        match step:
            case Pause():
                pass
            case Group():
                count += _interactions(step.steps, (*place, index, "steps"), faults)
            case Repeat():
                count += step.times * _interactions(step.steps, (*place, index, "steps"), faults)
            case _:
                count += 1
    if not count and not faults.faults:
        faults.add(place, "expected a step that is no pause")
    return count


@dataclass(frozen=True, slots=True)
class _Walk:
    environment: JourneyEnvironment
    unrolled: Unrolled
    flags: FaultsError

    def all_of(self, steps: Sequence[Step], place: Field, rounds: tuple[int, ...]) -> None:
        for index, step in enumerate(steps):
            here = (*place, index)
            match step:
                case Pause():
                    self.unrolled.last_pause_s += step.seconds
                case Group():
                    self._group(step, here, rounds)
                case Repeat():
                    for number in range(1, step.times + 1):
                        self.all_of(step.steps, (*here, "steps"), (*rounds, number))
                case _:
                    self._step(step, here, rounds)

    def _step(self, step: Interaction, here: Field, rounds: tuple[int, ...]) -> None:
        with self.flags.below((*here, "onlyIf")):
            if step.only_if is not None and not self.environment.flag(step.only_if):
                return
        pause_s, self.unrolled.last_pause_s = self.unrolled.last_pause_s, 0.0
        self.unrolled.steps.append(PlannedStep(here, step, rounds, pause_s))

    def _group(self, group: Group, here: Field, rounds: tuple[int, ...]) -> None:
        place, first = len(self.unrolled.groups), len(self.unrolled.steps)
        self.all_of(group.steps, (*here, "steps"), rounds)
        end = len(self.unrolled.steps)
        if end > first:
            self.unrolled.groups.insert(place, PlannedGroup(here, group, rounds, first, end))
