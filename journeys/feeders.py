"""Feeders: rows of a data file, one for each user or iteration."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from journeys.documents import MAX_BYTES, read_document
from journeys.expressions import FROM_ENVIRONMENT, ExpressionError, references
from journeys.requests import SpecModel
from journeys.texts import WorkspaceFile
from journeys.workspace_files import path_inside
from tandem.errors import SpecError

MAX_ROWS = 10_000

Rows = tuple[dict[str, str], ...]


class Feeder(SpecModel):
    """Rows of a data file; ``${data.NAME.COLUMN}`` is a column of the row that is picked."""

    file: WorkspaceFile
    """A CSV, JSON or YAML file below the workspace."""
    pick: Literal["sequential", "random", "unique"] = "sequential"
    """Which row comes next; unique ones are never picked twice in a ride."""
    per: Literal["iteration", "user"] = "iteration"
    """How long a row is kept: for one iteration, or for all of a user's."""
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    """Of random picks: the same seed picks the same rows."""


def read_rows(file: str, workspace: Path) -> Rows:
    """Return the rows of a data file, all values as texts.

    Raises :class:`SpecError` with file and line for one that is outside of the workspace,
    unreadable, too large, empty, or of unequal rows.
    """
    path = path_inside(file, workspace)
    found = _csv_rows(path, file) if path.suffix == ".csv" else _document_rows(path, file)
    if not found:
        raise SpecError(f"{file}: holds no row")
    if len(found) > MAX_ROWS:
        raise SpecError(f"{file}: {len(found)} rows, expected at most {MAX_ROWS}")
    for number, row in enumerate(found, 1):
        _check_row(row, found[0], f"{file}: row {number}")
    return found


def _csv_rows(path: Path, file: str) -> Rows:
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise SpecError(f"{file}: {len(content)} bytes, expected at most {MAX_BYTES}")
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise SpecError(
                    f"{file}:{reader.line_num}: expected {len(reader.fieldnames or ())} values, "
                    "as the first line has names"
                )
            rows.append(row)
    except OSError as error:
        raise SpecError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"{file}: byte {error.start} is not UTF-8") from error
    except csv.Error as error:
        raise SpecError(f"{file}:{reader.line_num}: not valid CSV: {error}") from error
    return tuple(rows)


def _document_rows(path: Path, file: str) -> Rows:
    value = read_document(path, file).value
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise SpecError(f"{file}: expected a list of objects, one for each row")
    return tuple({name: _text(each, file, name) for name, each in row.items()} for row in value)


def _text(value: Any, file: str, column: str) -> str:
    if isinstance(value, dict | list) or value is None:
        raise SpecError(f"{file}: {column}: expected a single value in each row")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_row(row: Mapping[str, str], first: Mapping[str, str], place: str) -> None:
    if row.keys() != first.keys():
        raise SpecError(f"{place} has {', '.join(row)}; the first one has {', '.join(first)}")
    for column, text in row.items():
        try:
            used = [
                str(each) for each in references(text) if each.namespace not in FROM_ENVIRONMENT
            ]
        except ExpressionError as error:
            raise SpecError(f"{place}, {column}: {error}") from error
        if used:
            raise SpecError(
                f"{place}, {column}: {used[0]} cannot stand in a data file; "
                "${env:NAME} and ${secret:NAME} can"
            )
