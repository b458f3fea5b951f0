"""What a HAR of 100 MB costs to read and to clear of secrets, beside `json.load` of it."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import cost_of

THIS = "benchmarks.har"
RECORDED = Path("tests/summary/recorded/playwright/user001.har")
SIZE = 100_000_000


def main() -> None:
    """Print every cost, less that of importing what is needed, and the ratio."""
    with tempfile.TemporaryDirectory(prefix="tandem-benchmark-") as folder:
        har = Path(folder, "user001.har")
        scale_up(har)
        size = har.stat().st_size / 1e6
        idle, ours = (cost_of("-m", THIS, how, str(har)) for how in ("nothing", "ours"))
        bare, plain = (cost_of("-m", THIS, how, str(har)) for how in ("bare", "json"))
        assert ours.said == plain.said, "the counts differ"
        cpu_s, json_s = ours.cpu_s - idle.cpu_s, plain.cpu_s - bare.cpu_s
        print(f"a HAR of {size:.0f} MB, {ours.said} entries")
        used, extra = ours.peak_mb - idle.peak_mb, ours.peak_mb - idle.peak_mb - size
        print(f"json.load: {json_s:.2f} s CPU, {plain.peak_mb - bare.peak_mb:.0f} MB")
        print(f"Tandem: {cpu_s:.2f} s CPU, {used:.0f} MB ({extra:+.0f} MB to the file's size)")
        print(f"ratio of CPU: {cpu_s / json_s:.3f}")
        bare, redacted = (cost_of("-m", THIS, how, str(har)) for how in ("redaction", "redacted"))
        cpu_s, used = redacted.cpu_s - bare.cpu_s, redacted.peak_mb - bare.peak_mb
        print(f"cleared of secrets: {cpu_s:.2f} s CPU, {used:.0f} MB ({used - size:+.0f} MB)")
        print(f"ratio of CPU: {cpu_s / json_s:.2f}")


def scale_up(har: Path) -> None:
    """Write the recorded entries over and over."""
    whole = json.loads(RECORDED.read_bytes())
    entries = [json.dumps(entry) for entry in whole["log"]["entries"]]
    whole["log"]["entries"] = ["HERE"]
    before, after = json.dumps(whole).split('"HERE"')
    with har.open("w", encoding="utf-8") as out:
        written = out.write(before)
        number = 0
        while written < SIZE:
            written += out.write(("," if number else "") + entries[number % len(entries)])
            number += 1
        out.write(after)


def read(how: str, har: Path) -> None:
    """Read the file in one of the ways, and print how many entries it has."""
    if how in ("nothing", "ours"):
        from summary.tables.totals import read_har_totals  # noqa: PLC0415 - the other side needs none

        if how == "ours":
            print(read_har_totals(har, RECORDED.with_name("timings.json"), 1).requests)
    elif how in ("redaction", "redacted"):
        from executors.redaction.files import Redaction  # noqa: PLC0415
        from executors.redaction.rules import NameRules  # noqa: PLC0415
        from executors.redaction.values import SecretValues  # noqa: PLC0415

        if how == "redacted":
            assert not Redaction(SecretValues(["no such secret"]), NameRules()).clean(har.parent)
    elif how == "json":
        with har.open("rb") as stream:
            print(len(json.load(stream)["log"]["entries"]))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
