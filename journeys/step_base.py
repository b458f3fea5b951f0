"""What every step may carry, whatever it does."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from pydantic.alias_generators import to_snake

from journeys.requests import SpecModel
from journeys.slo import Slo
from journeys.texts import Identifier

DEFAULT_STEP_TIMEOUT_S = 10.0
DEFAULT_OPTIONAL_TIMEOUT_S = 1.0
"""What may as well not be there is not waited for as long."""

STEP_KEYS = frozenset({"id", "description", "timeout", "optional", "onlyIf", "slos"})
"""What a step says beside its action."""
STEP_FIELDS = frozenset(map(to_snake, STEP_KEYS))
"""The same, as models call them."""


class StepSpec(SpecModel):
    """What every step may carry."""

    id: Identifier | None = None
    """Its name in reports and tables; made of action and subject unless it says so."""
    description: str = ""
    """One sentence for people."""
    timeout: float | None = Field(default=None, ge=0.01, le=600)
    """Seconds until the step has failed: 10 unless it says so, and 1 for an optional one."""
    optional: bool = False
    """It may fail: then it is counted as skipped, and the iteration goes on."""
    only_if: Identifier | None = None
    """A flag of the environment: where it is not set, the step is left out."""
    slos: tuple[Slo, ...] = ()
    """Objectives of this step."""

    @property
    def timeout_s(self) -> float:
        """Seconds until the step has failed."""
        if self.timeout is not None:
            return self.timeout
        return DEFAULT_OPTIONAL_TIMEOUT_S if self.optional else DEFAULT_STEP_TIMEOUT_S

    def plain(self) -> dict[str, Any]:
        """Return what the action itself says, as it would stand in a spec."""
        return self.model_dump(
            mode="json", by_alias=True, exclude_defaults=True, exclude=set(STEP_FIELDS)
        )
