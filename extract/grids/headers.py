"""Headers of tables: which column means what, also where a header takes two rows.

A cell that only is a header word has that word's role. In a header row every other cell names its
column (参保人数, 当年基金收入): what it means is read later, by the same phrases as in sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.grids.grid import Cell
from extract.grids.slots import (
    VALUE_ROLES,
    Column,
    FormRules,
    State,
    is_number,
    is_value,
    role_of,
    unit_of,
)
from extract.grids.stacked import stacked

Cells = tuple[Cell, ...]
_LONGEST = 24  # characters of a cell that names its column
_PERCENTS = ("growth", "share", "rate", "portion")  # 增减率（%） names no other column's unit
_SPANNED = ("budget", "initial", "spent", "left", "named")  # what is split by sources of money


def read_header(row: Cells, following: Sequence[Cells], state: State, rules: FormRules) -> int:
    """Take the header that begins with ``row``: how many rows it has, 0 where there is none."""
    columns, used = stacked((row, *following), rules)
    if not columns:
        columns = _roles(row, following[:1], rules) or _names(row, following[:1], state, rules)
    if not columns:
        return 0
    state.columns, state.width = columns, len(row)
    told = [c for c in row if role_of(c, rules) not in _PERCENTS]
    state.label, state.unit = None, unit_of(told) or state.unit
    state.above, state.last, state.pairs = "", [], []
    state.top, state.path, state.fresh = row[0].start, [], True
    below = following[0] if following else ()
    if not used:
        used = 1
        if _is_second(row, below, rules):
            _split(columns, row, below, state, rules)
            used = 2
    heads = {c.cell.text[:4] for c in state.columns.values()}
    state.years = tuple(sorted(int(y) for y in heads if y.isdigit() and y[:2] in ("19", "20")))
    return used


def _roles(row: Cells, following: Sequence[Cells], rules: FormRules) -> dict[int, Column]:
    """Columns of a row with enough header words."""
    heads = {c.col: Column(role, c) for c in row if (role := role_of(c, rules))}
    if row and role_of(row[0], rules) == "unit":
        heads[0] = Column("label", row[0])  # 单位 in front is an agency, no unit of measure
    if len(heads) < rules.least_header or any(is_number(c, rules) for c in row):
        return {}
    rest = [c for c in row[1:] if c.col not in heads and _names_one(c)]
    if not any(head.role in VALUE_ROLES for head in heads.values()):
        numbers = {c.col for c in (following[0] if following else ()) if is_number(c, rules)}
        if not rest or not all(c.col in numbers for c in rest):
            return {}
    return heads | {
        c.col: Column("spent" if rules.total.match(c.text) else "named", c) for c in rest
    }


def _names_one(cell: Cell) -> bool:
    return 1 < len(cell.text) <= _LONGEST and any("\u4e00" <= c <= "\u9fff" for c in cell.text)


def _names(
    row: Cells, following: Sequence[Cells], state: State, rules: FormRules
) -> dict[int, Column]:
    """Columns of a row of words above a row with numbers below some of them."""
    below = following[0] if following else ()
    if len(row) < 2 or len(below) != len(row) or not row[0].text:
        return {}
    filled = [c for c in row if c.text]
    if len(filled) < (4 if state.columns else 2) or any(is_value(c, rules) for c in row):
        return {}
    numbers = [c.col for c in below if is_number(c, rules)]
    told = len(row) == 2 or unit_of(row) or any(role_of(c, rules) for c in row)
    if len(numbers) < (1 if told else 2) or not _names_one(below[0]):
        return {}
    if any(not row[col].text or col == 0 for col in numbers if col < len(row)):
        return {}
    rest = [c for c in filled[1:] if len(c.text) <= _LONGEST]
    role = role_of(row[0], rules)
    first = Column(role if role and role != "unit" else "label", row[0])
    return {0: first} | {c.col: Column(role_of(c, rules) or "named", c) for c in rest}


def _is_second(row: Cells, below: Cells, rules: FormRules) -> bool:
    """Whether a row goes on with the header above it: fewer cells, all of them header words."""
    filled = [c for c in below if c.text]
    if len(filled) < 2 or any(is_number(c, rules) for c in below):
        return False
    if len(below) == len(row):
        return not below[0].text and any(
            c.text and not r.text for c, r in zip(below, row, strict=True)
        )
    known = [c for c in filled if role_of(c, rules) or rules.source.match(c.text)]
    return len(known) * 2 > len(filled) and len(filled) < len(row)


def _split(
    columns: dict[int, Column], row: Cells, below: Cells, state: State, rules: FormRules
) -> None:
    """Columns below one header cell: 预算数 over 中央, 省级, 市级, 区级."""
    filled = [c for c in below if c.text]
    if len(below) >= len(row):
        for cell in filled:
            over = max((col for col in columns if col <= cell.col), default=None)
            if over is not None:
                state.columns[cell.col] = _below(columns[over], cell, rules)
        return
    at = _spanning(columns, filled, rules)
    if at is None:
        state.last = [Column(role_of(c, rules) or "text", c) for c in filled]
        return
    more = len(filled) - 1
    state.columns = {col if col < at else col + more: v for col, v in columns.items() if col != at}
    for place, cell in enumerate(filled):
        state.columns[at + place] = _below(columns[at], cell, rules)
    state.width = len(row) + more


def _below(over: Column, cell: Cell, rules: FormRules) -> Column:
    role = role_of(cell, rules)
    keep = over.role in VALUE_ROLES and (role is None or role not in VALUE_ROLES or role == "year")
    return Column(over.role if keep else role or over.role, over.cell, cell)


def _spanning(columns: dict[int, Column], filled: list[Cell], rules: FormRules) -> int | None:
    """The column that the cells of a second row belong to, where their words tell."""
    roles = {role_of(c, rules) for c in filled}
    if roles <= {"change", "growth"}:
        wanted: tuple[str, ...] = ("change", "growth")
    elif all(rules.source.match(c.text) for c in filled):
        wanted = _SPANNED
    else:
        return None
    found = [(wanted.index(c.role), col) for col, c in columns.items() if c.role in wanted]
    return min(found)[1] if found else None
