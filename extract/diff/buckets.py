"""Large tables cut into buckets (分桶), so that rows that belong together are read together.

Memory stays bounded by a bucket, however large the tables are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from zlib import crc32

import pyarrow as pa

from extract.arrow import batches
from extract.diff.sides import Side

ROWS = 20_000  # of both sides together, about, in a bucket
MOST = 200  # each is an open file


def bucket_count(rows: int) -> int:
    """Into how many buckets so many rows are cut."""
    return max(1, min(MOST, rows // ROWS))


def bucket_of(key: str, count: int) -> int:
    """The bucket of a key, the same in every process."""
    return crc32(key.encode()) % count


class Spill:
    """Rows on their way into buckets, each an Arrow file below ``folder``."""

    def __init__(self, folder: Path, name: str, schema: pa.Schema, count: int) -> None:
        """Open ``count`` files for rows of ``schema``."""
        self._stack = ExitStack()
        self.paths = [folder / f"{name}.{bucket}.arrow" for bucket in range(count)]
        self._writers = [
            self._stack.enter_context(pa.ipc.new_stream(path, schema)) for path in self.paths
        ]

    def write(self, rows: pa.Table, keys: Sequence[str]) -> None:
        """Append rows, each to the bucket of its key."""
        count = len(self._writers)
        if count == 1:
            self._writers[0].write_table(rows)
            return
        numbers = [bucket_of(key, count) for key in keys]
        order = sorted(range(len(numbers)), key=numbers.__getitem__)
        ordered, start = rows.take(pa.array(order, pa.int64())), 0
        for number, run in groupby(numbers[index] for index in order):
            length = sum(1 for _ in run)
            self._writers[number].write_table(ordered.slice(start, length))
            start += length

    def close(self) -> None:
        """Finish the files."""
        self._stack.close()


def cut(
    side: Side,
    table: str,
    columns: Sequence[str],
    key: Callable[[pa.Table], Sequence[str]],
    into: tuple[Path, int],
) -> list[Path]:
    """The rows of a table in buckets by their ``key``: ``into`` a folder, so many files."""
    folder, count = into
    whole = side.schema(table)
    schema = pa.schema([whole.field(name) for name in columns])
    spill = Spill(folder, f"{table}.{side.role}", schema, count)
    try:
        for piece in batches(side.path(table), columns):
            spill.write(piece, key(piece) if count > 1 else ())
    finally:
        spill.close()
    return spill.paths
