"""Tables in text, whatever layout the converter left: rows of cells over the matching copy.

Cells parted by TAB, by ``|`` or (where ``gaps`` and ``repair`` saw columns) by blanks; and one cell
per line, with or without a border.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extract.grids import pipes, runs

Line = tuple[int, int]


class Cell(NamedTuple):
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


_TITLE = re.compile(r"^[^，。；：]{4,36}(?:表|报告|问卷|体系)(?:（[^）]{1,12}）)?$")


def tables(
    text: str, lines: list[Line], header: re.Pattern[str], value: re.Pattern[str]
) -> list[Table]:
    """All tables, in order."""
    found: list[Table] = []
    at = 0
    while at < len(lines):
        size, more = (
            _tabbed(text, lines, at)
            or _piped(text, lines, at, header, value)
            or _listed(text, lines, at, header, value)
            or (1, [])
        )
        found += more
        at += size
    return found


def _piped(
    text: str, lines: list[Line], at: int, header: re.Pattern[str], value: re.Pattern[str]
) -> tuple[int, list[Table]] | None:
    """Lines with borders, whatever became of the rows."""
    first = text[lines[at][0] : lines[at][1]]
    if "|" not in first:
        return None
    if not pipes.opens(first, [text[s:e] for s, e in lines[at + 1 : at + 4]]):
        return None
    last = _last_line(text, lines, at, "|", 2)
    group = lines[at : last + 1]
    if not _has_digits(text, group):
        return last + 1 - at, []
    if pipes.lone(text, group):
        cells = [Cell(s, e, text[s:e].replace("\n", ""), 0) for s, e in pipes.flow(text, group)]
        filled = [c for c in cells if c.text]
        if _is_form(filled, header):
            return last + 1 - at, [_stream(group, filled)]
        return last + 1 - at, list(_of_cells(cells, header, value))
    rows = tuple(
        tuple(Cell(s, e, text[s:e].replace("\n", ""), col) for col, (s, e) in enumerate(row))
        for row in pipes.rows(text, group)
    )
    return last + 1 - at, [Table(group[0][0], group[-1][1], rows, False)]


def _stream(group: Sequence[Line], cells: Sequence[Cell]) -> Table:
    return Table(group[0][0], group[-1][1], tuple((c,) for c in cells), True)


_FORM = 8  # header words of a project's form (项目名称, 年初预算数, 执行率, 三级指标, 得分)


def _is_form(cells: Sequence[Cell], header: re.Pattern[str]) -> bool:
    """Whether the cells are a project's form: its tables have headers and widths of their own."""
    heads = sum(header.fullmatch(plain_header(c.text)) is not None for c in cells)
    return heads >= _FORM and any(c.text.startswith("项目名称") for c in cells)


def _of_cells(
    cells: Sequence[Cell], header: re.Pattern[str], value: re.Pattern[str]
) -> Iterator[Table]:
    """Tables of cells in reading order: with rows where their period tells them, else a stream."""
    texts = [cell.text for cell in cells]
    at = 0
    while at < len(cells):
        found = pipes.periodic(texts, at, value, _is_header(header))
        first, width, last = found or (len(cells), 1, len(cells))
        rest = [c for c in cells[at:first] if c.text]
        if any(value.match(c.text) for c in rest):
            yield Table(rest[0].start, rest[-1].end, tuple((c,) for c in rest), True)
        if found:
            rows = [cells[n : n + width] for n in range(first, last, width)]
            yield Table(
                cells[first].start,
                cells[last - 1].end,
                tuple(tuple(c._replace(col=col) for col, c in enumerate(row)) for row in rows),
                False,
            )
        at = last


_NAMES_COLUMN = re.compile(
    r"[^，。；]{1,10}(?:人数|人次|收入|支出|金额|结余|资金|比重|占比|总额|合计|率)(?:[（(][^）)]{0,8}[）)])?$"
)


def _heads(header: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: header.fullmatch(plain_header(text)) is not None


def _is_header(header: re.Pattern[str]) -> Callable[[str], bool]:
    def told(text: str) -> bool:
        word = header.fullmatch(plain_header(text)) or YEAR_HEADER.match(text)
        return bool(word or _NAMES_COLUMN.match(text))

    return told


def _last_line(text: str, lines: list[Line], at: int, mark: str, most: int) -> int:
    """The last line of the table that begins at ``at``; ``most`` lines may lack the mark."""
    last = size = at
    cell = text[lines[at][0]] == mark
    blank = 0
    while size < len(lines):
        line = text[lines[size][0] : lines[size][1]]
        if mark in line:
            last, blank = size, 0
        elif line.strip():
            blank += 1
            if blank > most or _closes(line, cell):
                break
        size += 1
    return last


def _has_digits(text: str, group: Sequence[Line]) -> bool:
    return any("0" <= c <= "9" for s, e in group for c in text[s:e])


def _tabbed(text: str, lines: list[Line], at: int) -> tuple[int, list[Table]] | None:
    """Lines with TABs; lines in between belong to the cell that they follow."""
    first = text[lines[at][0] : lines[at][1]]
    if "\t" not in first:
        return None
    mark = "\t"
    last = _last_line(text, lines, at, mark, 14 if first[0] == mark else 2)
    group = lines[at : last + 1]
    leading = sum(text[s : s + 1] == mark for s, e in group if e > s)
    single = sum(text[s:e].count(mark) <= 1 for s, e in group if e > s)
    if leading >= 4 and single * 10 >= 9 * len([g for g in group if g[1] > g[0]]):
        cells = tuple(_single_cells(text, group))
        if sum(len(c.text) > runs.SHORT for c in cells) * 2 > len(cells):
            return None  # indented prose
        return last + 1 - at, [Table(group[0][0], group[-1][1], tuple((c,) for c in cells), True)]
    if not _has_digits(text, group):
        # a line that begins with a TAB may open a longer table
        more = [n for n, (s, _) in enumerate(group) if n and text[s : s + 1] == mark]
        return more[0] if more and first[0] != mark else len(group), []
    rows = tuple(tuple(_split(text, s, e, mark)) for s, e in group if text[s:e].strip())
    return last + 1 - at, [Table(group[0][0], group[-1][1], rows, False)]


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
) -> tuple[int, list[Table]] | None:
    """One cell per line: a run of short lines with header words and bare values."""
    spans, size = runs.run(text, lines, at, _heads(header), value)
    cells = [_cell(text, start, end, 0) for start, end in spans]
    # where the whole run is no table, no part of it is one, but for a table of TABs inside
    run = max(size - at, 1)
    inside = range(at + 1, size)
    over = next((n for n in inside if text.find("\t", *lines[n]) >= 0), at + run) - at
    values = sum(bool(value.match(c.text)) for c in cells)
    if len(cells) < 5 or values < 2:
        return over, []
    whole = Table(lines[at][0], lines[size - 1][1], tuple((c,) for c in cells), True)
    if any(runs.is_text(c.text) or runs.is_statement(c.text) for c in cells):
        return run, [whole]  # texts part the values, or numbers and codes of its own tell the rows
    found = [t for t in _of_cells(cells, header, value) if not t.stream]
    if len(found) == 1 and len(found[0].rows) > 2 and found[0].end >= cells[-1].end:
        return run, found
    heads = sum(bool(header.fullmatch(plain_header(c.text))) for c in cells)
    if len(cells) >= 6 and heads >= 2 and values >= 3:
        return run, [whole]
    return (run, found) if heads and found else (over, [])


YEAR_HEADER = re.compile(r"^(?P<year>(?:19|20)[0-9]{2})年?度?(?:[（(][^）)]{0,8}[）)])?$")
_BRACKETS = re.compile(
    r"^(?:19|20)[0-9]{2}年度?|[（(\[][^）)\]]{0,24}[）)\]]|[0-9A-Za-z：:、./×%\s]+$|^[0-9]+[、.]"
)


def plain_header(text: str) -> str:
    """A header cell without brackets, figures and letters."""
    return _BRACKETS.sub("", text).strip("：: ")
