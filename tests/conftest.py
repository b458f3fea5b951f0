"""How properties are tested, the same examples on every machine, and by how many workers."""

from __future__ import annotations

import os

import psutil
from hypothesis import settings

settings.register_profile("tandem", deadline=None, derandomize=True)
settings.load_profile("tandem")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: half of what rides take is waiting."""
    return (psutil.cpu_count(logical=False) or os.cpu_count() or 1) + 1
