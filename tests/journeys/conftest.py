"""What the tests of the language share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from journeys.loader import load_action_map, load_journey
from journeys.resolved import RefusedJourney, ResolvedJourney, from_json, to_json
from tandem.files import canonical_json

Loads = Callable[..., ResolvedJourney]


@pytest.fixture
def load(tmp_path: Path) -> Loads:
    """Return a function from the text of a spec, and of an action map, to the journey."""

    def loads(spec: str, action_map: str = "{}", *, suffix: str = ".yaml") -> ResolvedJourney:
        path, map_path = tmp_path / f"spec{suffix}", tmp_path / "actions.yaml"
        path.write_text(spec, encoding="utf-8")
        map_path.write_text(action_map, encoding="utf-8")
        found = load_journey(path, load_action_map([map_path], tmp_path), tmp_path)
        assert read_back(found) == found, "the graph keeps it in a file between two tasks"
        return found

    return loads


def read_back(journey: ResolvedJourney) -> ResolvedJourney | RefusedJourney:
    """Return the journey as it comes back from its file."""
    return from_json(json.loads(canonical_json(to_json(journey))))
