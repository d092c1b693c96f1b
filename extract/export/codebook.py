"""The codebook (编码手册): every column of a dataset, or of the registry, as rows and as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from extract.columns import TABLES
from extract.glossary import CODEBOOK, TABLE_TEXTS, Column

if TYPE_CHECKING:
    from extract.export.source import Source

Described = Mapping[str, Sequence[Column]]  # by table


def registered() -> Described:
    """All columns that are always there: those of the registry, and the core ones of the panel."""
    from extract.catalogue import load  # noqa: PLC0415  the catalogue is read only here
    from extract.panel.columns import columns_of  # noqa: PLC0415

    return {**TABLES, "panel": (*TABLES["panel"], *columns_of(load(), ()))}


def described(source: Source) -> Described:
    """All columns of a dataset."""
    return {table: source.columns(table) for table in source.tables}


def rows(tables: Described) -> Iterator[tuple[str, ...]]:
    """A row of the codebook for each column, under ``CODEBOOK``."""
    for table in (name for name in TABLE_TEXTS if name in tables):
        for column in tables[table]:
            yield (table, column.name, *(str(getattr(column, key)) for key in CODEBOOK[2:]))


def as_csv(tables: Described) -> str:
    """The codebook as CSV."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(CODEBOOK)
    writer.writerows(rows(tables))
    return sink.getvalue()


def write_codebook(tables: Described, path: Path) -> Path:
    """The codebook as a file."""
    path.write_text(as_csv(tables), "utf-8-sig", newline="")
    return path


def as_text(tables: Described) -> str:
    """The codebook to be read on a terminal."""
    return "\n".join(_lines(tables))


def found(tables: Described, word: str) -> Described:
    """Only the columns that have ``word`` in their name, a label or their meaning."""
    word = word.casefold()
    kept = {
        table: [
            c for c in columns
            if any(word in t.casefold() for t in (c.name, c.label_zh, c.label_en, c.meaning))
        ]
        for table, columns in tables.items()
    }  # fmt: skip
    return {table: columns for table, columns in kept.items() if columns}


def _lines(tables: Described) -> Iterable[str]:
    for table in (name for name in TABLE_TEXTS if name in tables):
        text = TABLE_TEXTS[table]
        yield f"{table}  {text.label_zh} {text.label_en}: one row for each {text.row}"
        for c in tables[table]:
            unit = f" [{c.unit}]" if c.unit else ""
            yield f"  {c.name:<16} {c.type:<7} {c.label_zh} {c.label_en}{unit}: {c.meaning}"
