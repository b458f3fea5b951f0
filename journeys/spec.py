"""The journey language: what stands in a spec file, before anything is filled in.

Keys are camelCase. A step is a tagged union on ``action``: the built-in actions, those that give a
journey its structure, or any other name, which the action map must declare.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, JsonValue, Tag, model_validator

from journeys.built_in_actions import BUILT_IN_ACTIONS, BrowserStep
from journeys.feeders import Feeder
from journeys.requests import SpecFile, SpecModel
from journeys.slo import Slo
from journeys.step_base import StepSpec
from journeys.texts import AuthName, Identifier

MAX_STEPS = 200
"""Interactions of one iteration, every round of what is repeated counted."""
MAX_ROUNDS = 50
DEFAULT_PACING_S = 3.0


class DomainStep(StepSpec):
    """A step whose action the action map declares; its parameters stand beside ``action``."""

    model_config = ConfigDict(extra="allow")

    action: Identifier
    """The name of an action that the action map declares."""
    __pydantic_extra__: dict[str, JsonValue]

    @property
    def parameters(self) -> dict[str, JsonValue]:
        """The parameters by name, as they stand in the spec."""
        return dict(self.__pydantic_extra__)


class Pause(SpecModel):
    """Do nothing for a while: what follows is due so much later. It has no slot and no row."""

    action: Literal["pause"]
    seconds: float = Field(gt=0, le=3600)
    """For how long."""
    description: str = ""
    """One sentence for people."""


class Group(SpecModel):
    """Several steps that are one thing to the user: a transaction, which has rows of its own."""

    action: Literal["group"]
    id: Identifier | None = None
    """Its name in reports and tables; made of ``name`` unless it says so."""
    name: str = ""
    """What it is called; its id is made of that unless there is one."""
    description: str = ""
    """One sentence for people."""
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MAX_STEPS)
    """What it consists of."""
    slos: tuple[Slo, ...] = ()
    """Objectives of the whole group."""

    @model_validator(mode="after")
    def _has_a_name(self) -> Group:
        if self.id is None and not self.name.strip():
            raise ValueError("a group has an id, or a name that its id is made of")
        return self


class Repeat(SpecModel):
    """The same steps again and again; each one's id carries the number of its round."""

    action: Literal["repeat"]
    times: int = Field(ge=1, le=MAX_ROUNDS)
    """How many rounds there are."""
    description: str = ""
    """One sentence for people."""
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MAX_STEPS)
    """What is done in each round."""


STRUCTURE: dict[str, type[SpecModel]] = {"pause": Pause, "group": Group, "repeat": Repeat}
"""What is no interaction itself."""

Interaction = BrowserStep | DomainStep
"""A step with a slot and rows of its own."""


def _kind_of_step(value: Any) -> str:
    action = value.get("action") if isinstance(value, dict) else getattr(value, "action", None)
    if not isinstance(action, str):
        return "domain"
    return "built-in" if action in BUILT_IN_ACTIONS else action if action in STRUCTURE else "domain"


Step = Annotated[
    Annotated[BrowserStep, Tag("built-in")]
    | Annotated[Pause, Tag("pause")]
    | Annotated[Group, Tag("group")]
    | Annotated[Repeat, Tag("repeat")]
    | Annotated[DomainStep, Tag("domain")],
    Discriminator(_kind_of_step),
]
Group.model_rebuild()
Repeat.model_rebuild()


class Journey(SpecFile):
    """One user journey."""

    id: Identifier
    """Names the journey in files, reports and tables."""
    description: str = ""
    """One sentence for people."""
    pacing_seconds: float = Field(default=DEFAULT_PACING_S, ge=0.05, le=3600)
    """Seconds from the start of one interaction to the start of the next."""
    auth: AuthName | None = None
    """Who the user is to the app: a name in ``[auth]`` of the settings."""
    data: dict[str, JsonValue] = {}
    """Values that steps refer to as ``${data.NAME}``."""
    feeders: dict[Identifier, Feeder] = {}
    """Rows of data files, as ``${data.NAME.COLUMN}``."""
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MAX_STEPS)
    """What the user does."""
    slos: tuple[Slo, ...] = ()
    """Objectives of the whole journey."""
