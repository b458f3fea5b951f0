"""Keeping what Arrow holds of memory to what is in use."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pyarrow as pa


@contextlib.contextmanager
def little_memory() -> Iterator[None]:
    """Let Arrow take memory from the system, and give it back at the end.

    Its own allocator keeps much more than is in use at any time.
    """
    before, system = pa.default_memory_pool(), pa.system_memory_pool()
    pa.set_memory_pool(system)
    try:
        yield
    finally:
        pa.set_memory_pool(before)
        system.release_unused()
