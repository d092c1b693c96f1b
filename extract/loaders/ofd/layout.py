"""From the characters of an OFD page to lines, paragraphs and table rows, each with its boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extract.loaders.ofd.page import Drawn, Glyph
from extract.loaders.pdf.furniture import BARE, NUMBERED
from extract.loaders.pdf.grids import Grid as Ruled
from extract.loaders.pdf.grids import find_grids
from extract.loaders.pdf.paragraphs import glue
from extract.model import Box

_SAME_LINE = 0.5  # of a letter's height that baselines of one line may differ
_BLANK = 0.45  # of a letter's height between two characters: a blank
_WIDE_GAP = 1.8  # likewise: columns
_INDENT = 0.8  # letters that a line may begin inside of the margin
_OPEN = 1.6  # letters that a full line may end before the margin
_LEADING = 2.6  # letters between the baselines of one paragraph
_DOUBLE = 0.2  # of a letter's height: the same character drawn twice to make it bold
_EDGE = 0.1  # of the page's height: where page numbers and running heads stand
_BANDS = 200  # that the cells of a page are looked up by
_CLOSED = tuple("。！？；：")

Grid = list[list[Box | None]]


@dataclass(slots=True)
class Line:
    """Words with a box for each character (None of a blank that was put in)."""

    text: str
    boxes: list[Box | None]
    base: float
    size: float
    left: float
    right: float

    @property
    def top(self) -> float:
        """Upper edge in points."""
        return self.base - self.size


@dataclass(slots=True)
class Part:
    """A paragraph or a row of a table, in reading order; ``table`` counts on the page."""

    text: str
    boxes: list[Box | None] = field(default_factory=list)
    kind: str = "paragraph"
    table: int | None = None
    row: int | None = None


def arrange(drawn: Drawn, page: Box) -> list[Part]:
    """Everything of a page in reading order."""
    grids = _grids(drawn.rules)
    glyphs, cells = _sorted_out(_single(drawn.glyphs), grids)
    lines = _lines(glyphs)
    places = [(min(box[1] for row in grid for box in row if box), grid) for grid in grids]
    places.sort(key=lambda place: place[0])
    parts: list[Part] = []
    start = 0
    for table, (top, grid) in enumerate(places):
        end = next((n for n, line in enumerate(lines) if line.base > top), len(lines))
        parts += _paragraphs(lines[start:end], page)
        parts += _rows(grid, table, cells)
        start = max(start, end)
    return parts + _paragraphs(lines[start:], page)


def _grids(rules: Sequence[Box]) -> list[Grid]:
    """The ruled tables of a page, as those of PDF pages are found."""
    return [_cells(grid) for grid in find_grids(rules)[0]] if rules else []


def _cells(grid: Ruled) -> Grid:
    """Boxes of cells by row and column; None where a merged cell covers the place."""
    corners = {owner: place for place, owner in enumerate(grid.owners)}  # the last of its places
    n_columns = grid.n_columns
    rows: Grid = [[None] * n_columns for _ in range(len(grid.ys) - 1)]
    for owner, last in corners.items():
        (top, left), (bottom, right) = divmod(owner, n_columns), divmod(last, n_columns)
        edges = grid.xs[left], grid.ys[top], grid.xs[right + 1], grid.ys[bottom + 1]
        rows[top][left] = edges
    return rows


def _single(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Characters that are drawn twice at one place count once."""
    kept: list[Glyph] = []
    seen: dict[tuple[str, int, int], Glyph] = {}
    for glyph in glyphs:
        step = max(glyph.size * _DOUBLE, 0.1)
        key = (glyph.char, round(glyph.box[0] / step), round(glyph.base / step))
        if glyph.char.isspace() or key not in seen:
            seen[key] = glyph
            kept.append(glyph)
    return kept


def _sorted_out(
    glyphs: Sequence[Glyph], grids: Sequence[Grid]
) -> tuple[list[Glyph], dict[Box, list[Glyph]]]:
    """The characters outside of tables, and those of each cell."""
    cells: dict[Box, list[Glyph]] = {b: [] for grid in grids for row in grid for b in row if b}
    outside: list[Glyph] = []
    bands = _Bands(list(cells))
    last: Box | None = None
    for glyph in glyphs:
        if last is None or not _holds(last, glyph):
            last = bands.cell_of(glyph)
        (outside if last is None else cells[last]).append(glyph)
    return outside, cells


class _Bands:
    """Cells by the height at which they stand, so that a page with many is searched fast."""

    def __init__(self, cells: Sequence[Box]) -> None:
        self._top = min((cell[1] for cell in cells), default=0.0)
        bottom = max((cell[3] for cell in cells), default=0.0)
        self._step = max((bottom - self._top) / _BANDS, 1.0)
        self._bands: dict[int, list[Box]] = {}
        for cell in cells:
            for band in range(self._band(cell[1]), self._band(cell[3]) + 1):
                self._bands.setdefault(band, []).append(cell)

    def _band(self, y: float) -> int:
        return int((y - self._top) / self._step)

    def cell_of(self, glyph: Glyph) -> Box | None:
        """The cell that holds the middle of a character."""
        band = self._bands.get(self._band((glyph.box[1] + glyph.box[3]) / 2), ())
        return next((cell for cell in band if _holds(cell, glyph)), None)


def _holds(cell: Box, glyph: Glyph) -> bool:
    x, y = (glyph.box[0] + glyph.box[2]) / 2, (glyph.box[1] + glyph.box[3]) / 2
    return cell[0] <= x < cell[2] and cell[1] <= y < cell[3]


def _rows(grid: Grid, table: int, cells: dict[Box, list[Glyph]]) -> Iterator[Part]:
    for number, row in enumerate(grid):
        part = Part("", table=table, row=number)
        for column, box in enumerate(row):
            if column:
                part.text += "\t"
                part.boxes.append(None)
            if box is not None:
                text, boxes = _joined(_lines(cells[box]))
                part.text += text.replace("\t", " ")
                part.boxes += boxes
        if part.text.strip():
            yield part


# --- lines ------------------------------------------------------------------------------------


def _lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """Characters of about one baseline, from left to right; lines from the top down."""
    groups: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.base, glyph.box[0])):
        if groups and glyph.base - groups[-1][0].base < _SAME_LINE * groups[-1][0].size:
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    lines = (_line(sorted(group, key=lambda glyph: glyph.box[0])) for group in groups)
    return [line for line in lines if line.text]


def _line(glyphs: Sequence[Glyph]) -> Line:
    text: list[str] = []
    boxes: list[Box | None] = []
    right = glyphs[0].box[0]
    for glyph in glyphs:
        gap = (glyph.box[0] - right) / max(glyph.size, 0.1)
        if text and gap > _BLANK and not glyph.char.isspace() and text[-1] != " ":
            blanks = "  " if gap > _WIDE_GAP else " "
            text.append(blanks)
            boxes += [None] * len(blanks)
        text.append(" " if glyph.char.isspace() else glyph.char)
        boxes += [glyph.box] * len(glyph.char)
        right = max(right, glyph.box[2])
    words = "".join(text)
    begin, end = len(words) - len(words.lstrip()), len(words.rstrip())
    size = max(glyph.size for glyph in glyphs)
    inked = [glyph for glyph in glyphs if not glyph.char.isspace()] or glyphs
    left = inked[0].box[0]
    return Line(words[begin:end], boxes[begin:end], glyphs[0].base, size, left, right)


def _joined(lines: Sequence[Line]) -> tuple[str, list[Box | None]]:
    """Wrapped lines in a row, as those of PDF pages are put together."""
    text = ""
    boxes: list[Box | None] = []
    for line in lines:
        between = glue(text, line.text, spaced=False) if text else ""
        boxes += [None] * len(between)
        text += between + line.text
        boxes += line.boxes
    return text, boxes


# --- paragraphs -------------------------------------------------------------------------------


def _paragraphs(lines: Sequence[Line], page: Box) -> list[Part]:
    """Join lines that fill the width to those that go on at the margin."""
    body = [line for line in lines if not _is_number(line, page)]
    left = min((line.left for line in body), default=0.0)
    right = max((line.right for line in body), default=0.0)
    parts: list[Part] = []
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(group[-1], line, left, right, page):
            parts.append(_part(group, page))
            group = []
        group.append(line)
    return [*parts, _part(group, page)] if group else parts


def _goes_on(before: Line, line: Line, left: float, right: float, page: Box) -> bool:
    size = before.size
    if _is_number(before, page) or _is_number(line, page) or before.text.endswith(_CLOSED):
        return False
    return (
        abs(line.size - size) < 0.2 * size
        and line.base - before.base < _LEADING * size
        and before.right > right - _OPEN * size
        and line.left < left + _INDENT * size
    )


def _part(group: Sequence[Line], page: Box) -> Part:
    text, boxes = _joined(group)
    kind = "furniture" if len(group) == 1 and _is_number(group[0], page) else "paragraph"
    return Part(text, boxes, kind)


def _is_number(line: Line, page: Box) -> bool:
    """A page number: alone at the upper or lower edge."""
    if not at_edge(line.base, line.top, page):
        return False
    return any(shape.fullmatch(line.text) for shape in (NUMBERED, BARE))


def at_edge(base: float, top: float, page: Box) -> bool:
    """Whether a line stands where running heads and feet stand."""
    height = page[3] - page[1]
    return top < page[1] + _EDGE * height or base > page[3] - _EDGE * height
