"""``python -m demo``: run the demo app until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys

from pydantic import ValidationError

from demo.app import create_app
from demo.problems import explain
from demo.server import listen, serve
from demo.settings import read_settings
from demo.store import Store


def main() -> int:
    """Return 0 when the app was ended, 1 when it cannot listen, 2 when a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Run the demo app.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4173, help="0 takes a free one")
    parser.add_argument("--faults", metavar="JSON", help="""like '{"*": {"latency_ms": 300}}'""")
    given = parser.parse_args()
    if not 0 <= given.port <= 65535:
        parser.error("--port must be a number from 0 to 65535")
    try:
        settings = read_settings(os.environ, given.faults)
    except ValidationError as error:
        parser.error(explain(error))
    try:
        listener = listen(given.host, given.port)
    except OSError as error:
        sys.stderr.write(f"demo: cannot listen on {given.host}:{given.port}: {error.strerror}\n")
        return 1
    serve(create_app(settings, Store()), listener)
    return 0


if __name__ == "__main__":
    sys.exit(main())
