"""Tables as Parquet files: written whole or not at all, checked and brought up to date on read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from summary.tables.table_kinds import TableKind
from tandem.errors import ArtifactError
from tandem.files import replaced

ROW_GROUP: Final = 1 << 16
"""Rows that are in memory together while a table is written."""
_TOLD_APART: Final = ("attempt", "start")
"""Columns by which a reader may pass over row groups."""
_UNREADABLE: Final = (OSError, UnicodeDecodeError, KeyError, pa.ArrowException)
"""What reading a damaged file raises; a missing column that a migration asks for among it."""

_ANEW: Final = (
    "`doit` makes a table below the build folder anew; a published one that is damaged must come "
    "from a copy."
)


def write_table(path: Path, kind: TableKind, tables: Iterable[pa.Table]) -> None:
    """Write ``tables`` one after the other, and only when the content changed.

    Each becomes row groups of its own. Dictionaries are sorted, so that the bytes depend on the
    rows alone and not on how they were cut into pieces on their way here. Raises
    :class:`ArtifactError` when the disk does not take it.
    """
    try:
        with replaced(path) as beside:
            _write(beside, kind, tables)
    except OSError as error:
        raise ArtifactError(
            f"{path}: the table cannot be written: {error.strerror or error}",
            hint="Rows far from being in order are sorted in the system's temporary folder: it "
            "needs room, too.",
        ) from error


def _write(file: Path, kind: TableKind, tables: Iterable[pa.Table]) -> None:
    names = [field.name for field in kind.schema if pa.types.is_dictionary(field.type)]
    moments = [field.name for field in kind.schema if pa.types.is_timestamp(field.type)]
    with pq.ParquetWriter(
        file,
        kind.schema,
        compression="zstd",
        use_dictionary=names,
        write_statistics=[each for each in _TOLD_APART if each in kind.schema.names],
        column_encoding=dict.fromkeys(moments, "DELTA_BINARY_PACKED"),
        # A flipped bit would else be another number, which nobody could tell from a measured one.
        write_page_checksum=True,
    ) as writer:
        for table in tables:
            writer.write_table(_with_sorted_names(table, names), ROW_GROUP)


def read_table(path: Path, kind: TableKind, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows, in this version's form; only ``columns`` of them where some are named.

    Raises :class:`ArtifactError` for a file that is damaged, of another kind, or too new.
    """
    pieces = list(read_pieces(path, kind, columns))
    return pieces[0] if len(pieces) == 1 else pa.concat_tables(pieces)


def count_rows(path: Path) -> int:
    """Return how many rows a table has; raise :class:`ArtifactError` when it cannot be read."""
    try:
        rows: int = pq.read_metadata(path).num_rows
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error
    return rows


def read_pieces(
    path: Path, kind: TableKind, columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """Yield the rows as :func:`read_table` returns them, in pieces that are written together.

    At least one piece comes, of no rows for a table without any. A table of an older version is
    one.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            found = file.schema_arrow
            version = _version(path, kind, found)
            if version != kind.version:
                _check_rows(path, file.metadata)
                old = _sound(file.read(use_threads=False))
                yield _migrated(path, kind, old, version, columns)
                return
            _check(path, kind, found)
            _check_rows(path, file.metadata)
            for group in range(file.num_row_groups):
                yield _sound(file.read_row_group(group, columns, use_threads=False))
            if not file.num_row_groups:
                yield file.read(columns, use_threads=False)
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception | str) -> ArtifactError:
    if isinstance(error, FileNotFoundError):
        return ArtifactError(f"{path}: there is no such table", hint=_ANEW)
    return ArtifactError(f"{path}: not a readable table: {error}", hint=_ANEW)


def _migrated(
    path: Path, kind: TableKind, table: pa.Table, version: int, columns: Sequence[str] | None
) -> pa.Table:
    for old in range(version, kind.version):
        table = kind.migrations[old](table)
    _check_names(path, kind, table.schema)
    table = table.select(kind.schema.names).cast(kind.schema)
    return table if columns is None else table.select(list(columns))


def _version(path: Path, kind: TableKind, schema: pa.Schema) -> int:
    written = (schema.metadata or {}).get(kind.version_key, b"none").decode()
    known = range(min([*kind.migrations, kind.version]), kind.version + 1)
    if written not in map(str, known):
        newer = written.isdecimal() and int(written) > kind.version
        raise ArtifactError(
            f"{path}: {kind.name} of version {written}, expected {kind.version}",
            hint="A newer Tandem made it: read it with that one." if newer else _ANEW,
        )
    return int(written)


def _check(path: Path, kind: TableKind, schema: pa.Schema) -> None:
    _check_names(path, kind, schema)
    for field in kind.schema:
        if schema.field(field.name).type != field.type:
            raise ArtifactError(
                f"{path}: its column '{field.name}' holds {schema.field(field.name).type}, "
                f"expected {field.type}"
            )


def _check_names(path: Path, kind: TableKind, schema: pa.Schema) -> None:
    if set(schema.names) != set(kind.schema.names):
        differing = sorted(set(schema.names) ^ set(kind.schema.names))
        raise ArtifactError(
            f"{path}: its columns are not those of {kind.name} {kind.version}: "
            f"{', '.join(differing[:5])}"
        )


def _check_rows(path: Path, said: pq.FileMetaData) -> None:
    """Hold against each other what a file says of its rows, which has no checksum."""
    groups = [said.row_group(number) for number in range(said.num_row_groups)]
    values = {
        group.column(number).num_values == group.num_rows
        for group in groups
        for number in range(group.num_columns)
    }
    if False in values or said.num_rows != sum(group.num_rows for group in groups):
        raise _unreadable(path, "it contradicts itself about how many rows it has")


def _sound(table: pa.Table) -> pa.Table:
    """Return the table; raise ArrowInvalid where a name is none of its dictionary's.

    A page's own head, which says how many names there are, has no checksum.
    """
    table.validate(full=True)
    return table


def _with_sorted_names(table: pa.Table, names: Iterable[str]) -> pa.Table:
    table = table.unify_dictionaries().combine_chunks()
    for name in names:
        column = table[name]
        if column.num_chunks:
            at = table.schema.get_field_index(name)
            table = table.set_column(at, table.schema.field(at), _sorted(column.chunk(0)))
    return table


def _sorted(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return the same values with a dictionary in order, and without what no row holds."""
    used = column.indices.unique().drop_null()
    texts = column.dictionary.take(used)
    order = pc.sort_indices(texts)
    place = [0] * len(column.dictionary)
    for new, old in enumerate(used.take(order).to_pylist()):
        place[old] = new
    indices = pa.array(place, pa.int32()).take(column.indices)
    return pa.DictionaryArray.from_arrays(indices, texts.take(order))
