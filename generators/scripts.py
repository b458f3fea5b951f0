"""The one door to the generators. Pure."""

from __future__ import annotations

from generators.k6 import generate_k6
from generators.literals import comment_text
from generators.options import ScriptOptions
from generators.playwright import generate_playwright
from journeys.resolved import RefusedJourney, ResolvedJourney
from tandem.models import Executor

SUFFIX: dict[Executor, str] = {"playwright": ".py", "k6": ".js"}


def generate(executor: Executor, journey: ResolvedJourney, options: ScriptOptions) -> str:
    """Return the text of the standalone script that rides ``journey`` as one cell."""
    return {"playwright": generate_playwright, "k6": generate_k6}[executor](journey, options)


def refused_script(executor: Executor, journey: RefusedJourney) -> str:
    """Return what stands in the place of a script whose journey was refused: why there is none."""
    mark = "//" if executor == "k6" else "#"
    lines = [f"{journey.source} was refused; nothing can be ridden until it is mended:"]
    lines += journey.fault.splitlines()
    return "".join(f"{mark} {comment_text(line)}\n" for line in lines)
