"""One bucket of the agency stage (一桶): from its rows on disk to a file of results.

Whoever does it, parent, worker or another machine, gives the same file for the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from extract import checked
from extract.agency.spill import Span, read
from extract.agency.stage import Part, StageRules, stage
from extract.cache.groupstore import is_whole
from extract.commit.steps import Step
from extract.panel.frame import Expected

if TYPE_CHECKING:
    from extract.cache.groupstore import GroupStore

RESULTS = ("panel", "facts", "cells", "checks")  # in the order of the file
OF_PART = ("mentions", "documents", "checks")
_WRITTEN = pa.ipc.IpcWriteOptions(compression="lz4")
_READ = pa.ipc.IpcReadOptions(use_threads=False)  # that takes less than half of the CPU


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is to be done: rows of ``OF_PART`` by their spans, and expected agencies.

    ``name`` says in messages whose figures these are.
    """

    number: int
    name: str
    spans: Mapping[str, Sequence[Span]]
    expected: Sequence[Expected] = ()

    def told(self) -> bytes:
        """As JSON, for a process."""
        expected = [{**asdict(one), "years": sorted(one.years)} for one in self.expected]
        spans = {name: list(found) for name, found in self.spans.items()}
        said = {"number": self.number, "name": self.name, "spans": spans, "expected": expected}
        return json.dumps(said).encode()


def bucket_of(told: bytes | bytearray) -> Bucket:
    """What ``Bucket.told`` has said."""
    said: dict[str, Any] = json.loads(told)
    expected = [Expected(**one) for one in said["expected"]]
    expected = [replace(one, years=frozenset(one.years)) for one in expected]
    return Bucket(said["number"], said["name"], said["spans"], expected)


def spilled(folder: Path, table: str) -> Path:
    """Where the rows of a table of ``OF_PART`` stand."""
    return folder / f"{table}.arrow"


def work(bucket: Bucket, folder: Path, rules: StageRules, kept: GroupStore | None = None) -> Path:
    """The file of the bucket's results, from its rows in ``folder``, or from the store ``kept``.

    Raises:
        OutputError: it cannot be written.
    """
    rows = {table: read(spilled(folder, table), bucket.spans[table]) for table in OF_PART}
    part = Part(**rows, expected=bucket.expected)
    if kept is None:
        target = folder / f"{bucket.number}.joined"
        with Step("rows", target):
            _write(target, bucket.number, stage(part, rules))
        return target
    target = kept.file(key_of(part, kept.version))
    if not is_whole(target):
        tables = stage(part, rules)
        with Step("keep", target):
            kept.folder.mkdir(parents=True, exist_ok=True)
            _write(target, bucket.number, tables)
    return target


def _write(target: Path, number: int, tables: Mapping[str, pa.Table]) -> None:
    """A file with the results and their checksum, whole or not at all."""
    sink = pa.BufferOutputStream()
    for table in RESULTS:
        with pa.ipc.new_stream(sink, tables[table].schema, options=_WRITTEN) as stream:
            stream.write_table(tables[table])
    data = memoryview(sink.getvalue())
    half = target.with_name(f"{number}.part")
    with half.open("wb") as file:
        file.write(data)
        file.write(checked.checksum(data))
    half.replace(target)


def tables_of(path: Path, *, panel_only: bool = False) -> dict[str, pa.Table]:
    """The results of a bucket, or of them the panel, which stands first."""
    with pa.OSFile(str(path)) as file:
        names = RESULTS[:1] if panel_only else RESULTS
        return {table: pa.ipc.open_stream(file, options=_READ).read_all() for table in names}


def key_of(part: Part, version: str) -> str:
    """A digest of all that the results depend on; ``version`` is that of code and rules."""
    digest = blake2b(version.encode(), digest_size=32)
    for rows in (part.mentions, part.documents, part.checks):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows.combine_chunks())
        digest.update(sink.getvalue())
    told = Bucket(0, "", {}, part.expected).told()
    digest.update(told)
    return digest.hexdigest()
