"""XLS: the visible sheets of an old workbook (BIFF8), numbers as they are shown (MS-XLS).

Read by ourselves, record by record: calamine, made for healthy files, gives values without their
formats and takes the whole process down with it over some damaged ones.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.sheets.numbers import Format, built_in, format_of, shown
from extract.loaders.sheets.sheet import Sheet, document_of
from extract.loaders.sheets.xls_records import (
    CONTINUE,
    STRINGS,
    records,
    shared_strings,
    short_string,
    stream_of,
    string,
)

if TYPE_CHECKING:
    from extract.model import Document

_BOF, _BOUND_SHEET, _FORMAT, _XF, _DATE_MODE, _LOCKED = 0x809, 0x85, 0x41E, 0xE0, 0x22, 0x2F
_FORMULA, _NUMBER, _RK, _MULTIPLE_RK, _SHARED = 0x06, 0x203, 0x27E, 0xBD, 0xFD
_LABEL, _RICH_LABEL, _TRUTH, _RESULT = 0x204, 0xD6, 0x205, 0x207
_ROW, _COLUMNS, _MERGED = 0x208, 0x7D, 0xE5
_BIFF8 = 0x600
_IS_SHEET = 0x10  # of a BOF: cells, no chart
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 0x01
_MAX_MERGED = 20_000
_GENERAL = Format()
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?"}


def load(data: bytes) -> Document:
    """Read the visible sheets.

    Raises:
        DocumentError: ``corrupt(ole|xls)``, ``encrypted``, ``refused(size)``,
            ``unsupported(xls)`` for workbooks from before 1997, ``empty(no_text)``.
    """
    stream = stream_of(data)
    try:
        book = _read(stream)
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise DocumentError("corrupt", "xls") from error
    is_cut = not book.begun.issuperset(book.listed)
    if not book.listed or (is_cut and not book.sheets):
        raise DocumentError("corrupt", "xls")
    flags = ["hidden_sheet"] if any(hidden for _, hidden in book.listed.values()) else []
    return document_of("xls", book.sheets, flags, "page_errors" if is_cut else "")


@dataclass(slots=True)
class _Book:
    """What the records have told so far."""

    listed: dict[int, tuple[str, bool]] = field(default_factory=dict)  # offset → name, hidden
    begun: set[int] = field(default_factory=set)  # offsets of the parts that were there
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    packed: list[bytes] = field(default_factory=list)  # records of the strings
    from_1904: bool = False
    sheets: list[Sheet] = field(default_factory=list)
    sheet: Sheet | None = None  # the one that is being read
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    awaited: tuple[int, int] | None = None  # cell of a formula whose text comes next


def _read(stream: bytes) -> _Book:
    book = _Book()
    last = 0
    for at, kind, body in records(stream):
        if kind == _BOF:
            _begin(book, at, body)
        elif kind == CONTINUE:
            if last == STRINGS:
                book.packed.append(body)
            continue
        elif book.sheet is not None:
            _cell(book, book.sheet, kind, body)
        elif not book.sheets:
            _general(book, kind, body)
        last = kind
    return book


def _begin(book: _Book, at: int, body: bytes) -> None:
    """The workbook's own part, or a sheet, or a chart, begins."""
    version, part = struct.unpack_from("<HH", body)
    if at == 0 and version != _BIFF8:
        raise DocumentError("unsupported", "xls")
    if book.packed:
        book.strings = shared_strings(book.packed)
        book.packed = []
    book.begun.add(at)
    if not book.formats:
        book.formats = [format_of(book.codes.get(n) or built_in(n)) for n in book.styles]
    name, hidden = book.listed.get(at, ("", True))
    book.sheet = None
    if part == _IS_SHEET and not hidden:
        book.sheet = Sheet(name)
        book.sheets.append(book.sheet)
        book.hidden_rows, book.hidden_columns, book.awaited = set(), [], None


def _general(book: _Book, kind: int, body: bytes) -> None:
    """Records before the first sheet."""
    if kind == _LOCKED:
        raise DocumentError("encrypted")
    if kind == _BOUND_SHEET:
        at, state = struct.unpack_from("<IB", body)
        book.listed[at] = short_string(body[6:]), state & 3 != 0
    elif kind == _FORMAT:
        book.codes[struct.unpack_from("<H", body)[0]] = string(body[2:])
    elif kind == _XF:
        book.styles.append(struct.unpack_from("<H", body, 2)[0])
    elif kind == STRINGS:
        book.packed = [body]
    elif kind == _DATE_MODE:
        book.from_1904 = body[:1] == b"\x01"


# --- cells ------------------------------------------------------------------------------------


def _cell(book: _Book, sheet: Sheet, kind: int, body: bytes) -> None:
    if kind == _RESULT and book.awaited:
        _keep(book, sheet, *book.awaited, string(body))
        book.awaited = None
    elif kind in (_NUMBER, _RK, _SHARED, _LABEL, _RICH_LABEL, _TRUTH, _FORMULA):
        row, column, style = struct.unpack_from("<HHH", body)
        _keep(book, sheet, row, column, _text(book, kind, body, style, (row, column)))
    elif kind == _MULTIPLE_RK:
        row, column = struct.unpack_from("<HH", body)
        for at in range(4, len(body) - 6, 6):
            style, raw = struct.unpack_from("<HI", body, at)
            _keep(book, sheet, row, column + (at - 4) // 6, _shown(book, _rk(raw), style))
    else:
        _layout(book, sheet, kind, body)


def _layout(book: _Book, sheet: Sheet, kind: int, body: bytes) -> None:
    """What is hidden, and what is merged."""
    if kind == _ROW:
        row, options = struct.unpack_from("<H10xH", body)
        if options & _ROW_HIDDEN:
            book.hidden_rows.add(row)
    elif kind == _COLUMNS:
        first, last, _, _, options = struct.unpack_from("<5H", body)
        if options & _COLUMN_HIDDEN and len(book.hidden_columns) < 300:
            book.hidden_columns.append((first, last))
    elif kind == _MERGED:
        for at in range(2, len(body) - 7, 8):
            top, bottom, left, right = struct.unpack_from("<4H", body, at)
            if len(sheet.merged) < _MAX_MERGED:
                sheet.merged.append((top, left, bottom, right))


def _text(book: _Book, kind: int, body: bytes, style: int, place: tuple[int, int]) -> str:
    """The text of a cell as it is shown; nothing where a later record has it."""
    if kind == _NUMBER:
        return _shown(book, struct.unpack_from("<d", body, 6)[0], style)
    if kind == _RK:
        return _shown(book, _rk(struct.unpack_from("<I", body, 6)[0]), style)
    if kind == _SHARED:
        number = struct.unpack_from("<I", body, 6)[0]
        return book.strings[number] if number < len(book.strings) else ""
    if kind == _TRUTH:
        value, is_error = struct.unpack_from("<BB", body, 6)
        return _ERRORS.get(value, "#N/A") if is_error else str(bool(value)).upper()
    if kind == _FORMULA:
        return _result(book, body, style, place)
    return string(body[6:])


def _result(book: _Book, body: bytes, style: int, place: tuple[int, int]) -> str:
    """The value that a formula had: a number, or a mark of what else it was."""
    if struct.unpack_from("<H", body, 12)[0] != 0xFFFF:
        return _shown(book, struct.unpack_from("<d", body, 6)[0], style)
    if body[6] == 0:
        book.awaited = place
    elif body[6] == 1:
        return str(bool(body[8])).upper()
    elif body[6] == 2:
        return _ERRORS.get(body[8], "#N/A")
    return ""


def _rk(raw: int) -> float:
    """A number in 30 bits: whole or the front of a double, perhaps times 100."""
    if raw & 2:
        value = float(struct.unpack("<i", struct.pack("<I", raw))[0] >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))[0]
    return value / 100 if raw & 1 else value


def _shown(book: _Book, value: float, style: int) -> str:
    known = book.formats[style] if style < len(book.formats) else _GENERAL
    return shown(value, known, from_1904=book.from_1904)


def _keep(book: _Book, sheet: Sheet, row: int, column: int, text: str) -> None:
    if not text.strip():
        return
    if row in book.hidden_rows or any(a <= column <= b for a, b in book.hidden_columns):
        sheet.hidden = True
        return
    sheet.put(row, column, text)
