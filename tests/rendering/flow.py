"""Laying a report out on A4 pages: wrapped lines, ruled tables, running head, page numbers.

Widths are those of fonts for Chinese: a full-width character is 1 em, one of ASCII a half.
Coordinates are points from the top left corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.rendering.source import Cell, Paragraph, Part, Table, column_widths, cut, merged

WIDTH, HEIGHT = 595.0, 842.0
_LEFT, _TOP, _BOTTOM = 80.0, 76.0, 766.0
_ROOM = WIDTH - 2 * _LEFT
_SIZE, _LEADING = 12.0, 21.0
_SMALL, _SMALL_LEADING = 10.5, 15.0
_CUT = 300  # characters of a cell that a page surely holds
_PAD = 3.0  # points between a rule and the text beside it
_NEVER_FIRST = frozenset("，。、；：？！）》”％%,.")  # no line begins with these


@dataclass(slots=True)
class Page:
    """Texts with left, baseline and size; rules with both ends."""

    texts: list[tuple[str, float, float, float]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)


def advance(text: str, size: float) -> float:
    """Points that a text takes."""
    return sum(0.5 if char <= "\x7f" else 1.0 for char in text) * size


def wrapped(text: str, room: float, size: float, indent: float = 0) -> Iterator[str]:
    """Lines no wider than ``room``, broken between any two characters but before marks.

    The first line has ``indent`` points less.
    """
    room -= indent
    for paragraph in text.split("\n"):
        line = ""
        for char in paragraph:
            if line and advance(line + char, size) > room:
                # A mark takes the character before it along.
                at = len(line) - 1 if char in _NEVER_FIRST and len(line) > 1 else len(line)
                yield line[:at]
                line = line[at:]
                room += indent
                indent = 0
            line += char
        yield line


class Layout:
    """Pages that fill from the top; a table goes on over the page with its first row again."""

    def __init__(self, head: str, *, indented: bool = False) -> None:
        self.pages: list[Page] = []
        self._head = head
        self._indent = 2 * _SIZE if indented else 0.0
        self._y = _BOTTOM

    def add(self, parts: Sequence[Part]) -> list[Page]:
        """Lay out all parts and return the pages."""
        for part in parts:
            if isinstance(part, Table):
                self._table(cut(part.rows, _CUT))
            elif part.text.strip():
                self._paragraph(part)
            else:
                self._y += _LEADING / 2
        return self.pages

    def _paragraph(self, part: Paragraph) -> None:
        indent = 0.0 if part.is_heading else self._indent
        text = part.text.replace("\t", "    ").rstrip()
        left = _LEFT + indent
        for line in wrapped(text, _ROOM, _SIZE, indent):
            self._fit(_LEADING)
            self._y += _LEADING
            self.pages[-1].texts.append((line, left, self._y - 6, _SIZE))
            left = _LEFT

    def _fit(self, height: float) -> bool:
        """Begin a page where ``height`` has no room; tells whether it did."""
        if self.pages and self._y + height <= _BOTTOM:
            return False
        page = Page()
        self.pages.append(page)
        foot = f"— {len(self.pages)} —"
        page.texts.append((self._head, (WIDTH - advance(self._head, 9)) / 2, 50, 9))
        page.texts.append((foot, (WIDTH - advance(foot, 9)) / 2, 806, 9))
        self._y = _TOP
        return True

    def _table(self, rows: Sequence[Sequence[str]]) -> None:
        grid = merged(rows)
        edges = _edges(grid)
        self._y += 6
        for number, row in enumerate(grid):
            broke = self._fit(_height(row, edges))
            if broke and number:
                self._row(grid, 0, edges, first=True)
            self._row(grid, number, edges, first=broke or number == 0)
        self._y += 12

    def _row(
        self, grid: Sequence[Sequence[Cell | None]], number: int, edges: list[float], *, first: bool
    ) -> None:
        """Draw a row: what begins in it, and the rules above, below and beside."""
        row = grid[number]
        page, top, bottom = self.pages[-1], self._y, self._y + _height(row, edges)
        below = grid[number + 1] if number + 1 < len(grid) else None
        ends = below is None or bottom + _height(below, edges) > _BOTTOM
        for at, cell in enumerate(row):
            left, right = edges[at], edges[at + (cell.columns if cell else 1)]
            if first:
                page.rules.append((left, top, right, top))
            if _spanned(row, at):
                continue
            # Below a cell that goes on in the next row of the page there is no rule.
            if ends or below is None or below[at] is not None or _spanned(below, at):
                page.rules.append((left, bottom, right, bottom))
            page.rules.append((left, top, left, bottom))
            self._words(cell, left, top, right - left)
        page.rules.append((edges[-1], top, edges[-1], bottom))
        self._y = bottom

    def _words(self, cell: Cell | None, left: float, top: float, width: float) -> None:
        lines = wrapped(cell.text, width - 2 * _PAD, _SMALL) if cell else ()
        for number, words in enumerate(lines):
            baseline = top + _PAD + 10 + number * _SMALL_LEADING
            self.pages[-1].texts.append((words, left + _PAD, baseline, _SMALL))


def _spanned(row: Sequence[Cell | None], at: int) -> bool:
    """Whether a cell to the left reaches over column ``at``."""
    return any(cell and left + cell.columns > at for left, cell in enumerate(row[:at]))


def _edges(grid: Sequence[Sequence[Cell | None]]) -> list[float]:
    """Where the columns begin and the last ends, by the longest texts."""
    widths = column_widths(grid)
    edges = [_LEFT]
    for width in widths:
        edges.append(edges[-1] + _ROOM * width / sum(widths))
    return edges


def _height(row: Sequence[Cell | None], edges: Sequence[float]) -> float:
    lines = 1
    for at, cell in enumerate(row):
        if cell:
            room = edges[at + cell.columns] - edges[at] - 2 * _PAD
            lines = max(lines, len(list(wrapped(cell.text, room, _SMALL))))
    return lines * _SMALL_LEADING + 2 * _PAD
