"""A workbook (Excel 导出): a sheet for each table, frozen headers, codes as text, a codebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from extract.errors import UsageError
from extract.export import codebook
from extract.export.plain import finite, joined
from extract.export.source import Written
from extract.glossary import CODEBOOK, Column
from extract.inputs.usersheets import FORMULA

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from extract.export.source import Source

MOST_ROWS = 1_048_576  # of a sheet, its header among them
MOST_COLUMNS = 16_384
LONGEST = 32_767  # characters of a cell
SHOWN_AS_TEXT = 255  # Excel shows longer ones that are formatted as text as ####
TIME = datetime(2000, 1, 1)  # noqa: DTZ001  fixed, so that the bytes are
KEYS = ("agency", "year")  # columns that stay in view, if they stand near the left edge
_FORMULA = re.compile(FORMULA)


class Formats:
    """The looks of cells."""

    def __init__(self, book: Workbook) -> None:
        self.header: Format = book.add_format({"bold": True, "bottom": 1})
        self.text: Format = book.add_format({"num_format": "@"})
        self.quoted: Format = book.add_format({"num_format": "@", "quote_prefix": True})
        self.long: Format = book.add_format()
        self.long_quoted: Format = book.add_format({"quote_prefix": True})
        self.cut = 0  # cells so far that are longer than Excel allows

    def of(self, text: str) -> Format:
        """Text stays text, also when its cell is edited."""
        if len(text) > SHOWN_AS_TEXT:
            return self.long_quoted if _FORMULA.match(text) else self.long
        return self.quoted if _FORMULA.match(text) else self.text


def shortened(text: str) -> str:
    """As much of a text as a cell takes; Excel counts characters beyond U+FFFF twice."""
    if 2 * len(text) <= LONGEST:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    return units[: 2 * LONGEST].decode("utf-16-le", "ignore")


def write(source: Source, path: Path) -> Written:
    """All tables in one file; rows go to the disk as they come.

    Raises ``UsageError`` where a table has more rows or columns than a sheet. Cells of more than
    32,767 characters are cut there.
    """
    for table in source.tables:
        _check(source, table)
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"title": "政据 zhengju", "created": TIME})
    formats = Formats(book)
    for table in source.tables:
        _sheet(book.add_worksheet(table), source, table, formats)
    _codebook(book.add_worksheet("codebook"), source, formats)
    book.close()
    said = f"cut        {formats.cut} cells of more than {LONGEST} characters"
    return Written([path], (said,) if formats.cut else ())


def _check(source: Source, table: str) -> None:
    sizes = {
        "rows": (source.rows(table), MOST_ROWS - 1),
        "columns": (len(source.schema(table)), MOST_COLUMNS),
    }
    for what, (size, most) in sizes.items():
        if size > most:
            raise UsageError(
                f"{table} has {size} {what} and a sheet {most}: "
                "use --to csv, or pick tables with --table"
            )


def _sheet(sheet: Worksheet, source: Source, table: str, formats: Formats) -> None:
    columns = source.columns(table)
    names = [column.name for column in columns]
    frozen = max((names.index(key) + 1 for key in KEYS if key in names[:8]), default=1)
    _head(sheet, columns, formats, frozen)
    sheet.autofilter(0, 0, source.rows(table), len(columns) - 1)
    row = 0
    for piece in source.pieces(table):
        for values in zip(*(c.to_pylist() for c in finite(joined(piece)).columns), strict=True):
            row += 1
            _row(sheet, row, values, formats)


def _head(sheet: Worksheet, columns: Sequence[Column], formats: Formats, frozen: int) -> None:
    """Names, with what they mean as a comment."""
    sheet.freeze_panes(1, frozen)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(10, len(column.name) + 2))
        sheet.write_string(0, index, column.name, formats.header)
        unit = f" [{column.unit}]" if column.unit else ""
        told = f"{column.label_zh} {column.label_en}{unit}\n{column.meaning}\n{column.missing}"
        sheet.write_comment(0, index, told, {"author": "zhengju", "x_scale": 2})


def _codebook(sheet: Worksheet, source: Source, formats: Formats) -> None:
    sheet.freeze_panes(1, 2)
    for index, name in enumerate(CODEBOOK):
        sheet.set_column(index, index, 60 if name == "meaning" else 22)
        sheet.write_string(0, index, name, formats.header)
    for row, values in enumerate(codebook.rows(codebook.described(source)), 1):
        _row(sheet, row, values, formats)


def _row(sheet: Worksheet, row: int, values: Iterable[Any], formats: Formats) -> None:
    for index, value in enumerate(values):
        if isinstance(value, str):
            if value:
                kept = shortened(value)
                formats.cut += kept is not value
                sheet.write_string(row, index, kept, formats.of(kept))
        elif isinstance(value, bool):
            sheet.write_boolean(row, index, value)
        elif value is not None:
            sheet.write_number(row, index, value)
