"""The dataset on disk (数据集): streamed tables, then facts and panel from what was staged."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from extract import panel
from extract.arrow import TableWriter, batches, read_part, schema, split, to_table
from extract.batch import Batch
from extract.catalogue import Indicator
from extract.columns import PANEL, TABLES, Column
from extract.facts import (
    DOCUMENT_COLUMNS,
    MENTION_COLUMNS,
    AgencyYear,
    facts_of,
    panel_rows,
    wide,
)
from extract.staging import Staging
from extract.tables import STREAMED, Columns

MENTIONS_AT_ONCE = 20_000  # about how many supporting mentions are joined in one go
MOST_BUCKETS = 200  # each is an open file
GROUP_ROWS = 4_096  # panel rows are wide
CODEBOOK = ("table", "column", "type", "unit", "label_zh", "meaning")


class Store:
    """The next dataset while it is built; its tables stream to the staging folder."""

    def __init__(self, staging: Staging, *, texts: bool = True) -> None:
        """Open one file for each table that grows with the documents."""
        names = [name for name in STREAMED if texts or name != "texts"]
        self._staging = staging
        self._texts = texts
        self._documents = schema("documents")
        self._supporting: Counter[str] = Counter()  # by agency: mentions that support a fact
        self._writers = {
            name: TableWriter(staging.path(f"{name}.parquet"), schema(name)) for name in names
        }

    def write(self, batch: Batch) -> None:
        """Append the rows of a batch to their tables."""
        for name, rows in batch.tables.items():
            self._writers[name].write(rows)
        self._writers["documents"].write(to_table(batch.documents, self._documents))
        for agency, count in batch.supporting.items():
            self._supporting[agency] += count

    def close(self) -> None:
        """Write what is pending, and the footers."""
        for writer in self._writers.values():
            writer.close()

    def finish(self, catalogue: Mapping[str, Indicator]) -> dict[str, int]:
        """Write ``facts``, ``panel`` and the codebook; how many rows each table has.

        The streamed tables must be closed.
        """
        rows = {name: writer.rows for name, writer in self._writers.items()}
        rows["facts"], used = self._write_facts(catalogue)
        columns = panel.columns_of(catalogue, used)
        rows["panel"] = _write_panel(self._staging.path("panel.parquet"), self._long(), columns)
        write_codebook(self._staging.path("codebook.csv"), columns, texts=self._texts)
        return rows

    def _write_facts(self, catalogue: Mapping[str, Indicator]) -> tuple[int, set[str]]:
        """Facts, and panel rows in long form; the panel columns that have a value."""
        used: set[str] = set()
        facts_schema, long_schema = schema("facts"), _long_schema()
        with (
            closing(TableWriter(self._staging.path("facts.parquet"), facts_schema)) as to_facts,
            closing(TableWriter(self._long(), long_schema, GROUP_ROWS)) as to_long,
        ):
            for mentions, documents in self._by_agency():
                facts = facts_of(mentions, catalogue)
                used.update(filter(None, facts["panel_column"]))
                to_facts.write(to_table(facts, facts_schema))
                rows = panel_rows(facts, mentions, documents)
                to_long.write(to_table(_long(rows), long_schema))
        return to_facts.rows, used

    def _long(self) -> Path:
        return self._staging.scratch() / "panel.parquet"

    def _by_agency(self) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Mentions and documents of neighbouring agencies, a bounded number at a time."""
        buckets = agency_buckets(self._supporting)
        folder = self._staging.scratch()
        mentions = split(self._staging.path("mentions.parquet"), MENTION_COLUMNS, buckets, folder)
        documents = split(
            self._staging.path("documents.parquet"), DOCUMENT_COLUMNS, buckets, folder
        )
        for pair in zip(mentions, documents, strict=True):
            yield read_part(pair[0]), read_part(pair[1])


def agency_buckets(supporting: Mapping[str, int]) -> dict[str, int]:
    """A number for each agency, rising with its id; about as many mentions under each number."""
    total = sum(supporting.values())
    size = max(MENTIONS_AT_ONCE, total // MOST_BUCKETS + 1)
    buckets: dict[str, int] = {}
    bucket = seen = 0
    for agency in sorted(supporting):
        if seen >= size:
            bucket, seen = bucket + 1, 0
        buckets[agency] = bucket
        seen += supporting[agency]
    return buckets


def _long_schema() -> pa.Schema:
    lists = [
        pa.field("columns", pa.list_(pa.string())),
        pa.field("values", pa.list_(pa.float64())),
    ]
    return pa.schema([*schema("panel"), *lists])


def _long(rows: Iterable[AgencyYear]) -> Columns:
    kept = list(rows)
    columns: Columns = {c.name: [row.keys[c.name] for row in kept] for c in PANEL}
    columns["columns"] = [list(row.cells) for row in kept]
    columns["values"] = [list(row.cells.values()) for row in kept]
    return columns


def _write_panel(path: Path, scratch: Path, columns: list[Column]) -> int:
    panel_schema = schema("panel", columns)
    with closing(TableWriter(path, panel_schema, GROUP_ROWS)) as writer:
        for batch in batches(scratch):
            writer.write(to_table(wide(batch.to_pylist(), columns), panel_schema))
    return writer.rows


def write_codebook(path: Path, values: Iterable[Column], *, texts: bool) -> None:
    """What every column of the dataset means, for readers without Parquet."""
    tables = {name: cs for name, cs in TABLES.items() if texts or name != "texts"}
    tables["panel"] = (*PANEL, *values)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CODEBOOK)
        for table, columns in tables.items():
            for c in columns:
                writer.writerow((table, c.name, c.type, c.unit, c.label_zh, c.meaning))
