"""Tables that go on over a page break (跨页表格)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extract.loaders.pdf.paragraphs import ITEM, glue, unparted
from extract.loaders.pdf.parts import Cell, Table

_ALIKE = 4.0  # points that the columns of both parts differ, at most
_MOST_HEADS = 4  # rows that a page repeats
_NAMES = 3  # rows whose names tell a form that is repeated
_STOPS = "。！？!?；;：:"
_NEXT = 0.2  # ems that a line may be wider than it seems
_SENTENCE = re.compile("[，。；：×%％（）]")
_VALUE = re.compile(r"[-+≥≤<>=]{0,2}[\d,.]+.{0,4}")


def continues(table: Table, other: Table) -> bool:
    """Tell whether ``other``, at the top of the next page, is the rest of ``table``.

    Its columns are as wide; and it is not the same form again: below the same head that would have
    the same names of rows.
    """
    if other.page != table.page + 1 or len(other.xs) != len(table.xs):
        return False
    widths = zip(pairwise(table.xs), pairwise(other.xs), strict=True)
    if any(abs((b - a) - (d - c)) > _ALIKE for (a, b), (c, d) in widths):
        return False
    heads = repeated_heads(table, other)
    if heads in (len(other.rows), len(table.rows)):  # only the head had room on the page before
        return 0 < heads < len(other.rows)
    names = [[part.text(row)[0] for row in _after(part, heads)] for part in (table, other)]
    return not (heads and len(names[0]) > 1 and names[0] == names[1] and any(names[0]))


def _after(table: Table, heads: int) -> range:
    return range(heads, min(heads + _NAMES, len(table.rows)))


def repeated_heads(table: Table, other: Table) -> int:
    """How many rows ``other`` begins with are those that ``table`` begins with."""
    most = min(_MOST_HEADS, len(table.rows), len(other.rows))
    same = 0
    while same < most and any(other.text(same)) and other.text(same) == table.text(same):
        same += 1
    return same


def extend(table: Table, other: Table) -> list[list[Cell]]:
    """Add the rows of ``other`` to ``table``; returns the repeated ones, which are left out."""
    heads = repeated_heads(table, other)
    rows, pages = other.rows[heads:], other.pages[heads:]
    if _is_rest(table, other, heads):
        table.rows[-1] = [_joined(a, b) for a, b in zip(table.rows[-1], rows[0], strict=True)]
        rows, pages = rows[1:], pages[1:]
    table.rows += rows
    table.pages += pages
    table.page, table.room = other.page, other.room
    return other.rows[:heads]


def _is_rest(table: Table, other: Table, row: int) -> bool:
    """Tell whether a row is the rest of the one before the page break, and surely so.

    It has words only under cells with words, where their last line had no room for them in the
    midst of a sentence. Where neither an item begins nor a value stands there, its first cell is
    empty, or the only one that is not; where values above have nothing below, one such cell and
    prose in all others tell it.
    """
    if row >= len(other.rows):
        return False
    above, below = table.text(-1), other.text(row)
    if not any(below) or (below[0] and any(below[1:])):
        return False
    cells = [(a, b, room) for a, b, room in zip(above, below, table.room, strict=True) if b]
    if any(not a for a, _, _ in cells):
        return False
    open_ = [a[-1] not in _STOPS and room < unparted(b) + _NEXT for a, b, room in cells]
    if all(open_) and all(_is_prose(a) and not _begins(b) for a, b, _ in cells):
        return True
    prose = [_SENTENCE.search(a) is not None for a, _, _ in cells]
    told = not below[0] and _has_left_values(above, below)
    told = told and any(_SENTENCE.search(b) for _, b, _ in cells)
    return told and any(open_) and all(a or b for a, b in zip(open_, prose, strict=True))


def _begins(words: str) -> bool:
    """Tell whether words are a value, or begin an item of a list."""
    return _VALUE.fullmatch(words) is not None or ITEM.match(words) is not None


def _is_prose(words: str) -> bool:
    """Tell whether words are neither, or items with sentences."""
    return not _begins(words) or (not _VALUE.fullmatch(words) and bool(_SENTENCE.search(words)))


def _has_left_values(above: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether there are values above, and nothing below any of them: 分值|5, then empty."""
    values = [i for i, words in enumerate(above) if _VALUE.fullmatch(words)]
    return bool(values) and not any(below[i] for i in values)


def _joined(a: Cell, b: Cell) -> Cell:
    if not a or not b:
        return a or b
    between = glue(a[-1][0], b[0][0], spaced=False)
    return [*a, *([(between, a[-1][1], -1)] if between else []), *b]
