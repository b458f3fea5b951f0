"""Whether somebody can look on while a browser rides. Standard library only."""

from __future__ import annotations

import os
import sys

from tandem.errors import RefusedError


def has_screen() -> bool:
    """Tell whether a window can be opened here."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def check_screen() -> None:
    """Raise :class:`RefusedError` when a browser with a window could not start."""
    if not has_screen():
        raise RefusedError(
            "headed=1 and debug=1 open a window, and there is no screen: DISPLAY is not set",
            hint="Leave it out, or give it one: xvfb-run doit run quick headed=1",
        )
