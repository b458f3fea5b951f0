"""Faults on purpose: how the app is made slow or unreliable, reproducibly.

Faults are set per endpoint: ``"GET /api/search"``, ``"GET /api/streams/*"`` or ``"*"``. Where
several match, the most precise one counts alone. Each endpoint draws from random numbers of its
own: the n-th request that it matches always meets the same fate.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator

CONTROL_PREFIX = "/_control/"
HEALTH_PATH = "/api/health"

_PATTERN = re.compile(r"\*|(?:\*|[A-Z]+) /[^\s?#]*", re.ASCII)
_LONGEST_MS = 600_000

Milliseconds = Annotated[float, Field(ge=0, le=_LONGEST_MS, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Fault(BaseModel):
    """What befalls the requests to one endpoint, in this order: wait, burn, reset or error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    latency_ms: Milliseconds = 0
    jitter_ms: Milliseconds = 0
    """Up to that much more latency, evenly spread."""
    cpu_ms: Milliseconds = 0
    """CPU time that is burnt in the process; every other request waits for it."""
    error_rate: Share = 0
    error_status: int = Field(500, ge=400, le=599)
    reset_rate: Share = 0
    """The share of requests whose connection is dropped without an answer."""
    seed: int = 0


class Faults(RootModel[dict[str, Fault]]):
    """The faults by endpoint pattern."""

    model_config = ConfigDict(frozen=True, strict=True)

    @field_validator("root")
    @classmethod
    def _check_patterns(cls, root: dict[str, Fault]) -> dict[str, Fault]:
        check_patterns(root)
        return root


class FaultChanges(RootModel[dict[str, Fault | None]]):
    """New faults for some endpoints; null takes an endpoint's fault away."""

    model_config = ConfigDict(frozen=True, strict=True)

    @field_validator("root")
    @classmethod
    def _check_patterns(cls, root: dict[str, Fault | None]) -> dict[str, Fault | None]:
        check_patterns(root)
        return root


def check_patterns(patterns: Mapping[str, object]) -> None:
    """Refuse what could never match a request."""
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern):
            example = '"GET /api/search", "GET /api/streams/*" or "*"'
            raise ValueError(f'"{pattern}" is no endpoint: write for example {example}')


@dataclass(frozen=True, slots=True)
class Fate:
    """What one request is to meet."""

    delay_s: float
    cpu_s: float
    reset: bool
    error_status: int | None


class Trap:
    """One endpoint's fault and its random numbers."""

    def __init__(self, pattern: str, fault: Fault) -> None:
        self.pattern = pattern
        self.fault = fault
        self._regex = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
        self._random = random.Random(fault.seed)  # noqa: S311 (it must be foreseeable)

    @property
    def precision(self) -> tuple[bool, int]:
        """Sorts an exact endpoint after every pattern, and a long pattern after a short one."""
        return "*" not in self.pattern, len(self.pattern)

    def matches(self, method: str, path: str) -> bool:
        """Return whether a request is meant. The health check is only by its own name."""
        endpoint = f"{method} {path}"
        if path == HEALTH_PATH:
            return self.pattern == endpoint
        return self._regex.fullmatch(endpoint) is not None

    def draw(self) -> Fate:
        """Decide upon the next request; always three numbers, so that no setting shifts them."""
        late, lost, failed = (self._random.random() for _ in range(3))
        fault = self.fault
        return Fate(
            delay_s=(fault.latency_ms + late * fault.jitter_ms) / 1000,
            cpu_s=fault.cpu_ms / 1000,
            reset=lost < fault.reset_rate,
            error_status=fault.error_status if failed < fault.error_rate else None,
        )


class FaultBox:
    """The faults that are set at the moment."""

    def __init__(self, faults: Faults) -> None:
        self._traps: list[Trap] = []
        self.replace(faults)

    def faults(self) -> Faults:
        """Return what is set."""
        return Faults({trap.pattern: trap.fault for trap in self._traps})

    def replace(self, faults: Faults) -> None:
        """Set these faults and no others; all random numbers start anew."""
        self._set([Trap(pattern, fault) for pattern, fault in faults.root.items()])

    def change(self, changes: FaultChanges) -> None:
        """Set or take away the faults of some endpoints; the others go on as they were."""
        kept = [trap for trap in self._traps if trap.pattern not in changes.root]
        self._set(kept + [Trap(name, fault) for name, fault in changes.root.items() if fault])

    def fate(self, method: str, path: str) -> Fate | None:
        """Return what a request is to meet, or None when nothing is set for it."""
        if path.startswith(CONTROL_PREFIX):
            return None
        for trap in self._traps:
            if trap.matches(method, path):
                return trap.draw()
        return None

    def _set(self, traps: list[Trap]) -> None:
        self._traps = sorted(traps, key=lambda trap: trap.precision, reverse=True)
