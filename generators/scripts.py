"""The one door to the generators. Pure."""

from __future__ import annotations

from generators.k6 import generate_k6
from generators.options import ScriptOptions
from generators.playwright import generate_playwright
from journeys.resolved import ResolvedJourney
from tandem.models import Executor

SUFFIX: dict[Executor, str] = {"playwright": ".py", "k6": ".js"}


def generate(executor: Executor, journey: ResolvedJourney, options: ScriptOptions) -> str:
    """Return the text of the standalone script that rides ``journey`` as one cell."""
    return {"playwright": generate_playwright, "k6": generate_k6}[executor](journey, options)
