"""The journey language: what stands in a spec file, before anything is filled in.

Keys are camelCase. A step is a tagged union on ``action``: the built-in actions, those that give a
journey its structure, or any other name, which the action map must declare.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, JsonValue, Tag

from journeys.built_in_actions import BUILT_IN_ACTIONS, BrowserStep
from journeys.requests import SpecFile
from journeys.slo import Slo
from journeys.step_base import StepSpec
from journeys.texts import Identifier

MAX_STEPS = 200
DEFAULT_PACING_S = 3.0


class DomainStep(StepSpec):
    """A step whose action the action map declares; its parameters stand beside ``action``."""

    model_config = ConfigDict(extra="allow")

    action: Identifier
    __pydantic_extra__: dict[str, JsonValue]

    @property
    def parameters(self) -> dict[str, JsonValue]:
        """The parameters by name, as they stand in the spec."""
        return dict(self.__pydantic_extra__)


def _kind_of_step(value: Any) -> str:
    action = value.get("action") if isinstance(value, dict) else getattr(value, "action", None)
    return "built-in" if isinstance(action, str) and action in BUILT_IN_ACTIONS else "domain"


Step = Annotated[
    Annotated[BrowserStep, Tag("built-in")] | Annotated[DomainStep, Tag("domain")],
    Discriminator(_kind_of_step),
]


class Journey(SpecFile):
    """One user journey."""

    id: Identifier
    description: str = ""
    pacing_seconds: float = Field(default=DEFAULT_PACING_S, ge=0.05, le=3600)
    """Seconds from the start of one interaction to the start of the next."""
    data: dict[str, JsonValue] = {}
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MAX_STEPS)
    slos: tuple[Slo, ...] = ()
