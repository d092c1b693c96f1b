"""Datasets to be exported: that of the samples, one with awkward cells, one of many facts."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

# What spreadsheets, databases and statistics programs trip over, by column of facts.
AWKWARD: dict[str, tuple[object, ...]] = {
    "item": ("=1+1", "+86", "-5", "@SUM(A1)", "＝1+1", "'quoted", "a,b", '"say"', "two\nlines"),
    "function_code": ("0201", "007", "0000123"),
    "project": ("中文" * 40, "长" * 3000, "x" * 40_000),
    "value": (-5.0, 0.0, 0.1, 1e15),
    "value_min": (None, -0.5),
    "report_year": (None, 2022),
    "approx": (True, False),
    "flags": ([], ["one", "two;three"], ["=cmd"]),
}


def planted(output: Path, folder: Path, cells: Mapping[str, tuple[object, ...]]) -> Path:
    """A copy of a dataset whose first facts hold these cells; the other rows stay."""
    shutil.copytree(output, folder)
    path = folder / "facts.parquet"
    table = pq.read_table(path)
    for name, values in cells.items():
        index = table.schema.get_field_index(name)
        column = table.column(name).to_pylist()
        column[: len(values)] = values
        field = table.schema.field(index)
        table = table.set_column(index, field, pa.array(column, field.type))
    pq.write_table(table, path, row_group_size=400)
    return folder


def multiplied(output: Path, folder: Path, count: int) -> Path:
    """A copy of a dataset with ``count`` facts, no two with the same key."""
    shutil.copytree(output, folder)
    path = folder / "facts.parquet"
    table = pq.read_table(path)
    with pq.ParquetWriter(path, table.schema) as writer:
        for start in range(0, count, table.num_rows):
            piece = table.slice(0, min(table.num_rows, count - start))
            for name in ("fact_id", "agency_id"):
                index = table.schema.get_field_index(name)
                told = [f"{start}-{value}" for value in piece.column(name).to_pylist()]
                piece = piece.set_column(index, piece.schema.field(index), pa.array(told))
            writer.write_table(piece.cast(table.schema))
    return folder


def in_parts(output: Path, folder: Path) -> Path:
    """A copy of a dataset whose facts are a folder of three files."""
    shutil.copytree(output, folder)
    path = folder / "facts.parquet"
    table = pq.read_table(path)
    path.unlink()
    path.mkdir()
    for number in range(3):
        pq.write_table(table.slice(number * 400, 400), path / f"part-{number}.parquet")
    return folder
