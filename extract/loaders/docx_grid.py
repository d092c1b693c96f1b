"""How rows and cells lie in the grid of a table (w:trPr, w:tcPr; ECMA-376 part 1, §17.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extract.loaders import limits
from extract.loaders.docx_xml import (
    ASIDE,
    DOWN,
    OF_CELL,
    OF_ROW,
    PARAGRAPH,
    SPAN,
    is_on,
    local,
    plain,
    value,
    whole,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from extract.loaders.docx_xml import Acts

MAX_COLUMNS = limits.COLUMNS


class Row(NamedTuple):
    """A row, and how it lies in the grid."""

    element: Element
    before: int  # columns that it leaves out at its start
    after: int  # and at its end
    gone: bool  # deleted, or hidden


def row_of(element: Element, acts: Acts) -> Row:
    """The properties of a row, which stand before its cells."""
    for each in element[:2]:
        if acts[each.tag] == OF_ROW:
            found = {local(mark.tag): mark for mark in each}
            gone = "del" in found or is_on(found.get("hidden"))
            before, after = (_columns(found.get(name)) for name in ("gridBefore", "gridAfter"))
            return Row(element, before, after, gone)
    return Row(element, 0, 0, gone=False)


def _columns(mark: Element | None, least: int = 0) -> int:
    """Columns of a span, within Word's limits whatever the file says."""
    return least if mark is None else max(least, whole(value(mark), least, MAX_COLUMNS))


class Cell(NamedTuple):
    """How a cell lies in the grid: columns, and whether it begins or continues a merged one."""

    span: int = 1
    down: str = ""  # "restart", "continue", or "" where it is not merged
    aside: str = ""


_PLAIN_CELL = Cell()


def cell_of(element: Element, acts: Acts) -> Cell:
    """The properties of a cell, which come first in it."""
    if not len(element) or acts[element[0].tag] != OF_CELL:
        return _PLAIN_CELL
    span, down, aside = 1, "", ""
    for mark in element[0]:
        act = acts[mark.tag]
        if act == SPAN:
            span = _columns(mark, 1)
        elif act == DOWN:
            down = value(mark) or "continue"
        elif act == ASIDE:
            aside = value(mark) or "continue"
    return Cell(span, down, aside)


def simple_text(cell: Element, acts: Acts) -> str | None:
    """The text of a cell that is one paragraph of nothing but text; null for all others."""
    if len(cell) != 1 or acts[cell[0].tag] != PARAGRAPH:
        return None
    text = plain(cell[0], acts)
    return text if text is None else text.strip()
