"""What the tests of the language share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from journeys.loader import load_action_map, load_journey
from journeys.resolved import ResolvedJourney

Loads = Callable[..., ResolvedJourney]


@pytest.fixture
def load(tmp_path: Path) -> Loads:
    """Return a function from the text of a spec, and of an action map, to the journey."""

    def loads(spec: str, action_map: str = "{}", *, suffix: str = ".yaml") -> ResolvedJourney:
        path, map_path = tmp_path / f"spec{suffix}", tmp_path / "actions.yaml"
        path.write_text(spec, encoding="utf-8")
        map_path.write_text(action_map, encoding="utf-8")
        return load_journey(path, load_action_map([map_path], tmp_path), tmp_path)

    return loads
