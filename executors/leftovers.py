"""What a run that was killed left behind. Light: it is called whenever doit starts."""

# ruff: noqa: PLC0415 - there is hardly ever anything to remove

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

STAGE: Final = Path(".tandem", "stage")
"""Where cells are made."""


def purge() -> None:
    """Remove it: nothing has looked for secrets in it. A ride that is whole stays.

    To be called while no other doit works in this folder. What cannot be removed now is what a
    guard still ends, or another user's: a ride looks again, with the load lock held.
    """
    with contextlib.suppress(OSError):
        if not STAGE.is_dir() or not any(STAGE.iterdir()):
            return
        from executors.scratch import remove_scratch
        from executors.staging import remove_leftovers

        remove_scratch()
        remove_leftovers()
