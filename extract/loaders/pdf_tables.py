"""Ruled tables of a PDF page out of its rules, by the geometry of pdfplumber.

pdfium reads the rules, since pdfminer, on which pdfplumber stands, takes fifty times as long for a
page and all memory for some damaged ones. Coordinates are points, x to the right, y downwards,
from anywhere: ``as_shown`` turns those of the file to these.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Box = tuple[float, float, float, float]  # x0, top, x1, bottom
Grid = list[list[Box | None]]  # rows of cells; None where a merged cell covers the place

_NEAR = 3.0  # points: rules nearer than that are one, ends nearer than that meet
_MAX_RULES = 2_000  # after joining; the search for cells grows with the square
_TURNS: dict[int, Callable[[Box], Box]] = {  # by degrees; from left, bottom, right, top
    0: lambda b: (b[0], -b[3], b[2], -b[1]),
    90: lambda b: (b[1], b[0], b[3], b[2]),
    180: lambda b: (-b[2], b[1], -b[0], b[3]),
    270: lambda b: (-b[3], -b[2], -b[1], -b[0]),
}


def as_shown(turn: int) -> Callable[[Box], Box]:
    """How to get from boxes in the file to boxes as shown on a page turned by ``turn`` degrees."""
    return _TURNS[turn]


def find_grids(rules: Sequence[Box]) -> list[Grid]:
    """Grids of two columns or more that ``rules`` (boxes without width or height) draw."""
    from pdfplumber import table  # noqa: PLC0415 costs start-up time that only ruled pages owe

    snapped = table.snap_edges([_edge(rule) for rule in rules], _NEAR, _NEAR)
    # Snapping leaves a rounding error that would part cells of one row.
    level = [_edge((e["x0"], e["top"], e["x1"], e["bottom"])) for e in snapped]
    edges = table.merge_edges(level, 0, 0, _NEAR, _NEAR)
    edges = [edge for edge in edges if edge["width"] + edge["height"] >= _NEAR]
    if len(edges) > _MAX_RULES:
        return []
    cells = table.intersections_to_cells(table.edges_to_intersections(edges, _NEAR, _NEAR))
    grids = [_grid(group) for group in table.cells_to_tables(cells)]
    return [grid for grid in grids if len(grid[0]) > 1]


def _edge(rule: Box) -> dict[str, Any]:
    x0, top, x1, bottom = (round(value, 2) for value in rule)
    return {
        "orientation": "v" if bottom - top > x1 - x0 else "h",
        "x0": x0,
        "x1": x1,
        "width": x1 - x0,
        "top": top,
        "bottom": bottom,
        "doctop": top,
        "height": bottom - top,
    }


def _grid(cells: Sequence[Any]) -> Grid:
    """Order cells by rows, each as wide as the table has different left borders."""
    lefts = sorted({cell[0] for cell in cells})
    grouped = groupby(sorted(cells, key=lambda cell: (cell[1], cell[0])), key=lambda cell: cell[1])
    rows = [{cell[0]: cell for cell in row} for _, row in grouped]
    return [[row.get(left) for left in lefts] for row in rows]
