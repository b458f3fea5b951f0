"""A command's CPU seconds and peak memory, taken from the operating system."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

_KILOBYTE = 1024 if sys.platform == "linux" else 1
"""What getrusage counts memory in: kilobytes on Linux, bytes on macOS."""


@dataclass(frozen=True)
class Cost:
    """What a process used, with all that it imported."""

    cpu_s: float
    peak_mb: float
    said: str


def cost_of(*arguments: str) -> Cost:
    """Run ``python ARGUMENTS`` to its end; raise SystemExit when it fails."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * _KILOBYTE / 1e6, said.strip())
