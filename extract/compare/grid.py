"""A sheet as rows of texts (表格): CSV in any encoding of Excel, or the first sheet of an XLSX."""

from __future__ import annotations

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from io import StringIO
from pathlib import Path

from extract.errors import CorpusError, DocumentError, UsageError
from extract.inputs.usertables import decoded

_MARKS = ",\t;"  # between cells


def read_grid(path: Path) -> list[list[str]]:
    """The rows of a sheet, of equal length, cells stripped; row ``n`` is line ``n + 1``.

    Numbers of a workbook are as it shows them, so that 94.57% is no 0.9457. Raises ``CorpusError``
    where the file cannot be read, ``UsageError`` where it is no such sheet.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise CorpusError(f"{path}: cannot be read ({why}); name an existing sheet") from error
    rows = _workbook(path, data) if data.startswith(b"PK\x03\x04") else _csv(path, data)
    width = max(map(len, rows), default=0)
    return [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]


def _csv(path: Path, data: bytes) -> list[list[str]]:
    if data.startswith(b"\xd0\xcf\x11\xe0") or (
        b"\0" in data[:4096] and not data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    ):
        raise UsageError(f"{path}: neither CSV nor XLSX; save it as one of these")
    text = decoded(path, data)
    first = text.lstrip().partition("\n")[0]
    mark = max(_MARKS, key=first.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=mark)
    try:
        return list(lines)
    except csv.Error as error:
        raise UsageError(f"{path}, line {lines.line_num}: {error}; mend that line") from error


def _workbook(path: Path, data: bytes) -> list[list[str]]:
    from extract.loaders.sheets.xlsx import sheets_of  # noqa: PLC0415  only where there is one

    try:
        sheets = [sheet for sheet in sheets_of(data)[0] if sheet.cells]
    except DocumentError as error:
        raise UsageError(f"{path}: no readable XLSX file ({error}); save it as CSV") from error
    if not sheets:
        return []
    cells = sheets[0].cells
    width = 1 + max(column for row in cells.values() for column in row)
    return [
        [cells.get(row, {}).get(column, "") for column in range(width)]
        for row in range(max(cells) + 1)
    ]
