"""The name=value arguments that narrow or change a run."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tandem.errors import SettingsError

SETTINGS = {
    "env": "environment",
    "base_url": "base_url",
    "enable_remote": "enable_remote",
}
"""Arguments that stand for a setting."""
SELECTION = (
    "journey",
    "executor",
    "users",
    "iterations",
    "warmup",
    "pacing",
    "headed",
    "slowmo",
    "debug",
)
"""Arguments that narrow or change what is ridden: such a run has a build folder of its own."""
OTHERS = (
    "config",
    "run",
    "runs",
    "keep",
    "apply",
    "night",
    "reason",
    "import",
    "simulate",
    "quiet",
    "base",
    "head",
    "rounds",
    "dry_run",
)
KNOWN = (*SETTINGS, *SELECTION, *OTHERS)


@dataclass(frozen=True, slots=True)
class Variables:
    """The arguments, checked: ``settings`` by field name, ``selection`` as given."""

    settings: dict[str, str]
    selection: dict[str, str]
    config: str
    has_config: bool
    run: str
    """A stamp, ``latest``, or ``all``; ``latest`` when nothing is said."""
    has_run: bool
    runs: str
    """Two of them, for a comparison."""
    keep: str
    apply: str
    night: str
    reason: str
    imported: str
    """A file of nights to take into the history."""
    simulate: str
    base: str
    """What ``ab`` holds head against: a revision of the app's repository, or a running server."""
    head: str
    rounds: str
    quiet: bool
    """Of a run nothing is told but what it came to."""
    dry_run: bool
    """Issues and comments are printed in place of being sent."""


def read_variables(given: Mapping[str, Any]) -> Variables:
    """Check what was given; raise :class:`SettingsError` for an unknown name."""
    for name in given:
        if name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1)
            raise SettingsError(
                f"{name}=: no such argument" + (f"; did you mean '{near[0]}='?" if near else ""),
                hint=f"Known are {', '.join(f'{known}=' for known in KNOWN)}.",
            )
    texts = {name: str(value) for name, value in given.items()}
    for name in ("night", "keep", "base", "head", "import", "config"):
        if texts.get(name) == "":
            raise SettingsError(f"{name}=: a value is missing")
    for name in ("quiet", "dry_run"):
        if texts.get(name, "0") not in ("0", "1"):
            raise SettingsError(f"{name}={texts[name]}: expected 0 or 1")
    return Variables(
        settings={field: texts[name] for name, field in SETTINGS.items() if name in texts},
        selection={name: _tidy(texts[name]) for name in SELECTION if name in texts},
        config=texts.get("config", "tandem.toml"),
        has_config="config" in texts,
        run=texts.get("run", "latest"),
        has_run="run" in texts,
        runs=texts.get("runs", ""),
        keep=texts.get("keep", ""),
        apply=texts.get("apply", ""),
        night=texts.get("night", ""),
        reason=texts.get("reason", ""),
        imported=texts.get("import", ""),
        simulate=texts.get("simulate", ""),
        base=texts.get("base", ""),
        head=texts.get("head", ""),
        rounds=texts.get("rounds", ""),
        quiet=texts.get("quiet") == "1",
        dry_run=texts.get("dry_run") == "1",
    )


def _tidy(text: str) -> str:
    """Return a list without blanks around its commas: "a, b" chooses what "a,b" does."""
    return ",".join(part.strip() for part in text.split(","))
