"""The resolved journey: the spec with its map and data filled in, ready for both generators.

What ``${…}`` remains is known only while riding: captures, the user, the iteration, what is made
for each iteration, and the environment.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from journeys.built_in_actions import BrowserStep
from journeys.requests import RequestSpec
from journeys.slo import Slo
from journeys.texts import Identifier, RiddenStepId
from journeys.values import IterationValues
from tandem.models import FrozenModel

FORMAT_VERSION: Literal[1] = 1


class ResolvedStep(FrozenModel):
    """One interaction: what the browser does, and what goes over the wire."""

    id: RiddenStepId
    action: str
    description: str
    timeout_s: float
    browser: tuple[BrowserStep, ...] = Field(min_length=1)
    protocol: tuple[tuple[RequestSpec, ...], ...]
    """Waves of requests: those of one wave are sent in parallel, wave after wave."""
    slos: tuple[Slo, ...]
    optional: bool = False
    """It may fail: then it is skipped, and the iteration goes on."""
    pause_s: float = 0.0
    """How long the user pauses before it: it is due so much later."""
    repeats: str = ""
    """The id without the number of the round, of a step that is repeated."""

    @property
    def has_protocol(self) -> bool:
        """Whether k6 sends anything for this step."""
        return bool(self.protocol)


class ResolvedGroup(FrozenModel):
    """A transaction over some of the steps, which follow one another."""

    id: Identifier
    description: str
    steps: tuple[Identifier, ...] = Field(min_length=1)
    slos: tuple[Slo, ...]

    def __str__(self) -> str:
        about = f" ({self.description})" if self.description else ""
        to = f" to {self.steps[-1]}" if len(self.steps) > 1 else ""
        return f"Group {self.id}{about}: {self.steps[0]}{to}."


class ResolvedJourney(FrozenModel):
    """A journey that both generators can write down without asking anything more."""

    format_version: Literal[1] = FORMAT_VERSION
    id: Identifier
    source: str
    """The spec's path below the workspace, with ``/``."""
    description: str
    pacing_s: float
    steps: tuple[ResolvedStep, ...] = Field(min_length=1)
    groups: tuple[ResolvedGroup, ...] = ()
    """Each one before those that stand in it."""
    last_pause_s: float = 0.0
    """How long the user pauses after the last step."""
    slos: tuple[Slo, ...]
    values: IterationValues = IterationValues()
    """What the references to data that are left in the steps stand for."""
    login: tuple[ResolvedStep, ...] = ()
    """What each user does once, before the clock starts; its captures last."""
    cookies: dict[str, str] = {}
    """Templates of the cookies that each user has from the start."""
    credentials: tuple[str, ...] = ()
    """Templates of user and password, for pages that ask for basic authentication."""
    headers: dict[str, str] = {}
    """What the environment sends with every request of a page."""
    files: dict[str, str] = {}
    """The files of the workspace that are handed to the app: path to content in base64."""
    variables: dict[str, tuple[str, ...]] = {}
    """The names of the environment variables that riding asks for, by ``env`` and ``secret``."""

    def groups_from(self, step: ResolvedStep) -> tuple[ResolvedGroup, ...]:
        """Return the groups that begin with the step, the outermost first."""
        return tuple(group for group in self.groups if group.steps[0] == step.id)

    @property
    def pause_s(self) -> float:
        """How long all pauses of one iteration are, together."""
        return sum(step.pause_s for step in self.steps) + self.last_pause_s


class RefusedJourney(FrozenModel):
    """What stands in the place of a journey whose spec is wrong: the reason, for the report."""

    id: str
    source: str
    fault: str


def to_json(journey: ResolvedJourney | RefusedJourney) -> dict[str, Any]:
    """Return the plain form that :func:`from_json` reads."""
    plain = journey.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(journey, ResolvedJourney):
        plain["format_version"] = journey.format_version
    return plain


def from_json(value: dict[str, Any]) -> ResolvedJourney | RefusedJourney:
    """Read what :func:`to_json` made."""
    model = RefusedJourney if "fault" in value else ResolvedJourney
    return model.model_validate(value)
