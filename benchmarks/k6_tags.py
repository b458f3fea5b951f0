"""What k6 itself costs per request, with the tags of our scripts and with others.

k6 rides one endpoint of the demo app with ten users as fast as it can, ten thousand requests each
time, and writes its CSV gzipped. CPU seconds of k6 alone, the least of some rounds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from executors.lock import load_lock
from executors.server import running_app
from executors.toolchain import find_k6
from tandem.app_settings import AppSettings

REQUESTS, USERS, ROUNDS = 10_000, 10, 3
ASKED = '"method", "name", "status", "expected_response", "error_code"'
NAMED = '{ tags: { name: "GET /api/health" } }'
STEP = 'exec.vu.metrics.tags.step = "home";'
SCRIPT = """
import http from "k6/http";
import exec from "k6/execution";
export const options = {
  scenarios: { ride: { executor: "shared-iterations", vus: %d, iterations: %d } },
  discardResponseBodies: true, %s
};
export default function () {
  %s
  http.get(`${__ENV.BASE_URL}/api/health`, %s);
}
"""
VARIANTS = {
    "no tags at all": ("systemTags: []", "", "{}"),
    "k6's own default": ("", "", "{}"),
    "what is asked of an answer": (f"systemTags: [{ASKED}]", "", NAMED),
    "and user, iteration": (f'systemTags: [{ASKED}, "vu", "iter"]', "", NAMED),
    "and step, journey: Tandem's": (
        f'systemTags: [{ASKED}, "vu", "iter"], tags: {{ journey: "j" }}',
        STEP,
        NAMED,
    ),
}
"""Options, what comes before each request, and its parameters."""


def main() -> None:
    """Print what each variant costs, and its ratio to the leanest."""
    settings = AppSettings(
        command=("{python}", "-m", "demo", "--port", "{port}"),
        ready_path="/api/health",
        environment={"PYTHONPATH": str(Path.cwd())},
    )
    with tempfile.TemporaryDirectory(prefix="tandem-benchmark-") as folder:
        costs = dict.fromkeys(VARIANTS, float("inf"))
        with load_lock(print), running_app(settings, None, Path(folder), ()) as app:
            for _ in range(ROUNDS):
                for name, parts in VARIANTS.items():
                    costs[name] = min(costs[name], ridden(Path(folder), app.origin, *parts))
        leanest = min(costs.values())
        for name, cpu_s in costs.items():
            print(f"{name:<30} {1e6 * cpu_s / REQUESTS:6.0f} µs a request, {cpu_s / leanest:.2f}")


def ridden(folder: Path, origin: str, options: str, before: str, params: str) -> float:
    """Ride once; return k6's CPU seconds."""
    tool = find_k6()
    assert tool is not None
    script = folder / "script.js"
    script.write_text(SCRIPT % (USERS, REQUESTS, options, before, params))
    command = [tool.path, "run", "--quiet", "--address", "", "--out", "csv=metrics.csv.gz"]
    process = subprocess.Popen(
        [*command, str(script)],
        cwd=folder,
        env={**os.environ, "BASE_URL": origin, "K6_NO_USAGE_REPORT": "true"},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"k6 ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
