"""The dataset on disk (数据集): streamed tables, then facts and panel from what was spilled."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import pyarrow as pa

from extract.agency import groups, joining
from extract.agency.buckets import agency_buckets
from extract.agency.copies import complete_copies
from extract.agency.facts import MENTION_COLUMNS
from extract.agency.groups import Bucket
from extract.agency.joining import Buckets
from extract.agency.spill import Spill
from extract.agency.stage import StageRules
from extract.arrow import TableWriter, batches, schema, to_table
from extract.batch import Batch
from extract.cache.groupstore import GroupStore
from extract.checks.status import CHECK_COLUMNS
from extract.columns import PANEL, TABLES
from extract.commit.staging import Staging
from extract.commit.steps import Step
from extract.glossary import CODEBOOK, Column
from extract.panel.columns import columns_of
from extract.panel.frame import Expected, Roster
from extract.panel.reports import DOCUMENT_COLUMNS
from extract.tables import STREAMED

GROUP_ROWS = 4_096  # panel rows are wide
_EXPECTED = 41  # rows of cells for a year without a report, at least: one for each core column
_SPILLED = {"mentions": MENTION_COLUMNS, "checks": CHECK_COLUMNS, "documents": DOCUMENT_COLUMNS}


class Store:
    """The next dataset while it is built; its tables stream to the staging folder."""

    def __init__(self, staging: Staging, *, texts: bool = True) -> None:
        """Open one file for each table that grows with the documents."""
        names = [name for name in STREAMED if texts or name != "texts"]
        self._staging = staging
        self._texts = texts
        self._copies = False
        self.roster = Roster()
        self._open = ExitStack()
        self._writers = {name: self._writer(name) for name in names}
        self._spills = {name: self._spill(name) for name in _SPILLED}

    def write(self, batch: Batch) -> None:
        """Append the rows of a batch to their tables."""
        for name, rows in batch.tables.items():
            self._writers[name].write(rows)
            if name in self._spills:
                self._spills[name].write(rows)
        documents = self._writers["documents"]
        documents.write(to_table(batch.documents, documents.schema))
        self._copies = self._copies or any(batch.documents["duplicate_of"])
        self.roster.see(batch.documents)

    def close(self) -> None:
        """Let go of all files; a dataset that is not finished by then stays so."""
        self._open.close()

    def finish(
        self,
        rules: StageRules,
        expected: Sequence[Expected] = (),
        workers: int = 0,
        kept: GroupStore | None = None,
        shown: Callable[[Iterable[Path], int], Iterable[Path]] = lambda found, _: found,
    ) -> dict[str, int]:
        """Write ``facts``, ``panel``, ``cells``, ``checks``, the codebook; rows by table.

        ``expected`` are the agencies of the user's list. ``workers`` processes join the figures of
        the agencies, 0 leaves that to this one. What the store ``kept`` has is not worked out anew.
        ``shown`` lets someone watch, over how many parts, and hands them on.
        """
        self._complete()
        folder = self._staging.scratch()
        buckets = self._buckets(expected)
        found = joining.results(buckets, folder, rules, workers, kept)
        used: set[str] = set()
        files = []
        for name in ("facts", "cells"):
            self._writers[name] = self._writer(name)
        with closing(found):
            for path in shown(found, buckets[0]):
                tables = groups.tables_of(path)
                used.update(tables.pop("panel").column_names)
                for name, rows in tables.items():
                    self._writers[name].write(rows)
                files.append(path)
        if kept is not None:
            kept.used.update(path.name for path in files)
        values = columns_of(rules.catalogue, used)
        self._writers["panel"] = self._panel(files, values)
        self.close()
        write_codebook(self._staging.path("codebook.csv"), values, texts=self._texts)
        return {name: writer.rows for name, writer in self._writers.items()}

    def _writer(self, table: str) -> TableWriter:
        path = self._staging.path(f"{table}.parquet")
        return self._open.enter_context(closing(TableWriter(path, schema(table))))

    def _spill(self, table: str) -> Spill:
        columns = pa.schema([schema(table).field(name) for name in _SPILLED[table]])
        path = groups.spilled(self._staging.scratch(), table)
        return self._open.enter_context(closing(Spill(path, columns)))

    def _complete(self) -> None:
        """Close what is streamed; only ``checks`` has more to come."""
        for name, writer in self._writers.items():
            if name != "checks":
                writer.close()
        documents = self._staging.path("documents.parquet")
        if self._copies:
            complete_copies(documents, self._staging.scratch() / "documents.parquet")
        for rows in batches(documents, DOCUMENT_COLUMNS):
            self._spills["documents"].write(rows)
        for spill in self._spills.values():
            spill.close()

    def _buckets(self, expected: Sequence[Expected]) -> Buckets:
        """Whole groups of agencies, each with the expected agencies of its groups."""
        new = {e.agency_id: e for e in expected if e.profile is not None}
        weights: Counter[str] = Counter()
        for name, spill in self._spills.items():
            for agency, rows in spill.rows().items():
                weights[agency] += rows * (_EXPECTED if name == "documents" else 1)
        for agency, one in new.items():
            weights[agency] += _EXPECTED * len(one.years)
        group_of = self.roster.groups | {id_: e.group for id_, e in new.items()}
        awaited: dict[str, list[Expected]] = defaultdict(list)
        for one in expected:
            awaited[one.group].append(one)
        found = agency_buckets(weights, group_of)

        def bucket(number: int, agencies: Sequence[str]) -> Bucket:
            own = dict.fromkeys(group_of[agency] for agency in agencies)
            spans = {name: spill.of(agencies) for name, spill in self._spills.items()}
            return Bucket(number, agencies[0], spans, [e for group in own for e in awaited[group]])

        return len(found), map(bucket, count(), found)

    def _panel(self, files: Iterable[Path], values: Sequence[Column]) -> TableWriter:
        """The panel, once it is known which columns have a value anywhere."""
        path = self._staging.path("panel.parquet")
        with closing(TableWriter(path, schema("panel", values), GROUP_ROWS)) as writer:
            for file in files:
                (rows,) = groups.tables_of(file, panel_only=True).values()
                writer.write(_widened(rows, writer.schema))
        return writer


def _widened(rows: pa.Table, panel: pa.Schema) -> pa.Table:
    """All columns of the panel; those that hold nothing here are null."""
    nothing = pa.nulls(rows.num_rows, pa.float64())
    known = set(rows.column_names)
    columns = [rows.column(name) if name in known else nothing for name in panel.names]
    return pa.table(columns, schema=panel)


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
