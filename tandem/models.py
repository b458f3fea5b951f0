"""The base of every record that passes between the parts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Executor = Literal["playwright", "k6"]
Outcome = Literal["ok", "failed", "invalid"]
Verdict = Literal["pass", "fail", "inconclusive", "invalid"]
Level = Literal["off", "warn", "error"]


class FrozenModel(BaseModel):
    """Immutable, and closed: an unknown key is a fault, never a silent default."""

    model_config = ConfigDict(frozen=True, extra="forbid")
