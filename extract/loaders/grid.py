"""Rows of a table to a grid, where the file only says how wide each cell is (DOC, RTF).

A cell over several columns is a wide cell there, nothing else: where its columns end is seen in the
other rows. Of merged cells the first has the text, the others are empty.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_COLUMNS = limits.COLUMNS
_NEAR = 60  # twips (3 points): borders drawn by hand that are nearer are one


class Shape(NamedTuple):
    """Where the cells of a row end and how they hang together."""

    edges: tuple[int, ...] = ()  # twips from the left, one more than cells
    aside: frozenset[int] = frozenset()  # cells that belong to the one on their left
    below: frozenset[int] = frozenset()  # cells that belong to the one above


def align(rows: Sequence[tuple[Sequence[str], Shape]]) -> list[list[str]]:
    """Put the cells of each row into the columns of the table.

    >>> align([(["甲", "乙"], Shape((0, 900, 1800))), (["合计"], Shape((0, 1800)))])
    [['甲', '乙'], ['合计', '']]
    """
    columns = _columns(rows)
    places: dict[tuple[int, ...], list[int]] = {}
    grid: list[list[str]] = []
    for texts, shape in rows:
        if columns and shape.edges not in places:
            places[shape.edges] = [_nearest(columns, edge) for edge in shape.edges]
        cells: list[str] = []
        for number, text in enumerate(texts):
            if columns:
                cells += [""] * (places[shape.edges][number] - len(cells))
            covered = number in shape.aside or (number in shape.below and grid)
            cells.append("" if covered else text)
        grid.append(cells + [""] * (len(columns) - len(cells)))
    return grid


def _columns(rows: Sequence[tuple[Sequence[str], Shape]]) -> list[int]:
    """Left borders of the columns: of the fullest row if they do for all, else of all rows.

    None where all rows have as many cells, or where the file does not say how wide they are.
    """
    if len({len(texts) for texts, _ in rows}) < 2:
        return []
    if not all(len(shape.edges) > len(texts) > 0 for texts, shape in rows):
        return []
    shapes = {shape.edges[: len(texts) + 1] for texts, shape in rows}
    borders = max(shapes, key=lambda edges: (len(edges), edges))
    room = max(min((b - a for a, b in pairwise(borders) if b > a), default=0) / 3, _NEAR)
    edges = sorted({edge for shape in shapes for edge in shape})
    if all(abs(borders[_nearest(borders, edge)] - edge) <= room for edge in edges):
        return list(borders[:-1])
    found: list[int] = []
    for edge in sorted({edge for shape in shapes for edge in shape[:-1]}):
        if not found or edge - found[-1] > _NEAR:
            found.append(edge)
    return found[:MAX_COLUMNS]


def _nearest(borders: Sequence[int], edge: int) -> int:
    return min(range(len(borders)), key=lambda i: abs(borders[i] - edge))
