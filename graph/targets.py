"""Whether what a task made is still what it made. Standard library only.

doit asks only whether a target is there: one that was cut off or edited since would be taken for
what its task had made. With this among a task's ``uptodate`` it is made anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tandem.files import digest_file

_VALUE = "targets as made"


class AsMade:
    """The condition that a task's targets are as its last success left them.

    As with doit's own file dependencies a file of the same size and time of change counts as the
    same; of any other its digest decides.
    """

    def __init__(self) -> None:
        self.changed: list[str] = []
        """The targets that were not as they had been made, when that was last asked."""

    def configure_task(self, task: Any) -> None:
        """Let doit keep the state of the targets whenever the task has succeeded."""
        task.value_savers.append(lambda: {_VALUE: _states(task.targets)})

    def __call__(self, task: Any, values: dict[str, Any]) -> bool:
        """Tell whether the condition holds."""
        known = values.get(_VALUE, {})
        self.changed = [
            target
            for target in task.targets
            if target not in known or not _holds(target, known[target])
        ]
        return not self.changed


def _states(targets: Iterable[str]) -> dict[str, list[Any]]:
    return {target: _state(target) for target in targets}


def _state(target: str) -> list[Any]:
    found = Path(target).stat()
    return [found.st_mtime_ns, found.st_size, digest_file(Path(target))]


def _holds(target: str, known: list[Any]) -> bool:
    changed_ns, size, digest = known
    try:
        found = Path(target).stat()
        if found.st_size != size:
            return False
        return bool(found.st_mtime_ns == changed_ns or digest_file(Path(target)) == digest)
    except OSError:
        return False
