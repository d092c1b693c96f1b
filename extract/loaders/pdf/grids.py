"""Ruled tables (有框线的表格): the grid of cells that level and upright rules draw.

Rules of one table touch or cross each other. Their places divide it into rows and columns, and
two places without a rule between them are one merged cell. Rules that lie together are one: double
lines, frames of neighbouring cells, dashes. Where the outermost upright rules are missing, the
ends of the level ones close the table, and the other way round. Coordinates are as shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extract.loaders.pdf.frame import Box

_NEAR = 3.0  # points: rules nearer than that are one, ends nearer than that meet
_SLIVER = 5.0  # points: no row or column of text is as narrow
_SHORTEST = 6.0  # points, of a rule put together
_MAX_RULES = 2_000  # put together: a table of a page has a hundred
_MAX_CELLS = 20_000

Run = tuple[float, float, float]  # where a rule lies, and from where to where it goes


@dataclass(slots=True)
class Grid:
    """Borders of columns and rows, and for each place the place that its cell begins at."""

    xs: list[float]
    ys: list[float]
    owners: list[int]  # row by row: ``row * n_columns + column`` of the top left place
    box: Box = field(init=False)
    n_columns: int = field(init=False)

    def __post_init__(self) -> None:
        self.box = (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])
        self.n_columns = len(self.xs) - 1

    def place(self, x: float, y: float) -> int:
        """The cell that holds a point, by its owner; -1 outside."""
        left, top, right, bottom = self.box
        if not (left <= x < right and top <= y < bottom):
            return -1
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        return self.owners[row * self.n_columns + column]

    def width(self, owner: int) -> float:
        """Of the cell that begins at ``owner``, in points."""
        row, column = divmod(owner, self.n_columns)
        end = column + 1
        base = row * self.n_columns
        while end < self.n_columns and self.owners[base + end] == owner:
            end += 1
        return self.xs[end] - self.xs[column]


def find_grids(rules: Iterable[Box]) -> tuple[list[Grid], list[Run]]:
    """Grids of two columns or more, and the level rules that no upright one touches."""
    level, upright = _sorted_out(rules)
    if len(level) + len(upright) > _MAX_RULES:
        return [], []
    grids: list[Grid] = []
    loose: list[Run] = []
    for levels, uprights in _touching(level, upright):
        if not uprights:
            loose += levels
        elif (grid := _grid(levels, uprights)) is not None:
            grids.append(grid)
    return grids, loose


def _sorted_out(rules: Iterable[Box]) -> tuple[list[Run], list[Run]]:
    level, upright = [], []
    for left, top, right, bottom in rules:
        if bottom - top > right - left:
            upright.append((left, top, bottom))
        else:
            level.append((top, left, right))
    return _put_together(level), _put_together(upright)


def _put_together(runs: list[Run]) -> list[Run]:
    """Runs that lie together as one, in order of place."""
    runs.sort()
    found: list[Run] = []
    bunch: list[Run] = []
    for run in runs:
        if bunch and run[0] - bunch[0][0] > _NEAR:
            found += _bunched(bunch)
            bunch = []
        bunch.append(run)
    return found + _bunched(bunch) if bunch else found


def _bunched(bunch: list[Run]) -> list[Run]:
    at = (bunch[0][0] + bunch[-1][0]) / 2
    spans = sorted([(start, end) for _, start, end in bunch])
    found = []
    start, end = spans[0]
    for a, b in spans:
        if a > end + _NEAR:
            if end - start >= _SHORTEST:
                found.append((at, start, end))
            start, end = a, b
        elif b > end:
            end = b
    if end - start >= _SHORTEST:
        found.append((at, start, end))
    return found


def _touching(level: list[Run], upright: list[Run]) -> list[tuple[list[Run], list[Run]]]:
    """Rules in groups that hang together, from the top."""
    groups: list[tuple[list[Run], list[Run]]] = [([run], []) for run in level]
    of: list[int] = list(range(len(level)))  # group by level rule
    for x, top, bottom in upright:
        home = -1
        for i, (y, left, right) in enumerate(level):
            if y > bottom + _NEAR:
                break
            if top - _NEAR <= y and left - _NEAR <= x <= right + _NEAR and of[i] != home:
                home = of[i] if home < 0 else _united(groups, of, home, of[i])
        if home >= 0:
            groups[home][1].append((x, top, bottom))
    return [group for group in groups if group[0]]


def _united(groups: list[tuple[list[Run], list[Run]]], of: list[int], a: int, b: int) -> int:
    """Give the rules of the later group to the earlier one, which is returned."""
    a, b = min(a, b), max(a, b)
    groups[a][0].extend(groups[b][0])
    groups[a][1].extend(groups[b][1])
    groups[b] = ([], [])
    of[:] = [a if group == b else group for group in of]
    return a


def _grid(level: list[Run], upright: list[Run]) -> Grid | None:
    xs = _borders(upright, level)
    ys = _borders(level, upright)
    if len(xs) < 3 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MAX_CELLS:
        return None
    n_columns, n_rows = len(xs) - 1, len(ys) - 1
    walls = _walls(upright, xs, ys)  # by column border: rows that have it
    floors = _walls(level, ys, xs)  # by row border: columns that have it
    owners = _owners(n_rows, n_columns, walls, floors)
    if len(set(owners)) < 2:
        return None
    return Grid(xs, ys, owners)


def _borders(across: Sequence[Run], along: Sequence[Run]) -> list[float]:
    """Where the rules ``across`` lie; the ends of those ``along`` where nothing closes them."""
    found = sorted({run[0] for run in across})
    first, last = min(run[1] for run in along), max(run[2] for run in along)
    if not found or first < found[0] - _SLIVER:
        found.insert(0, first)
    if last > found[-1] + _SLIVER:
        found.append(last)
    kept = found[:1]
    for at in found[1:]:
        if at - kept[-1] >= _SLIVER:
            kept.append(at)
    return kept


def _walls(runs: Sequence[Run], borders: Sequence[float], steps: Sequence[float]) -> list[set[int]]:
    """For each border the steps along it that have a rule; the outermost borders have all."""
    middles = [(a + b) / 2 for a, b in pairwise(steps)]
    found: list[set[int]] = [set() for _ in borders]
    for at, start, end in runs:
        index = bisect_right(borders, at) - 1
        if index + 1 < len(borders) and borders[index + 1] - at < at - borders[index]:
            index += 1
        first, last = bisect_right(middles, start), bisect_right(middles, end)
        found[max(index, 0)].update(range(first, last))
    found[0] = found[-1] = set(range(len(middles)))
    return found


def _owners(
    n_rows: int, n_columns: int, walls: Sequence[set[int]], floors: Sequence[set[int]]
) -> list[int]:
    """For each place the first place of its cell: cells grow right, then down, as rectangles."""
    owners = [-1] * (n_rows * n_columns)
    for row in range(n_rows):
        for column in range(n_columns):
            owner = row * n_columns + column
            if owners[owner] >= 0:
                continue
            right = column + 1
            while (
                right < n_columns and row not in walls[right] and owners[owner + right - column] < 0
            ):
                right += 1
            bottom = row + 1
            while bottom < n_rows and _goes_down(bottom, range(column, right), walls, floors):
                bottom += 1
            for line in range(row, bottom):
                base = line * n_columns
                owners[base + column : base + right] = [owner] * (right - column)
    return owners


def _goes_down(
    row: int, columns: range, walls: Sequence[set[int]], floors: Sequence[set[int]]
) -> bool:
    """Tell whether a cell over ``columns`` goes on in ``row``: no rule above it, none inside."""
    return not (
        any(column in floors[row] for column in columns)
        or any(row in walls[column] for column in columns[1:])
    )
