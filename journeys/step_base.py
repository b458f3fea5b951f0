"""What every step may carry, whatever it does."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from journeys.requests import SpecModel
from journeys.slo import Slo
from journeys.texts import Identifier

DEFAULT_STEP_TIMEOUT_S = 10.0

STEP_KEYS = frozenset({"id", "description", "timeout", "slos"})
"""What a step says beside its action."""


class StepSpec(SpecModel):
    """What every step may carry."""

    id: Identifier | None = None
    description: str = ""
    timeout: float = Field(default=DEFAULT_STEP_TIMEOUT_S, ge=0.01, le=600)
    """Seconds until the step has failed."""
    slos: tuple[Slo, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return what the action itself says, as it would stand in a spec."""
        return self.model_dump(
            mode="json", by_alias=True, exclude_defaults=True, exclude=set(STEP_KEYS)
        )
