"""Records of nights, as a run leaves them."""

from __future__ import annotations

from math import exp

from summary.history.records import Fingerprint, NightRecord, NightSeries
from tests.summary.regression.worlds import unchanged

FINGERPRINT = Fingerprint(
    environment="ci",
    target="started in the job",
    system="Linux 6.8",
    machine="x86_64",
    processor="one",
    cores=4,
    memory_mb=16000,
    tools={"k6": "1.1.0"},
)


def name_of(index):
    return f"2026-{1 + index // 28:02d}-{1 + index % 28:02d}"


def record(
    index, history=None, *, digest="d", fingerprint=FINGERPRINT, requests=None, app="r1", **others
):
    """The night at ``index``; ``requests`` says from a series and its column what it asked for."""
    table = history or unchanged()
    return NightRecord(
        night=name_of(index),
        profile="nightly",
        stamp=f"{name_of(index).replace('-', '')}-020000",
        app=app,
        verdict="pass",
        fingerprint=fingerprint,
        series=tuple(
            NightSeries(
                **key._asdict(),
                loc_ms=exp(table.loc[index, column]),
                p95_ms=exp(table.p95[index, column]),
                n=int(table.count[index, column]),
                errors=int(table.errors[index, column]),
                span_s=30.0,
                digest=digest,
                requests=requests(key, column) if requests else {},
            )
            for column, key in enumerate(table.series)
        ),
        **others,
    )
