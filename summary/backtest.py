"""``python -m summary.backtest NIGHTS.csv``: what the decider would have said, night by night.

Every night is judged with only the nights before it. One JSON object a night goes to stdout.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from summary.regression.decider import Judged, replay
from summary.regression.history import History
from summary.regression.table import COLUMNS, read_nights
from tandem.errors import TandemError


def backtest(history: History) -> Iterator[dict[str, Any]]:
    """Yield what is found in each night, oldest first."""
    for night, judged in replay(history):
        yield {"night": night, "findings": list(_findings(judged))}


def _findings(judged: Iterable[Judged]) -> Iterator[dict[str, Any]]:
    """Yield what is no pass, the surest first; of single series not that nothing can be said."""
    for each in sorted(judged, key=lambda each: (each.p_adjusted, each.unit, each.metric)):
        silent = each.verdict == "insufficient precision" and each.unit.kind == "series"
        if each.verdict == "pass" or silent:
            continue
        yield {
            "unit": each.unit.kind,
            "journey": each.unit.journey,
            "step": each.unit.step,
            "executor": each.unit.executor,
            "users": each.unit.users,
            "metric": each.metric,
            "verdict": each.verdict,
            "effect_pct": round(each.effect * 100, 2),
            "p_adjusted": float(f"{each.p_adjusted:.3g}"),
            "detectable_pct": round(each.detectable * 100, 2),
        }


def main(arguments: Sequence[str]) -> int:
    """Print the backtest of a file; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m summary.backtest",
        description="Judge every night of a table with only the nights before it.",
        epilog=f"The table is CSV with the columns {', '.join(COLUMNS)}, one row for each series "
        "and night: n samples, the exponential of the 10 %% trimmed mean of the logarithm of their "
        "durations, and their 95th percentile. More columns are ignored.",
    )
    parser.add_argument("nights", metavar="NIGHTS.csv", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        for found in backtest(read_nights(chosen.nights)):
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    except TandemError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
