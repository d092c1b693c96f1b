"""The dataset on disk (数据集): streamed tables, then facts and panel from what was staged."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from extract.agencies import AgencyStage
from extract.arrow import TableWriter, batches, read_part, schema, split, to_table
from extract.batch import Batch
from extract.catalogue import Indicator
from extract.checks.rules import CheckRules
from extract.checks.status import CHECK_COLUMNS
from extract.columns import PANEL, TABLES
from extract.copies import complete_copies
from extract.facts import MENTION_COLUMNS
from extract.glossary import CODEBOOK, Column
from extract.panel import coverage
from extract.panel.columns import columns_of
from extract.panel.frame import Expected, Roster
from extract.panel.reports import DOCUMENT_COLUMNS
from extract.panel.rows import wide
from extract.staging import Staging
from extract.steps import Step
from extract.tables import STREAMED

MENTIONS_AT_ONCE = 20_000  # about how many supporting mentions are joined in one go
MOST_BUCKETS = 200  # each is an open file
GROUP_ROWS = 4_096  # panel rows are wide
_EXPECTED = 41  # rows of cells for a year without a report, at least: one for each core column


class Store:
    """The next dataset while it is built; its tables stream to the staging folder."""

    def __init__(self, staging: Staging, *, texts: bool = True) -> None:
        """Open one file for each table that grows with the documents."""
        names = [name for name in STREAMED if texts or name != "texts"]
        self._staging = staging
        self._texts = texts
        self._documents = schema("documents")
        self._supporting: Counter[str] = Counter()  # by agency: mentions that support a fact
        self.roster = Roster()
        self._writers = {name: TableWriter(self._place(name), schema(name)) for name in names}

    def _place(self, name: str) -> Path:
        """Where a streamed table goes; checks wait for those between reports."""
        file = f"{name}.parquet"
        return self._staging.scratch() / file if name == "checks" else self._staging.path(file)

    def write(self, batch: Batch) -> None:
        """Append the rows of a batch to their tables."""
        for name, rows in batch.tables.items():
            self._writers[name].write(rows)
        self._writers["documents"].write(to_table(batch.documents, self._documents))
        self.roster.see(batch.documents)
        for agency, count in batch.supporting.items():
            self._supporting[agency] += count

    def close(self) -> None:
        """Write what is pending, and the footers."""
        for writer in self._writers.values():
            writer.close()

    def finish(
        self,
        catalogue: Mapping[str, Indicator],
        rules: CheckRules,
        expected: Sequence[Expected] = (),
    ) -> dict[str, int]:
        """Write ``facts``, ``panel``, ``cells``, ``checks``, the codebook; rows by table.

        ``expected`` are the agencies of the user's list. The streamed tables must be closed.
        """
        rows = {name: writer.rows for name, writer in self._writers.items()}
        documents = self._staging.path("documents.parquet")
        complete_copies(documents, self._staging.scratch() / "documents.parquet")
        stage = AgencyStage(catalogue, coverage.load(), rules)
        long = self._staging.scratch() / "panel.parquet"
        with (
            closing(TableWriter(self._staging.path("facts.parquet"), schema("facts"))) as facts,
            closing(TableWriter(self._staging.path("cells.parquet"), schema("cells"))) as cells,
            closing(TableWriter(long, _long_schema(), GROUP_ROWS)) as panel,
            closing(TableWriter(self._staging.path("checks.parquet"), schema("checks"))) as checks,
        ):
            writers = {"facts": facts, "cells": cells, "panel": panel, "checks": checks}
            for within in batches(self._place("checks")):
                checks.write(within)
            for part in self._by_group(expected):
                for name, columns in stage.tables_of(*part).items():
                    writers[name].write(to_table(columns, writers[name].schema))
        values = columns_of(catalogue, stage.used)
        rows |= {name: writer.rows for name, writer in writers.items()}
        _write_panel(self._staging.path("panel.parquet"), long, values)
        write_codebook(self._staging.path("codebook.csv"), values, texts=self._texts)
        return rows

    def _by_group(
        self, expected: Sequence[Expected]
    ) -> Iterator[tuple[pa.Table, pa.Table, pa.Table, list[Expected]]]:
        """Mentions, documents and checks of whole groups of agencies, a bounded number at a time.

        With each part go the expected agencies of its groups.
        """
        new = {e.agency_id: e for e in expected if e.profile is not None}
        weights = dict(self._supporting)
        weights |= {id_: _EXPECTED * len(one.years) for id_, one in new.items()}
        groups = self.roster.groups | {id_: e.group for id_, e in new.items()}
        buckets = agency_buckets(weights, groups)
        at = {groups[agency]: bucket for agency, bucket in buckets.items()}
        awaited: dict[int, list[Expected]] = defaultdict(list)
        for one in expected:
            awaited[at[one.group]].append(one)
        folder = self._staging.scratch()
        mentions = split(self._staging.path("mentions.parquet"), MENTION_COLUMNS, buckets, folder)
        documents = split(
            self._staging.path("documents.parquet"), DOCUMENT_COLUMNS, buckets, folder
        )
        checks = split(self._place("checks"), CHECK_COLUMNS, buckets, folder)
        for bucket, parts in enumerate(zip(mentions, documents, checks, strict=True)):
            yield *map(read_part, parts), awaited[bucket]


def agency_buckets(weights: Mapping[str, int], groups: Mapping[str, str]) -> dict[str, int]:
    """A number for each agency, the same for all of a group and rising with its id.

    About as many mentions (``weights``) under each number.
    """
    size = max(MENTIONS_AT_ONCE, sum(weights.values()) // MOST_BUCKETS + 1)
    buckets: dict[str, int] = {}
    bucket = seen = 0
    for _, members in groupby(sorted(weights, key=lambda a: (groups[a], a)), groups.__getitem__):
        if seen >= size:
            bucket, seen = bucket + 1, 0
        for agency in members:
            buckets[agency] = bucket
            seen += weights[agency]
    return buckets


def _long_schema() -> pa.Schema:
    lists = [
        pa.field("columns", pa.list_(pa.string())),
        pa.field("values", pa.list_(pa.float64())),
    ]
    return pa.schema([*schema("panel"), *lists])


def _write_panel(path: Path, scratch: Path, columns: list[Column]) -> None:
    panel_schema = schema("panel", columns)
    with closing(TableWriter(path, panel_schema, GROUP_ROWS)) as writer:
        for batch in batches(scratch):
            writer.write(to_table(wide(batch.to_pylist(), columns), panel_schema))


def write_codebook(path: Path, values: Iterable[Column], *, texts: bool) -> None:
    """What every column of the dataset means, for readers without Parquet."""
    tables = {name: cs for name, cs in TABLES.items() if texts or name != "texts"}
    tables["panel"] = (*PANEL, *values)
    with Step("codebook", path), path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CODEBOOK)
        for table, columns in tables.items():
            for c in columns:
                writer.writerow((table, c.name, *(getattr(c, name) for name in CODEBOOK[2:])))
