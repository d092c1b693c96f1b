"""The header of a statement whose empty cells are lost: its sides, and the columns of each.

收入 and 支出 stand side by side, each with 项目, 行次 and 决算数; other statements have one side,
with codes, a name, and columns of values below a header of several rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.grids.grid import Cell
from extract.grids.slots import Column, FormRules, role_of
from extract.grids.spans import leaves
from extract.grids.stacked import column_of

Cells = list[Cell]
WIDTH = 100  # columns that a side has room for
CODE_PARTS = 3  # 类, 款, 项 in columns of their own, the first ones
LABEL, NUMBER, VALUES = 3, 4, 5  # the columns behind them
_PARTS_OF_CODES = ("类", "款", "项")
_NO_VALUES = ("label", "code", "number", "text", "unit", "sign", "person")


@dataclass(slots=True)
class Side:
    """The columns of a table, or of one of the tables side by side."""

    label: Cell | None = None
    code: Cell | None = None
    number: Cell | None = None
    ahead: bool = False  # the number stands before the label: 序号
    values: list[Column] = field(default_factory=list)


def header_rows(
    flat: Sequence[tuple[int, Cell]], rules: FormRules, *, stream: bool
) -> list[list[Cell]]:
    """The header's cells by rows: by lines, or where labels or a total begin anew."""
    rows: list[list[Cell]] = []
    before, value = -1, False
    for number, cell in flat:
        fresh = value and _begins(cell, rows[-1], rules) if stream else number != before
        if fresh or not rows:
            rows.append([])
        rows[-1].append(cell)
        before, value = number, not kind_of(cell, rules)
    return rows


def _begins(cell: Cell, row: Sequence[Cell], rules: FormRules) -> bool:
    """Whether a cell behind one that heads values begins the next row of a header."""
    if kind_of(cell, rules):
        return not any(c.text[:2] == cell.text[:2] for c in row)  # not the next side's 项目
    sums = [c.text for c in row if rules.sums.match(c.text)]
    return rules.sums.match(cell.text) is not None and sums[-1:] != [cell.text]


def kind_of(cell: Cell, rules: FormRules) -> str:
    """What a header cell heads that is no value: a label, a code, a number; else empty."""
    if cell.text in _PARTS_OF_CODES:
        return "code"
    role = role_of(cell, rules)
    return role if role in _NO_VALUES else ""


def sides_of(rows: Sequence[Cells], rules: FormRules) -> list[Side]:
    """The tables side by side, or the one there is."""
    sides = [Side()]
    bottom = next(
        (row for row in reversed(rows) if sum(not kind_of(c, rules) for c in row) != len(row)), []
    )
    for cell in bottom:
        kind = kind_of(cell, rules)
        if kind and sides[-1].values:
            sides.append(Side())
        _take(sides[-1], cell, kind, rules)
    if len(sides) == 1:
        levels = [[c for c in row if not kind_of(c, rules)] for row in rows]
        paths = leaves([level for level in levels if level], rules)
        sides[0].values = [column_of(path, rules) for path in paths]
        coded = [c for row in rows for c in row if kind_of(c, rules) == "code"]
        sides[0].code = coded[0] if coded else None
        named = [c for row in rows for c in row if kind_of(c, rules) == "label"]
        sides[0].label = named[-1] if named else None
    return sides


def _take(side: Side, cell: Cell, kind: str, rules: FormRules) -> None:
    if not kind:
        side.values.append(column_of([cell], rules))
    elif kind == "label":
        side.label = cell
    elif kind == "code":
        side.code = side.code or cell
    elif kind == "number":
        side.number, side.ahead = cell, not side.label


def columns_of(sides: Sequence[Side]) -> dict[int, Column]:
    """All columns of the sides, each side from a multiple of ``WIDTH`` on."""
    found: dict[int, Column] = {}
    for number, side in enumerate(sides):
        at = number * WIDTH
        head = side.code or side.number or (side.values[0].cell if side.values else None)
        if head is None:
            continue
        for part in range(CODE_PARTS):
            found[at + part] = Column("code", head)
        found[at + LABEL] = Column("label", side.label or head)
        found[at + NUMBER] = Column("number", head)
        for place, column in enumerate(side.values):
            found[at + VALUES + place] = column
    return found
