"""Which words of a page stand in which cell (单元格), and what a cell says.

Boxes are fetched for the ends of lines and words only: a word whose both ends stand in one cell
stands there whole. Characters are parted one by one where a word reaches over a border.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.loaders.pdf import engine
from extract.loaders.pdf.frame import Frame
from extract.loaders.pdf.grids import Grid
from extract.loaders.pdf.parts import Cell, Table

_WORD = re.compile(r"[^ \r\n]+")
_PADDING = 12.0  # points that a cell keeps free at both sides together, at most
_STRADDLE = 1.0  # points that a character may reach over a border
_NUMERIC = frozenset("0123456789.,%")
_LATIN = re.compile("[A-Za-z]")
_UNBROKEN = re.compile(r"[!-~]+[，。、；：）》”%]*|.[，。、；：）》”]*", re.DOTALL)


@dataclass(slots=True)
class Run:
    """Characters ``start`` to ``end`` of a page on one of its lines."""

    start: int
    end: int
    line: int
    left: float
    right: float
    y: float


@dataclass(frozen=True, slots=True)
class Words:
    """A page's characters, one for each of pdfium's, and what is needed to find their boxes."""

    text: str
    handle: engine.Handle
    frame: Frame

    def boxes(self, at: Sequence[int]) -> list[engine.Box]:
        """Boxes of the characters ``at``, as shown."""
        return self.frame.shown(engine.loose_boxes(self.handle, at))


@dataclass(slots=True)
class Filling:
    """The cells of a page's grids while they are filled, and the runs that stand in none."""

    grids: Sequence[Grid]
    cells: list[dict[int, list[Run]]]
    outside: list[Run]

    def put(self, grid: int, place: int, run: Run, text: str) -> None:
        """Add a run to a cell; what goes on with nothing but blanks between is one run."""
        runs = self.cells[grid].get(place)
        if runs is None:
            self.cells[grid][place] = [run]
        elif runs[-1].line == run.line and text[runs[-1].end : run.start].isspace():
            runs[-1].end, runs[-1].right = run.end, run.right
        else:
            runs.append(run)


def fill(grids: Sequence[Grid], lines: Sequence[Run], words: Words) -> Filling:
    """Put the words of ``lines`` (those that meet a grid) where they belong."""
    filling = Filling(grids, [{} for _ in grids], [])
    found = [(m.start(), m.end(), run) for run in lines for m in _words_of(words.text, run)]
    ends = words.boxes([start for start, _, _ in found] + [end - 1 for _, end, _ in found])
    lasts = ends[len(found) :]
    for (start, end, line), first, last in zip(found, ends, lasts, strict=False):
        y = (first[1] + first[3]) / 2
        run = Run(start, end, line.line, first[0], last[2], y)
        _settle(filling, run, (first[0] + first[2]) / 2, (last[0] + last[2]) / 2, words)
    return filling


def _words_of(text: str, run: Run) -> list[re.Match[str]]:
    return list(_WORD.finditer(text, run.start, run.end))


def _settle(filling: Filling, run: Run, first: float, last: float, words: Words) -> None:
    for index, grid in enumerate(filling.grids):
        place = grid.place(first, run.y)
        other = grid.place(last, run.y)
        if place == other:
            if place >= 0:
                filling.put(index, place, run, words.text)
                return
            continue
        _part(filling, index, run, words)
        return
    filling.outside.append(run)


def _part(filling: Filling, index: int, run: Run, words: Words) -> None:
    """Part a word at the borders that no character of it reaches over."""
    grid = filling.grids[index]
    boxes = words.boxes(range(run.start, run.end))
    places = [grid.place((box[0] + box[2]) / 2, run.y) for box in boxes]
    cuts = [
        i
        for i in range(1, len(boxes))
        if places[i] != places[i - 1] and _is_clean(grid, boxes[i - 1], boxes[i])
    ]
    for a, b in zip([0, *cuts], [*cuts, len(boxes)], strict=True):
        part = Run(run.start + a, run.start + b, run.line, boxes[a][0], boxes[b - 1][2], run.y)
        place = grid.place((part.left + part.right) / 2, run.y)
        if place >= 0:
            filling.put(index, place, part, words.text)
        else:
            filling.outside.append(part)


def _is_clean(grid: Grid, left: engine.Box, right: engine.Box) -> bool:
    """Tell whether a border goes between two characters and not through one."""
    return any(left[2] - _STRADDLE <= x <= right[0] + _STRADDLE for x in grid.xs)


def table_of(grid: Grid, cells: dict[int, list[Run]], text: str, page: int) -> Table:
    """The rows of a grid; places that a merged cell covers are empty."""
    rows = [
        [
            _cell(runs, text, page, grid, place) if (runs := cells.get(place)) else []
            for place in range(base, base + grid.n_columns)
        ]
        for base in range(0, len(grid.owners), grid.n_columns)
    ]
    last = [cells.get(grid.owners[-grid.n_columns + i]) for i in range(grid.n_columns)]
    full = [
        bool(runs) and _is_full(runs[-1], grid.xs[i + 1] - grid.xs[i]) for i, runs in enumerate(last)
    ]
    return Table(page, grid.box, grid.xs, rows, full, [page] * len(rows))


def _is_full(run: Run, width: float) -> bool:
    """Tell whether one more character had found no room."""
    filled = run.right - run.left
    return width - _PADDING - filled < 1.2 * filled / (run.end - run.start)


def _cell(runs: list[Run], text: str, page: int, grid: Grid, place: int) -> Cell:
    """Words of one cell in a row: a wrapped line goes on at once, one of its own after a blank."""
    if len(runs) == 1:
        run = runs[0]
        return [(text[run.start : run.end], page, run.start)]
    if any(b.y < a.y - 3 for a, b in pairwise(runs)):
        runs = sorted(runs, key=lambda run: (round(run.y / 3), run.left))
    width = grid.width(place)
    parts: Cell = []
    before: Run | None = None
    for run in runs:
        if before is not None and (glue := _glue(before, run, text, width)):
            parts.append((glue, page, -1))
        parts.append((text[run.start : run.end], page, run.start))
        before = run
    return parts


def _glue(before: Run, run: Run, text: str, width: float) -> str:
    """What stands between two lines of a cell.

    A line was wrapped if what follows had not found room in it: so ``15`` over ``13`` in a wide
    cell are two numbers, ``1,234,5`` over ``67.89`` in a narrow one is one.
    """
    if before.line == run.line and abs(before.y - run.y) < 1:
        return " "
    last, first = text[before.end - 1], text[run.start]
    if _LATIN.match(last) and _LATIN.match(first):
        return " "
    room = width - _PADDING - (before.right - before.left)
    each = (run.right - run.left) / (run.end - run.start)
    if last in _NUMERIC and first in _NUMERIC:
        return "" if each > room else " "
    unbroken = _UNBROKEN.match(text, run.start, run.end)
    return "" if unbroken and each * len(unbroken[0]) > room else " "
