"""What the person at the terminal reads about a load while it is ridden."""

from __future__ import annotations

from collections.abc import Callable

from graph.freshness import read_json
from graph.plan import Cell

_AROUND_S = 2.0
"""For starting and stopping the app and the executor."""


def load_title(cell: Cell) -> Callable[[object], str]:
    """Return doit's title function of a load: what is ridden, by whom, and for how long."""
    return lambda _task: _title(cell)


def seconds_of(cell: Cell) -> float:
    """Return about how long a cell is ridden; 0 for one that cannot be."""
    resolved = read_json(cell.resolved)
    steps = len(resolved.get("steps", ()))
    pacing = cell.pacing_s or float(resolved.get("pacing_s", 0))
    rounds = cell.warmup + cell.iterations
    last_pause = resolved.get("last_pause_s", 0)
    pauses = sum(step.get("pause_s", 0) for step in resolved.get("steps", ())) + last_pause
    slots = (rounds * steps - 1 / cell.users) * pacing
    return float(slots + rounds * pauses - last_pause + _AROUND_S) if steps else 0.0


def _title(cell: Cell) -> str:
    who = {"playwright": "browser", "k6": "k6"}[cell.executor]
    users = "1 user" if cell.users == 1 else f"{cell.users} users"
    about = seconds_of(cell)
    name = f"{cell.journey}, {who}, {users}"
    return f"riding {name} (about {about:.0f} s)" if about else f"not ridden: {name}"
