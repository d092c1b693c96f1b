r"""The parts of a report's text: paragraphs, some with a heading number, and tables.

>>> [type(part).__name__ for part in parts_of("一、概况\n甲\t1\n乙\t2")]
['Paragraph', 'Table']
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from statistics import mode

BOOKMARK = re.compile(r"\[bookmark: _Toc\d+\]")  # what another program left of Word's bookmarks
_HAN = "一二三四五六七八九十"
# Shapes of printed numbers, from the outside in: pattern, and the number format of Word.
SHAPES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(rf"第(?P<n>[{_HAN}]{{1,3}})部分(?=\s)"), "chineseCounting", "第%{}部分"),
    (re.compile(rf"(?P<n>[{_HAN}]{{1,3}})、"), "chineseCounting", "%{}、"),
    (re.compile(rf"（(?P<n>[{_HAN}]{{1,3}})）"), "chineseCounting", "（%{}）"),
    (re.compile(r"(?P<n>[1-9][0-9]?)\.(?![0-9])"), "decimal", "%{}."),
    (re.compile(r"（(?P<n>[1-9][0-9]?)）"), "decimal", "（%{}）"),
)
_NUMBER = re.compile(r"[≥≤<>]?[\d.,]+")
_HEADING_LENGTH = 40  # a longer line is a paragraph of a numbered list


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line; ``level`` (from 0) and ``number`` where it begins with a list or heading number."""

    text: str  # with its number
    level: int | None = None
    number: int | None = None
    printed: str = ""  # the number as printed

    @property
    def is_heading(self) -> bool:
        """Whether it is short and no sentence."""
        short = self.level is not None and len(self.text) <= _HEADING_LENGTH
        return short and not self.text.endswith(("。", "；", "：", "，"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with what it spans."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts; a text of several lines is a cell of several paragraphs."""

    rows: tuple[tuple[str, ...], ...]


Part = Paragraph | Table


def parts_of(text: str) -> list[Part]:
    """Cut a report at its lines; a TAB or a bar stands between the cells of a table."""
    lines = BOOKMARK.sub("", text).replace("\ufeff", "").split("\n")
    parts: list[Part] = []
    at = 0
    while at < len(lines):
        end = _end_of_form(lines, at) if lines[at].startswith("\t") else _end_of_rows(lines, at)
        block = lines[at:end]
        if lines[at].startswith("\t"):
            parts.append(Table(tuple(_form(block))))
        elif len(block) > 1 or any(lines[at].split("\t")[1:]):
            parts.append(Table(tuple(_rows(block))))
        else:
            parts.append(_paragraph(lines[at]))
        at = end
    return parts


def _end_of_rows(lines: Sequence[str], at: int) -> int:
    """Where the lines of cells that begin at ``at`` end; the next line where it has none."""
    mark = "\t" if "\t" in lines[at] else "|"
    end = at
    while end < len(lines) and mark in lines[end]:
        end += 1
    if mark == "|" and end - at < 2:
        return at + 1
    lone = not any(any(_cells(line)[1:]) for line in lines[at:end])
    return at + 1 if lone else end


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return [cell.strip() for cell in line.split("\t")]
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _rows(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """Rows without the empty cells that stand behind the last column."""
    rows = [_cells(line) for line in lines]
    width = max(at + 1 for row in rows for at, text in enumerate(row) if text)
    return [tuple(row[:width]) for row in rows]


def _end_of_form(lines: Sequence[str], at: int) -> int:
    """Where a table of one cell per line ends: at two empty lines, unless a cell follows."""
    end = at
    while end < len(lines):
        blank = end
        while blank < len(lines) and not lines[blank]:
            blank += 1
        if blank == len(lines) or (blank > end + 1 and not lines[blank].startswith("\t")):
            return end
        end = blank + 1
    return end


def _form(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """Rows of a table of one cell per line: a TAB begins a cell, after an empty line a row.

    A lone cell after an empty line completes the row before it where that lacks just one cell.
    """
    rows: list[list[str]] = []
    for number, line in enumerate(lines):
        if not line.startswith("\t"):
            rows[-1][-1] += f"\n{line}" if line else ""
        elif number and lines[number - 1]:
            rows[-1].append(line[1:].strip())
        else:
            rows.append([line[1:].strip()])
    usual = mode(len(row) for row in rows)
    whole: list[list[str]] = []
    for row in rows:
        if len(row) == 1 and whole and len(whole[-1]) == usual - 1:
            whole[-1] += row
        else:
            whole.append(row)
    return [tuple(row) for row in whole]


def _paragraph(line: str) -> Paragraph:
    for level, (shape, _, _) in enumerate(SHAPES):
        if match := shape.match(line):
            return Paragraph(line, level, _value(match["n"]), match[0])
    return Paragraph(line)


def _value(digits: str) -> int:
    """1 to 99, in Arabic or Chinese numerals."""
    if digits.isascii():
        return int(digits)
    tens, mark, ones = digits.rpartition("十")
    high = (_HAN.index(tens) + 1 if tens else 1) if mark else 0
    return high * 10 + (_HAN.index(ones) + 1 if ones else 0)


def merged(rows: Sequence[Sequence[str]]) -> list[list[Cell | None]]:
    """A table as offices lay it out, all rows equally wide; None where a cell is covered.

    Labels that stand below each other in the first column are one cell, and empty cells before a
    row's first text belong to those above. Rows that have fewer cells have a wide one: their first
    where some of them end in a number (合计), else their last.
    """
    width = max(len(row) for row in rows)
    grid: list[list[Cell | None]] = []
    for _, group in groupby(rows, key=len):
        alike = list(group)
        first = any(_NUMBER.match(row[-1]) for row in alike if len(row) > 1)
        grid += [_widened(row, width, first=first) for row in alike]
    for number in range(1, len(grid)):
        for at in range(_goes_on(rows, number)):
            over, own = grid[number - 1][at], grid[number][at]
            if own and own.columns == 1 and (over is None or over.columns == 1):
                grid[number][at] = None
    for column in range(width):
        _count_rows(grid, column)
    return grid


def _widened(texts: Sequence[str], width: int, *, first: bool) -> list[Cell | None]:
    if len(texts) > 1 and not any(texts[1:]):
        texts = texts[:1]
    spare = width - len(texts)
    row: list[Cell | None] = []
    for at, text in enumerate(texts):
        wide = spare if at == (0 if first else len(texts) - 1) else 0
        row += [Cell(text, columns=1 + wide), *[None] * wide]
    return row


def _goes_on(rows: Sequence[Sequence[str]], number: int) -> int:
    """How many of a row's first cells belong to the cells above them."""
    row, above = rows[number], rows[number - 1]
    empty = next((at for at, text in enumerate(row) if text), 0)
    label = row[0] and row[0] == above[0] and number > 1 and not re.search(r"\d", row[0])
    return 1 if label and len(row) == len(above) > 1 else empty


def _count_rows(grid: Sequence[list[Cell | None]], column: int) -> None:
    """Say at the top of each run of covered cells how many rows it spans."""
    top = 0
    for number in range(1, len(grid)):
        cell, head = grid[number][column], grid[top][column]
        if cell is not None or head is None or head.columns > 1 or _spanned(grid[number], column):
            top = number
        else:
            grid[top][column] = replace(head, rows=number - top + 1)


def _spanned(row: Sequence[Cell | None], at: int) -> bool:
    return any(cell and left + cell.columns > at for left, cell in enumerate(row[:at]))


def cut(rows: Sequence[Sequence[str]], most: int) -> list[list[str]]:
    """Rows whose cells have at most about ``most`` characters, the rest in rows below them.

    So a row looks that goes on over a page.
    """
    out: list[list[str]] = []
    for row in rows:
        chunks = [_chunks(text, most) for text in row]
        out += map(list, zip_longest(*chunks, fillvalue=""))
    return out


def _chunks(text: str, most: int) -> list[str]:
    chunks = [""]
    for sentence in re.split(r"(?<=[。；\n])", text):
        if len(chunks[-1]) + len(sentence) > most and chunks[-1]:
            chunks.append("")
        chunks[-1] += sentence
    return [chunk.strip("\n") for chunk in chunks]


def column_widths(grid: Sequence[Sequence[Cell | None]]) -> list[int]:
    """Shares of the width by the longest text of each column, none too narrow or too wide."""
    columns = zip(*grid, strict=True)
    longest = (
        max((len(c.text) for c in column if c and c.columns == 1), default=0) for column in columns
    )
    return [min(max(length, 6), 20) for length in longest]


def loosened(grid: Sequence[Sequence[Cell | None]], most: int) -> list[list[Cell | None]]:
    """Part cells that span rows of more than about ``most`` characters in all."""
    lengths = [max((len(cell.text) for cell in row if cell), default=0) for row in grid]
    out = [list(row) for row in grid]
    for top, row in enumerate(grid):
        for column, cell in enumerate(row):
            if cell and cell.rows > 1 and sum(lengths[top : top + cell.rows]) > most:
                out[top][column] = replace(cell, rows=1)
                for number in range(top + 1, top + cell.rows):
                    out[number][column] = Cell("")
    return out
