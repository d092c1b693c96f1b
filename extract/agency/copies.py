"""Copies of a file in ``documents`` (重复文件): whose report a copy is, its first one has told.

The rows are streamed, and what a copy needs may stand a million rows before it, so they are
completed once all are written: only the rows that have copies are kept in memory.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.arrow import TableWriter, batches, to_table
from extract.commit.steps import Step
from extract.documents import OF_COPIES


def complete_copies(path: Path, scratch: Path) -> None:
    """Give every copy in the written ``documents`` the identity of the first of its kind."""
    wanted = _originals(path)
    if not wanted:
        return
    known: dict[str, dict[str, Any]] = {}
    for batch in batches(path):
        sources = batch.column("source").to_pylist()
        found = [index for index, source in enumerate(sources) if source in wanted]
        for row in batch.select(["source", *OF_COPIES]).take(found).to_pylist():
            known[row.pop("source")] = row
    schema = pq.read_schema(path)
    with closing(TableWriter(scratch, schema)) as writer:
        for batch in batches(path):
            writer.write(_completed(batch, known, schema))
    with Step("rows", path):
        scratch.replace(path)


def _originals(path: Path) -> set[str]:
    found: set[str] = set()
    for batch in batches(path):
        found.update(filter(None, batch.column("duplicate_of").to_pylist()))
    return found


def _completed(batch: pa.Table, known: dict[str, dict[str, Any]], schema: pa.Schema) -> pa.Table:
    columns = batch.to_pydict()
    for index, original in enumerate(columns["duplicate_of"]):
        for name, value in known.get(original, {}).items():
            columns[name][index] = value
    return to_table(columns, schema)
