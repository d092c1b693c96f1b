"""Paragraphs that only tell how deep in tables they stand (DOC, RTF) to pieces in reading order.

A table in a cell becomes a table of its own behind the row; where one cell is all there is, it is
layout, and what it holds is read as if it stood in the page. Text boxes in a cell are part of its
words, notes follow behind the row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.loaders.blocks import FLAT, Piece
from extract.loaders.grid import Shape, align

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_SHAPE = Shape()


@dataclass(slots=True)
class Hung:
    """What hangs on a paragraph: the story of a note or of a text box."""

    items: list[Item]
    is_box: bool


@dataclass(slots=True)
class Table:
    """A table that is being read; the last row and its last cell are still open."""

    rows: list[tuple[list[list[Item]], Shape]] = field(default_factory=list)
    cells: list[list[Item]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def end_cell(self) -> None:
        """Close the open cell."""
        self.cells.append(self.items)
        self.items = []

    def end_row(self, shape: Shape | None = None) -> None:
        """Close the open row; words behind its last cell are one more cell."""
        if self.items:
            self.end_cell()
        n_cells = len(shape.edges) - 1 if shape else 0
        while 0 < n_cells < len(self.cells) and not _words(self.cells[-1]):
            self.cells.pop()  # some writers close more cells than the row has
        if self.cells:
            self.rows.append((self.cells, shape or _NO_SHAPE))
            self.cells = []


Item = Piece | Table | Hung


class Gatherer:
    """Sorts the paragraphs of a story into the tables that they stand in."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._open: list[Table] = []

    def at(self, depth: int) -> Table | None:
        """Open or close tables until ``depth`` are open; return the innermost."""
        while len(self._open) > depth:
            self._close()
        while len(self._open) < depth:
            self._open.append(Table())
        return self._open[-1] if self._open else None

    def put(self, *items: Item) -> None:
        """Put a paragraph, and what hangs on it, in the page."""
        if self._open:
            self.at(0)
        self._items += items

    def add(self, depth: int, items: Iterable[Item], *, ends_cell: bool = False) -> None:
        """Put a paragraph, and what hangs on it, where it stands."""
        table = self._open[-1] if depth and depth == len(self._open) else self.at(depth)
        if table is None:
            self._items.extend(items)
            return
        table.items.extend(items)
        if ends_cell:
            table.end_cell()

    def end_row(self, depth: int, shape: Shape | None = None) -> None:
        """Close the open row at that depth."""
        table = self.at(depth)
        if table:
            table.end_row(shape)

    def finish(self) -> list[Item]:
        """Close everything and return the story."""
        self.at(0)
        return self._items

    def _close(self) -> None:
        table = self._open.pop()
        table.end_row()
        if table.rows:
            (self._open[-1].items if self._open else self._items).append(table)


def emit(items: Iterable[Item]) -> list[Piece]:
    """Turn a story to pieces, its tables numbered through."""
    emitter = _Emitter()
    emitter.put(items)
    return emitter.pieces


class _Emitter:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._n_tables = 0

    def put(self, items: Iterable[Item]) -> None:
        for item in items:
            if isinstance(item, Piece):
                text = item.text.strip("\n")
                if text and not text.isspace():
                    self.pieces.append(item if text == item.text else item._replace(text=text))
            elif isinstance(item, Table):
                self._table(item)
            else:
                self.put(item.items)

    def _table(self, table: Table) -> None:
        is_layout = [_is_layout(cells, len(table.rows)) for cells, _ in table.rows]
        grid = iter(
            align(
                [
                    ([_words(cell) for cell in cells], shape)
                    for (cells, shape), skipped in zip(table.rows, is_layout, strict=True)
                    if not skipped
                ]
            )
        )
        number = -1
        for index, (cells, _) in enumerate(table.rows):
            if is_layout[index]:
                self.put(cells[0])
                continue
            if number < 0:
                number = self._n_tables
                self._n_tables += 1
            text = "\t".join(next(grid))
            if text and not text.isspace():
                self.pieces.append(Piece(text, None, number, index))
            for cell in cells:
                self.put(item for item in cell if _is_behind(item))


def _is_layout(cells: list[list[Item]], n_rows: int) -> bool:
    if len(cells) != 1:
        return False
    return n_rows == 1 or any(isinstance(item, Table) for item in cells[0])


def _is_behind(item: Item) -> bool:
    return isinstance(item, Table) or (isinstance(item, Hung) and not item.is_box)


def _words(cell: Iterable[Item]) -> str:
    """Everything in a cell on one line, but for what follows behind the row."""
    found = []
    for item in cell:
        if isinstance(item, Hung) and item.is_box:
            found.append(_words(item.items))
        elif isinstance(item, Piece):
            found.append(item.text.translate(FLAT).strip())
    return " ".join(text for text in found if text)
