"""Statements whose empty cells are lost: one cell per line, or columns parted by blanks.

Codes, the columns' own numbers (栏次) and the labels tell where a row begins and what its numbers
are; the cells are put back in columns, and the table is read as any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from .codes import is_code
from .grid import Cell, Table
from .slots import VALUE_ROLES, Column, FormRules, State, has_digit, is_number, is_value, role_of
from .spans import leaves
from .stacked import column_of

Cells = list[Cell]
_SIDE = 100  # columns that a side of a table has room for
_CODE_PARTS = 3  # 类, 款, 项 in columns of their own
_PARTS_OF_CODES = ("类", "款", "项")
_NO_VALUES = ("label", "code", "number", "text", "unit", "sign", "person")
_LEAST_NUMBERS = 3  # columns' own numbers that tell themselves: 1 2 3


@dataclass(slots=True)
class _Side:
    """The columns of a table, or of one of the tables side by side."""

    label: Cell | None = None
    code: Cell | None = None
    number: Cell | None = None
    ahead: bool = False  # the number stands before the label: 序号
    values: list[Column] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Restored:
    """Rows with their cells in columns again; ``places`` are where they stood in fact."""

    columns: dict[int, Column]
    rows: list[tuple[Cell, ...]]
    places: dict[int, tuple[int, Cell]]  # by where a cell begins: its row, and itself
    top: int
    title: str  # what rows of one cell above the header say


def parts(table: Table, rules: FormRules) -> list[Table]:
    """The table, cut where the title of another one stands between its rows."""
    cuts = [
        n
        for n, row in enumerate(table.rows)
        if n and sum(bool(c.text) for c in row) == 1 and _is_title(row, rules)
    ]
    if not cuts:
        return [table]
    return [
        replace(table, start=rows[0][0].start, end=rows[-1][-1].end, rows=rows)
        for a, b in pairwise([0, *cuts, len(table.rows)])
        if (rows := table.rows[a:b])
    ]


def _is_title(row: Sequence[Cell], rules: FormRules) -> bool:
    title = next(c.text for c in row if c.text)
    if title[-1] not in "表）":
        return False
    return rules.titles.match(title) is not None and any(
        kind.title.search(title) for kind in rules.statements
    )


def restored(table: Table, rules: FormRules) -> Restored | None:
    """The table's rows in columns again; None where its header does not tell them."""
    flat = [(n, c) for n, row in enumerate(table.rows) for c in row if c.text]
    cells = [c for _, c in flat]
    first = next((n for n, c in enumerate(cells) if _opens(c, rules)), None)
    if first is None:
        return None
    value = next((n for n in range(first, len(cells)) if _is_amount(cells[n], rules)), None)
    if value is None:
        return None
    numbers, body, end = _own_numbers(cells, first, value, rules)
    lines = _header_rows([flat[n] for n in range(first, end)], table.stream, rules)
    sides = _sides(lines, rules)
    count = sum(len(side.values) for side in sides)
    title = _titles(cells[:first], rules)
    numbered = (s for s in sides if s.number and (table.stream or not s.ahead))
    told = numbers or title or any(numbered) or any(side.code for side in sides)
    stacked = len(lines) > 1 and all(sum(not _kind(c, rules) for c in line) > 1 for line in lines)
    told = told or (len(sides) == 1 and stacked and _full(flat[body:], count, rules))
    if not told or not count or (numbers and count != len([c for c in numbers if has_digit(c)])):
        return None
    columns = _columns(sides)
    rows = [tuple(replace(c, col=n) for n, c in enumerate(numbers))] if numbers else []
    rows += _rows(flat[body:], sides, rules)
    places = {c.start: (n, c) for n, c in flat}
    return Restored(columns, rows, places, cells[first].start, title)


def _titles(cells: Cells, rules: FormRules) -> str:
    """The last of the cells that is a statement's title."""
    named = [c.text for c in cells if rules.titles.match(c.text)]
    kinds = rules.statements
    return next((t for t in reversed(named) if any(k.title.search(t) for k in kinds)), "")


def _full(flat: Sequence[tuple[int, Cell]], count: int, rules: FormRules) -> bool:
    """Whether every label is followed by a value for each column."""
    runs = [len(run) for run in _runs([c for _, c in flat], rules)]
    return len(runs) > 1 and all(run == count for run in runs)


def _runs(cells: Cells, rules: FormRules) -> list[Cells]:
    runs: list[Cells] = [[]]
    for cell in cells:
        if is_value(cell, rules):
            runs[-1].append(cell)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _is_amount(cell: Cell, rules: FormRules) -> bool:
    """Whether a cell is a value, and no header that begins with a year."""
    return is_number(cell, rules) and not _YEAR.match(cell.text)


_YEAR = re.compile("(?:19|20)[0-9]{2}年")


def _opens(cell: Cell, rules: FormRules) -> bool:
    role = role_of(cell, rules)
    return role is not None and role not in ("year", "text", "unit", "person")


def _own_numbers(cells: Cells, first: int, value: int, rules: FormRules) -> tuple[Cells, int, int]:
    """The row 栏次 1 2 3 (without that word too), where the body begins and the header ends."""
    at = value
    while at < len(cells) and (
        cells[at].text == str(1 + sum(c.text.isdigit() for c in cells[value:at]))
        or rules.roles.get(cells[at].text) == "number"
    ):
        at += 1
    named = rules.roles.get(cells[value - 1].text) == "number"
    if at - value >= _LEAST_NUMBERS or (named and at > value and cells[value - 1].text == "栏次"):
        begin = value - 1 if named else value
        return cells[begin:at], at, begin
    if is_code(cells[value].text) or cells[value].text == "1":
        return [], value, value
    return [], value - 1, value - 1


def _header_rows(
    flat: Sequence[tuple[int, Cell]], stream: bool, rules: FormRules
) -> list[list[Cell]]:
    """The header's cells by rows: by lines, or where labels or a total begin anew."""
    rows: list[list[Cell]] = []
    before, value = -1, False
    for number, cell in flat:
        kind = _kind(cell, rules)
        total = rules.sums.match(cell.text) is not None
        if stream:
            sums = [c.text for c in rows[-1] if rules.sums.match(c.text)] if rows else []
            fresh = value and (
                (kind != "" and not _again(cell, rows[-1]))
                or (total and (not sums or sums[-1] != cell.text))
            )
        else:
            fresh = number != before
        if fresh or not rows:
            rows.append([])
        rows[-1].append(cell)
        before, value = number, not kind
    return rows


def _again(cell: Cell, row: Sequence[Cell]) -> bool:
    return any(c.text[:2] == cell.text[:2] for c in row)


def _kind(cell: Cell, rules: FormRules) -> str:
    """What a header cell heads that is no value: a label, a code, a number; else empty."""
    if cell.text in _PARTS_OF_CODES:
        return "code"
    role = role_of(cell, rules)
    return role if role in _NO_VALUES else ""


def _sides(rows: Sequence[Cells], rules: FormRules) -> list[_Side]:
    """The tables side by side, or the one there is."""
    sides = [_Side()]
    bottom = next(
        (row for row in reversed(rows) if sum(not _kind(c, rules) for c in row) != len(row)), []
    )
    for cell in bottom:
        kind, side = _kind(cell, rules), sides[-1]
        if kind and side.values:
            side = _Side()
            sides.append(side)
        if not kind:
            side.values.append(column_of([cell], rules))
        if kind == "label":
            side.label = cell
        side.code = cell if kind == "code" and not side.code else side.code
        if kind == "number":
            side.number, side.ahead = cell, not side.label
    if len(sides) == 1:
        levels = [[c for c in row if not _kind(c, rules)] for row in rows]
        paths = leaves([level for level in levels if level], rules)
        sides[0].values = [column_of(path, rules) for path in paths]
        coded = [c for row in rows for c in row if _kind(c, rules) == "code"]
        sides[0].code = coded[0] if coded else None
        named = [c for row in rows for c in row if _kind(c, rules) == "label"]
        sides[0].label = named[-1] if named else None
    return sides


def _columns(sides: Sequence[_Side]) -> dict[int, Column]:
    found: dict[int, Column] = {}
    for number, side in enumerate(sides):
        at = number * _SIDE
        head = side.code or side.number or (side.values[0].cell if side.values else None)
        if head is None:
            continue
        for part in range(_CODE_PARTS):
            found[at + part] = Column("code", head)
        found[at + 3] = Column("label", side.label or head)
        found[at + 4] = Column("number", head)
        for place, column in enumerate(side.values):
            found[at + 5 + place] = column
    return found


def _rows(
    flat: Sequence[tuple[int, Cell]], sides: Sequence[_Side], rules: FormRules
) -> list[tuple[Cell, ...]]:
    """One row for each label, with the numbers around it in their columns."""
    found: list[tuple[Cell, ...]] = []
    at = side = 0
    last: dict[int, int] = {}  # of each side its last 行次
    lead: Cells = []
    if not any(s.label or s.code for s in sides):
        width = max(len(sides[0].values), 1)
        numbers = [c for _, c in flat if is_value(c, rules)]
        return [
            tuple(replace(c, col=5 + n) for n, c in enumerate(numbers[begin : begin + width]))
            for begin in range(0, len(numbers) - width + 1, width)
        ]
    while at < len(flat):
        cell = flat[at][1]
        if is_value(cell, rules):
            lead.append(cell)
            at += 1
            continue
        at += 1
        run: Cells = []
        while at < len(flat) and is_value(flat[at][1], rules):
            run.append(flat[at][1])
            at += 1
        side = _side(cell, run, last, side % len(sides), len(sides), rules)
        here = sides[side]
        following = _lead(run, here, last=at == len(flat))
        found.append(_row(lead, cell, run[: len(run) - following], here, side))
        lead = run[len(run) - following :]
        if here.number and not here.ahead:
            _count(run[:1], side, last)
            for stray in lead:  # the 行次 of a row without anything else
                _count([stray], _goes_on([stray], last, side), last)
        side += 1
    return found


def _side(
    label: Cell, run: Cells, last: dict[int, int], usual: int, many: int, rules: FormRules
) -> int:
    """Which side a label stands on: by its 行次, else by its words, else in turn."""
    if many != _BOTH or last:
        return _goes_on(run, last, usual)
    name = rules.label_noise.sub("", label.text)
    if rules.right.search(name):
        return 1
    return 0 if rules.left.search(name) else usual


def _goes_on(run: Cells, last: dict[int, int], usual: int) -> int:
    """The side whose 行次 goes on with the first number."""
    if not run or not run[0].text.isdigit():
        return usual
    here = [side for side, number in last.items() if int(run[0].text) == number + 1]
    return here[0] if len(here) == 1 else usual


_BOTH = 2  # sides of a table: 收入 and 支出


def _count(numbers: Cells, side: int, last: dict[int, int]) -> None:
    """Remember the last 行次 of a side."""
    for cell in numbers:
        if cell.text.isdigit():
            last[side] = int(cell.text)


def _lead(run: Cells, side: _Side, *, last: bool) -> int:
    """How many numbers at the end of a run belong to the next label: its code, its 序号."""
    room = len(side.values) + (side.number is not None and not side.ahead)
    if last:
        return 0
    if side.ahead:
        return 1 if run and run[-1].text.isdigit() and len(run) != room else 0
    if side.code is None:
        return max(0, len(run) - room)
    over = max(0, len(run) - room)
    if over:
        return min(over, _CODE_PARTS)
    return 1 if run and is_code(run[-1].text) else 0


def _row(lead: Cells, label: Cell, run: Cells, side: _Side, number: int) -> tuple[Cell, ...]:
    at = number * _SIDE
    row = [replace(c, col=at + 4) for c in lead] if side.ahead else _code_cells(lead, label, at)
    row.append(replace(label, col=at + 3))
    if side.number and not side.ahead and run and run[0].text.isdigit():
        row.append(replace(run[0], col=at + 4))
        run = run[1:]
    row += [replace(c, col=at + 5 + n) for n, c in enumerate(run[: len(side.values)])]
    return tuple(row)


def _code_cells(lead: Cells, label: Cell, at: int) -> Cells:
    """Cells for 类, 款, 项; of a part alone, that of 款."""
    cells: list[Cell | None] = [None] * _CODE_PARTS
    alone = len(lead) == 1 and not is_code(lead[0].text)
    for n, cell in enumerate(lead[-_CODE_PARTS:]):
        cells[n + alone] = cell
    none = replace(label, end=label.start, text="")
    return [replace(c or none, col=at + n) for n, c in enumerate(cells)]
