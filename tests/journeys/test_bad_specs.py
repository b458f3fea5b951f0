"""What authors read when their spec is wrong.

The folder ``bad`` holds wrong specs, and wrong action maps below ``maps``; ``messages.txt`` is what
each of them gives. After a change that is meant, write it anew and read it as an author would:

    UPDATE_SNAPSHOTS=1 python -m pytest tests/journeys/test_bad_specs.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from journeys.loader import load_action_map, load_journey
from tandem.errors import SpecError

BAD = Path(__file__).parent / "bad"
SNAPSHOT = BAD / "messages.txt"
MAPS = [Path(__file__).parents[2] / "journeys" / "actions.yaml"]
SPECS = sorted(path for path in BAD.iterdir() if path.suffix in (".yaml", ".json"))
WRONG_MAPS = sorted((BAD / "maps").iterdir())


def message_of(path: Path) -> str:
    """Return what is wrong with a spec or an action map."""
    try:
        action_map = load_action_map(MAPS if path.parent == BAD else [path], BAD)
        load_journey(path, action_map, BAD)
    except SpecError as error:
        return str(error)
    raise AssertionError(f"{path.name} is right")


def test_messages_are_those_that_were_read() -> None:
    """Every message is as it was when somebody last read it with an author's eyes."""
    messages = "\n\n".join(message_of(path) for path in (*SPECS, *WRONG_MAPS)) + "\n"
    # Python words some faults of JSON differently from version to version.
    messages = re.sub(r"(?m)(: not valid JSON): .*$", r"\1", messages)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(messages, encoding="utf-8")
    assert messages == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", [*SPECS, *WRONG_MAPS], ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_every_message_says_where(path: Path) -> None:
    """Each line begins with file and line, or is the hint below one."""
    shown = re.escape(path.relative_to(BAD).as_posix())
    for line in message_of(path).splitlines():
        assert re.match(rf"{shown}:[0-9]+(:[0-9]+)?: \S|  [A-Z].*\.$", line), line
