"""Files of the workspace that a spec names."""

from __future__ import annotations

import os
from pathlib import Path

from tandem.errors import SpecError


def real(path: Path) -> Path:
    """Return where the path leads to; itself, as far as its links lead in a circle."""
    return Path(os.path.realpath(path))  # resolve() raises RuntimeError, before Python 3.13


def path_inside(file: str, workspace: Path) -> Path:
    """Return the file's path; raise :class:`SpecError` where it leads out of the workspace."""
    path = workspace / file
    if not real(path).is_relative_to(real(workspace)):
        raise SpecError(f"{file}: leads out of the workspace")
    return path
