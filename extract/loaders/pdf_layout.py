"""Which characters of a PDF page stand in which table cell, and what remains as lines.

Every character goes to exactly one place: the cell that holds its centre, or its line.
"""

from __future__ import annotations

from ctypes import byref, c_double
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2.raw as pdfium_c

from extract.loaders.blocks import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pypdfium2 as pdfium

    from extract.loaders.pdf_tables import Box, Grid

_PADDING = 12.0  # points that a cell keeps free at both sides together, at most


class Glyph(NamedTuple):
    """A character and its box as shown; without a box where pdfium put it in."""

    char: str
    line: int  # counted through the page
    box: Box | None


@dataclass(slots=True)
class _Line:
    """A line outside of tables while it is gathered."""

    number: int
    top: float = inf
    chars: list[str] = field(default_factory=list)


def read_glyphs(words: pdfium.PdfTextPage, shown: Callable[[Box], Box]) -> list[Glyph]:
    """All characters of a page in the order of the file, ends of line left out."""
    line, glyphs = 0, []
    for i in range(words.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(words, i)
        if code == 0x0A:
            line += 1
        elif code and code != 0x0D:
            box = None if pdfium_c.FPDFText_IsGenerated(words, i) == 1 else shown(_box(words, i))
            glyphs.append(Glyph(chr(code), line, box))
    return glyphs


def arrange(glyphs: Sequence[Glyph], grids: Sequence[Grid]) -> list[Piece]:
    """Cut a page to paragraphs (lines joined by LF) and table rows, in reading order."""
    lines, cells = _sort_out(glyphs, grids)
    tops = [min(box[1] for row in grid for box in row if box) for grid in grids]
    places = [_place(lines, top) for top in tops]
    pieces: list[Piece] = []
    start = 0
    for end in sorted({*places, len(lines)}):
        pieces.append(Piece("\n".join("".join(line.chars).rstrip() for line in lines[start:end])))
        for table, place in enumerate(places):
            if place == end:
                pieces += _rows(grids[table], table, cells)
        start = end
    return pieces


def _sort_out(
    glyphs: Sequence[Glyph], grids: Sequence[Grid]
) -> tuple[list[_Line], dict[Box, list[Glyph]]]:
    """Give each glyph to its cell or line; those without a box go where the last one went."""
    cells: dict[Box, list[Glyph]] = {
        box: [] for grid in grids for row in grid for box in row if box
    }
    lines: list[_Line] = []
    cell: Box | None = None
    for glyph in glyphs:
        if glyph.box is not None and not (cell and _holds(cell, glyph.box)):
            cell = next((box for box in cells if _holds(box, glyph.box)), None)
        if cell is not None:
            cells[cell].append(glyph)
            continue
        if not lines or lines[-1].number != glyph.line:
            lines.append(_Line(glyph.line))
        lines[-1].chars.append(glyph.char)
        lines[-1].top = min(lines[-1].top, glyph.box[1]) if glyph.box else lines[-1].top
    return lines, cells


def _holds(cell: Box, glyph: Box) -> bool:
    x, y = (glyph[0] + glyph[2]) / 2, (glyph[1] + glyph[3]) / 2
    return cell[0] <= x < cell[2] and cell[1] <= y < cell[3]


def _place(lines: Sequence[_Line], top: float) -> int:
    """Where a table goes among lines: as few as can be above it come behind, or below it before.

    The file may draw a page's head or foot at any time, so the first line below will not do.
    Among equal places the one right below a line is best.
    """
    above = [line.top < top for line in lines]
    # Misplaced at 0: all above; each line passed that is above mends one, else makes one.
    costs = accumulate((-1 if is_above else 1 for is_above in above), initial=sum(above))
    gaps = [inf, *(top - line.top if line.top < top else inf for line in lines)]
    return min(enumerate(zip(costs, gaps, strict=True)), key=lambda place: place[1])[0]


def _rows(grid: Grid, table: int, cells: dict[Box, list[Glyph]]) -> Iterator[Piece]:
    for number, row in enumerate(grid):
        texts = [_cell_text(cells[box], box[2] - box[0]) if box else "" for box in row]
        yield Piece("\t".join(texts), table=table, row=number)


def _cell_text(glyphs: Sequence[Glyph], width: float) -> str:
    """Words of one cell in a row: a wrapped line goes on at once, a line of its own after a blank.

    A line was wrapped if the next character had not found room in it: so ``15`` over ``13`` in a
    wide cell are two numbers, ``1,234,5`` over ``67.89`` in a narrow one is one.
    """
    text, filled = "", 0.0
    for _, group in groupby(glyphs, key=lambda glyph: glyph.line):
        line = list(group)
        words = "".join(glyph.char for glyph in line).strip()
        if text and words:
            first = next((glyph.box for glyph in line if glyph.box), None)
            room = width - _PADDING - filled
            text += "" if first and first[2] - first[0] > room else " "
        text += words
        filled = _width(line)
    return text.replace("\t", " ")


def _width(line: Sequence[Glyph]) -> float:
    boxes = [glyph.box for glyph in line if glyph.box]
    return max(box[2] for box in boxes) - min(box[0] for box in boxes) if boxes else 0.0


def _box(words: pdfium.PdfTextPage, i: int) -> Box:
    """Box of a character in the file's own coordinates: left, bottom, right, top."""
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    pdfium_c.FPDFText_GetCharBox(words, i, byref(left), byref(right), byref(bottom), byref(top))
    return left.value, bottom.value, right.value, top.value
