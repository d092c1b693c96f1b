"""CSV for spreadsheets and everything else (CSV 导出): UTF-8 with BOM, a codebook, a descriptor."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv as pc

from extract.export.codebook import described, write_codebook
from extract.export.descriptor import descriptor, write_json
from extract.export.plain import guarded, joined
from extract.export.source import Source, Written

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()


def write(source: Source, folder: Path) -> Written:
    """Each table as ``NAME.csv``; a row group at a time, so that size does not matter.

    Null is an empty cell, text stands in quotes; truths are ``true`` and ``false``.
    """
    paths = [write_table(source, table, folder / f"{table}.csv") for table in source.tables]
    paths.append(write_codebook(described(source), folder / "codebook.csv"))
    package = descriptor(source, "csv")
    return Written([*paths, write_json(package, folder / "datapackage.json")])


def write_table(source: Source, table: str, path: Path) -> Path:
    """One table as a file."""
    options = pc.WriteOptions(include_header=False)
    schema = joined(source.schema(table).empty_table()).schema
    with path.open("wb") as sink:
        sink.write(BOM + (",".join(schema.names) + "\n").encode())
        with pc.CSVWriter(sink, schema, write_options=options) as writer:
            for piece in source.pieces(table):
                writer.write_table(guarded(joined(piece)).cast(schema))
    return path
