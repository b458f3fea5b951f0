"""What the tests of the generators share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generators.options import ScriptOptions
from generators.scripts import generate
from journeys.action_map import ActionMap
from journeys.loader import load_action_map, load_journey, spec_files
from journeys.resolve import resolve
from journeys.resolved import ResolvedJourney, from_json, to_json
from journeys.spec import Journey
from tandem.files import canonical_json
from tandem.models import Executor

ROOT = Path(__file__).parents[2]

Resolves = Callable[..., ResolvedJourney]
Generates = Callable[[Executor, ResolvedJourney], str]


def through_json(journey: ResolvedJourney) -> ResolvedJourney:
    """Return the journey as it comes out of its file, which is what scripts are made from."""
    found = from_json(json.loads(canonical_json(to_json(journey))))
    assert isinstance(found, ResolvedJourney)
    return found


@pytest.fixture(scope="session")
def examples() -> list[ResolvedJourney]:
    """The repository's own journeys."""
    folder = ROOT / "journeys"
    action_map = load_action_map([folder / "actions.yaml"], ROOT)
    return [through_json(load_journey(path, action_map, ROOT)) for path in spec_files(folder)]


@pytest.fixture(scope="session")
def recorded(examples: list[ResolvedJourney]) -> list[ResolvedJourney]:
    """Those whose scripts are on record: the repository's own, and those that have everything."""
    folder = Path(__file__).parent
    every = (folder / f"{name}.yaml" for name in ("every-action", "every-value", "structure"))
    return [*examples, *(through_json(load_journey(path, ActionMap(), ROOT)) for path in every)]


@pytest.fixture(scope="session")
def resolved() -> Resolves:
    """Return a function from plain steps, and an action map, to the resolved journey."""

    def resolves(
        steps: list[dict[str, Any]],
        action_map: dict[str, Any] | None = None,
        source: str = "journeys/a.yaml",
        **fields: Any,
    ) -> ResolvedJourney:
        journey = Journey.model_validate({"id": "a", "steps": steps, **fields})
        return through_json(resolve(journey, ActionMap.model_validate(action_map or {}), source))

    return resolves


@pytest.fixture(scope="session")
def generated() -> Generates:
    """Return a function from executor and journey to the script of a cell with two users."""

    def generates(executor: Executor, journey: ResolvedJourney) -> str:
        return generate(executor, journey, ScriptOptions(2, 3, journey.pacing_s))

    return generates
