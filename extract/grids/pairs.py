"""Rows of pairs: values that each stand behind their own header (预算数|6.8|执行数|6.5)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.grids.alignment import amount
from extract.grids.grid import Cell
from extract.grids.slots import (
    VALUE_ROLES,
    Column,
    FormRules,
    Row,
    Slot,
    State,
    is_number,
    is_value,
    role_of,
    slot_of,
)  # fmt: skip


def paired(row: tuple[Cell, ...], number: int, state: State, rules: FormRules) -> list[Slot]:
    """Values that each stand behind their own header: 预算数|6.8|到位数|6.8|执行数|6.5.

    Rows of labels and values below them have the same columns: 财政资金|6.8|财政资金|6.8.
    """
    values = [
        (head, cell)
        for head, cell in pairwise(row)
        if head.text and not is_value(head, rules) and is_number(cell, rules)
    ]
    named = [Column(role_of(head, rules) or "", head) for head, _ in values]
    alone = not state.columns and sum(bool(c.text) for c in row) == 2
    if not values:
        return []
    if (len(values) > 1 or alone) and all(head.role in VALUE_ROLES for head in named):
        state.pairs = named
        labels: list[Cell | None] = [None] * len(values)
    elif len(values) == len(state.pairs):
        named, labels = state.pairs, [head for head, _ in values]
    else:
        state.pairs = []
        if state.columns:
            return []
        # 编制人数|30|实有人数|28, each value behind its label
        named, labels = [Column("", head) for head, _ in values], [head for head, _ in values]
    found = []
    for label, (_, cell), column in zip(labels, values, named, strict=True):
        state.label = label
        found.append(slot_of(cell, column, Row(number, False), state, rules))
    rest = [c for c in row[-1:] if is_number(c, rules) and c is not values[-1][1]]
    if rest and _is_rate(rest[0], found):  # 预算数|6.8|执行数|6.5|95.59
        state.label = None
        found.append(slot_of(rest[0], Column("rate", rest[0]), Row(number, False), state, rules))
    return found


def _is_rate(cell: Cell, found: Sequence[Slot]) -> bool:
    """Whether a number without a header is what was spent as a percent of the budget."""
    amounts = {slot.role: amount(slot.cell) for slot in found}
    spent, planned, rate = amounts.get("spent", 0.0), amounts.get("budget", 0.0), amount(cell)
    return bool(spent and planned and rate) and abs(spent / planned * 100 - rate) < _ROUNDING


_ROUNDING = 0.6  # percent points by which a printed rate may differ from the printed amounts
