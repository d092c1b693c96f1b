"""Which words of a page stand in which cell (单元格), and what a cell says.

Boxes are fetched for the ends of lines and words only: a word whose both ends stand in one cell
stands there whole. Characters are parted one by one where a word reaches over a border.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from extract.loaders.pdf import engine
from extract.loaders.pdf.frame import Box, Frame
from extract.loaders.pdf.grids import Grid
from extract.loaders.pdf.paragraphs import ems
from extract.loaders.pdf.parts import Cell, Table

_WORD = re.compile(r"[^ \r\n]+")
_PADDING = 12.0  # points that a cell keeps free at both sides together, at most
_STRADDLE = 1.0  # points that a character may reach over a border
_APART = 0.25  # of a character's width: what is nearer stands in one word
_NUMERIC = frozenset("0123456789.,%")
_LATIN = re.compile("[A-Za-z]")
_UNBROKEN = re.compile(r"[!-~]+[，。、；：）》”%]*|.[，。、；：）》”]*", re.DOTALL)


class Strip(NamedTuple):
    """A line that meets a table: its characters, and the sides of its first and last one."""

    start: int
    end: int
    y: float
    left: float
    first_right: float
    last_left: float
    right: float


@dataclass(slots=True)
class Run:
    """Characters ``start`` to ``end`` of a page that stand at one height in one cell."""

    start: int
    end: int
    y: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Words:
    """A page's characters, one for each of pdfium's, and what is needed to find their boxes."""

    text: str
    handle: engine.Handle
    frame: Frame

    def boxes(self, at: Sequence[int]) -> list[Box]:
        """Boxes of the characters ``at``, as shown."""
        return self.frame.shown(engine.loose_boxes(self.handle, at))

    def sides(self, at: Sequence[int]) -> tuple[Sequence[float], Sequence[float]]:
        """Left and right edges of the characters ``at``, as shown."""
        if self.frame.turn == 0 and self.frame.left == 0:
            flat = engine.loose_boxes(self.handle, at)
            return flat[0::4], flat[2::4]
        boxes = self.boxes(at)
        return [box[0] for box in boxes], [box[2] for box in boxes]


Cells = dict[int, list[Run]]  # by the place that a cell begins at
# A word's span, and the sides of its first and last character.
_Word = tuple[int, int, float, float, float, float]


def fill(
    grids: Sequence[Grid], strips: Sequence[Strip], words: Words
) -> tuple[list[Cells], list[Run]]:
    """Put the words of ``strips`` in cells; those in none are returned as well."""
    outside: list[Run] = []
    targets = [_Target(grid, {}, outside) for grid in grids]
    for strip, found in zip(strips, _words_of(strips, words), strict=True):
        near = [target for target in targets if target.grid.box[1] <= strip.y < target.grid.box[3]]
        if len(near) == 1:
            _fill_line(near[0], strip.y, found, words)
            continue
        rest = found
        for target in near:  # tables side by side: each takes what begins in it
            left, _, right, _ = target.grid.box
            inside = [word for word in rest if left <= word[2] < right]
            rest = [word for word in rest if not left <= word[2] < right]
            _fill_line(target, strip.y, inside, words)
        outside += (Run(word[0], word[1], strip.y, word[2], word[5]) for word in rest)
    return [target.cells for target in targets], outside


def _words_of(strips: Sequence[Strip], words: Words) -> list[list[_Word]]:
    """The words of each strip; boxes are fetched for those within."""
    text = words.text
    spans = [
        [m.span() for m in _WORD.finditer(text, strip.start, strip.end)]
        if text.find(" ", strip.start, strip.end) >= 0
        else []
        for strip in strips
    ]
    firsts = [start for some in spans for start, _ in some[1:]]
    lasts = [end - 1 for some in spans for _, end in some[:-1]]
    lefts, rights = words.sides(firsts + lasts)
    middle = len(firsts)
    found: list[list[_Word]] = []
    at = 0
    for strip, some in zip(strips, spans, strict=True):
        start, end, _, left, first_right, last_left, right = strip
        if len(some) < 2:
            found.append([(start, end, left, first_right, last_left, right)])
            continue
        row: list[_Word] = []
        for begin, stop in some[:-1]:
            i = middle + at
            row.append((begin, stop, left, first_right, lefts[i], rights[i]))
            left, first_right = lefts[at], rights[at]
            at += 1
        row.append((*some[-1], left, first_right, last_left, right))
        found.append(row)
    return found


class _Target(NamedTuple):
    """Where the words of a line go."""

    grid: Grid
    cells: Cells
    outside: list[Run]


def _fill_line(target: _Target, y: float, mine: Sequence[_Word], words: Words) -> None:
    """Put words of one line in their cells; what goes on with only blanks between is one run."""
    grid, cells, outside = target
    xs, owners, n_columns = grid.xs, grid.owners, grid.n_columns
    base = (bisect_right(grid.ys, y) - 1) * n_columns
    last_owner, last_run = -1, None
    for start, end, left, right, last_left, last_right in mine:
        column = bisect_right(xs, (left + right) / 2) - 1
        middle = (last_left + last_right) / 2
        if not 0 <= column < n_columns:
            if bisect_right(xs, middle) - 1 == column:
                outside.append(Run(start, end, y, left, last_right))
            else:
                _part(target, y, (start, end), words)
            last_run = None
            continue
        owner = owners[base + column]
        if not xs[column] <= middle < xs[column + 1] and grid.place(middle, y) != owner:
            _part(target, y, (start, end), words)
            last_run = None
        elif last_run is not None and owner == last_owner:
            last_run.end, last_run.right = end, last_right
        else:
            last_owner, last_run = owner, Run(start, end, y, left, last_right)
            if owner in cells:
                cells[owner].append(last_run)
            else:
                cells[owner] = [last_run]


def _part(target: _Target, y: float, span: tuple[int, int], words: Words) -> None:
    """Part a word at the borders that no character of it reaches over."""
    grid, cells, outside = target
    start = span[0]
    boxes = words.boxes(range(*span))
    places = [grid.place((box[0] + box[2]) / 2, y) for box in boxes]
    cuts = [
        i
        for i in range(1, len(boxes))
        if places[i] != places[i - 1] and _is_clean(grid, boxes[i - 1], boxes[i])
    ]
    for a, b in zip([0, *cuts], [*cuts, len(boxes)], strict=True):
        part = Run(start + a, start + b, y, boxes[a][0], boxes[b - 1][2])
        place = grid.place((part.left + part.right) / 2, y)
        if place >= 0:
            cells.setdefault(place, []).append(part)
        else:
            outside.append(part)


def _is_clean(grid: Grid, left: Box, right: Box) -> bool:
    """Tell whether a border goes between two characters and not through one."""
    return any(left[2] - _STRADDLE <= x <= right[0] + _STRADDLE for x in grid.xs)


def table_of(grid: Grid, cells: Cells, text: str, page: int) -> Table:
    """The rows of a grid; places that a merged cell covers are empty."""
    rows = [
        [
            _cell(runs, text, page, grid, place) if (runs := cells.get(place)) else []
            for place in range(base, base + grid.n_columns)
        ]
        for base in range(0, len(grid.owners), grid.n_columns)
    ]
    bottom = grid.owners[-grid.n_columns :]
    room = [
        _room(cells[place][-1], b - a, text) if place in cells else math.inf
        for place, (a, b) in zip(bottom, pairwise(grid.xs), strict=True)
    ]
    return Table(page, grid.box, grid.xs, rows, room, [page] * len(rows))


def _room(run: Run, width: float, text: str) -> float:
    """How many Chinese characters had found room behind a line of a cell."""
    filled = run.right - run.left
    em = filled / ems(text[run.start : run.end])
    return (width - _PADDING - filled) / em if em > 0 else math.inf


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
    if abs(before.y - run.y) < 1:  # one line, which pdfium parted where it mistook its direction
        em = (run.right - run.left) / ems(text[run.start : run.end])
        return " " if run.left - before.right > _APART * em else ""
    last, first = text[before.end - 1], text[run.start]
    if _LATIN.match(last) and _LATIN.match(first):
        return " "
    room = width - _PADDING - (before.right - before.left)
    each = (run.right - run.left) / (run.end - run.start)
    if last in _NUMERIC and first in _NUMERIC:
        return "" if each > room else " "
    unbroken = _UNBROKEN.match(text, run.start, run.end)
    return "" if unbroken and each * len(unbroken[0]) > room else " "
