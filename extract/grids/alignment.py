"""Which column each cell of a row stands in, also where a row lost or merged cells."""

from __future__ import annotations

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
        return state.columns
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
        told = bool(rest) and rest[0] in numbers and len(numbers) != 2
        roles = ("result", "weight", "score") if told else ("weight", "score")
        found |= {c.col: Column(r, cell) for c, r in zip(numbers, roles, strict=False)}
        return found
    return {}


_UNIT = 5  # characters of a unit in a cell of its own


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


def role_in(columns: dict[int, Column], cell: Cell) -> str:
    """The role of the cell's column, empty where it stands in none."""
    return columns[cell.col].role if cell.col in columns else ""
