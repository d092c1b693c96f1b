"""A DuckDB database (DuckDB 导出): the tables with their types, comments on every column."""

from __future__ import annotations

from pathlib import Path

import duckdb

from extract.errors import OutputError
from extract.export import codebook
from extract.export.source import Source, Written
from extract.glossary import CODEBOOK, TABLE_TEXTS, Column

MEMORY = "400MB"  # what DuckDB may take; more goes to the disk


def write(source: Source, path: Path) -> Written:
    """All tables in one file, and the codebook as a table of its own. Lists stay lists."""
    with duckdb.connect(path) as base:
        base.execute(f"SET memory_limit = '{MEMORY}'")
        base.execute("SET threads = 1")  # so that rows and bytes keep their order
        for table in source.tables:
            _copy(base, source, table)
            _comment(base, source, table)
        names = ", ".join(f'"{name}" VARCHAR' for name in CODEBOOK)
        base.execute(f"CREATE TABLE codebook ({names})")
        marks = ", ".join("?" * len(CODEBOOK))
        rows = list(codebook.rows(codebook.described(source)))
        base.executemany(f"INSERT INTO codebook VALUES ({marks})", rows)  # noqa: S608
        base.execute("CHECKPOINT")
    return Written([path])


def _copy(base: duckdb.DuckDBPyConnection, source: Source, table: str) -> None:
    parts = ", ".join(_text(part.as_posix()) for part in source.parts(table))
    try:
        base.execute(f"CREATE TABLE {table} AS FROM read_parquet([{parts}])")
    except duckdb.Error as error:
        for _ in source.pieces(table):  # says which file is damaged, if one is
            pass
        raise OutputError(f"{table}: {str(error).splitlines()[0]}") from error


def _comment(base: duckdb.DuckDBPyConnection, source: Source, table: str) -> None:
    text = TABLE_TEXTS[table]
    told = _text(f"{text.label_zh} {text.label_en}: one row for each {text.row}")
    base.execute(f"COMMENT ON TABLE {table} IS {told}")
    for column in source.columns(table):
        place = f'{table}."{column.name}"'
        base.execute(f"COMMENT ON COLUMN {place} IS {_text(_told(column))}")


def _told(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.label_zh} {column.label_en}{unit}: {column.meaning}; {column.missing}"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
