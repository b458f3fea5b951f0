"""What can be set from outside: environment variables, and ``--faults``."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from demo.faults import Faults


class Settings(BaseModel):
    """The app's settings; each can be given as ``DEMO_`` and its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    admin_user: str = "admin"
    admin_password: str = "demo-admin"  # noqa: S105 (a demo's, and no secret)
    version: str = "1.0.0"
    classify_s: float = Field(1.0, ge=0, le=3600, allow_inf_nan=False)
    """How long a classification takes, in seconds."""
    faults: Faults = Faults({})


def read_settings(environment: Mapping[str, str], faults: str | None = None) -> Settings:
    """Return the settings; ``faults`` is JSON and goes before the environment's."""
    given: dict[str, object] = {}
    for name in Settings.model_fields:
        if value := environment.get(f"DEMO_{name.upper()}"):
            given[name] = value
    if faults := faults or environment.get("DEMO_FAULTS"):
        given["faults"] = Faults.model_validate_json(faults)
    return Settings.model_validate(given)
