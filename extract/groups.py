"""One bucket of the agency stage (一桶): from its rows on disk to a file of results.

Whoever does it, parent, worker or another machine, gives the same file for the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pyarrow as pa

from extract.agencies import Part, StageRules, stage
from extract.panel.frame import Expected
from extract.spill import Span, read
from extract.steps import Step

RESULTS = ("panel", "facts", "cells", "checks")  # in the order of the file
OF_PART = ("mentions", "documents", "checks")


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


def result(folder: Path, number: int) -> Path:
    """Where the results of a bucket stand once they are whole."""
    return folder / f"{number}.joined"


def work(bucket: Bucket, folder: Path, rules: StageRules) -> Path:
    """Read the bucket's rows, and write its results; raises ``OutputError``."""
    rows = {table: read(spilled(folder, table), bucket.spans[table]) for table in OF_PART}
    tables = stage(Part(**rows, expected=bucket.expected), rules)
    target = result(folder, bucket.number)
    half = target.with_suffix(".part")
    with Step("rows", half), half.open("wb") as file:
        for table in RESULTS:
            with pa.ipc.new_stream(file, tables[table].schema) as stream:
                stream.write_table(tables[table])
    with Step("rows", target):
        half.replace(target)
    return target


def tables_of(path: Path, *, panel_only: bool = False) -> dict[str, pa.Table]:
    """The results of a bucket, or of them the panel, which stands first."""
    with pa.OSFile(str(path)) as file:
        names = RESULTS[:1] if panel_only else RESULTS
        return {table: pa.ipc.open_stream(file).read_all() for table in names}


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
