"""What parent and workers say to each other (进程间消息): frames of a kind, a length and a body.

Nothing is pickled: a job goes out as JSON and raw bytes, rows come back as Arrow record batches
and JSON, and the parent checks both before it believes them.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from extract.columns import TABLES
from extract.model import Source
from extract.tables import STREAMED

if TYPE_CHECKING:
    from io import BufferedReader

    import pyarrow as pa

    from extract.batch import Batch, Job

HEAD = struct.Struct("<cQ")
NUMBER = struct.Struct("<Q")
TASK, STARTED, SIGN, CLOSED = b"J", b"S", b"P", b"D"
# Each table has a kind of its own, and a frame of its own: the parent lets go of them separately.
ROWS = {bytes([ord("0") + i]): t for i, t in enumerate(STREAMED) if t != "documents"}
_KIND_OF = {table: kind for kind, table in ROWS.items()}
_PLAIN = tuple(f.name for f in fields(Source) if f.name != "data")


class WireError(Exception):
    """A frame that no worker of ours would send."""


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """One small frame."""
    return HEAD.pack(kind, len(body)) + body


def task_of(job: Job, *, careful: bool) -> Iterator[memoryview]:
    """The frame of a task, then the bytes of its sources as they are."""
    told = [
        {name: getattr(s, name) for name in _PLAIN}
        | {"length": None if s.data is None else len(s.data)}
        for s in job
    ]
    body = json.dumps({"careful": careful, "sources": told}).encode()
    yield memoryview(frame(TASK, body))
    yield from (memoryview(s.data) for s in job if s.data)


def read_task(stream: BufferedReader) -> tuple[list[dict[str, Any]], bool] | None:
    """The next task's sources, their bytes still in the stream; None at its end."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    told = json.loads(stream.read(HEAD.unpack(head)[1]))
    return told["sources"], told["careful"]


def read_source(stream: BufferedReader, told: dict[str, Any]) -> Source:
    """One source of a task; to be called in their order."""
    length = told.pop("length")
    return Source(**told, data=None if length is None else stream.read(length))


def part_of(batch: Batch, *, tired: bool) -> list[bytes | memoryview]:
    """The frames that carry the rows of some documents; ``tired`` asks for a new worker."""
    found: list[bytes | memoryview] = []
    for table, rows in batch.tables.items():
        for piece in rows.combine_chunks().to_batches():
            body = piece.serialize()
            found += (HEAD.pack(_KIND_OF[table], body.size), memoryview(body))
    closing = {"documents": batch.documents, "supporting": batch.supporting, "tired": tired}
    return [*found, frame(CLOSED, json.dumps(closing).encode())]


def read_rows(kind: bytes, body: bytearray) -> pa.Table:
    """The rows of one table; every offset in them is checked.

    Raises:
        WireError: they are no such rows.
    """
    import pyarrow as pa  # noqa: PLC0415  slow, so after the workers have begun

    schema = _schema(ROWS[kind])
    try:
        rows = pa.ipc.read_record_batch(pa.py_buffer(body), schema)
        rows.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise WireError("rows") from error
    return pa.Table.from_batches([rows], schema)


def read_closing(body: bytearray) -> tuple[dict[str, list[Any]], dict[str, int], bool]:
    """``documents`` as columns, the supporting mentions by agency, and whether it is tired.

    Raises:
        WireError: it is no such frame.
    """
    try:
        told = json.loads(body)
        documents, supporting = told["documents"], told["supporting"]
        if not (_are_columns(documents) and _are_counts(supporting)):
            raise WireError("documents")
        return documents, supporting, bool(told["tired"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError("documents") from error


def _are_columns(documents: Mapping[str, Sequence[Any]]) -> bool:
    names = [column.name for column in TABLES["documents"]]
    return list(documents) == names and len({len(values) for values in documents.values()}) == 1


def _are_counts(supporting: Mapping[str, Any]) -> bool:
    return all(isinstance(count, int) for count in supporting.values())


@cache
def _schema(table: str) -> pa.Schema:
    from extract.arrow import schema  # noqa: PLC0415  slow, so after the workers have begun

    return schema(table)
