"""What the cells of tables and forms mean: their column's header, their row's label.

Marking tables (指标评分表), project forms (全年预算数 / 执行数 / 分值 / 得分 / 指标值 / 完成值), statement
tables and the data that charts leave behind. Cells of prose go back to the reader of sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .grid import Cell, Table, plain_header

VALUE_ROLES = (
    "initial", "budget", "spent", "rate", "weight", "score", "target", "result",
    "resident", "employee", "this_year", "last_year",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormRules:
    """Compiled ``forms.toml``."""

    roles: Mapping[str, str]  # header word → role
    header: re.Pattern[str]
    header_cell: re.Pattern[str]  # the same with brackets, as a whole word of a line
    total: re.Pattern[str]
    whole_money: re.Pattern[str]
    value: re.Pattern[str]
    label_noise: re.Pattern[str]
    group: re.Pattern[str]
    rubric: re.Pattern[str]
    criteria: re.Pattern[str]
    least_header: int


def compile_forms(data: Mapping[str, Any]) -> FormRules:
    """``FormRules`` from the parsed TOML."""
    roles = {word: column["role"] for column in data["column"] for word in column["words"]}
    table = data["table"]
    words = "|".join(map(re.escape, sorted(roles, key=len, reverse=True)))
    return FormRules(
        roles,
        re.compile(words),
        re.compile(rf"(?:{words})(?:[（(][^）)]{{0,12}}[）)])?"),
        *(re.compile(table[k]) for k in ("total", "whole_money", "value", "label_noise", "group", "rubric", "criteria")),
        least_header=table["least_header"],
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell that holds a value, with what its table says about it."""

    cell: Cell
    role: str  # a column role, or "" for a labelled value without a header
    label: Cell | None
    group: str  # the label of the group that the row belongs to
    item: str  # the row's label without numbering and template residue
    total: bool
    row: int
    unit: str | None  # from the header (万元), or the row's unit column
    sign: str | None  # comparator from the row's own column
    year: int | None
    project: str | None
    header: Cell | None


@dataclass(slots=True)
class _State:
    """What a table hands on from row to row."""

    columns: dict[int, tuple[str, Cell]] = field(default_factory=dict)
    width: int = 0
    group: str = ""
    label: Cell | None = None
    project: str | None = None
    unit: str | None = None


_UNIT = re.compile(r"[（(：:](亿元|万元|千元|元|%|人|分)[）)]?")
_YEAR = re.compile(r"^((?:19|20)[0-9]{2})年?度?$")
_CODE = re.compile(r"^(?:[0-9A-Za-z]{4,30}[-—_]|\[[0-9]+\])")


def slots(table: Table, rules: FormRules) -> list[Slot]:
    """The value cells of a table, in text order."""
    state = _State()
    if table.stream:
        found = list(_stream([row[0] for row in table.rows], state, rules))
    else:
        found = list(_grid(table, state, rules))
    if not any(slot.role for slot in found):
        found = list(_chart([c for row in table.rows for c in row if c.text], rules))
    return _named(sorted(found, key=lambda slot: slot.cell.start))


def _role(cell: Cell, rules: FormRules) -> str | None:
    return rules.roles.get(plain_header(cell.text))


def _is_value(cell: Cell, rules: FormRules) -> bool:
    return bool(cell.text) and rules.value.match(cell.text) is not None and len(cell.text) < 24


def _is_number(cell: Cell, rules: FormRules) -> bool:
    return _is_value(cell, rules) and _has_digit(cell) and _role(cell, rules) is None


def _has_digit(cell: Cell) -> bool:
    return any("0" <= c <= "9" for c in cell.text)


# --- rows of cells ------------------------------------------------------------------------------


def _grid(table: Table, state: _State, rules: FormRules) -> Iterator[Slot]:
    for number, row in enumerate(table.rows):
        heads = {c.col: (role, c) for c in row if (role := _role(c, rules))}
        values = sum(role in VALUE_ROLES for role, _ in heads.values())
        if len(heads) >= rules.least_header and values and not any(_is_number(c, rules) for c in row):
            state.columns, state.width = heads, len(row)
            state.label, state.unit = None, _unit_of(row) or state.unit
            continue
        _name_project(row, state)
        yield from _row(row, number, state, rules)


def _unit_of(row: Sequence[Cell]) -> str | None:
    return next((m.group(1) for c in row if (m := _UNIT.search(c.text))), None)


def _name_project(row: Sequence[Cell], state: _State) -> None:
    for cell, following in zip(row, [c for c in row[1:]]):
        if re.fullmatch(r"(?:转移支付|专项|预算)?[（(]?项目[）)]?名称[：:]?", cell.text) and len(following.text) > 1:
            state.project = _CODE.sub("", following.text)


def _row(row: tuple[Cell, ...], number: int, state: _State, rules: FormRules) -> Iterator[Slot]:
    columns = _aligned(row, state, rules)
    texts = [c for c in row if c.text and not _is_value(c, rules) and columns.get(c.col, ("label",))[0] in ("label", "")]
    texts = [c for c in texts if not columns or c.col < min((k for k, v in columns.items() if v[0] in VALUE_ROLES), default=99) or c.col not in columns]
    labels = [c for c in texts if len(c.text) <= 60]
    if labels:
        state.label = labels[-1]
        groups = [c.text for c in labels[:-1] if rules.label_noise.sub("", c.text)]
        if groups:
            state.group = groups[-1]
    total = any(rules.total.match(c.text) for c in row[:4])
    unit = next((c.text for c in row if columns.get(c.col, ("",))[0] == "unit"), None)
    sign = next((c.text for c in row if columns.get(c.col, ("",))[0] == "sign"), None)
    for cell in row:
        role = columns.get(cell.col, ("", None))[0]
        if not _has_digit(cell) or role in ("label", "text", "unit", "sign"):
            continue
        if role and _is_value(cell, rules):
            aimed = sign if role == "target" else None
            yield _slot(cell, role, state, number, total, unit, aimed, columns[cell.col][1], rules)


def _aligned(row: tuple[Cell, ...], state: _State, rules: FormRules) -> dict[int, tuple[str, Cell]]:
    """The columns of a row, also where merged cells left it shorter than its header."""
    if not state.columns or len(row) == state.width:
        return state.columns
    wanted = [v for _, v in sorted(state.columns.items()) if v[0] in VALUE_ROLES]
    values = [c for c in row if _is_value(c, rules)]
    if len(values) == len(wanted):
        return {c.col: column for c, column in zip(values, wanted)}
    if len(row) > state.width or any(_is_value(c, rules) for c in row if state.columns.get(c.col, ("",))[0] in VALUE_ROLES):
        first = min((k for k, v in state.columns.items() if v[0] in VALUE_ROLES), default=0)
        if not any(_is_value(c, rules) and _has_digit(c) and c.col < first for c in row):
            return state.columns
    shift = state.width - len(row)
    return {col - shift: column for col, column in state.columns.items()}


def _slot(
    cell: Cell, role: str, state: _State, row: int, total: bool,
    unit: str | None, sign: str | None, header: Cell | None, rules: FormRules,
) -> Slot:  # fmt: skip
    item = _item(state.label.text, rules) if state.label else ""
    own = _unit_of([header]) if header else None
    return Slot(
        cell, role, state.label, state.group, item, total, row,
        unit or own or (state.unit if role in ("initial", "budget", "spent") else None),
        sign, _header_year(header), state.project, header,
    )


def _header_year(header: Cell | None) -> int | None:
    match = re.match(r"(?:19|20)[0-9]{2}(?=年)", header.text) if header else None
    return int(match.group()) if match else None


def _item(text: str, rules: FormRules) -> str:
    return rules.label_noise.sub("", rules.label_noise.sub("", text)).strip("：: 　")


# --- one cell after another ---------------------------------------------------------------------


def _stream(cells: list[Cell], state: _State, rules: FormRules) -> Iterator[Slot]:
    """Cells in reading order: headers, then labels with the values that follow them."""
    at = number = 0
    wanted: list[tuple[str, Cell]] = []
    split = False
    waiting = False  # a weight was read, its score is still to come
    labels: list[Cell] = []
    while at < len(cells):
        run = _header_run(cells, at, rules)
        if run:
            heads = [(role, c) for c in cells[at : at + run] if (role := _role(c, rules))]
            wanted = [h for h in heads if h[0] in VALUE_ROLES]
            split = _is_split([role for role, _ in heads])
            state.unit = _unit_of(cells[max(0, at - 2) : at + run]) or state.unit
            labels, waiting, at = [], False, at + run
            continue
        cell = cells[at]
        if not (_is_value(cell, rules) and wanted):
            if at and re.fullmatch(r"项目名称[：:]?", cells[at - 1].text):
                state.project = _CODE.sub("", cell.text)
            labels.append(cell)
            at += 1
            continue
        values = [cell]
        while at + len(values) < len(cells) and _is_value(cells[at + len(values)], rules):
            values.append(cells[at + len(values)])
        at += len(values)
        number += 1
        before = waiting
        roles, waiting = _stream_roles(values, labels, wanted, split, waiting, rules)
        if split and before and roles[0][0] == "weight" and state.label:
            state.group = state.label.text  # a weight without a score was that of a group
            labels = labels[-1:]
        _advance(labels, roles, state, rules)
        total = bool(state.label and rules.total.match(state.label.text))
        for value, (role, header) in zip(values, roles):
            if _has_digit(value):
                yield _slot(value, role, state, number, total, None, None, header, rules)
        labels = []


def _header_run(cells: list[Cell], at: int, rules: FormRules) -> int:
    size, values = 0, 0
    while at + size < len(cells) and (role := _role(cells[at + size], rules)):
        values += role in VALUE_ROLES
        size += 1
    return size if size >= rules.least_header and values else 0


def _is_split(roles: list[str]) -> bool:
    """Whether text columns part the weight from the score, as in marking tables."""
    return "weight" in roles and "score" in roles and "text" in roles[roles.index("weight") :]


def _stream_roles(
    values: list[Cell], labels: list[Cell], wanted: list[tuple[str, Cell]], split: bool, waiting: bool,
    rules: FormRules,
) -> tuple[list[tuple[str, Cell]], bool]:  # fmt: skip
    by_role = {role: (role, header) for role, header in wanted}
    if split:
        total = any(rules.total.match(c.text) for c in labels)
        if total and len(values) > 1:
            return [by_role["weight"], by_role["score"]], False
        return _split_roles(values, labels, by_role, waiting)
    if len(values) >= len(wanted):
        return wanted[: len(values)], False
    if len(values) == 2 and "weight" in by_role and "score" in by_role and all(v.text.replace(".", "").isdigit() for v in values):
        return [by_role["weight"], by_role["score"]], False
    return wanted[: len(values)], False


def _split_roles(
    values: list[Cell], labels: list[Cell], by_role: dict[str, tuple[str, Cell]], waiting: bool
) -> tuple[list[tuple[str, Cell]], bool]:
    """Name, weight, criteria, remark, score: which of the two a lone number is."""
    weight, score = by_role["weight"], by_role["score"]
    named = len(labels) == 1 and len(labels[0].text) <= 24 and not re.search(r"[。；，①②]|符合", labels[0].text)
    if waiting and labels and not named:
        rest = [weight] * (len(values) - 1)
        return [score, *rest], bool(rest)
    return [weight, *([score] * (len(values) - 1))], len(values) == 1


def _advance(labels: list[Cell], roles: list[tuple[str, Cell]], state: _State, rules: FormRules) -> None:
    if not labels or roles[0][0] == "score":
        return
    state.label = labels[-1]
    groups = [c for c in labels[:-1] if len(c.text) <= 16]
    if groups:
        state.group = groups[-1].text


# --- labels and values without a header ---------------------------------------------------------


def _chart(cells: list[Cell], rules: FormRules) -> Iterator[Slot]:
    """Label, value; or some labels and then as many values. A bare year dates what follows."""
    labels: list[Cell] = []
    held: list[Cell] = []
    year: int | None = None
    title: Cell | None = None
    at = 0
    while at < len(cells):
        if not (_is_value(cells[at], rules) and _has_digit(cells[at])) or _YEAR.match(cells[at].text):
            labels.append(cells[at])
            at += 1
            continue
        values: list[Cell] = []
        while at < len(cells) and _is_value(cells[at], rules) and not _YEAR.match(cells[at].text):
            values.append(cells[at])
            at += 1
        if len(labels) >= len(values) > 1 or len(values) == 1:
            count = len(values)
            if count == 1:
                years = [c for c in labels if _YEAR.match(c.text)]
                names = [c for c in labels if not _YEAR.match(c.text)]
                year = int(years[-1].text[:4]) if years else year if names == [] else None
                title = names[-1] if names else title
                if title:
                    yield _plain_slot(values[0], title, year)
            else:
                names = labels[-count:]
                title = labels[-count - 1] if len(labels) > count else title
                for value, name in zip(values, names):
                    dated = _YEAR.match(name.text)
                    label = title if dated and title else name
                    yield _plain_slot(value, label, int(dated[1]) if dated else None)
                if len(held) == count:
                    for value, name in zip(held, names):
                        yield _plain_slot(value, name, None)
            held = []
        else:
            held = values
        labels = []


def _plain_slot(cell: Cell, label: Cell, year: int | None) -> Slot:
    return Slot(cell, "", label, "", label.text, False, 0, None, None, year, None, None)


def criteria(table: Table, rules: FormRules) -> Iterator[Cell]:
    """The cells that hold marking rules: by their own words, or by their column's header."""
    below: set[int] = set()
    for row in table.rows:
        heads = {c.col: c for c in row if _role(c, rules)}
        if len(heads) >= rules.least_header and not any(_is_number(c, rules) for c in row):
            below = {col for col, c in heads.items() if rules.criteria.search(c.text)}
            continue
        for cell in row:
            if len(cell.text) > 3 and (rules.rubric.search(cell.text) or cell.col in below):
                yield cell


def project_of(table: Table) -> str | None:
    """The project that a form names in its field 项目名称."""
    state = _State()
    flat = [cell for row in table.rows for cell in row if cell.text]
    _name_project(flat, state)
    return state.project


def _named(found: list[Slot]) -> list[Slot]:
    """Put the group in front of an item whose name stands twice in the table."""
    from dataclasses import replace

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
