"""Service level objectives, written as k6 users write thresholds.

p(95)<500     a percentile of the duration, in milliseconds; also avg, med, min, max
rate<0.01     the share of interactions that failed
count>0       how many interactions there were, skipped ones left out
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from tandem.models import Executor, FrozenModel, Level

_THRESHOLD = re.compile(
    r"\s*(?P<metric>p\(\s*(?P<percentile>[0-9]+(?:\.[0-9]+)?)\s*\)|avg|med|min|max|rate|count)"
    r"\s*(?P<comparison><=|>=|<|>)\s*(?P<bound>[0-9]+(?:\.[0-9]+)?)\s*"
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """One parsed threshold.

    ``metric`` is "percentile", "avg", "med", "min", "max" (ms), "rate" (0 to 1) or "count".
    """

    metric: str
    percentile: float | None
    comparison: str
    bound: float

    def holds(self, measured: float) -> bool:
        """Tell whether ``measured`` (ms, a rate or a count) keeps the objective."""
        return {
            "<": measured < self.bound,
            "<=": measured <= self.bound,
            ">": measured > self.bound,
            ">=": measured >= self.bound,
        }[self.comparison]


def parse_threshold(text: str) -> Threshold:
    """Parse ``text``; raise ValueError with what was expected."""
    match = _THRESHOLD.fullmatch(text)
    if match is None:
        raise ValueError(
            f"'{text}' is not a threshold; "
            "write one such as p(95)<500, avg<200, rate<0.01 or count>0"
        )
    percentile = match["percentile"]
    if percentile is not None and not 0 <= float(percentile) <= 100:
        raise ValueError(f"'{text}': a percentile lies between 0 and 100")
    if match["metric"] == "rate" and float(match["bound"]) > 1:
        raise ValueError(f"'{text}': a rate lies between 0 and 1; five in a hundred is 0.05")
    return Threshold(
        metric="percentile" if percentile is not None else match["metric"],
        percentile=None if percentile is None else float(percentile),
        comparison=match["comparison"],
        bound=float(match["bound"]),
    )


def _checked_threshold(text: str) -> str:
    parse_threshold(text)
    return text


ThresholdText = Annotated[str, AfterValidator(_checked_threshold)]


class Slo(FrozenModel):
    """One objective: a threshold, for which cells it holds, and what it costs to miss it.

    A plain text stands for an objective of level ``error`` for every executor and number of users.
    """

    threshold: ThresholdText
    """Such as p(95)<500 (milliseconds; also avg, med, min, max), rate<0.01 or count>0."""
    level: Level = "error"
    """What it costs to miss it: error fails the run, warn is said, off is not judged."""
    executor: Executor | None = None
    """Only this executor's cells."""
    users: int | None = Field(default=None, ge=1)
    """Only the cells with so many users."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"threshold": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the plain text beside the object."""
        described = handler(schema)
        text = {"type": "string", "description": "A threshold, such as p(95)<500."}
        return {"anyOf": [text, described]}
