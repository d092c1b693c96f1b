"""A written dataset as exports read it (数据集): its tables in the registry's order, in pieces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.columns import TABLES
from extract.errors import CorpusError, UsageError
from extract.glossary import TABLE_TEXTS, Column

PRIVATE = frozenset({"texts"})  # may hold names of private persons


@dataclass(frozen=True, slots=True)
class Source:
    """The tables of one output folder, or of a release; each a file, or a folder of parts.

    All that reads them raises ``CorpusError`` where a file is damaged.
    """

    folder: Path
    tables: tuple[str, ...]

    def parts(self, table: str) -> list[Path]:
        """The files of a table, in order."""
        path = self.folder / f"{table}.parquet"
        found = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not found:
            raise CorpusError(f"{path} has no parts; run again")
        return found

    def schema(self, table: str) -> pa.Schema:
        """Its Arrow schema."""
        part = self.parts(table)[0]
        with _reading(part):
            return pq.read_schema(part)

    def rows(self, table: str) -> int:
        """How many rows it has."""
        count = 0
        for part in self.parts(table):
            with _reading(part):
                count += pq.read_metadata(part).num_rows
        return count

    def columns(self, table: str) -> list[Column]:
        """Its columns as the registry describes them, those of the panel's values too."""
        return columns_of(self.schema(table))

    def pieces(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Its rows, one row group at a time."""
        for part in self.parts(table):
            with _reading(part):
                file = pq.ParquetFile(part, page_checksum_verification=True)
            with file:
                for group in range(file.num_row_groups):
                    with _reading(part):
                        piece = file.read_row_group(group, columns=columns)
                    yield piece

    def report(self) -> dict[str, Any]:
        """What the run said of itself; empty where the file is lost."""
        return read_json(self.folder / "run_report.json")

    def picked(self, names: Sequence[str]) -> Source:
        """The same with only these tables; raises ``UsageError`` where one is not there."""
        for name in names:
            if name not in self.tables:
                there = ", ".join(self.tables)
                raise UsageError(f"no table {name} in {self.folder}; there are {there}")
        return Source(self.folder, tuple(t for t in self.tables if t in names))


@dataclass(frozen=True, slots=True)
class Written:
    """The files of an export, in order, and what its reader should be told."""

    paths: list[Path]
    notes: tuple[str, ...] = ()


def open_source(folder: Path) -> Source:
    """The dataset in a folder; raises ``CorpusError`` where there is none."""
    order = [name for name in TABLE_TEXTS if name in TABLES]
    tables = tuple(t for t in order if (folder / f"{t}.parquet").exists())
    if "mentions" not in tables:
        raise CorpusError(f"no dataset in {folder}; make one: zhengju run CORPUS --output DIR")
    return Source(folder, tables)


def read_json(path: Path) -> dict[str, Any]:
    """An object that a run or a release wrote; empty where the file is lost."""
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); restore it, or take it out") from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Around what Arrow reads: its errors, of which some are those of the system, are ours."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(f"{path} is damaged ({error}); run again") from error


def corpus_hash(source: Source) -> str:
    """SHA-256 over path and fingerprint of every file that the dataset was made from."""
    digest = hashlib.sha256()
    names = [
        (row["source"], row["doc_id"])
        for piece in source.pieces("documents", ["source", "doc_id"])
        for row in piece.to_pylist()
    ]
    for name, id_ in sorted(names):
        digest.update(f"{name}\0{id_}\n".encode())
    return digest.hexdigest()


def columns_of(schema: pa.Schema) -> list[Column]:
    """The columns of a written table as the registry describes them."""
    return [_column(field) for field in schema]


def _column(field: pa.Field) -> Column:
    said = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    type_ = "list" if pa.types.is_list(field.type) else str(field.type)
    return Column(
        field.name, type_, said.get("label_zh", ""), said.get("meaning", ""), said.get("unit", ""),
        field.nullable, said.get("label_en", ""), said.get("missing", ""),
    )  # fmt: skip
