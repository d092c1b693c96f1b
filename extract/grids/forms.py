"""What the cells of tables and forms mean: their column's header, their row's label.

Marking tables (指标评分表), project forms (全年预算数 / 执行数 / 分值 / 得分 / 指标值 / 完成值),
statement tables and the data that charts leave behind. Cells of prose go back to the reader of
sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.grids.alignment import aligned, compared, first_value, role_in
from extract.grids.codes import Coded, coded
from extract.grids.grid import Cell, Table
from extract.grids.headers import read_header
from extract.grids.listed import chart, stream
from extract.grids.pairs import paired
from extract.grids.restored import Restored, parts, restored
from extract.grids.slots import (
    CODE,
    NO_VALUES,
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
)  # fmt: skip


def slots(table: Table, rules: FormRules) -> list[Slot]:
    """The value cells of a table, in text order."""
    found: list[Slot] = []
    for part in parts(table, rules):
        widths = {len(row) for row in part.rows if len(row) > 1}
        loose = part.stream or len(widths) > 1  # empty cells may be lost
        told = restored(part, rules) if loose else None
        found += _put_back(told, rules) if told else _slots(part, rules)
    return _named(sorted(found, key=lambda slot: slot.cell.start))


def _slots(table: Table, rules: FormRules) -> list[Slot]:
    state = State()
    told = any(compared(row, rules) for row in table.rows)
    if table.stream or (not told and any(_squeezed(row, rules) for row in table.rows)):
        found = list(stream([c for row in table.rows for c in row if c.text], state, rules))
    else:
        found = list(_grid(table, state, rules))
    if not any(slot.role for slot in found):
        found = list(chart([c for row in table.rows for c in row if c.text], rules))
    return found


def _put_back(told: Restored, rules: FormRules) -> list[Slot]:
    """The slots of rows that were put back in columns, with the places where they stand in fact."""
    state = State(columns=told.columns, top=told.top, title=told.title, fresh=True)
    found = []
    for number, row in enumerate(told.rows):
        state.width = len(row)
        for slot in _row(row, number, state, rules):
            place, cell = told.places[slot.cell.start]
            found.append(slot._replace(row=place, cell=cell))
    return found


def _squeezed(row: Sequence[Cell], rules: FormRules) -> bool:
    """Whether a header and its values stand in one line: 指标值 完成值 培训人次 120人次 119人次."""
    numbers = [at for at, cell in enumerate(row) if is_number(cell, rules)]
    if len(numbers) < 2 or not any(b == a + 1 for a, b in pairwise(numbers)):
        return False
    heads = [role_of(cell, rules) for cell in row[: numbers[-2]]]
    # bare years side by side head the values of a chart
    return any(
        a in VALUE_ROLES and b in VALUE_ROLES and {a, b} != {"year"} for a, b in pairwise(heads)
    )


def _grid(table: Table, state: State, rules: FormRules) -> Iterator[Slot]:
    at = 0
    while at < len(table.rows):
        row = table.rows[at]
        own = compared(row, rules)
        field = sum(bool(c.text) for c in row) == 2 and _name_project(row, state, rules)
        used = 0 if own or field else read_header(row, table.rows[at + 1 : at + 4], state, rules)
        if used:
            at += used
            continue
        _name_project(row, state, rules)
        if own:
            yield from _row(row, at, state, rules)
        elif not _names_part(row, state, rules):
            yield from paired(row, at, state, rules) or _row(row, at, state, rules)
        at += 1


_CAPTIONS = ("单位", "金额单位")  # a row of its own that names the unit is no title


def _names_part(row: tuple[Cell, ...], state: State, rules: FormRules) -> bool:
    """A row with nothing but words in one cell heads the rows below it, or the whole table."""
    filled = [c for c in row if c.text]
    if len(filled) != 1 or is_value(filled[0], rules):
        return False
    if state.columns and rules.titles.search(filled[0].text):  # the next table begins
        state.columns, state.title, state.above, state.path = {}, filled[0].text, "", []
    elif state.columns:
        state.above, state.label = filled[0].text, filled[0]
    elif not filled[0].text.startswith(_CAPTIONS):
        state.title += filled[0].text
    return True


def _name_project(row: Sequence[Cell], state: State, rules: FormRules) -> bool:
    """Keep the project that a field 项目名称 names; tells whether there is one."""
    found = False
    for cell, following in pairwise(c for c in row if c.text):
        if (
            re.fullmatch(r"(?:转移支付|专项|预算)?[（(]?项目[）)]?名称[：:]?", cell.text)
            and len(following.text) > 1
            and role_of(following, rules) is None
        ):
            state.project = CODE.sub("", following.text)
            found = True
    return found


def _row(row: tuple[Cell, ...], number: int, state: State, rules: FormRules) -> Iterator[Slot]:
    if _numbers_columns(row, state, rules):
        state.label = None
        own = Column("number", row[0])
        yield from (
            slot_of(c, own, Row(number, False), state, rules) for c in row if is_number(c, rules)
        )
        return
    columns = compared(row, rules) or aligned(row, state, rules)
    first = first_value(columns, 99)
    labels = [c for c in row if _is_label(c, columns, rules)] or _only_label(row, state, rules)
    ahead = [c for c in labels if c.col < first] or labels
    if columns is not state.columns:  # texts in front of the values have lost their columns
        ahead = ahead[: len(ahead) - _texts(state)] or ahead
    project = _project_of(row, columns, rules)
    total = any(rules.total.match(c.text) for c in row[:4])
    code = Coded() if total else coded(row, columns, ahead[-1] if ahead else None, state)
    if ahead:
        state.label = project or (_named_first(ahead) if state.last else ahead[-1])
        groups = [c.text for c in ahead[:-1] if rules.label_noise.sub("", c.text)]
        if groups:
            state.group = groups[-1]
    shared = Row(
        number,
        total,
        next((c.text for c in row if role_in(columns, c) == "unit"), None),
        next((c.text for c in row if role_in(columns, c) == "sign"), None),
        project.text if project and not total else None,
        *code,
    )
    for cell in row:
        column = columns.get(cell.col)
        if column is None or column.role in NO_VALUES:
            continue
        if has_digit(cell) and is_value(cell, rules):
            beside = [
                c
                for c in labels
                if first < c.col < cell.col
                and (
                    role_in(columns, c) in ("label", "code")
                    or (column.role == "weight" and c.col not in columns)
                )
            ]
            if beside:  # tables side by side: the label nearest to the left
                state.label = beside[-1]
            yield slot_of(cell, column, shared, state, rules)


def _numbers_columns(row: tuple[Cell, ...], state: State, rules: FormRules) -> bool:
    """栏次 | 1 | 2: the columns' own numbers, right below a header also without that word."""
    fresh, state.fresh = state.fresh, False
    if any(rules.roles.get(c.text) == "number" for c in row):
        return True
    filled = [c.text for c in row if c.text]
    return fresh and len(filled) > 2 and filled == [str(n + 1) for n in range(len(filled))]


def _texts(state: State) -> int:
    """How many columns of texts stand between the labels and the values."""
    first = first_value(state.columns, 0)
    return sum(col < first and c.role == "text" for col, c in state.columns.items())


def _named_first(labels: list[Cell]) -> Cell:
    """The indicator's name, behind its groups (产出指标) and before its explanation."""
    return next((c for c in labels if not c.text.endswith("指标")), labels[-1])


def _project_of(row: tuple[Cell, ...], columns: dict[int, Column], rules: FormRules) -> Cell | None:
    """The cell that names the row's project, in a list of projects with their money."""
    if not any(c.role in ("initial", "budget", "spent", "left") for c in columns.values()):
        return None
    if any(c.role in ("target", "result") for c in columns.values()):
        return None
    return next(
        (
            c
            for c in row
            if c.col in columns
            and rules.projects.match(columns[c.col].cell.text)
            and len(c.text) > 1
            and not is_value(c, rules)
        ),
        None,
    )


def _is_label(cell: Cell, columns: dict[int, Column], rules: FormRules) -> bool:
    """Whether a cell of words names its row: left of the values, or in no column."""
    if not cell.text or len(cell.text) > 60 or is_value(cell, rules):
        return False
    if cell.col not in columns:
        return any("\u4e00" <= c <= "\u9fff" for c in cell.text)
    if columns[cell.col].role not in ("label", "code"):
        return False
    values = [col for col, c in columns.items() if c.role in VALUE_ROLES]
    return any(col > cell.col for col in values) and len(cell.text) > 1


def _only_label(row: tuple[Cell, ...], state: State, rules: FormRules) -> list[Cell]:
    """The first cell of a row shorter than its header (自评得分|97.8), behind which all are values.

    Counted from the right it would stand in a column of values, and the row's name would be lost.
    """
    if not 1 < len(row) < state.width or not all(is_value(c, rules) for c in row[1:]):
        return []
    return [row[0]] if _is_label(row[0], {}, rules) else []


def heads(row: Sequence[Cell], rules: FormRules) -> dict[int, Cell]:
    """The cells of a header row that have a role, by column; empty for any other row."""
    found = {c.col: c for c in row if role_of(c, rules)}
    if len(found) < rules.least_header or any(is_number(c, rules) for c in row):
        return {}
    return found


def project_of(table: Table, rules: FormRules) -> str | None:
    """The project that a form names in its field 项目名称."""
    state = State()
    flat = [cell for row in table.rows for cell in row if cell.text]
    _name_project(flat, state, rules)
    return state.project


def _named(found: list[Slot]) -> list[Slot]:
    """Put the group in front of an item whose name stands twice in the table."""
    seen: dict[str, set[int]] = {}
    for slot in found:
        if slot.role == "weight" and slot.label:
            seen.setdefault(slot.item, set()).add(slot.label.start)
    return [
        slot._replace(item=f"{slot.group}/{slot.item}")
        if slot.role in ("weight", "score") and len(seen.get(slot.item, ())) > 1 and slot.group
        else slot
        for slot in found
    ]
