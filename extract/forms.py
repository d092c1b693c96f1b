"""What the cells of tables and forms mean: their column's header, their row's label.

Marking tables (指标评分表), project forms (全年预算数 / 执行数 / 分值 / 得分 / 指标值 / 完成值),
statement tables and the data that charts leave behind. Cells of prose go back to the reader of
sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from .grid import Cell, Table
from .listed import chart, stream
from .slots import (
    CODE,
    VALUE_ROLES,
    Column,
    FormRules,
    Row,
    Slot,
    State,
    has_digit,
    is_number,
    is_value,
    role_of,
    slot_of,
    unit_of,
)  # fmt: skip

_YEAR = re.compile(r"(?:19|20)[0-9]{2}年度?\Z")


def slots(table: Table, rules: FormRules) -> list[Slot]:
    """The value cells of a table, in text order."""
    state = State()
    if table.stream:
        found = list(stream([row[0] for row in table.rows], state, rules))
    else:
        found = list(_grid(table, state, rules))
    if not any(slot.role for slot in found):
        found = list(chart([c for row in table.rows for c in row if c.text], rules))
    return _named(sorted(found, key=lambda slot: slot.cell.start))


def _grid(table: Table, state: State, rules: FormRules) -> Iterator[Slot]:
    for number, row in enumerate(table.rows):
        heads = {c.col: (role, c) for c in row if (role := role_of(c, rules))} | _dated(row)
        values = sum(role in VALUE_ROLES for role, _ in heads.values())
        if (
            len(heads) >= rules.least_header
            and values
            and not any(is_number(c, rules) and c.col not in heads for c in row)
        ):
            state.columns, state.width = heads, len(row)
            state.label, state.unit = None, unit_of(row) or state.unit
            continue
        if any(rules.columns.match(c.text) for c in row[:2]):
            continue
        _name_project(row, state)
        yield from _paired(row, number, state, rules) or _row(row, number, state, rules)


def _dated(row: Sequence[Cell]) -> dict[int, Column]:
    """The columns that a year alone heads: 指标|2021年|2022年."""
    dated = {c.col: ("dated", c) for c in row if _YEAR.match(c.text)}
    return dated if len(dated) > 1 and row[0].col not in dated else {}


def _name_project(row: Sequence[Cell], state: State) -> None:
    for cell, following in pairwise(row):
        if (
            re.fullmatch(r"(?:转移支付|专项|预算)?[（(]?项目[）)]?名称[：:]?", cell.text)
            and len(following.text) > 1
        ):
            state.project = CODE.sub("", following.text)


def _row(row: tuple[Cell, ...], number: int, state: State, rules: FormRules) -> Iterator[Slot]:
    columns = _aligned(row, state, rules)
    labels = [c for c in row if _is_label(c, columns, rules)]
    if labels:
        state.label = labels[-1]
        groups = [c.text for c in labels[:-1] if rules.label_noise.sub("", c.text)]
        if groups:
            state.group = groups[-1]
    shared = Row(
        number,
        any(rules.total.match(c.text) for c in row[:4]),
        next((c.text for c in row if columns.get(c.col, ("",))[0] == "unit"), None),
        next((c.text for c in row if columns.get(c.col, ("",))[0] == "sign"), None),
    )
    for cell in row:
        column = columns.get(cell.col)
        if column is None or column[0] in ("label", "text", "unit", "sign"):
            continue
        if has_digit(cell) and is_value(cell, rules):
            yield slot_of(cell, column, shared, state, rules)


def _paired(row: tuple[Cell, ...], number: int, state: State, rules: FormRules) -> list[Slot]:
    """Values that each stand behind their own header: 预算数|6.8|到位数|6.8|执行数|6.5.

    Rows of labels and values below them have the same columns: 财政资金|6.8|财政资金|6.8.
    """
    values = [
        (head, cell)
        for head, cell in pairwise(row)
        if head.text and not is_value(head, rules) and is_number(cell, rules)
    ]
    named = [(role_of(head, rules) or "", head) for head, _ in values]
    if len(values) > 1 and all(role in VALUE_ROLES for role, _ in named):
        state.pairs = named
        labels: list[Cell | None] = [None] * len(values)
    elif len(values) == len(state.pairs):
        labels = [*(head for head, _ in values)]
    else:
        state.pairs = []
        return []
    found = []
    for label, (_, cell), column in zip(labels, values, state.pairs, strict=True):
        state.label = label
        found.append(slot_of(cell, column, Row(number, False), state, rules))
    return found


def _is_label(cell: Cell, columns: dict[int, Column], rules: FormRules) -> bool:
    """Whether a cell of words names its row: left of the values, or in no column."""
    if not cell.text or len(cell.text) > 60 or is_value(cell, rules):
        return False
    if cell.col not in columns:
        return True
    return columns[cell.col][0] == "label" and cell.col < _first_value(columns, 99)


def _first_value(columns: dict[int, Column], default: int) -> int:
    return min((col for col, (role, _) in columns.items() if role in VALUE_ROLES), default=default)


def _aligned(row: tuple[Cell, ...], state: State, rules: FormRules) -> dict[int, Column]:
    """The columns of a row, also where merged cells left it shorter than its header."""
    if not state.columns or len(row) == state.width:
        return state.columns
    wanted = [v for _, v in sorted(state.columns.items()) if v[0] in VALUE_ROLES]
    values = [c for c in row if is_value(c, rules)]
    if len(values) == len(wanted):
        return {c.col: column for c, column in zip(values, wanted, strict=True)}
    if len(row) > state.width or any(
        is_value(c, rules) for c in row if state.columns.get(c.col, ("",))[0] in VALUE_ROLES
    ):
        first = _first_value(state.columns, 0)
        if not any(is_value(c, rules) and has_digit(c) and c.col < first for c in row):
            return state.columns
    shift = state.width - len(row)
    return {col - shift: column for col, column in state.columns.items()}


def criteria(table: Table, rules: FormRules) -> Iterator[Cell]:
    """The cells that hold marking rules: by their own words, or by their column's header."""
    below: set[int] = set()
    for row in table.rows:
        heads = {c.col: c for c in row if role_of(c, rules)}
        if len(heads) >= rules.least_header and not any(is_number(c, rules) for c in row):
            below = {col for col, c in heads.items() if rules.criteria.search(c.text)}
            continue
        for cell in row:
            if len(cell.text) > 3 and (rules.rubric.search(cell.text) or cell.col in below):
                yield cell


def project_of(table: Table) -> str | None:
    """The project that a form names in its field 项目名称."""
    state = State()
    flat = [cell for row in table.rows for cell in row if cell.text]
    _name_project(flat, state)
    return state.project


def _named(found: list[Slot]) -> list[Slot]:
    """Put the group in front of an item whose name stands twice in the table."""
    seen: dict[str, set[int]] = {}
    for slot in found:
        if slot.role == "weight" and slot.label:
            seen.setdefault(slot.item, set()).add(slot.label.start)
    return [
        replace(slot, item=f"{slot.group}/{slot.item}")
        if slot.role in ("weight", "score") and len(seen.get(slot.item, ())) > 1 and slot.group
        else slot
        for slot in found
    ]
