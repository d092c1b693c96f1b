"""Tables without any rules (无框线的表格): rows of values side by side, and what heads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from statistics import median

from extract.loaders.pdf.cells import Strip, Words
from extract.loaders.pdf.grids import Grid
from extract.loaders.pdf.grids import Run as Rule
from extract.loaders.pdf.lines import strip_of
from extract.loaders.pdf.open_tables import grid_between, strips_of
from extract.loaders.pdf.paragraphs import ITEM, values_in
from extract.loaders.pdf.parts import Line

_LEAST = 3  # rows of values
_SPREAD = 2.2  # of the usual distance: no two rows of a table are further apart
_SAME = 0.5  # of a character's width: what is not lower stands in one row
_ONE_ROW = 0.75  # of the usual distance: nearer lines are of one row, whose cells are wrapped
_HEADS = 6  # lines of a header, at most
_SHORT = 16  # characters of a line that can be a header's alone
_SENTENCE = re.compile("[。；：]|表）?$")

Row = list[Line]


def bare_grids(lines: Sequence[Line], words: Words, em: float) -> list[Grid]:
    """Grids of the tables that the lines of a page without rules make."""
    rows = _rows([line for line in lines if not line.tilted])
    pitch = _pitch(rows)
    grids = []
    for first, last in _bodies(rows, _SPREAD * pitch):
        head = _head(rows, first, _SPREAD * pitch)
        strips = [[strip_of(line, words) for line in row] for row in rows[head:last]]
        joined = _joined(strips, words, em, _ONE_ROW * pitch)
        grid = grid_between(_edges(rows, (head, first, last), em), joined, words, em)
        if grid is not None:
            grids.append(grid)
    return grids


def _edges(rows: Sequence[Row], at: tuple[int, int, int], em: float) -> list[Rule]:
    """Where rules would lie: above the header, below it, and below the last row."""
    head, first, last = at
    lines = [line for row in rows[head:last] for line in row]
    left, right = min(line.left for line in lines) - 1, max(line.right for line in lines) + 1
    bottom = max(line.bottom for line in rows[last - 1]) + 1
    return [(y, left, right) for y in (_above(rows, head, em), _above(rows, first, em), bottom)]


def _rows(lines: Sequence[Line]) -> list[Row]:
    """Lines at one height, from the top."""
    rows: list[Row] = []
    for line in sorted(lines, key=attrgetter("middle")):
        if rows and line.middle - rows[-1][0].middle < _SAME * line.em:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _bodies(rows: Sequence[Row], near: float) -> list[tuple[int, int]]:
    """From which row to which one values stand side by side; a wrapped name may part them."""
    seeds = [at for at, row in enumerate(rows) if _is_body(row)]
    bodies: list[list[int]] = []
    for at in seeds:
        if bodies and at - bodies[-1][-1] <= 2 and _is_near(rows[bodies[-1][-1] : at + 1], near):
            bodies[-1].append(at)
        else:
            bodies.append([at])
    return [(found[0], found[-1] + 1) for found in bodies if len(found) >= _LEAST]


def _head(rows: Sequence[Row], first: int, near: float) -> int:
    """The row at which the header of a body that begins at ``first`` begins."""
    head = first
    while head > max(0, first - _HEADS) and _is_near(rows[head - 1 : head + 1], near):
        said = _said(rows[head - 1])
        if _SENTENCE.search(said) or ITEM.match(said):
            break
        if len(rows[head - 1]) == 1 and " " not in said and len(said) > _SHORT:
            break
        head -= 1
    return head


def _joined(rows: Sequence[list[Strip]], words: Words, em: float, near: float) -> list[list[Strip]]:
    """Rows less than ``near`` apart as one, where none has words below those of the other."""
    found: list[list[Strip]] = []
    taken: list[tuple[float, float]] = []
    for row in rows:
        cells = strips_of(row, words, em)
        free = not any(a < d and c < b for a, b in taken for c, d in cells)
        if found and row[0].y - found[-1][-1].y < near and free:
            found[-1] = found[-1] + row
            taken += cells
        else:
            found.append(row)
            taken = list(cells)
    return found


def _is_body(row: Row) -> bool:
    said = _said(row)
    return _SENTENCE.search(said) is None and values_in(said)


def _pitch(rows: Sequence[Row]) -> float:
    """How far below each other rows of values stand; 0 where there are not two."""
    body = [_is_body(row) for row in rows]
    steps = [
        b[0].middle - a[0].middle
        for a, b, both in zip(rows, rows[1:], map(all, pairwise(body)), strict=False)
        if both
    ]
    return median(steps) if steps else 0.0


def _said(row: Row) -> str:
    return " ".join(line.text for line in sorted(row, key=lambda line: line.left))


def _is_near(rows: Sequence[Row], near: float) -> bool:
    """Whether no row stands far below the one before it, or holds a sentence."""
    if any(_SENTENCE.search(_said(row)) for row in rows[1:-1]):
        return False
    return all(b[0].middle - a[0].middle <= near for a, b in pairwise(rows))


def _above(rows: Sequence[Row], at: int, em: float) -> float:
    """Where the border above a row lies."""
    top = min(line.middle for line in rows[at])
    return (max(line.middle for line in rows[at - 1]) + top) / 2 if at else top - em
