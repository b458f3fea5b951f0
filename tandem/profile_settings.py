"""Profiles: which cells a run has, how often each is ridden, and when one has failed."""

from __future__ import annotations

from pydantic import Field, field_validator

from tandem.models import Executor, FrozenModel


class CellSettings(FrozenModel):
    """One column of a profile's matrix: so many users, so many iterations of each."""

    users: int = Field(ge=1, le=10_000)
    iterations: int = Field(default=1, ge=1, le=10_000)


class ProfileSettings(FrozenModel):
    """Which cells a run has, and when a cell has failed."""

    playwright: tuple[CellSettings, ...] = ()
    k6: tuple[CellSettings, ...] = ()
    warmup_iterations: int = Field(default=0, ge=0, le=10_000)
    """How many iterations each user rides before those that count."""
    browser_retries: int = Field(default=1, ge=0, le=5)
    """How many more times a browser cell is tried that has failed."""
    max_failed_iterations: float = Field(default=0.05, ge=0, le=1)
    """The share of failed iterations that a cell may have and still be ok."""
    default_slo: str | None = "rate<=0.05"
    """The objective of a journey that has none of its own."""
    apdex_target_ms: float = Field(default=500.0, gt=0)
    """A sample within it satisfies; one within four times that is tolerated."""

    @field_validator("playwright", "k6")
    @classmethod
    def _has_each_number_once(cls, value: tuple[CellSettings, ...]) -> tuple[CellSettings, ...]:
        found = [cell.users for cell in value]
        for users in found:
            if found.count(users) > 1:
                raise ValueError(f"users = {users} stands there more than once")
        return value

    def cells(self, executor: Executor) -> tuple[CellSettings, ...]:
        """Return the cells of ``executor``."""
        return self.playwright if executor == "playwright" else self.k6


def default_profiles() -> dict[str, ProfileSettings]:
    """Return what the built-in profiles are where the settings say nothing else of them."""
    one = CellSettings(users=1)
    return {
        "quick": ProfileSettings(
            playwright=(one,), k6=(one,), max_failed_iterations=0.0, default_slo="rate<=0"
        ),
        "nightly": ProfileSettings(
            warmup_iterations=1,
            playwright=(CellSettings(users=1, iterations=5), CellSettings(users=10, iterations=3)),
            k6=(
                CellSettings(users=1, iterations=10),
                CellSettings(users=10, iterations=10),
                CellSettings(users=100, iterations=5),
            ),
        ),
        "ab": ProfileSettings(
            playwright=(CellSettings(users=1),), k6=(CellSettings(users=10),), browser_retries=0
        ),
    }
