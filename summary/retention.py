"""Which layers of which runs are too old, too many or too big to keep. Pure.

Raw artifacts go before tables, tables before summaries. The newest run, pinned runs, and what a
policy does not speak of stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from summary.stamps import stamp_of
from summary.stored_runs import LAYERS, Layer, StoredRun
from tandem.errors import SettingsError
from tandem.wording import counted

_UNITS: Final = {
    **dict.fromkeys(("", "run", "runs"), "runs"),
    **dict.fromkeys(("d", "day", "days"), "days"),
}
_UNITS_OF_SIZE: Final = {"mb": 10**6, "gb": 10**9, "tb": 10**12}


@dataclass(frozen=True, slots=True)
class Limit:
    """How much is kept: what is beyond any of these goes."""

    runs: int | None = None
    days: int | None = None
    size: int | None = None
    """Bytes of all runs together."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One layer of one run that goes, and why."""

    run: StoredRun
    layer: Layer
    reason: str

    @property
    def size(self) -> int:
        """Bytes that become free; whatever shares the disk blocks by hard links apart."""
        return self.run.sizes[self.layer]


def parse_limit(text: str) -> Limit:
    """Read ``20 runs, 30 days, 5 GB`` (any of them, spaces as you like; a bare number is runs).

    Raises :class:`SettingsError` for anything else.
    """
    found: dict[str, int] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9}(?:\.\d+)?)\s*([a-zA-Z]*)\s*", part)
        unit = match[2].lower() if match else "?"
        if match and unit in _UNITS_OF_SIZE:
            found["size"] = int(float(match[1]) * _UNITS_OF_SIZE[unit])
        elif match and unit in _UNITS and match[1].isdigit():
            found[_UNITS[unit]] = int(match[1])
        else:
            raise SettingsError(
                f"'{part.strip()}' does not say how much is kept",
                hint="Expected some of: 20 runs, 30 days, 5 GB (commas between).",
            )
    return Limit(**found)


def removals(
    runs: Sequence[StoredRun],
    policy: Mapping[Layer, Limit],
    total: Limit,
    kept: Collection[str],
    now: datetime,
) -> list[Removal]:
    """Return what goes, in the order in which it goes.

    ``runs`` are newest first; ``kept`` are names that stay; of ``total`` only the size counts.
    """
    found = {
        (run.name, layer): Removal(run, layer, reason)
        for layer in LAYERS
        for run, reason in _beyond(runs, layer, policy.get(layer, Limit()), now)
        if run.name not in kept
    }
    # With its summaries a run goes as a whole: nothing could be told of what is left.
    for run in runs:
        if whole := found.get((run.name, "summaries")):
            for layer in LAYERS:
                found.setdefault((run.name, layer), Removal(run, layer, whole.reason))
    found |= _oversize(runs, total.size, kept, found)
    return [each for each in _in_order(runs, found) if each.size]


def _beyond(
    runs: Sequence[StoredRun], layer: Layer, limit: Limit, now: datetime
) -> Iterator[tuple[StoredRun, str]]:
    size = 0
    for position, run in enumerate(runs):
        size += run.sizes[layer]
        if limit.runs is not None and position >= limit.runs:
            yield run, f"beyond {counted(limit.runs, 'run')}"
        elif limit.days is not None and _age(run, now) > timedelta(days=limit.days):
            yield run, f"older than {counted(limit.days, 'day')}"
        elif limit.size is not None and size > limit.size:
            yield run, f"beyond {_bytes(limit.size)} of {layer}"


def _oversize(
    runs: Sequence[StoredRun],
    limit: int | None,
    kept: Collection[str],
    going: Mapping[tuple[str, Layer], Removal],
) -> dict[tuple[str, Layer], Removal]:
    """Return what goes as well, oldest first and layer by layer, until the rest is small enough."""
    found: dict[tuple[str, Layer], Removal] = {}
    if limit is None:
        return found
    sizes = {(run.name, layer): run.sizes[layer] for run in runs for layer in LAYERS}
    left = sum(size for key, size in sizes.items() if key not in going)
    for layer in LAYERS:
        for run in reversed(runs):
            key = (run.name, layer)
            if left > limit and key not in going and run.name not in kept:
                found[key] = Removal(run, layer, f"beyond {_bytes(limit)} in all")
                left -= sizes[key]
    return found


def _in_order(
    runs: Sequence[StoredRun], found: Mapping[tuple[str, Layer], Removal]
) -> Iterator[Removal]:
    for layer in LAYERS:
        yield from (found[key] for run in reversed(runs) if (key := (run.name, layer)) in found)


def _bytes(size: int) -> str:
    """Return a limit as its own text would say it."""
    unit = next(name for name in ("tb", "gb", "mb") if size >= _UNITS_OF_SIZE[name] or name == "mb")
    return f"{size / _UNITS_OF_SIZE[unit]:g} {unit.upper()}"


def _age(run: StoredRun, now: datetime) -> timedelta:
    try:
        return now - datetime.strptime(stamp_of(run.name), "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return timedelta(0)  # a name of another make: its age is not known, so it is no reason
