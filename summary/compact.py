"""``summary.json``: a run on one page, short enough to be pasted to a language model. Pure.

Findings come first, worst first. Tables are rows under ``columns`` that are named once, units in
the names, with three digits that count: ``summary-full.json`` has them all. Whatever the size of
the run, the text stays below :data:`MAX_BYTES`: what does not fit is left out from the end of its
list (requests first, those with errors and the slowest are kept; of cells those that passed), and
``left_out`` says how many rows are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, TypeVar

from summary.compact_models import (
    CELL_COLUMNS,
    SERIES_COLUMNS,
    Columns,
    CompactJourney,
    CompactRun,
    CompactSummary,
    LeftOut,
    Rows,
)
from summary.grouping import grouped
from summary.models import CellSummary, Finding, SeriesSummary, Summary
from tandem.models import Executor

MAX_BYTES: Final = 7_300
"""4,000 tokens of 1.825 bytes: lists of numbers make short ones. Of UTF-8, since a character beyond
ASCII is a token more often than not."""
MAX_FINDINGS: Final = 15
_FINDING: Final = 200
"""Bytes of a finding, and..."""
_FACT: Final = 100
"""...of what was ridden, and with which arguments."""
_COUNTS: Final = 40
"""Bytes that the numbers of what is left out may take."""

_Row = TypeVar("_Row")
_EMPTY: Final = CompactJourney(journey="", interactions={}, transactions={}, requests={})


def compact(summary: Summary) -> CompactSummary:
    """Return the short form of a run."""
    findings = [_finding(each) for each in summary.findings]
    cells = [_cell(each) for each in summary.cells]
    matrix = _matrix(summary.cells)
    groups = _groups(summary, matrix)
    head = CompactSummary(
        verdict=summary.verdict,
        exit_code=summary.exit_code,
        findings=tuple(findings[:MAX_FINDINGS]),
        run=_run(summary),
        columns=Columns(rows=matrix),
        cells=(),
        series=(),
        left_out=LeftOut(findings=0, cells=0, series=0),
    )
    room = MAX_BYTES - len(as_text(head).encode()) - _COUNTS
    worst_first = [_cell(each) for each in sorted(summary.cells, key=_passed)]
    kept_cells, room = _fitting(worst_first, map(_length, worst_first), room)
    most_telling = sorted(groups, key=_least_telling_last)
    kept, room = _fitting(most_telling, _lengths(most_telling), room)
    return head.model_copy(
        update={
            "cells": tuple(each for each in cells if each in kept_cells),
            "series": _journeys(groups, kept),
            "left_out": LeftOut(
                findings=len(findings) - len(head.findings),
                cells=len(cells) - len(kept_cells),
                series=sum(_measured(each.rows) for each in groups if each not in kept),
            ),
        }
    )


def as_text(short: CompactSummary) -> str:
    """Return the JSON text: a line for each finding, cell and series, without spaces."""
    plain = short.model_dump(mode="json")
    lines = [f'"{key}":{_as_lines(value)}' for key, value in plain.items()]
    return "{" + ",\n".join(lines) + "}\n"


def _as_lines(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_as_json, value)) + "]"
    return _as_json(value)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _run(summary: Summary) -> CompactRun:
    """Return what was ridden; thousand journeys may have been asked for by name."""
    facts = summary.run.model_dump(include=set(CompactRun.model_fields))
    short = {
        name: {key: _cut(each, _FACT) for key, each in value.items()}
        if isinstance(value, dict)
        else _cut(value, _FACT)
        for name, value in facts.items()
    }
    return CompactRun(**short)


@dataclass(frozen=True, slots=True)
class _Group:
    """One series of a journey in all its cells."""

    journey: str
    step: str
    kind: str
    name: str
    rows: Rows


def _matrix(cells: Sequence[CellSummary]) -> tuple[tuple[Executor, int], ...]:
    """Return executor and users of the run's cells, the browser first."""
    ridden = {(cell.executor, cell.users) for cell in cells}
    return tuple(sorted(ridden, key=lambda each: (each[0] != "playwright", each[1])))


def _measured(rows: Rows) -> int:
    return sum(row is not None for row in rows)


def _groups(summary: Summary, matrix: Sequence[tuple[Executor, int]]) -> list[_Group]:
    """Return what has a figure, put together by what it is of, in the order of the steps."""
    order = {
        (journey.id, step.id): number
        for journey in summary.journeys
        for number, step in enumerate(journey.steps)
    }
    told = [row for row in summary.series if row.has_protocol or row.executor == "playwright"]
    in_order = sorted(told, key=lambda row: order.get((row.journey, row.step), -1))
    found = grouped(in_order, attrgetter("journey", "step", "kind", "name"))
    return [_Group(*key, _rows(rows, matrix)) for key, rows in found.items()]


def _journeys(groups: Sequence[_Group], kept: Sequence[_Group]) -> tuple[CompactJourney, ...]:
    """Return the journeys of series that are kept, with those."""
    made = []
    with_some = {group.journey for group in kept}
    for journey in dict.fromkeys(group.journey for group in groups if group.journey in with_some):
        mine = [group for group in groups if group.journey == journey and group in kept]
        requests: dict[str, dict[str, Rows]] = {}
        for group in mine:
            if group.kind == "request":
                requests.setdefault(group.step, {})[group.name] = group.rows
        made.append(
            CompactJourney(
                journey=journey,
                interactions={g.step: g.rows for g in mine if g.kind == "interaction"},
                transactions={g.name: g.rows for g in mine if g.kind == "transaction"},
                requests=requests,
            )
        )
    return tuple(made)


def _fitting(rows: Sequence[_Row], lengths: Iterable[int], room: int) -> tuple[list[_Row], int]:
    """Return the first rows that find room, and what is left of it, in bytes."""
    kept: list[_Row] = []
    for row, length in zip(rows, lengths, strict=True):
        room -= length
        if room < 0:
            return kept, 0
        kept.append(row)
    return kept, room


def _length(row: object) -> int:
    """Return how many bytes a row takes, and what stands between two."""
    return _bytes(row) + 2


def _lengths(groups: Iterable[_Group]) -> Iterator[int]:
    """Yield how many bytes each group takes, the first of a journey with that around it."""
    begun: set[str] = set()
    for group in groups:
        names = [group.step, group.name] if group.kind == "request" else [group.name]
        length = _bytes(group.rows) + sum(_bytes(name) + 4 for name in names)
        if group.journey not in begun:
            begun.add(group.journey)
            length += _length(_EMPTY.model_copy(update={"journey": group.journey}).model_dump())
        yield length


def _bytes(value: Any) -> int:
    return len(_as_json(value).encode())


def _cut(text: str, most: int) -> str:
    """Return the text, cut where it takes more bytes than ``most``, and said to be."""
    if _bytes(text) <= most:
        return text
    kept = text[:most]
    while _bytes(kept + "…") > most:
        kept = kept[:-1]
    return kept + "…"


def _passed(cell: CellSummary) -> bool:
    return cell.verdict == "pass"


def _least_telling_last(group: _Group) -> tuple[bool, bool, float]:
    """Sort key: steps in their order, then what had errors, then what took longest."""
    if group.kind != "request":
        return (False, False, 0.0)
    rows = [dict(zip(SERIES_COLUMNS, row, strict=True)) for row in group.rows if row]
    failed = any(row["error_rate"] for row in rows)
    return (True, not failed, -max(float(row["p95_ms"] or 0) for row in rows))


def _finding(finding: Finding) -> str:
    users = f"{finding.users} users" if finding.users > 1 else "1 user" if finding.users else ""
    where = " ".join(
        part for part in (finding.journey, finding.executor, users, finding.step) if part
    )
    said = f"{finding.severity} {finding.kind}: {f'{where}: ' if where else ''}{finding.text}"
    return _cut(" ".join(said.split()), _FINDING)


def _cell(cell: CellSummary) -> tuple[str | int | bool, ...]:
    return tuple(getattr(cell, name) for name in CELL_COLUMNS)


def _rows(series: Sequence[SeriesSummary], matrix: Sequence[tuple[Executor, int]]) -> Rows:
    known = {(row.executor, row.users): row for row in series}
    rows = [
        tuple(_short(getattr(known[cell], name)) for name in SERIES_COLUMNS)
        if cell in known
        else None
        for cell in matrix
    ]
    while rows and rows[-1] is None:
        rows.pop()
    return tuple(rows)


def _short(value: Any) -> Any:
    """Return a number with three digits that count, as a whole one where it has no more."""
    if not isinstance(value, float):
        return value
    rounded = float(f"{value:.3g}")
    return int(rounded) if rounded == int(rounded) else rounded
