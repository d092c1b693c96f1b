"""Headers of several rows over merged cells: what stands above a column, from the top down.

预算数 over six columns, below it 公务用车购置及运行费 over three, below that 购置费: the path of a
column. Covered cells are empty, so the rows tell the spans themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.grids.grid import Cell
from extract.grids.slots import VALUE_ROLES, Column, FormRules, is_number, role_of

Cells = tuple[Cell, ...]
Path = list[Cell]
_DEEPEST = 4  # rows of a header
_LONGEST = 30  # characters of a cell that names its column


def stacked(rows: Sequence[Cells], rules: FormRules) -> tuple[dict[int, Column], int]:
    """Columns of the header that begins with ``rows[0]``, and its rows; 0 where it has one row."""
    block = [rows[0]]
    while len(block) < min(_DEEPEST, len(rows)) and _goes_on(block[-1], rows[len(block)], rules):
        block.append(rows[len(block)])
    if len(block) < 2 or any(is_number(c, rules) for row in block for c in row):
        return {}, 0
    columns = {col: column_of(path, rules) for col, path in _paths(block) if path}
    for cell in block[0]:  # codes of 类, 款, 项 below one merged cell
        before = columns.get(cell.col - 1)
        if cell.col not in columns and before and before.role == "code":
            columns[cell.col] = before
    known = sum(c.role != "named" for c in columns.values())
    if not known or not any(c.role in VALUE_ROLES for c in columns.values()):
        return {}, 0
    return columns, len(block)


def _goes_on(above: Cells, row: Cells, rules: FormRules) -> bool:
    """Whether every cell of ``row`` stands below a merged cell of ``above``, and some do."""
    if len(above) != len(row) or sum(bool(c.text) for c in above) < 2:
        return False
    if any("：" in c.text for c in above):  # 部门：某局, 单位：万元
        return False
    filled = [c for c in row if c.text]
    if len(filled) < 2 or any(len(c.text) > _LONGEST or is_number(c, rules) for c in filled):
        return False
    over = -1  # the merged cell above
    for cell, top in zip(row, above, strict=True):
        over = cell.col if top.text else over
        if cell.text and (over < 0 or (top.text and not _spans(above, row, over))):
            return False
    return any(not above[c.col].text for c in filled)


def _spans(above: Cells, row: Cells, col: int) -> bool:
    """Whether the cell of ``above`` covers more columns, with another cell below it."""
    for top, cell in zip(above[col + 1 :], row[col + 1 :], strict=True):
        if top.text:
            return False
        if cell.text:
            return True
    return False


def _paths(block: Sequence[Cells]) -> Iterator[tuple[int, Path]]:
    """The header cells above each column, from the top down."""
    over: dict[int, list[Cell]] = {c.col: [] for c in block[0]}
    for depth, row in enumerate(block):
        below = block[depth + 1 :]
        last: Cell | None = None
        for cell in row:
            if cell.text:
                last = cell
            elif depth and over[cell.col][-1:] != over[max(cell.col - 1, 0)][-1:]:
                last = None  # another cell above: nothing of this row reaches here
            deeper = any(r[cell.col].text for r in below)
            if cell.text or (last and deeper):
                over[cell.col].append(last or cell)
    yield from over.items()


COMPARES = re.compile("[比较与]")  # 2024年预算数比2023年执行数, over 增减额


def column_of(path: Path, rules: FormRules) -> Column:
    """Role, header and name of a column: 预算数 over 基本支出 is budget of what 基本支出 names."""
    roles = [role_of(c, rules) for c in path]
    sums = [rules.sums.match(c.text) is not None for c in path]
    at = next((n for n in range(len(path) - 1, -1, -1) if roles[n] in VALUE_ROLES), None)
    names = [c for c, role, total in zip(path, roles, sums, strict=True) if not role and not total]
    if at is not None:
        below = [c for c in path[at + 1 :] if c in names]
        above = [c for c in path[:at] if c in names and not COMPARES.search(c.text)]
        return Column(roles[at] or "", path[at], next(reversed(below or above), None))
    if sums[-1]:  # 合计 of what stands above it, or of all
        return Column("named", names[-1]) if names else Column("spent", path[-1])
    if roles[-1] or (roles[0] and len(path[-1].text) == 1):  # 科目编码 over 类, 款, 项
        return Column(roles[-1] or roles[0] or "", path[-1] if roles[-1] else path[0])
    return Column("named", path[-1])
