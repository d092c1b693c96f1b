"""Stata files of version 118 (Stata 导出): Chinese and English labels, codes as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from extract.export.codebook import described, write_codebook
from extract.export.plain import finite, joined
from extract.export.source import Written
from extract.glossary import TABLE_TEXTS, Column

if TYPE_CHECKING:
    from extract.export.source import Source

LONGEST_LABEL = 80  # characters
WIDEST = 244  # bytes of a fixed text; longer ones stand apart (strL), or each row would be as wide
RENAMED = {"end": "end_", "function": "function_"}  # words that Stata, or Mata in it, keeps
MOST = 2_048  # columns that Stata/BE opens; SE and MP take more
TIME = datetime(2000, 1, 1)  # noqa: DTZ001  a Stata file has no time zone; fixed, so are the bytes
_INTEGERS = {"int16": "float32", "int32": "float64", "int64": "float64", "bool": "float32"}


def write(source: Source, folder: Path) -> Written:
    """Each table as ``NAME.dta``; one table is in memory at a time. Missing text is ``""``."""
    paths = [write_table(source, table, folder / f"{table}.dta") for table in source.tables]
    tables = {table: _renamed(columns) for table, columns in described(source).items()}
    wide = [table for table in source.tables if len(source.schema(table)) > MOST]
    said = tuple(
        f"wide       {table} needs Stata/SE or MP: more than {MOST} columns" for table in wide
    )
    return Written([*paths, write_codebook(tables, folder / "codebook.csv")], said)


def write_table(source: Source, table: str, path: Path) -> Path:
    """One table as a file."""
    columns = _renamed(source.columns(table))
    empty = joined(source.schema(table).empty_table())
    whole = finite(pa.concat_tables([empty, *map(joined, source.pieces(table))]))
    whole = whole.rename_columns([column.name for column in columns])
    series: dict[str, pd.Series[Any]] = {}
    for column in columns:
        series[column.name] = _series(whole.column(column.name))
        whole = whole.drop_columns([column.name])
    frame = pd.DataFrame(series, copy=False)
    text = TABLE_TEXTS[table]
    frame.to_stata(
        path, version=118, write_index=False, time_stamp=TIME,
        data_label=f"政据 zhengju: {text.label_zh} {text.label_en}"[:LONGEST_LABEL],
        variable_labels={column.name: label(column) for column in columns},
        convert_strl=[name for name, values in series.items() if _is_long(values)],
    )  # fmt: skip
    return path


def label(column: Column) -> str:
    """Chinese and English label with the unit, or as much of them as Stata takes."""
    unit = f"（{column.unit}）" if column.unit else ""
    full = f"{column.label_zh}{unit} {column.label_en}".strip()
    if len(full) <= LONGEST_LABEL:
        return full
    short = column.label_zh + unit
    return short if len(short) <= LONGEST_LABEL else short[: LONGEST_LABEL - 1] + "…"


def _renamed(columns: Sequence[Column]) -> list[Column]:
    return [replace(column, name=RENAMED.get(column.name, column.name)) for column in columns]


def _series(column: pa.ChunkedArray) -> pd.Series[Any]:
    type_ = str(column.type)
    if type_ == "string":
        return pd.Series(column.fill_null("").to_numpy(zero_copy_only=False), dtype=object)
    wide = _INTEGERS.get(type_)
    if wide and (column.null_count or type_ == "int64"):  # exact below 2^53, as agency_num is
        return pd.Series(column.cast(pa.float64()).to_numpy().astype(wide))
    return pd.Series((column.cast(pa.int8()) if type_ == "bool" else column).to_numpy())


def _is_long(values: pd.Series[Any]) -> bool:
    return values.dtype == object and any(len(v.encode()) > WIDEST for v in values)
