"""Columns to Arrow and Parquet: the only module that knows both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from extract.columns import TABLES
from extract.glossary import Column
from extract.steps import Step
from extract.tables import Columns

SCHEMA_VERSION = "1"
DESCRIBED = ("label_zh", "label_en", "unit", "meaning", "missing")  # in the metadata of a field
ROWS_PER_GROUP = 16_384
BYTES_PER_GROUP = 16 << 20
_TYPES = {"list": pa.list_(pa.string()), "bool": pa.bool_(), "double": pa.float64()}


def schema(table: str, extra: Sequence[Column] = ()) -> pa.Schema:
    """The Arrow schema of a table; ``extra`` columns stand last (the panel's values)."""
    fields = [_field(column) for column in (*TABLES[table], *extra)]
    return pa.schema(fields, metadata={"table": table, "schema_version": SCHEMA_VERSION})


def _field(column: Column) -> pa.Field:
    type_ = _TYPES.get(column.type) or pa.type_for_alias(column.type)
    meta = {name: getattr(column, name) for name in DESCRIBED}
    return pa.field(column.name, type_, nullable=column.nullable, metadata=meta)


def to_table(columns: Columns, schema_: pa.Schema) -> pa.Table:
    """Column lists as an Arrow table; a null in a column that has none is an error."""
    table = pa.table([pa.array(columns[f.name], f.type) for f in schema_], schema=schema_)
    for field, column in zip(schema_, table.columns, strict=True):
        if column.null_count and not field.nullable:
            raise ValueError(f"column {field.name} holds a null")
    return table


class TableWriter:
    """One Parquet file, written in row groups of bounded rows and bytes.

    The same pieces in the same order give the same bytes.
    """

    def __init__(self, path: Path, schema_: pa.Schema, group_rows: int = ROWS_PER_GROUP) -> None:
        """Open ``path`` for writing; a row group has at most ``group_rows`` rows."""
        dictionary = [f.name for f in schema_ if f.name != "text" and pa.types.is_string(f.type)]
        self.schema = schema_
        self.rows = 0
        self._group_rows = group_rows
        self._pending: list[pa.Table] = []
        self._pending_rows = self._pending_bytes = 0
        self._path = path
        with Step("create", path):
            self._writer = pq.ParquetWriter(
                path, schema_, compression="zstd", compression_level=3, use_dictionary=dictionary,
                write_page_checksum=True,
            )  # fmt: skip

    def write(self, piece: pa.Table) -> None:
        """Add rows; they reach the disk when a row group is full."""
        self.rows += piece.num_rows
        self._pending.append(piece)
        self._pending_rows += piece.num_rows
        self._pending_bytes += piece.nbytes
        if self._pending_rows >= self._group_rows or self._pending_bytes >= BYTES_PER_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is pending, and the footer."""
        self._flush()
        with Step("footer", self._path):
            self._writer.close()

    def _flush(self) -> None:
        whole = pa.concat_tables(self._pending) if self._pending else None
        self._pending = []
        self._pending_rows = self._pending_bytes = 0
        if whole is not None and whole.num_rows:
            with Step("rows", self._path):
                self._writer.write_table(whole.combine_chunks(), row_group_size=self._group_rows)


def split(
    path: Path, columns: Sequence[str], bucket_of: Mapping[str, int], folder: Path
) -> list[Path]:
    """Rows of a written table by the bucket of their agency, each bucket in its own file.

    One pass, in file order within a bucket; rows without an agency are left out.
    """
    count = max(bucket_of.values(), default=-1) + 1
    parts = [folder / f"{path.stem}.{bucket}.arrow" for bucket in range(count)]
    kept = pa.schema([pq.read_schema(path).field(name) for name in columns])
    with Step("create", folder), ExitStack() as stack:
        writers = [stack.enter_context(pa.ipc.new_stream(part, kept)) for part in parts]
        for group in batches(path, columns):
            for bucket, rows in _by_bucket(group, bucket_of):
                writers[bucket].write_table(rows)
    return parts


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


def _by_bucket(table: pa.Table, bucket_of: Mapping[str, int]) -> Iterator[tuple[int, pa.Table]]:
    buckets = [bucket_of.get(agency, -1) for agency in table.column("agency_id").to_pylist()]
    order = sorted(range(len(buckets)), key=buckets.__getitem__)
    rows, start = table.take(pa.array(order, pa.int64())), 0
    for bucket, run in groupby(buckets[index] for index in order):
        length = sum(1 for _ in run)
        if bucket >= 0:
            yield bucket, rows.slice(start, length)
        start += length
