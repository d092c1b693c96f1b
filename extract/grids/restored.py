"""Statements whose empty cells are lost: one cell per line, or columns parted by blanks.

Codes, the columns' own numbers (栏次) and the labels tell where a row begins and what its numbers
are; the cells are put back in columns, and the table is read as any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.grids.codes import is_code
from extract.grids.grid import Cell, Table
from extract.grids.sides import (
    CODE_PARTS,
    LABEL,
    NUMBER,
    VALUES,
    WIDTH,
    Side,
    columns_of,
    header_rows,
    kind_of,
    sides_of,
)  # fmt: skip
from extract.grids.slots import Column, FormRules, has_digit, is_number, is_value, role_of

Cells = list[Cell]
Flat = Sequence[tuple[int, Cell]]  # cells in reading order, with the rows that they stand in
_LEAST_NUMBERS = 3  # columns' own numbers that tell themselves: 1 2 3
_WIDEST = 60  # cells of a header
_BOTH = 2  # sides of a table: 收入 and 支出


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
    near = range(first, min(len(cells), first + _WIDEST))
    value = next((n for n in near if _is_amount(cells[n], rules)), None)
    if value is None:
        return None
    numbers, body, end = _own_numbers(cells, value, rules)
    lines = header_rows(flat[first:end], rules, stream=table.stream)
    sides = sides_of(lines, rules)
    count = sum(len(side.values) for side in sides)
    title = _title(cells[:first], rules)
    proven = bool(numbers or title) or any(_shows(side, table) for side in sides)
    if len(sides) == 1 and not proven:
        stacked = all(sum(not kind_of(c, rules) for c in line) > 1 for line in lines)
        proven = len(lines) > 1 and stacked and _full(flat[body:], count, rules)
    if not proven or not count or (numbers and count != sum(map(has_digit, numbers))):
        return None
    rows = [tuple(c._replace(col=n) for n, c in enumerate(numbers))] if numbers else []
    rows += _rows([c for _, c in flat[body:]], sides, rules)
    places = {c.start: (n, c) for n, c in flat}
    return Restored(columns_of(sides), rows, places, cells[first].start, title)


def _shows(side: Side, table: Table) -> bool:
    """Whether a side has codes or numbers of its rows, which tell where these begin."""
    return bool(side.code or (side.number and (table.stream or not side.ahead)))


def _title(cells: Cells, rules: FormRules) -> str:
    """The last of the cells that is a statement's title."""
    named = [c.text for c in cells if rules.titles.match(c.text)]
    kinds = rules.statements
    return next((t for t in reversed(named) if any(k.title.search(t) for k in kinds)), "")


def _full(flat: Flat, count: int, rules: FormRules) -> bool:
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


def _own_numbers(cells: Cells, value: int, rules: FormRules) -> tuple[Cells, int, int]:
    """The row 栏次 1 2 3 (without that word too), where the body begins and the header ends."""
    at, count = value, 0
    while at < len(cells):
        if cells[at].text == str(count + 1):
            count += 1
        elif rules.roles.get(cells[at].text) != "number":
            break
        at += 1
    word = cells[value - 1].text if value else ""
    if at - value >= _LEAST_NUMBERS or (word == "栏次" and at > value):
        begin = value - (rules.roles.get(word) == "number")
        return cells[begin:at], at, begin
    if is_code(cells[value].text) or cells[value].text == "1":
        return [], value, value
    return [], value - 1, value - 1


def _rows(cells: Cells, sides: Sequence[Side], rules: FormRules) -> list[tuple[Cell, ...]]:
    """One row for each label, with the numbers around it in their columns."""
    if not any(s.label or s.code for s in sides):
        return _unlabelled(cells, len(sides[0].values), rules)
    found: list[tuple[Cell, ...]] = []
    last: dict[int, int] = {}  # of each side its last 行次
    turn = 0
    lead, labelled = _labelled(cells, rules)
    for place, (label, run) in enumerate(labelled):
        side = _goes_on(run, last, turn % len(sides))
        if len(sides) == _BOTH and not last:
            told = _side(label, rules)
            side = side if told is None else told
        here = sides[side]
        following = 0 if place + 1 == len(labelled) else _following(run, here)
        found.append(_row(lead, label, run[: len(run) - following], here, side * WIDTH))
        lead = run[len(run) - following :]
        if here.number and not here.ahead:
            _count(run[:1], side, last)
            for stray in lead:  # the 行次 of a row without anything else
                _count([stray], _goes_on([stray], last, side), last)
        turn = side + 1
    return found


def _unlabelled(cells: Cells, width: int, rules: FormRules) -> list[tuple[Cell, ...]]:
    numbers = [c for c in cells if is_value(c, rules)]
    return [
        tuple(c._replace(col=VALUES + n) for n, c in enumerate(numbers[at : at + width]))
        for at in range(0, len(numbers) - width + 1, width)
    ]


def _labelled(cells: Cells, rules: FormRules) -> tuple[Cells, list[tuple[Cell, Cells]]]:
    """The numbers before the first label, and each label with those behind it."""
    lead: Cells = []
    found: list[tuple[Cell, Cells]] = []
    for cell in cells:
        if not is_value(cell, rules):
            found.append((cell, []))
        else:
            (found[-1][1] if found else lead).append(cell)
    return lead, found


def _side(label: Cell, rules: FormRules) -> int | None:
    """Which of both sides a label stands on by its words, where its 行次 does not tell."""
    name = rules.label_noise.sub("", label.text)
    if rules.right.search(name):
        return 1
    return 0 if rules.left.search(name) else None


def _goes_on(run: Cells, last: dict[int, int], usual: int) -> int:
    """The side whose 行次 goes on with the first number."""
    if not run or not run[0].text.isdecimal():
        return usual
    here = [side for side, number in last.items() if int(run[0].text) == number + 1]
    return here[0] if len(here) == 1 else usual


def _count(numbers: Cells, side: int, last: dict[int, int]) -> None:
    """Remember the last 行次 of a side."""
    for cell in numbers:
        if cell.text.isdecimal():
            last[side] = int(cell.text)


def _following(run: Cells, side: Side) -> int:
    """How many numbers at the end of a run belong to the next label: its code, its 序号."""
    room = len(side.values) + (side.number is not None and not side.ahead)
    if side.ahead:
        return int(bool(run) and run[-1].text.isdecimal() and len(run) != room)
    over = max(0, len(run) - room)
    if side.code is None:
        return over
    return min(over, CODE_PARTS) or int(bool(run) and is_code(run[-1].text))


def _row(lead: Cells, label: Cell, run: Cells, side: Side, at: int) -> tuple[Cell, ...]:
    """A row on the side whose columns begin with ``at``."""
    numbers = [c._replace(col=at + NUMBER) for c in lead]
    row = numbers if side.ahead else _code_cells(lead, label, at)
    row.append(label._replace(col=at + LABEL))
    if side.number and not side.ahead and run and run[0].text.isdecimal():
        row.append(run[0]._replace(col=at + NUMBER))
        run = run[1:]
    row += [c._replace(col=at + VALUES + n) for n, c in enumerate(run[: len(side.values)])]
    return tuple(row)


def _code_cells(lead: Cells, label: Cell, at: int) -> Cells:
    """Cells for 类, 款, 项; of a part alone, that of 款."""
    cells: list[Cell | None] = [None] * CODE_PARTS
    alone = len(lead) == 1 and not is_code(lead[0].text)
    for n, cell in enumerate(lead[-CODE_PARTS:]):
        cells[n + alone] = cell
    none = label._replace(end=label.start, text="")
    return [(c or none)._replace(col=at + n) for n, c in enumerate(cells)]
