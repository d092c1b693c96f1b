"""Tables of a page: merged cells resolved once, tables that only lay out a page dissolved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from extract.loaders import limits
from extract.loaders.blocks import FLAT
from extract.loaders.titles import parted

_MAX_COLUMNS = limits.COLUMNS
_MAX_CELLS = limits.CELLS
_SPAN = re.compile(r"\s{0,9}\+?([0-9]{1,9})")
# A cell that holds so much of a table is the page itself.
_MAIN_SHARE = 0.6
_MAIN_PARTS = 4
_MAIN_LENGTH = 300
_FEW_ROWS = 6
_MOSTLY_WHOLE = 0.34  # of the rows of a page in table form that have two filled cells
_WRAPPED = re.compile(r"(?<=[0-9][,.])\n(?=[0-9])")  # inside a number


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of one block; ``level`` of a heading, ``listed`` where they are links of a list."""

    text: str
    level: int | None = None
    furniture: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as text; covered cells are empty."""

    rows: list[list[str]]


Item = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and how far it spans, as written."""

    items: list[Item]
    rowspan: str | None = None
    colspan: str | None = None


def flattened(rows: Sequence[list[Cell]]) -> list[Item]:
    """A table with its title and notes around it; or what its cells hold, if it only lays out."""
    if _lays_out(rows):
        return list(chain.from_iterable(cell.items for row in rows for cell in row))
    texts = [row for row in _resolved(rows) if any(row)]
    titles, first, last, notes = parted(texts)
    return [
        *map(Paragraph, titles),
        *([Table(texts[first:last])] if first < last else []),
        *map(Paragraph, notes),
    ]


def _lays_out(rows: Sequence[list[Cell]]) -> bool:
    """One filled cell a row, or one cell that is nearly all of a table with hardly any columns."""
    filled = [row for row in ([cell for cell in row if cell.items] for row in rows) if row]
    n_split = sum(len(row) > 1 for row in filled)
    if not n_split:
        lone = all(len(row[0].items) == 1 for row in filled)
        return not lone or len(rows) < _FEW_ROWS or max(map(len, rows)) == 1
    if len(filled) > _FEW_ROWS and n_split > _MOSTLY_WHOLE * len(filled):
        return False
    cells = list(chain.from_iterable(filled))
    sizes = [sum(map(_size, cell.items)) for cell in cells]
    largest = max(range(len(cells)), key=sizes.__getitem__)
    items = cells[largest].items
    main = sizes[largest] > _MAIN_SHARE * sum(sizes)
    if main and any(isinstance(item, Table) for item in items):
        return True
    return main and len(items) >= _MAIN_PARTS and sizes[largest] > _MAIN_LENGTH


def _size(item: Item) -> int:
    if isinstance(item, Paragraph):
        return len(item.text)
    return sum(len(text) for row in item.rows for text in row)


def _resolved(rows: Sequence[list[Cell]]) -> Iterator[list[str]]:
    """Rows of equal columns: of merged cells the first has the text, the others are empty."""
    covered: dict[int, int] = {}  # column → rows that a cell above still covers
    budget = _MAX_CELLS
    for row in rows:
        texts: list[str] = []
        for cell in row:
            _skip_covered(texts, covered)
            down = _span(cell.rowspan, len(rows)) or len(rows)
            across = _span(cell.colspan, _MAX_COLUMNS) or 1
            if down > 1:
                covered.update(dict.fromkeys(range(len(texts), len(texts) + across), down - 1))
            texts += [_cell_text(cell.items), *[""] * (across - 1)]
        while covered and max(covered) >= len(texts):
            _skip_covered(texts, covered)
            if covered and max(covered) >= len(texts):
                texts.append("")
        budget -= len(texts)
        if budget < 0:
            return
        yield texts


def _skip_covered(texts: list[str], covered: dict[int, int]) -> None:
    """Pass the columns that cells of earlier rows cover, counting them down."""
    while left := covered.get(len(texts)):
        if left == 1:
            del covered[len(texts)]
        else:
            covered[len(texts)] = left - 1
        texts.append("")


def _span(written: str | None, most: int) -> int:
    match = _SPAN.match(written or "1")
    return min(int(match[1]), most) if match else 1


def _cell_text(items: Sequence[Item]) -> str:
    """Everything in a cell on one line, nested tables included."""
    texts = (_WRAPPED.sub("", text) for item in items for text in _texts(item))
    return " ".join(text.translate(FLAT) for text in texts)


def _texts(item: Item) -> Iterator[str]:
    if isinstance(item, Paragraph):
        yield item.text
    else:
        yield from (text for row in item.rows for text in row if text)
