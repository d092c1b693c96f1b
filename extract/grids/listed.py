"""Tables whose rows are lost: one cell after another, or the labels and values of a chart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.grids.alignment import SIGNS, compared
from extract.grids.grid import Cell
from extract.grids.slots import (
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
from extract.grids.spans import leaves

_YEAR = re.compile(r"^((?:19|20)[0-9]{2})年?度?$")


class _Header(NamedTuple):
    """The header that a run of values stands under."""

    wanted: list[Column]  # the columns that hold values
    split: bool  # text columns part the weight from the score, as in marking tables
    texts: int = 0  # columns of texts between the labels and the first value


def stream(cells: list[Cell], state: State, rules: FormRules) -> Iterator[Slot]:
    """Cells in reading order: headers, then labels with the values that follow them."""
    at = number = 0
    header = _Header([], split=False)
    waiting = False  # a weight was read, its score is still to come
    labels: list[Cell] = []
    while at < len(cells):
        run = _header_run(cells, at, rules)
        if run:
            heads = [Column(role, c) for c in cells[at : at + run] if (role := role_of(c, rules))]
            header = _header(heads)
            state.unit = unit_of(cells[max(0, at - 2) : at + run]) or state.unit
            state.top = cells[at].start
            labels, waiting, at = [], False, at + run
            continue
        cell = cells[at]
        if not (is_value(cell, rules) and header.wanted):
            if at and re.fullmatch(r"项目名称[：:]?", cells[at - 1].text):
                state.project = CODE.sub("", cell.text)
            labels.append(cell)
            at += 1
            continue
        own = _compared(cells, at, rules)
        if own:
            number += 1
            yield from _by_comparator(own, labels, Row(number, False), state, rules)
            at += len(own)
            labels, waiting = [], False
            continue
        values = [cell]
        while at + len(values) < len(cells) and is_value(cells[at + len(values)], rules):
            values.append(cells[at + len(values)])
        at += len(values)
        number += 1
        before = waiting
        roles, waiting = _stream_roles(values, labels, header, waiting, rules)
        if header.split and before and roles[0][0] == "weight" and state.label:
            state.group = state.label.text  # a weight without a score was that of a group
            labels = labels[-1:]
        _advance(_before_texts(labels, roles, header, rules), roles, state)
        row = Row(number, bool(state.label and rules.total.match(state.label.text)))
        for value, column in zip(values, roles, strict=False):  # stray numbers have no column
            if has_digit(value):
                yield slot_of(value, column, row, state, rules)
        labels = []


def _before_texts(
    labels: list[Cell], roles: list[Column], header: _Header, rules: FormRules
) -> list[Cell]:
    """The labels without the texts behind them, that stand in columns of texts or of values.

    资料归档率 效果明显 达到预期 10 10: goal and result are words, and only marks are left.
    """
    before = labels[: len(labels) - header.texts] or labels
    worded = [c.role for c in header.wanted if c.role in ("target", "result")]
    if (
        roles[0].role != "weight"
        or not worded
        or rules.total.match(labels[-1].text if labels else "")
    ):
        return before
    named = before[: len(before) - len(worded)]
    return named if named and not named[-1].text.endswith("指标") else before


def _by_comparator(
    own: list[tuple[Cell, Column]], labels: list[Cell], row: Row, state: State, rules: FormRules
) -> Iterator[Slot]:
    _advance(labels, [Column("target", own[0][0])], state)
    unit = next((c.text for c, column in own if column.role == "unit"), None)
    row = row._replace(unit=unit, sign=own[0][0].text)
    for value, column in own:
        if column.role in VALUE_ROLES and has_digit(value):
            yield slot_of(value, column, row, state, rules)


def _compared(cells: list[Cell], at: int, rules: FormRules) -> list[tuple[Cell, Column]]:
    """A row that tells its columns by its comparator, up to its last number."""
    if cells[at].text not in SIGNS:
        return []
    row = [c._replace(col=n) for n, c in enumerate(cells[at : at + _ROW])]
    size = 3 if len(row) > 2 and len(row[2].text) < _UNIT and not has_digit(row[2]) else 2
    while size < len(row) and is_number(row[size], rules):
        size += 1
    columns = compared(row[:size], rules)
    if not columns:
        return []
    return [(c, columns.get(n, Column("", c))) for n, c in enumerate(cells[at : at + size])]


_ROW, _UNIT = 8, 5  # cells behind a comparator; characters of a unit in a cell of its own


def _header_run(cells: list[Cell], at: int, rules: FormRules) -> int:
    size, values = 0, 0
    while at + size < len(cells) and (role := role_of(cells[at + size], rules)):
        values += role in VALUE_ROLES
        size += 1
    return size if size >= rules.least_header and values else 0


def _header(heads: list[Column]) -> _Header:
    roles = [head.role for head in heads]
    split = "weight" in roles and "text" in roles[roles.index("weight") :]
    split = split and "score" in roles[roles.index("weight") + 2 :]
    split = split and "text" in roles[roles.index("weight") : roles.index("score")]
    first = next((n for n, role in enumerate(roles) if role in VALUE_ROLES), 0)
    texts = sum(role == "text" for role in roles[:first])
    return _Header([head for head in heads if head[0] in VALUE_ROLES], split, texts)


def _stream_roles(
    values: list[Cell], labels: list[Cell], header: _Header, waiting: bool, rules: FormRules
) -> tuple[list[Column], bool]:
    """The columns of a run of values, and whether a score is still to come."""
    wanted = header.wanted
    by_role = {column[0]: column for column in wanted}
    if header.split:
        total = any(rules.total.match(c.text) for c in labels)
        if total and len(values) > 1:
            return [by_role["weight"], by_role["score"]], False
        return _split_roles(values, labels, by_role, waiting)
    if len(values) >= len(wanted):
        return wanted[: len(values)], False
    if "weight" in by_role and "target" in by_role and _sums_up(labels, rules):
        marks = [by_role[role] for role in ("weight", "score") if role in by_role]
        return marks[: len(values)], False  # 合计 100 98.5
    if (
        len(values) == 2
        and "weight" in by_role
        and "score" in by_role
        and all(v.text.replace(".", "").isdigit() for v in values)
    ):
        return [by_role["weight"], by_role["score"]], False
    return wanted[: len(values)], False


def _sums_up(labels: list[Cell], rules: FormRules) -> bool:
    return bool(labels) and rules.total.match(labels[-1].text) is not None


def _split_roles(
    values: list[Cell], labels: list[Cell], by_role: dict[str, Column], waiting: bool
) -> tuple[list[Column], bool]:
    """Name, weight, criteria, remark, score: which of the two a lone number is."""
    weight, score = by_role["weight"], by_role["score"]
    named = (
        len(labels) == 1
        and len(labels[0].text) <= 24
        and not re.search(r"[。；，①②]|符合", labels[0].text)
    )
    if waiting and labels and not named:
        rest = [weight] * (len(values) - 1)
        return [score, *rest], bool(rest)
    return [weight, *([score] * (len(values) - 1))], len(values) == 1


def _advance(labels: list[Cell], roles: list[Column], state: State) -> None:
    if not labels or roles[0][0] == "score":
        return
    state.label = labels[-1]
    groups = [c for c in labels[:-1] if len(c.text) <= 16]
    if groups:
        state.group = groups[-1].text


def chart(cells: list[Cell], rules: FormRules) -> Iterator[Slot]:
    """Label, value; or some labels and then as many values. A bare year dates what follows."""
    labels: list[Cell] = []
    held: list[Cell] = []
    year: int | None = None
    title: Cell | None = None
    at = 0
    while at < len(cells):
        if not (is_value(cells[at], rules) and has_digit(cells[at])) or _YEAR.match(cells[at].text):
            labels.append(cells[at])
            at += 1
            continue
        values: list[Cell] = []
        while at < len(cells) and is_value(cells[at], rules) and not _YEAR.match(cells[at].text):
            values.append(cells[at])
            at += 1
        if len(values) == 1:
            years = [c for c in labels if _YEAR.match(c.text)]
            names = [c for c in labels if not _YEAR.match(c.text)]
            year = int(years[-1].text[:4]) if years else year if names == [] else None
            title = names[-1] if names else title
            if title:
                yield _plain_slot(values[0], title, year)
            held = []
        elif parted := _parted(labels, len(values), rules):
            for value, name in zip(values, parted, strict=True):
                yield _plain_slot(value, name, None)._replace(top=labels[0].start)
            held = []
        elif len(labels) >= len(values):
            title = labels[-len(values) - 1] if len(labels) > len(values) else title
            yield from _side_by_side(labels[-len(values) :], values, held, title)
            held = []
        else:
            held = values
        labels = []


def _side_by_side(
    names: list[Cell], values: list[Cell], held: list[Cell], title: Cell | None
) -> Iterator[Slot]:
    """As many labels as values, and as many values before them: years under one title."""
    for value, name in zip(values, names, strict=True):
        dated = _YEAR.match(name.text)
        label = title if dated and title else name
        yield _plain_slot(value, label, int(dated[1]) if dated else None)
    if len(held) == len(values):
        for value, name in zip(held, names, strict=True):
            yield _plain_slot(value, name, None)


def _parted(labels: Sequence[Cell], count: int, rules: FormRules) -> list[Cell]:
    """The names of ``count`` values below a header of two rows; empty where there is none.

    用车费, 接待费, 小计, 购置费, 运行费: 小计 begins the second row, below a cell of the first.
    """
    at = next((n for n, c in enumerate(labels) if n and rules.sums.match(c.text)), 0)
    first = at - (count - (len(labels) - at) + 1)
    if not at or first < 0 or first >= at:
        return []
    paths = leaves([labels[first:at], labels[at:]], rules)
    if not any(p[0].text[:_ALIKE] == p[-1].text[:_ALIKE] for p in paths if len(p) > 1):
        return []
    named = [next((c for c in reversed(p) if not rules.sums.match(c.text)), p[-1]) for p in paths]
    return named if len(named) == count else []


_ALIKE = 4  # characters that names of parts share with that of the whole: 公务用车


def _plain_slot(cell: Cell, label: Cell, year: int | None) -> Slot:
    return Slot(cell, "", label, "", label.text, False, 0, unit_of([label]), None, year, None, None)
