"""Columns to Arrow and Parquet: the only module that knows both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.columns import TABLES
from extract.commit.steps import Step
from extract.glossary import Column
from extract.version import SCHEMA_VERSION

DESCRIBED = ("label_zh", "label_en", "unit", "meaning", "missing")  # in the metadata of a field
ROWS_PER_GROUP = 16_384
BYTES_PER_GROUP = 16 << 20
_PIECES = 64  # that wait: small ones take several times the room of what is in them
Arrays = dict[str, pa.Array]  # columns of one length
# Hardly a value twice: a dictionary of them would only take time and room.
_UNIQUE = frozenset({"text", "mention_id", "fact_id", "anchor_id", "check_id", "formula"})
_TYPES = {"list": pa.list_(pa.string()), "bool": pa.bool_(), "double": pa.float64()}


def schema(table: str, extra: Sequence[Column] = ()) -> pa.Schema:
    """The Arrow schema of a table; ``extra`` columns stand last (the panel's values)."""
    fields = [_field(column) for column in (*TABLES[table], *extra)]
    return pa.schema(fields, metadata={"table": table, "schema_version": SCHEMA_VERSION})


def _field(column: Column) -> pa.Field:
    type_ = _TYPES.get(column.type) or pa.type_for_alias(column.type)
    meta = {name: getattr(column, name) for name in DESCRIBED}
    return pa.field(column.name, type_, nullable=column.nullable, metadata=meta)


def to_table(columns: Mapping[str, Sequence[Any] | pa.Array], schema_: pa.Schema) -> pa.Table:
    """Columns, lists or arrays, as an Arrow table; a null in one that has none is an error."""
    table = pa.table([_array(columns[f.name], f.type) for f in schema_], schema=schema_)
    for field, column in zip(schema_, table.columns, strict=True):
        if column.null_count and not field.nullable:
            raise ValueError(f"column {field.name} holds a null")
    return table


def _array(column: Sequence[Any] | pa.Array, type_: pa.DataType) -> pa.Array:
    if isinstance(column, pa.Array):
        return column.cast(type_)
    return pa.array(column, type_)


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def patched(column: pa.Array, rows: Mapping[int, Any]) -> pa.Array:
    """The column with other values in some rows."""
    if not rows:
        return column
    index = list(range(len(column)))
    for place, row in enumerate(rows, len(column)):
        index[row] = place
    both = pa.concat_arrays([column, pa.array(list(rows.values()), column.type)])
    return both.take(pa.array(index, pa.int64()))


class TableWriter:
    """One Parquet file, written in row groups of bounded rows and bytes.

    The same pieces in the same order give the same bytes.
    """

    def __init__(self, path: Path, schema_: pa.Schema, group_rows: int = ROWS_PER_GROUP) -> None:
        """Open ``path`` for writing; a row group has at most ``group_rows`` rows."""
        strings = (f.name for f in schema_ if pa.types.is_string(f.type))
        dictionary = [name for name in strings if name not in _UNIQUE]
        self.schema = schema_
        self.rows = 0
        self._group_rows = group_rows
        self._pending: list[pa.Table] = []
        self._pending_rows = self._pending_bytes = 0
        self._path = path
        with Step("create", path):
            self._writer = pq.ParquetWriter(
                path, schema_, compression="zstd", compression_level=1, use_dictionary=dictionary,
                write_page_checksum=True,
            )  # fmt: skip

    def write(self, piece: pa.Table) -> None:
        """Add rows; they reach the disk when a row group is full."""
        self.rows += piece.num_rows
        self._pending.append(piece)
        self._pending_rows += piece.num_rows
        self._pending_bytes += piece.nbytes
        if len(self._pending) == _PIECES:
            self._pending = [pa.concat_tables(self._pending).combine_chunks()]
        if self._pending_bytes >= BYTES_PER_GROUP:
            self._flush(self._pending_rows)
        elif self._pending_rows >= self._group_rows:
            self._flush(self._pending_rows - self._pending_rows % self._group_rows)

    def close(self) -> None:
        """Write what is pending, and the footer; what is closed stays so."""
        if self._writer.is_open:
            self._flush(self._pending_rows)
            with Step("footer", self._path):
                self._writer.close()

    def _flush(self, rows: int) -> None:
        """Write so many rows; where rows fill the groups, no piece decides where they end."""
        if not rows:
            return
        whole = pa.concat_tables(self._pending)
        rest = whole.slice(rows)
        with Step("rows", self._path):
            self._writer.write_table(whole.slice(0, rows).combine_chunks(), self._group_rows)
        self._pending = [rest] if rest.num_rows else []
        self._pending_rows, self._pending_bytes = rest.num_rows, rest.nbytes


def read_part(path: Path) -> pa.Table:
    """The rows of one bucket."""
    with pa.ipc.open_stream(path) as stream:
        return stream.read_all()


def batches(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The row groups of a written table (a file, or a folder of parts), one at a time."""
    for part in sorted(path.glob("*.parquet")) if path.is_dir() else [path]:
        with pq.ParquetFile(part, page_checksum_verification=True) as file:
            names = list(columns) if columns is not None else file.schema_arrow.names
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=names).select(names)
