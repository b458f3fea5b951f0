"""Which specs were found sound, and are what they were then: those are not read again.

A spec is known by the content of all that its soundness rests on: itself, its data files, the
action maps, what the settings say of its environment, and the code that looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from graph.plan import Plan
from graph.sources import JOURNEY_CODE
from tandem.files import digest_file, digest_text, write_json

RECORD = Path(".tandem", "sound.json")
_ROOT = Path(__file__).parent.parent
_SETTINGS = ("environment", "auth", "env")
_LIBRARIES = ("pydantic", "pyyaml")


def digests(plan: Plan) -> dict[str, str]:
    """Return what each journey's soundness rests on, as one digest by its id."""
    common = [
        json.dumps([plan.settings.get(name) for name in _SETTINGS], sort_keys=True),
        *(version(name) for name in _LIBRARIES),
        *(_content(_ROOT / path) for path in JOURNEY_CODE),
        *(_content(Path(path)) for path in plan.action_maps),
    ]
    shared = _digest(common)
    return {
        journey: _digest([shared, *_contents([spec, *plan.data_files.get(journey, ())])])
        for journey, spec in plan.specs.items()
    }


def _contents(paths: Iterable[str]) -> list[str]:
    return [part for path in paths for part in (path, _content(Path(path)))]


def _content(path: Path) -> str:
    try:
        return digest_file(path)
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _digest(parts: Iterable[str]) -> str:
    return digest_text("\n".join(parts))


def known_sound(found: Mapping[str, str]) -> dict[str, int]:
    """Return the journeys that were sound when their digest was this, and how many steps each has.

    A record that is damaged, or not there, is none.
    """
    try:
        record = json.loads(RECORD.read_bytes())
        return {
            journey: int(record[journey]["steps"])
            for journey, digest in found.items()
            if journey in record and record[journey]["digest"] == digest
        }
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def record_sound(found: Mapping[str, str], steps: Mapping[str, int]) -> None:
    """Write down the sound journeys, and how many steps each has."""
    write_json(
        RECORD, {name: {"digest": found[name], "steps": count} for name, count in steps.items()}
    )
