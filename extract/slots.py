"""A slot: a cell that holds a value, with what its table says about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .grid import Cell, plain_header

VALUE_ROLES = (
    "initial", "budget", "spent", "rate", "weight", "score", "target", "result",
    "resident", "employee", "this_year", "last_year", "dated", "change", "growth", "share",
)  # fmt: skip

_OWN_UNIT = ("weight", "score", "rate", "growth", "share")  # whatever the row is counted in

Column = tuple[str, Cell]  # role and header


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
    rubric: re.Pattern[str]
    criteria: re.Pattern[str]
    columns: re.Pattern[str]  # the label of a row that numbers the columns
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
        re.compile(table["total"]),
        re.compile(table["whole_money"]),
        re.compile(table["value"]),
        re.compile(table["label_noise"]),
        re.compile(table["rubric"]),
        re.compile(table["criteria"]),
        re.compile(table["columns"]),
        table["least_header"],
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


class Row(NamedTuple):
    """What the cells of a row share."""

    number: int
    total: bool  # a row of totals: 合计, 总分
    unit: str | None = None  # from its unit column (计量单位)
    sign: str | None = None  # from its comparator column: ≥


@dataclass(slots=True)
class State:
    """What a table hands on from row to row."""

    columns: dict[int, Column] = field(default_factory=dict)
    width: int = 0
    group: str = ""
    label: Cell | None = None
    project: str | None = None
    unit: str | None = None
    pairs: list[Column] = field(default_factory=list)  # of a row of pairs: 预算数|6.8|执行数|6.5


UNIT = re.compile(r"[（(：:](亿元|万元|千元|元|%|人|分)[）)]?")
CODE = re.compile(r"^(?:[0-9A-Za-z]{4,30}[-—_]|\[[0-9]+\])")


def role_of(cell: Cell, rules: FormRules) -> str | None:
    """The role of a header cell, None for any other."""
    return rules.roles.get(plain_header(cell.text))


def is_value(cell: Cell, rules: FormRules) -> bool:
    """Whether the cell holds a value and nothing else."""
    return bool(cell.text) and rules.value.match(cell.text) is not None and len(cell.text) < 24


def is_number(cell: Cell, rules: FormRules) -> bool:
    """Whether the cell holds a number and is no header."""
    return is_value(cell, rules) and has_digit(cell) and role_of(cell, rules) is None


def has_digit(cell: Cell) -> bool:
    """Whether there is a digit in the cell."""
    return any("0" <= c <= "9" for c in cell.text)


def unit_of(row: Sequence[Cell]) -> str | None:
    """The unit that one of the cells names in brackets: （万元）."""
    return next((m.group(1) for c in row if (m := UNIT.search(c.text))), None)


def slot_of(cell: Cell, column: Column, row: Row, state: State, rules: FormRules) -> Slot:
    """The slot of a value cell in the row that ``state`` has reached."""
    role, header = column
    above = state.unit if role in ("initial", "budget", "spent", "change") else None
    if state.label and role not in _OWN_UNIT:
        above = unit_of([state.label]) or above
    return Slot(
        cell,
        role,
        state.label,
        state.group,
        _item(state.label.text, rules) if state.label else "",
        row.total,
        row.number,
        row.unit or unit_of([header]) or above,
        row.sign if role == "target" else None,
        _header_year(header),
        state.project,
        header,
    )


def _header_year(header: Cell) -> int | None:
    match = re.match(r"(?:19|20)[0-9]{2}(?=年)", header.text)
    return int(match.group()) if match else None


def _item(text: str, rules: FormRules) -> str:
    return rules.label_noise.sub("", rules.label_noise.sub("", text)).strip("：: 　")
