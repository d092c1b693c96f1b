"""One read page to lines of text and table rows (版面): what stands in which cell, and in one line.

Boxes are in points of the page put straight, x to the right, y downwards.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extract.loaders.scan.ocr import Box, OcrLine
    from extract.loaders.scan.tables import Cells

_SAME_LINE = 0.5  # of the lower one's height that two parts of a line share at least
_CROSSES = 0.5  # heights that a line must reach into a cell to have a part there
_BLANK = 0.9  # ems between two characters that stand for a blank; in a number 0.35
_TIGHT = 0.35
_MAX_BLANKS = 40
_PADDING = 8.0  # points that a cell keeps free at both sides together
_TRIMMED = "，。、；：）》”’！？,.;:)"  # their ink ends before their place does
_UNBROKEN = frozenset("0123456789.,%％abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")
_WIDE = "\u2e80"  # from here on characters are as wide as high


class Glyph(NamedTuple):
    """A character as read: where it stands, and how probable it is."""

    char: str
    page: int  # from 1
    box: Box
    score: float  # 0 to 1


class Line(NamedTuple):
    """Characters that stand side by side; a blank between them has no place of its own."""

    text: str
    glyphs: tuple[Glyph | None, ...]  # one per character
    box: Box
    em: float  # width of a Chinese character
    column: tuple[float, float] | None = None  # its margins, on a page of two columns


class Table(NamedTuple):
    """A ruled table of one page."""

    rows: list[list[Line | None]]  # None where the cell is empty or covered
    borders: tuple[float, ...]  # left ones of its columns, and the last right one
    top: float


def cut(boxes: Sequence[Box], grids: Sequence[Cells]) -> list[Box]:
    """Boxes of lines, cut where they reach over the border of a cell."""
    cells = [cell for grid in grids for row in grid for cell in row if cell]
    return [part for box in boxes for part in _parts(box, cells)]


def _parts(box: Box, cells: Sequence[Box]) -> list[Box]:
    left, top, right, bottom = box
    middle, enough = (top + bottom) / 2, _CROSSES * (bottom - top)
    level = [cell for cell in cells if cell[1] <= middle < cell[3]]
    touched = [cell for cell in level if min(right, cell[2]) - max(left, cell[0]) > 0]
    if not touched:
        return [box]
    held = [
        (max(left, cell[0]), top, min(right, cell[2]), bottom)
        for cell in touched
        if min(right, cell[2]) - max(left, cell[0]) > min(enough, (right - left) / 2)
    ]
    first, last = min(cell[0] for cell in touched), max(cell[2] for cell in touched)
    outside = [(left, top, first, bottom)] if first - left > enough else []
    outside += [(last, top, right, bottom)] if right - last > enough else []
    return [*held, *outside] or [box]


def empty(boxes: Sequence[Box], grids: Sequence[Cells]) -> list[Box]:
    """Cells in which none of ``boxes`` stands."""
    cells = [cell for grid in grids for row in grid for cell in row if cell]
    return [cell for cell in cells if not any(_holds(cell, box) for box in boxes)]


def lines(read: Iterable[OcrLine], page: int) -> list[Line]:
    """What was read, with a box for each character."""
    return [_line(line, page) for line in read]


def em_of(read: OcrLine) -> float:
    """How wide a Chinese character of a line is: the usual step from one to the next."""
    _, top, _, bottom = read.box
    steps = sorted(
        b - a
        for (a, b), (x, y) in zip(pairwise(read.centres), pairwise(read.text), strict=True)
        if x >= _WIDE and y >= _WIDE and b > a
    )
    return min(median(steps), bottom - top) if steps else 0.8 * (bottom - top)


def _line(read: OcrLine, page: int) -> Line:
    left, top, right, bottom = read.box
    em = em_of(read)
    glyphs = []
    for char, x, score in zip(read.text, read.centres, read.scores, strict=True):
        half = em / 2 if char >= _WIDE else em / 4
        box = (max(x - half, left), top, min(x + half, right), bottom)
        glyphs.append(None if char == " " else Glyph(char, page, box, score))
    return Line(read.text, tuple(glyphs), read.box, em)


def split(found: Sequence[Line], grids: Sequence[Cells]) -> tuple[list[Line], list[Table]]:
    """The lines outside of tables, from top to bottom, and the tables."""
    held: dict[Box, list[Line]] = {
        cell: [] for grid in grids for row in grid for cell in row if cell
    }
    outside: list[Line] = []
    for line in found:
        cell = next((cell for cell in held if _holds(cell, line.box)), None)
        (outside if cell is None else held[cell]).append(line)
    return side_by_side(outside), [_table(grid, held) for grid in grids]


def _holds(cell: Box, box: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return cell[0] <= x < cell[2] and cell[1] <= y < cell[3]


def _table(grid: Cells, held: dict[Box, list[Line]]) -> Table:
    rows = [[_cell(held[cell], cell) if cell else None for cell in row] for row in grid]
    cells = [cell for row in grid for cell in row if cell]
    borders = (*sorted({cell[0] for cell in cells}), max(cell[2] for cell in cells))
    return Table(rows, borders, min(cell[1] for cell in cells))


def _cell(found: Sequence[Line], cell: Box) -> Line | None:
    """The text of a cell in one line: a line wrapped at the border goes on at once."""
    parts = side_by_side(found)
    whole = parts[0] if parts else None
    for before, part in pairwise(parts):
        room = cell[2] - cell[0] - _PADDING - (before.box[2] - before.box[0])
        whole = joined(whole, part, blanks=0 if goes_on(room, before, part) else 1)
    return whole


def goes_on(room: float, line: Line, following: Line) -> bool:
    """Whether ``room`` right of ``line`` could not hold the beginning of the ``following`` one."""
    slack = 0.8 if line.text[-1:] in _TRIMMED else 0.45
    return room < (_first_width(following.text) + slack) * line.em


def _first_width(text: str) -> float:
    """Ems that the first characters need, which no line parts."""
    width = 0.0
    for i, char in enumerate(text[:24]):
        before = text[i - 1] if i else ""
        if i and not (
            char in _TRIMMED or before in "（《“‘(" or (char in _UNBROKEN and before in _UNBROKEN)
        ):
            break
        width += 1.0 if char >= _WIDE or char in "“”‘’" else 0.55
    return width


def side_by_side(found: Sequence[Line]) -> list[Line]:
    """Parts of one line put together, with blanks for the gaps; lines from top to bottom."""
    groups: list[list[Line]] = []
    for line in sorted(found, key=lambda line: line.box[1] + line.box[3]):
        group = next((g for g in reversed(groups[-3:]) if _level(g[-1].box, line.box)), None)
        if group is None:
            groups.append([line])
        else:
            group.append(line)
    return [_whole(sorted(group, key=lambda line: line.box[0])) for group in groups]


def _level(a: Box, b: Box) -> bool:
    shared = min(a[3], b[3]) - max(a[1], b[1])
    return shared > _SAME_LINE * min(a[3] - a[1], b[3] - b[1])


def _whole(parts: Sequence[Line]) -> Line:
    line = parts[0]
    for part in parts[1:]:
        gap = (part.box[0] - line.box[2]) / max(line.em, 1.0)
        tight = line.text[-1:] < _WIDE and part.text[:1] < _WIDE
        blanks = max(round(gap), 1) if gap > (_TIGHT if tight else _BLANK) else 0
        line = joined(line, part, blanks=min(blanks, _MAX_BLANKS))
    return line


def joined(line: Line | None, part: Line, *, blanks: int = 0) -> Line:
    """``line`` and then ``part``, with as many blanks between."""
    if line is None:
        return part
    a, b = line.box, part.box
    box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    glyphs = (*line.glyphs, *[None] * blanks, *part.glyphs)
    return Line(line.text + " " * blanks + part.text, glyphs, box, line.em, line.column)


def in_order(outside: Sequence[Line], tables: Sequence[Table]) -> Iterator[Line | Table]:
    """Lines and tables from top to bottom."""
    tops = [(table.top, 1, i) for i, table in enumerate(tables)]
    tops += [((line.box[1] + line.box[3]) / 2, 0, i) for i, line in enumerate(outside)]
    for _, is_table, i in sorted(tops):
        yield tables[i] if is_table else outside[i]
