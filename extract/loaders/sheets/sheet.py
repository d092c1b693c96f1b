"""Worksheets to text (工作表): a heading, a title with its unit, one table, in sheet order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extract.errors import DocumentError
from extract.loaders import limits
from extract.loaders.blocks import Piece, join, n_visible
from extract.loaders.titles import parted
from extract.model import Document

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELLS = limits.CELLS
_MERGE_STEPS = 2_000_000  # cells looked at for merged ranges, of a whole file
_UNNAMED = re.compile(r"(?:sheet|工作表|表格?|table)\s{0,2}[0-9]{0,4}", re.IGNORECASE)
_BREAKS = re.compile(r"[\t\r\n\v\f]{1,99}")

Range = tuple[int, int, int, int]  # first row and column, last row and column, from 0


@dataclass(slots=True)
class Sheet:
    """One sheet: texts by row and column from 0, merged ranges, and what could not be had."""

    name: str
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    limited: bool = False  # cells beyond the limits were left out
    uncached: bool = False  # a formula has no value in the file
    hidden: bool = False  # rows or columns are not shown
    n_cells: int = 0

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a cell, within the limits; empty ones need no place."""
        if not text.strip():
            return
        cells = self.cells.get(row)
        self.n_cells += 1
        if self.n_cells > MAX_CELLS or (cells is None and len(self.cells) >= MAX_ROWS):
            self.limited = True
        elif cells is None:
            self.cells[row] = {column: text}
        elif len(cells) < MAX_COLUMNS or column in cells:
            cells[column] = text
        else:
            self.limited = True


def document_of(kind: str, sheets: Sequence[Sheet], flags: Sequence[str], reason: str) -> Document:
    """The document of a workbook; ``reason`` why it is partial, or nothing.

    Raises:
        DocumentError: ``empty(no_text)``.
    """
    pieces: list[Piece] = []
    budget = [_MERGE_STEPS]
    shown = table = 0
    for sheet in sheets:
        _clear_merged(sheet, budget)
        shown += sum(n_visible(text) for row in sheet.cells.values() for text in row.values())
        found = list(_pieces(sheet, table))
        table += len({piece.table for piece in found} - {None})
        name = _flat(sheet.name)
        if found and found[0].text != name and not _UNNAMED.fullmatch(name):
            pieces.append(Piece(name, kind="heading", level=1))
        pieces += found
    if not any(piece.kind != "heading" for piece in pieces):
        raise DocumentError("empty", "no_text")
    limited = any(sheet.limited for sheet in sheets)
    reason = reason or ("limit" if limited else "")
    told = [*flags]
    told += ["uncached_formula"] if any(sheet.uncached for sheet in sheets) else []
    told += ["hidden_cells"] if any(sheet.hidden for sheet in sheets) else []
    text, blocks = join(pieces)
    read = sum(n_visible(piece.text) for piece in pieces if piece.kind != "heading")
    return Document(
        text=text,
        format=kind,
        blocks=blocks,
        status="partial" if reason else "ok",
        reason=reason or None,
        text_share=min(1.0, round(read / shown, 4)) if shown else None,
        flags=tuple(told),
    )


def _flat(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _clear_merged(sheet: Sheet, budget: list[int]) -> None:
    """Of merged cells the first has the text, whatever the others still hold."""
    for top, left, bottom, right in sheet.merged:
        for row in range(top, bottom + 1):
            budget[0] -= 1 + right - left
            if budget[0] < 0:
                return
            cells = sheet.cells.get(row)
            for column in range(left, right + 1) if cells else ():
                if cells and (row, column) != (top, left):
                    cells.pop(column, None)


def _pieces(sheet: Sheet, table: int) -> Iterator[Piece]:
    for rows in _tables(sheet):
        filled = max(sum(map(bool, row)) for row in rows)
        if filled <= 1:
            yield from (Piece(text.strip()) for row in rows for text in row if text)
            continue
        rows = [[_flat(text) for text in row] for row in rows]  # noqa: PLW2901
        titles, first, last, notes = parted(rows)
        yield from map(Piece, titles)
        for number, row in enumerate(rows[first:last]):
            yield Piece("\t".join(row), None, table, number)
        yield from map(Piece, notes)
        table += 1


def _tables(sheet: Sheet) -> Iterator[list[list[str]]]:
    """The rows of a sheet without empty ones, cut where a title follows an empty row."""
    numbers = [n for n in sorted(sheet.cells) if any(t.strip() for t in sheet.cells[n].values())]
    group: list[int] = []
    for number in numbers:
        alone = sum(map(bool, map(str.strip, sheet.cells[number].values()))) == 1
        if group and number > group[-1] + 1 and alone:
            yield _grid(sheet, group)
            group = []
        group.append(number)
    if group:
        yield _grid(sheet, group)


def _grid(sheet: Sheet, numbers: Sequence[int]) -> list[list[str]]:
    """Rows of equal length: the columns that have text in any of them."""
    rows = [sheet.cells[number] for number in numbers]
    columns = sorted({c for row in rows for c, text in row.items() if text.strip()})
    return [[row.get(column, "") for column in columns] for row in rows]
