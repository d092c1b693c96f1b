"""Which column each cell of a row stands in, also where a row lost or merged cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.grids.grid import Cell
from extract.grids.slots import (
    NUMBERED,
    VALUE_ROLES,
    Column,
    FormRules,
    State,
    has_digit,
    is_number,
    is_value,
)


def first_value(columns: dict[int, Column], default: int) -> int:
    """The first column that holds values; ``default`` where there is none."""
    return min((col for col, c in columns.items() if c.role in VALUE_ROLES), default=default)


def aligned(row: tuple[Cell, ...], state: State, rules: FormRules) -> dict[int, Column]:
    """The columns of a row, also where merged cells left it shorter than its header."""
    if not state.columns or (len(row) == state.width and not state.last):
        return _moved(row, state, rules) or _marked(row, state, rules) or state.columns
    if state.last:
        return _told(row, state, rules)
    wanted = [v for _, v in sorted(state.columns.items()) if v.role in VALUE_ROLES]
    values = [c for c in row if is_value(c, rules)]
    if len(values) == len(wanted):
        return {c.col: column for c, column in zip(values, wanted, strict=True)}
    fewer = _fewer(row, values, wanted, rules)
    if fewer:
        return fewer
    if len(row) > state.width or any(
        is_value(c, rules) for c in row if role_in(state.columns, c) in VALUE_ROLES
    ):
        first = first_value(state.columns, 0)
        if not any(
            is_value(c, rules)
            and has_digit(c)
            and c.col < first
            and role_in(state.columns, c) not in NUMBERED
            for c in row
        ):
            return state.columns
    shift = state.width - len(row)
    return {col - shift: column for col, column in state.columns.items()}


def _moved(row: tuple[Cell, ...], state: State, rules: FormRules) -> dict[int, Column]:
    """Columns of a row whose first cell was merged with that above it: all moved to the left.

    预算执行情况|资金|年初预算|执行数 over 总额|45|43|(empty). Empty where no cell is missing.
    """
    first = first_value(state.columns, 0)
    numbers = [c for c in row if is_number(c, rules)]
    if not numbers or not 0 < numbers[0].col < first:
        return {}
    if role_in(state.columns, numbers[0]) not in ("label", "") or is_value(row[0], rules):
        return {}
    shift = first - numbers[0].col
    moved = {col - shift: column for col, column in state.columns.items()}
    whole = all(role_in(moved, c) in VALUE_ROLES for c in numbers)
    return moved if whole and not any(c.text for c in row[len(row) - shift :]) else {}


def _marked(row: tuple[Cell, ...], state: State, rules: FormRules) -> dict[int, Column]:
    """Columns of a row whose empty cells went to its end, so that marks are what it ends in.

    服务效率|定性|好|10|10 over 三级指标|指标性质|指标值|单位|完成值|权重|得分. Empty for any other.
    """
    filled = [c for c in row if c.text]
    marks = [v for _, v in sorted(state.columns.items()) if v.role in ("weight", "score")]
    numbers = [c for c in filled if is_number(c, rules)]
    if len(marks) != _MARKS or not 0 < len(numbers) <= _MARKS or numbers != filled[-len(numbers) :]:
        return {}
    if row[-1].text or len(numbers) == len(filled):
        return {}
    found = {c.col: column for c, column in zip(numbers, marks, strict=False)}
    judged = next((n for n, c in enumerate(filled) if c.text == _JUDGED), None)
    if judged is not None:  # its goal and its result are words
        return {c.col: Column("text", c) for c in filled[judged : -len(numbers)]} | found
    return {} if role_in(state.columns, numbers[0]) in VALUE_ROLES else found


def _fewer(
    row: tuple[Cell, ...], values: list[Cell], wanted: list[Column], rules: FormRules
) -> dict[int, Column]:
    """Columns of fewer values than there are columns, where marks or a total tell them."""
    marks = [v for v in wanted if v.role in ("weight", "score")]
    if len(values) == len(marks) == _MARKS and rules.total.match(row[0].text):  # 总分 100 95.6
        return {c.col: column for c, column in zip(values, marks, strict=True)}
    if len(marks) == len(wanted) > len(values) > 1 and wanted[-1].role == "score":
        columns = [marks[0]] * (len(values) - 1) + [marks[-1]]  # weights of groups were merged
        return {c.col: column for c, column in zip(values, columns, strict=True)}
    marked = any(c.role in ("weight", "target", "result") for c in wanted)
    if len(values) < len(wanted) and not marked and _is_total_line(row, values, rules):
        return {c.col: column for c, column in zip(values, wanted, strict=False)}
    return {}


_JUDGED = "定性"  # the sign of a goal that is no number
_MARKS = 2  # full marks and those given
SIGNS = frozenset("≥≤=><≧≦＞＜＝═") | {">=", "<=", "=="}


def compared(row: Sequence[Cell], rules: FormRules) -> dict[int, Column]:
    """The columns of a row that tells them by its comparator: 知晓率|≥|95|%|98%|10|10.

    Behind the goal stand its unit, the result, the marks that there are and those given.
    """
    for at, cell in enumerate(row[:-1]):
        if cell.text not in SIGNS or not is_number(row[at + 1], rules):
            continue
        found = {cell.col: Column("sign", cell), row[at + 1].col: Column("target", cell)}
        rest = row[at + 2 :]
        if rest and rest[0].text and not has_digit(rest[0]) and len(rest[0].text) < _UNIT:
            found[rest[0].col] = Column("unit", rest[0])
            rest = rest[1:]
        numbers = [c for c in rest if is_number(c, rules)]
        told = bool(rest) and rest[0] in numbers and _is_result(row[at + 1], numbers)
        roles = ("result", "weight", "score") if told else ("weight", "score")
        found |= {c.col: Column(r, cell) for c, r in zip(numbers, roles, strict=False)}
        return found
    return {}


_UNIT = 5  # characters of a unit in a cell of its own


def _is_result(goal: Cell, numbers: Sequence[Cell]) -> bool:
    """Whether the first number behind a goal is its result, no marks: 发放率|=|100|%|100|30.

    Marks are filled in with the goal, before there is a result: a number alone is these.
    """
    wanted, reached = amount(goal), amount(numbers[0])
    if len(numbers) > _MARKS or numbers[0].text == goal.text or reached > _FULL:
        return True
    low = len(numbers) == _MARKS and reached > _FULL / 2 and amount(numbers[1]) * 2 < reached
    return low or abs(reached - wanted) < wanted * _NEAR


_FULL, _NEAR = 100, 0.1  # full marks; how far off its goal a result mostly is


_FULL, _NEAR = 100, 0.2  # full marks; how far off its goal a result mostly is


def _is_total_line(row: tuple[Cell, ...], values: list[Cell], rules: FormRules) -> bool:
    """合计 with nothing but its values behind it: they begin with the first column of values."""
    return rules.total.match(row[0].text) is not None and len(values) == len(row) - 1


def _told(row: tuple[Cell, ...], state: State, rules: FormRules) -> dict[int, Column]:
    """Columns of a row that stands below two header rows whose order was lost.

    The comparator tells the target, the value behind it is the result, and the last numbers stand
    below the last cells of the second header row.
    """
    by_role = {c.role: c for c in state.columns.values()}
    numbers = [c for c in row if is_number(c, rules)]
    found: dict[int, Column] = {}
    signed = next((c for c in numbers if c.text[0] in "≥≤<>="), None)
    if signed and "target" in by_role:
        found[signed.col] = by_role["target"]
        after = [c for c in numbers if c.col == signed.col + 1]
        if after and "result" in by_role:
            found[after[0].col] = by_role["result"]
    rest = [c for c in numbers if c.col not in found]
    last = [c for c in state.last if c.role in VALUE_ROLES]
    for cell, column in zip(reversed(rest), reversed(last), strict=False):
        found[cell.col] = column
    return found


def amount(cell: Cell) -> float:
    """The number in a cell; 0 where there is none."""
    digits = re.sub(r"[^0-9.]", "", cell.text).strip(".")
    return float(digits) if digits.count(".") < 2 and digits else 0.0


def role_in(columns: dict[int, Column], cell: Cell) -> str:
    """The role of the cell's column, empty where it stands in none."""
    return columns[cell.col].role if cell.col in columns else ""
