"""Ruled tables of PDFs come with exactly their cells, joined over pages."""

from __future__ import annotations

from functools import cache, partial
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from extract import loaders
from tests.rendering.cid import GBK, cid
from tests.rendering.embedded import embedded
from tests.rendering.formats import FLOORS
from tests.rendering.tables import sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.model import Document

_SHEETS = 6
_MADE: dict[str, Callable[..., bytes]] = {
    "embedded": embedded,
    "strokes": cid,
    "boxes": partial(cid, encoding=GBK, strokes=False),
}
Rows = list[list[str]]


@cache
def read(form: str, seed: int) -> list[Rows]:
    """The tables of a sheet as they are read."""
    return tables_of(loaders.load(_MADE[form](list(sheet(seed).parts), "虚构样例")))


def tables_of(document: Document) -> list[Rows]:
    """The cells of each table in order."""
    rows = [block for block in document.blocks if block.kind == "row"]
    return [
        [document.text[block.start : block.end].split("\t") for block in group]
        for _, group in groupby(rows, key=lambda block: block.table)
    ]


def wrong_cells(expected: Rows, found: Rows) -> list[str]:
    """A line for each cell that is not what was drawn."""
    lines = []
    for number, row in enumerate(expected):
        cells = found[number] if number < len(found) else []
        for column, text in enumerate(row):
            got = cells[column] if column < len(cells) else None
            if got != text:
                lines.append(f"row {number} column {column}: {text!r} was read as {got!r}")
    return lines


@pytest.mark.parametrize("form", _MADE)
def test_cells_of_ruled_tables_are_exact(form: str) -> None:
    cells, wrong = 0, []
    for seed in range(_SHEETS):
        made = sheet(seed)
        found = read(form, seed)
        for number, rows in enumerate(made.tables):
            cells += sum(map(len, rows))
            got = found[number] if number < len(found) else []
            wrong += wrong_cells([list(row) for row in rows], got)
    share = 1 - len(wrong) / cells
    assert share >= FLOORS["cells"][form], f"{form}: {share:.4f}\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize("form", _MADE)
def test_a_table_over_pages_is_one_table(form: str) -> None:
    for seed in range(_SHEETS):
        expected = [len(rows) for rows in sheet(seed).tables]
        assert [len(rows) for rows in read(form, seed)] == expected
