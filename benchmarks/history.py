"""What it costs to read the nights of an object store: singly, at once, and by the index.

``python -m benchmarks.history [NIGHTS] [SERIES]``: a real S3 server on loopback whose every answer
takes 20 ms longer, as one in another city does. Ratios to reading one record after the other.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from pyarrow import fs
from werkzeug.serving import make_server

from summary.history.frozen import night_file
from summary.history.object_store import SETTLED_S, ObjectStore
from summary.history.records import NightRecord, NightSeries, night_from, to_text

FARTHER_S = 0.02


def main(arguments: list[str]) -> None:
    """Print one line for each way to read."""
    nights, series = (int(each) for each in [*arguments, "150", "60"][:2])
    server = make_server("127.0.0.1", 0, far_away(), threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    store = opened(server.server_port)
    for number in range(nights):
        text = to_text(night(number, series)).encode()
        store.write(night_file("nightly", f"{number:06d}"), text)
    print(f"{nights} nights of {series} series, {len(text)} bytes each")
    names = store.names("nights/nightly")
    singly = timed(lambda: [store.read(name) for name in names])
    at_once = timed(lambda: list(opened_and_listed(server.server_port).read_all(names)))
    indexed = timed(lambda: list(opened_and_listed(server.server_port).read_all(names)))
    parsed = timed(lambda: [night_from(text, "x") for _ in names])
    print(f"one after the other: {singly:.2f} s, 1.000")
    print(f"sixteen at once, writing the index: {at_once:.2f} s, {at_once / singly:.3f}")
    print(f"by the index: {indexed:.2f} s, {indexed / singly:.3f}")
    print(f"checking and parsing them: {parsed:.2f} s, {parsed / singly:.3f}")
    server.shutdown()


def far_away() -> Callable[..., Any]:
    """Return an S3 server each of whose answers takes longer."""
    application = DomainDispatcherApplication(create_backend_app)

    def later(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        time.sleep(FARTHER_S)
        return application(environ, start)

    return later


def opened(port: int) -> ObjectStore:
    """Return the store, some minutes after what is in it was written."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ[name] = "testing"
    at = f"127.0.0.1:{port}"
    client = boto3.client("s3", endpoint_url=f"http://{at}", region_name="us-east-1")
    client.create_bucket(Bucket="nights")
    uri = f"s3://nights/shop?endpoint_override={at}&scheme=http&region=us-east-1"
    filesystem, base = fs.FileSystem.from_uri(uri)
    return ObjectStore(filesystem, base, uri, lambda: time.time() + 2 * SETTLED_S)


def opened_and_listed(port: int) -> ObjectStore:
    """Return the store as a night that begins has it."""
    store = opened(port)
    store.names("nights/nightly")
    return store


def night(number: int, series: int) -> NightRecord:
    """Return a night of so many series, with two requests each."""
    requests = {"POST /api/play": 41.25, "GET /api/streams/{id}": 12.5}
    return NightRecord(
        night=f"{number:06d}",
        profile="nightly",
        stamp="20261123-022500",
        app="5f2c9a17",
        verdict="pass",
        fingerprint=None,
        series=tuple(
            NightSeries(
                journey=f"journey-{each // 20}",
                step=f"step-{each % 4}",
                executor="k6",
                users=each,
                loc_ms=100.25,
                p95_ms=151.5,
                n=500,
                errors=0,
                span_s=90.0,
                digest="0123456789abcdef",
                requests=requests,
            )
            for each in range(series)
        ),
    )


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds that it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1:])
