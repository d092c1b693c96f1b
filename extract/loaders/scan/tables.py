"""The cells that rules draw on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.loaders.pdf.grids import find_grids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.loaders.pdf.grids import Grid
    from extract.loaders.scan.ocr import Box

Cells = list[list["Box | None"]]  # rows; None where a merged cell covers the place


def find_cells(rules: Sequence[Box]) -> list[Cells]:
    """The cells of each table, from boxes of rules in points."""
    return [_cells(grid) for grid in find_grids(rules)[0]] if rules else []


def _cells(grid: Grid) -> Cells:
    columns = grid.n_columns
    # The last place of a cell is its bottom right one.
    ends = {owner: place for place, owner in enumerate(grid.owners)}
    return [
        [
            _box(grid, place, ends[place]) if grid.owners[place] == place else None
            for place in range(start, start + columns)
        ]
        for start in range(0, len(grid.owners), columns)
    ]


def _box(grid: Grid, first: int, last: int) -> Box:
    (row, column), (bottom, right) = divmod(first, grid.n_columns), divmod(last, grid.n_columns)
    return grid.xs[column], grid.ys[row], grid.xs[right + 1], grid.ys[bottom + 1]
