"""Tables in text, whatever layout the converter left: rows of cells over the matching copy.

Four layouts are read alike: cells parted by TAB, by ``|`` or (in a line without punctuation) by
blanks; and one cell per line, with or without a leading TAB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's span in the matching copy, blanks trimmed; ``col`` counts from 0."""

    start: int
    end: int
    text: str
    col: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; ``stream`` where the line structure does not tell the rows."""

    start: int
    end: int
    rows: tuple[tuple[Cell, ...], ...]
    stream: bool


_PUNCTUATION = re.compile(r"[。；，]")
_TITLE = re.compile(r"^[^，。；：]{4,36}(?:表|报告|问卷|体系)(?:（[^）]{1,12}）)?$")
_SHORT = 34


def tables(
    text: str, lines: list[Line], header: re.Pattern[str], value: re.Pattern[str]
) -> list[Table]:
    """All tables, in order."""
    found: list[Table] = []
    at = 0
    while at < len(lines):
        size, table = _tabbed(text, lines, at) or _listed(text, lines, at, header, value)
        if table:
            found.append(table)
        at += size
    return found


def _tabbed(text: str, lines: list[Line], at: int) -> tuple[int, Table] | None:
    """Lines with TABs or pipes; lines in between belong to the cell that they follow."""
    first = text[lines[at][0] : lines[at][1]]
    if "\t" not in first and first.count("|") < 2:
        return None
    mark = "\t" if "\t" in first else "|"
    last = size = at
    blank = 0
    while size < len(lines):
        line = text[lines[size][0] : lines[size][1]]
        if mark in line:
            last, blank = size, 0
        elif line.strip():
            blank += 1
            if blank > (14 if first[0] == mark else 2) or _closes(line, first[0] == mark):
                break
        size += 1
    group = lines[at : last + 1]
    leading = sum(text[s : s + 1] == mark for s, e in group if e > s)
    single = sum(text[s:e].count(mark) <= 1 for s, e in group if e > s)
    if mark == "\t" and leading >= 4 and single * 10 >= 9 * len([g for g in group if g[1] > g[0]]):
        cells = tuple(_single_cells(text, group))
        if sum(len(c.text) > _SHORT for c in cells) * 2 > len(cells):
            return None  # indented prose
        return last + 1 - at, Table(group[0][0], group[-1][1], tuple((c,) for c in cells), True)
    if not any("0" <= c <= "9" for s, e in group for c in text[s:e]):
        return None
    rows = tuple(tuple(_split(text, s, e, mark)) for s, e in group if text[s:e].strip())
    return last + 1 - at, Table(group[0][0], group[-1][1], rows, False)


def _closes(line: str, cell: bool) -> bool:
    """Whether a line without a border ends the table."""
    if line.startswith(("附件", "注：", "备注：")) or _TITLE.search(line):
        return True
    return not cell and (len(line) > 30 or "。" in line)


def _split(text: str, start: int, end: int, mark: str) -> Iterator[Cell]:
    at = start
    for col, raw in enumerate(text[start:end].split(mark)):
        yield _cell(text, at, at + len(raw), col)
        at += len(raw) + 1


def _cell(text: str, start: int, end: int, col: int) -> Cell:
    while start < end and text[start] in " \t\n":
        start += 1
    while end > start and text[end - 1] in " \t\n":
        end -= 1
    return Cell(start, end, text[start:end].replace("\n", ""), col)


def _single_cells(text: str, group: list[Line]) -> Iterator[Cell]:
    """A cell runs from its TAB to the next line that begins with one."""
    begin = group[0][0]
    for start, _ in group[1:]:
        if text[start : start + 1] == "\t":
            cell = _cell(text, begin, start, 0)
            if cell.text:
                yield cell
            begin = start
    cell = _cell(text, begin, group[-1][1], 0)
    if cell.text:
        yield cell


def _listed(
    text: str, lines: list[Line], at: int, header: re.Pattern[str], value: re.Pattern[str]
) -> tuple[int, Table | None]:
    """One cell per line: a run of short lines with header words and bare values.

    A run without enough of them is none from its later lines on either, so all of it is done
    with, up to a TAB that may begin another kind of table.
    """
    cells: list[Cell] = []
    size = at
    while size < len(lines):
        start, end = lines[size]
        line = text[start:end].strip()
        if line and (
            len(line) > _SHORT or "\t" in line or "|" in line or _PUNCTUATION.search(line)
        ):
            break
        if line:
            cells.append(_cell(text, start, end, 0))
        size += 1
    values = sum(bool(value.match(c.text)) for c in cells)
    if len(cells) < 6 or values < 2:
        return _done_with(text, lines, at, size), None
    heads = [bool(header.fullmatch(plain_header(c.text))) for c in cells]
    if sum(heads) < 2:
        return _done_with(text, lines, at, size), None
    paired = heads[:2] == [True, True] and len(cells) == 2 + 2 * values  # header, label, value, …
    if values < 3 and not paired:
        return 1, None
    return size - at, Table(lines[at][0], lines[size - 1][1], tuple((c,) for c in cells), True)


def _done_with(text: str, lines: list[Line], at: int, size: int) -> int:
    """How many of the lines ``at:size`` need no other look: the first, and those without TABs."""
    tabbed = (n for n in range(at + 1, size) if text.find("\t", *lines[n]) >= 0)
    return max(next(tabbed, size) - at, 1)


_BRACKETS = re.compile(
    r"^(?:19|20)[0-9]{2}年度?|[（(\[][^）)\]]{0,24}[）)\]]|[0-9A-Za-z：:、./×%\s]+$|^[0-9]+[、.]"
)


def plain_header(text: str) -> str:
    """A header cell without brackets, figures and letters."""
    return _BRACKETS.sub("", text).strip("：: ")
