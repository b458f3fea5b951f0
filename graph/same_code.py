"""Whether our own code that makes something is what it was. Standard library only.

As file dependencies these would be most of what doit looks at: ninety files for each script.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tandem.files import digest_file, digest_text

_VALUE = "code"


class SameCode:
    """The condition that ``files`` hold what they held when the task last succeeded."""

    def __init__(self, files: tuple[str, ...]) -> None:
        self._digest = _digest(files)

    def configure_task(self, task: Any) -> None:
        """Let doit keep the digest whenever the task has succeeded."""
        task.value_savers.append(lambda: {_VALUE: self._digest})

    def __call__(self, task: Any, values: dict[str, Any]) -> bool:  # noqa: ARG002 - doit's names
        """Tell whether the condition holds."""
        return bool(values.get(_VALUE) == self._digest)


@cache
def _digest(files: tuple[str, ...]) -> str:
    """Return one digest of names and content, taken once in a call: many tasks ask for it."""
    return digest_text("\n".join(f"{file} {digest_file(Path(file))}" for file in files))
