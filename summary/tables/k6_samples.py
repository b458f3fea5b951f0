"""k6's CSV to samples: plain or gzipped, of any size, in bounded memory.

k6 writes a dozen lines per request; the kinds that are kept are told by how the line begins. A
sample's timestamp is the moment it was taken, the end: its start is that less its duration.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv

from executors.cutting import Places
from executors.lines import lines_beginning_with, read_header
from summary.tables.iterations import Iterations
from summary.tables.pairs import PairColumn, as_pairs
from summary.tables.samples import rows_of
from summary.tables.table_kinds import NAME
from tandem.errors import ArtifactError

_KEPT: Final = (b"http_req_duration,", b"interaction,", b"interaction_skipped,")
_OF_INTERACTIONS: Final = {
    "timestamp": pa.int64(),
    "metric_value": pa.float64(),
    "extra_tags": NAME,
    "metadata": pa.binary(),
}
_OF_REQUESTS: Final = {
    **_OF_INTERACTIONS,
    "error_code": NAME,
    "expected_response": pa.bool_(),
    "method": NAME,
    "name": NAME,
    "status": pa.int32(),
}
BEFORE_THE_FIRST: Final = -1
"""The iteration in which users log in: it counts no more than those that warm up."""
_PARSED_TOGETHER: Final = 4 << 20
"""Bytes of kept lines."""

_Flags = np.ndarray[Any, np.dtype[np.bool_]]


def read_k6_samples(metrics: Path, attempt: int, steps: int) -> Iterator[pa.Table]:
    """Yield the samples of one attempt (the rows are ``samples.ROWS``), some thousand at once.

    ``steps`` is how many interactions a whole iteration has. A line that was cut off at the end is
    left out. Raises :class:`ArtifactError` when the file is not k6's CSV.
    """
    iterations = Iterations(attempt, steps)
    try:
        header = _header(metrics)
        for requests, done, skipped in _together(lines_beginning_with(metrics, _KEPT)):
            tables = []
            if requests:
                lines = _parsed(requests, header, _OF_REQUESTS)
                tables.append(_requests(lines, attempt))
            if interactions := done + skipped:
                lines = _parsed(interactions, header, _OF_INTERACTIONS)
                tables.append(_interactions(lines, attempt))
                tables.append(iterations.add(tables[-1]))
            yield pa.concat_tables(tables)
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise ArtifactError(f"{metrics}: cannot be read: {error}") from error
    yield iterations.rest()


def _header(metrics: Path) -> list[str]:
    header = next(csv.reader([read_header(metrics).decode()]), [])
    missing = sorted({"metric_name", *_OF_REQUESTS} - set(header))
    if missing:
        raise ArtifactError(f"{metrics}: not a k6 CSV: its first line lacks {', '.join(missing)}")
    if header[0] != "metric_name":  # lines are known by how they begin
        raise ArtifactError(
            f"{metrics}: not a k6 CSV: its first column is '{header[0]}', expected 'metric_name'"
        )
    return header


def _together(blocks: Iterator[list[pa.Buffer]]) -> Iterator[list[bytes]]:
    waiting: list[list[pa.Buffer]] = []
    size = 0
    for block in blocks:
        waiting.append(block)
        size += sum(lines.size for lines in block)
        if size >= _PARSED_TOGETHER:
            size = 0
            yield _joined(waiting)
    if size:
        yield _joined(waiting)


def _joined(waiting: list[list[pa.Buffer]]) -> list[bytes]:
    joined = [b"".join(kind) for kind in zip(*waiting, strict=True)]
    waiting.clear()  # before the lines are parsed: there is not room for both
    return joined


def _parsed(content: bytes, header: Sequence[str], columns: Mapping[str, pa.DataType]) -> pa.Table:
    return read_csv(
        pa.BufferReader(content),
        ReadOptions(use_threads=False, column_names=header, block_size=2 * _PARSED_TOGETHER),
        ParseOptions(newlines_in_values=False),
        ConvertOptions(column_types=columns, include_columns=list(columns)),
    ).combine_chunks()


def _requests(lines: pa.Table, attempt: int) -> pa.Table:
    ok = lines["expected_response"].fill_null(False)
    status = lines["status"]
    tags = _Tags.of(lines["extra_tags"].chunk(0))
    return rows_of(
        **_common(lines, tags, PairColumn.of(lines["metadata"].chunk(0)), attempt),
        kind="request",
        name=lines["name"],
        method=lines["method"],
        status=pc.if_else(pc.equal(status, 0), None, status),
        ok=ok,
        error=_errors(lines, ok.to_numpy()),
    )


def _interactions(lines: pa.Table, attempt: int) -> pa.Table:
    tags = _Tags.of(lines["extra_tags"].chunk(0))
    pairs = PairColumn.of(lines["metadata"].chunk(0))
    common = _common(lines, tags, pairs, attempt)
    common["duration_us"] = pc.if_else(pa.array(tags.skipped), None, common["duration_us"])
    return rows_of(
        **common,
        kind="interaction",
        name=tags.step,
        ok=~tags.failed,
        skipped=tags.skipped,
        has_protocol=~tags.without_protocol,
        lateness_us=pairs.numbers("lateness_us"),
        overrun=pairs.having("overrun"),
        error=_reasons(pairs),
    )


def _common(lines: pa.Table, tags: _Tags, pairs: PairColumn, attempt: int) -> dict[str, Any]:
    for name in ("timestamp", "metric_value"):
        if lines[name].null_count:
            raise ValueError(f"a row has no {name}")
    # k6 gives milliseconds with six digits after the point.
    microseconds = np.rint(lines["metric_value"].to_numpy() * 1000)
    duration_us = pa.array(microseconds).cast(pa.int64())
    return {
        "attempt": pa.repeat(pa.scalar(attempt, pa.int32()), lines.num_rows),
        "vu": pairs.numbers("vu"),
        "iteration": pc.if_else(
            pa.array(tags.at_login), pa.scalar(BEFORE_THE_FIRST, pa.int32()), pairs.numbers("iter")
        ),
        "step": tags.step,
        "start": pc.subtract(lines["timestamp"], duration_us),
        "duration_us": duration_us,
    }


@dataclass(frozen=True)
class _Tags:
    """What the tags say, a row each. There are few different texts, and only those are read."""

    step: pa.DictionaryArray
    failed: _Flags
    skipped: _Flags
    without_protocol: _Flags
    at_login: _Flags

    @classmethod
    def of(cls, column: pa.DictionaryArray) -> _Tags:
        texts = [as_pairs(text) for text in column.dictionary.to_pylist()]
        rows = column.indices.to_numpy()
        steps = sorted({tags.get("step", "") for tags in texts})
        places = np.array([steps.index(tags.get("step", "")) for tags in texts], np.int32)
        return cls(
            pa.DictionaryArray.from_arrays(pa.array(places[rows]), pa.array(steps, pa.string())),
            np.array([tags.get("ok") == "false" for tags in texts])[rows],
            np.array([tags.get("skipped") == "true" for tags in texts])[rows],
            np.array([tags.get("has_protocol") == "false" for tags in texts])[rows],
            np.array([tags.get("login") == "true" for tags in texts])[rows],
        )


def _errors(requests: pa.Table, ok: _Flags) -> pa.Array:
    """Say of each request that is not ok what came instead."""
    failed = np.flatnonzero(~ok)
    lines = requests.select(["status", "error_code"]).take(pa.array(failed))
    status, code = pc.fill_null(lines["status"], 0), lines["error_code"].cast(pa.string())
    code = pc.if_else(pc.equal(code, ""), "unknown", code)
    answered = pc.binary_join_element_wise("answered", status.cast(pa.string()), " ")
    nothing = pc.binary_join_element_wise("no answer (k6's error code ", code, ")", "")
    texts = pc.if_else(pc.equal(status, 0), nothing, answered)
    return _sparse(failed, texts.combine_chunks(), len(ok))


def _reasons(interactions: PairColumn) -> pa.Array:
    failed, quoted = interactions.texts("reason")
    encoded = quoted.dictionary_encode()
    texts = pa.array(map(unquote, encoded.dictionary.to_pylist()), pa.string())
    return _sparse(failed, texts.take(encoded.indices), interactions.rows)


def _sparse(rows: Places, texts: pa.StringArray, length: int) -> pa.Array:
    """Return a column that has ``texts`` in ``rows`` and is null elsewhere."""
    encoded = texts.dictionary_encode()
    indices = np.full(length, -1, np.int32)
    indices[rows] = encoded.indices.to_numpy()
    column = pa.array(indices, mask=indices < 0)
    return pa.DictionaryArray.from_arrays(column, encoded.dictionary)
