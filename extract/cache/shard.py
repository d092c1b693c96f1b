"""The rows of some documents as one file (分片): what a worker writes and the cache keeps.

A header in JSON tells the documents and how many rows each has, then follow the tables as Arrow
record batches, compressed, and a checksum of everything. Nothing in a file is believed before it
has been checked: a worker that a document has broken may have written anything.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from hashlib import blake2b
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from extract import checked
from extract.batch import Batch
from extract.checked import Buffer
from extract.columns import TABLES
from extract.model import Source
from extract.tables import STREAMED

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"zhengju rows 1\n\n"
CODEC = "zstd"
HEAD = struct.Struct(f"<{len(MAGIC)}sQ")
_NAME = 32  # bytes of the digest that is a name
_PLAIN = tuple(f.name for f in fields(Source) if f.name not in ("data", "kept"))
_STREAMED = frozenset(STREAMED) - {"documents"}

Plain = list[Any]  # a source without its bytes


class ShardError(Exception):
    """A file that is not what it should be."""


def plain(source: Source) -> Plain:
    """All of a source that its rows depend on; its bytes are in its ``doc_id``."""
    return [getattr(source, name) for name in _PLAIN]


def name_of(version: str, sources: Sequence[Source]) -> str:
    """What rows of these sources, made by this version, are called."""
    told = json.dumps([version, [plain(source) for source in sources]])
    return blake2b(told.encode(), digest_size=_NAME).hexdigest()


def packed(batch: Batch, sources: Sequence[Source], version: str, most: int) -> list[Buffer]:
    """The pieces of the file; raises ``MemoryError`` where the rows take more than ``most``."""
    import pyarrow as pa  # noqa: PLC0415  slow, so after the first reading

    bodies: list[Buffer] = []
    sizes: list[tuple[str, int, int]] = []
    for name, rows in batch.tables.items():
        for piece in rows.combine_chunks().to_batches():
            raw = piece.serialize()
            body = pa.compress(raw, CODEC, asbytes=True)
            sizes.append((name, raw.size, len(body)))
            bodies.append(body)
    if sum(raw for _, raw, _ in sizes) > most:
        raise MemoryError
    header = json.dumps({
        "version": version,
        "sources": [plain(source) for source in sources],
        "documents": batch.documents,
        "counts": {name: batch.counts[name] for name, _, _ in sizes},
        "tables": sizes,
    }).encode()  # fmt: skip
    pieces: list[Buffer] = [HEAD.pack(MAGIC, len(header)), header, *bodies]
    return [*pieces, checked.checksum(*pieces)]


def unpacked(data: Buffer, sources: Sequence[Source], version: str, most: int) -> Batch:
    """The rows of ``sources``, from a file that holds just these.

    Raises:
        ShardError: it holds anything else, or more than ``most`` bytes of rows.
    """
    found, batch = opened(data, version, most)
    if found != [plain(source) for source in sources]:
        raise ShardError("sources")
    return batch


def opened(data: Buffer, version: str, most: int) -> tuple[list[Plain], Batch]:
    """The sources of a file of this version, and their rows.

    Raises:
        ShardError: it is damaged, of another version, or has more than ``most`` bytes of rows.
    """
    header, at = _header(data)
    try:
        if header["version"] != version:
            raise ShardError("version")
        sources = [source_of(told) for told in header["sources"]]
        documents, counts = header["documents"], header["counts"]
        _check_documents(documents, sources)
        sizes = [(str(name), int(raw), int(size)) for name, raw, size in header["tables"]]
        if sum(raw for _, raw, _ in sizes) > most or any(min(raw, n) < 0 for _, raw, n in sizes):
            raise ShardError("size")
        if list(counts) != [name for name, _, _ in sizes] or not _STREAMED.issuperset(counts):
            raise ShardError("tables")
        tables = {}
        for name, raw, size in sizes:
            tables[name] = _table(name, memoryview(data)[at : at + size], raw)
            _check_rows(tables[name], counts[name], sources)
            at += size
    except (KeyError, TypeError, ValueError) as error:
        raise ShardError("header") from error
    if at != len(data) - checked.SIZE:
        raise ShardError("length")
    return header["sources"], Batch(tables, documents, counts)


def _header(data: Buffer) -> tuple[dict[str, Any], int]:
    """The header of a file whose checksum is right, and where its tables begin.

    Raises:
        ShardError: it is damaged, or no such file.
    """
    content = checked.content(data)
    if content is None:
        raise ShardError("checksum")
    if len(content) < HEAD.size:
        raise ShardError("length")
    magic, length = HEAD.unpack_from(content)
    if magic != MAGIC or length > len(content) - HEAD.size:
        raise ShardError("kind")
    at = HEAD.size + length
    try:
        header = json.loads(bytes(content[HEAD.size : at]))
    except (ValueError, RecursionError) as error:
        raise ShardError("header") from error
    if not isinstance(header, dict):
        raise ShardError("header")
    return header, at


def _table(name: str, body: memoryview, raw: int) -> pa.Table:
    """The rows of one table; every offset in them is checked."""
    import pyarrow as pa  # noqa: PLC0415  slow, so after the workers have begun

    schema = _schema(name)
    try:
        whole = pa.decompress(body, raw, CODEC)  # never more than it declares
        rows = pa.ipc.read_record_batch(whole, schema)
        rows.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ShardError("rows") from error
    return pa.Table.from_batches([rows], schema)


def _check_documents(documents: Mapping[str, Sequence[Any]], sources: Sequence[Source]) -> None:
    names = [column.name for column in TABLES["documents"]]
    if list(documents) != names or {len(v) for v in documents.values()} != {len(sources)}:
        raise ShardError("documents")
    for name, wanted in (
        ("source", [s.path for s in sources]),
        ("doc_id", [s.doc_id for s in sources]),
    ):
        if documents[name] != wanted:
            raise ShardError("documents")


def _check_rows(rows: pa.Table, counts: Sequence[int], sources: Sequence[Source]) -> None:
    """Each document has as many rows as it says, all of them its own."""
    import pyarrow as pa  # noqa: PLC0415  whoever has rows has Arrow already

    if len(counts) != len(sources) or min(counts, default=0) < 0 or sum(counts) != len(rows):
        raise ShardError("counts")
    for name, own in (
        ("source", [source.path for source in sources]),
        ("doc_id", [source.doc_id for source in sources]),
    ):
        wanted = chain.from_iterable(map(repeat, own, counts))
        if not rows.column(name).equals(pa.chunked_array([pa.array(wanted, pa.string())])):
            raise ShardError("rows of others")


def source_of(told: Plain) -> Source:
    """The source that ``plain`` has made plain; raises ``TypeError`` or ``ValueError``."""
    return Source(**dict(zip(_PLAIN, told, strict=True)))


@cache
def _schema(table: str) -> pa.Schema:
    from extract.arrow import schema  # noqa: PLC0415  slow, so after the workers have begun

    return schema(table)
