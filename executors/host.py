"""The machine that makes the load, as the run records it."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil

from executors.outcome import Host


def this_host() -> Host:
    """Return what is known of this machine; nothing that names it."""
    return Host(
        system=f"{platform.system()} {platform.release()}",
        machine=platform.machine(),
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_mb=psutil.virtual_memory().total // 2**20,
        python=platform.python_version(),
    )


def _processor() -> str:
    """Return the model's name: Linux has it in /proc/cpuinfo, macOS gives it to platform."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2] for line in text.splitlines() if line.startswith("model name"))
    return next(names, platform.processor()).strip()
