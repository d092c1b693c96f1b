"""A slot: a cell that holds a value, with what its table says about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from extract.grids.grid import YEAR_HEADER, Cell, plain_header
from extract.kept import compiled
from extract.literals import any_of

VALUE_ROLES = (
    "initial", "budget", "spent", "rate", "weight", "score", "target", "result", "points",
    "portion", "resident", "employee", "this_year", "last_year", "year", "change", "growth",
    "share", "left", "named",
)  # fmt: skip
NUMBERED = {"code": "code", "number": "list_number"}  # columns of no figures, and why they are none


NO_VALUES = ("label", "text", "unit", "sign", "person")  # columns without figures


class Column(NamedTuple):
    """A column: its role, its header, and the cell of a second header row below that."""

    role: str
    cell: Cell
    sub: Cell | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A kind of statutory table (报表): what its title makes of totals and of bare names."""

    title: re.Pattern[str]
    whole: str | None  # the indicator of the total row in the total column
    means: Mapping[str, str]  # indicator that words name → the one that they mean here


@dataclass(frozen=True, slots=True)
class FormRules:
    """Compiled ``forms.toml``."""

    roles: Mapping[str, str]  # header word → role
    header: re.Pattern[str]
    total: re.Pattern[str]
    whole_money: re.Pattern[str]
    value: re.Pattern[str]
    label_noise: re.Pattern[str]
    rubric: re.Pattern[str]
    criteria: re.Pattern[str]
    surveys: re.Pattern[str]  # a survey with its numbers, which are figures wherever they stand
    least_header: int
    patterns: tuple[tuple[str, re.Pattern[str]], ...]  # role and the headers that have it
    source: re.Pattern[str]  # a header cell that only names a level: 中央, 省级
    header_word: re.Pattern[str]  # a header cell with all that may stand around its word
    projects: re.Pattern[str]  # the header of a column of projects
    left_out: re.Pattern[str]  # the end of a row's label that a column's name takes up again
    fund: re.Pattern[str]  # the title of a table about an insurance fund
    sums: re.Pattern[str]  # a header cell or label that only says total: 合计, 小计
    whole: re.Pattern[str]  # a column with the whole expenditure of its rows
    functions: re.Pattern[str]  # the classes of the functional classification (类)
    money: re.Pattern[str]  # the end of a label that is an amount's: 外事接待费
    goals: re.Pattern[str]  # a cell that says that goals stand below or behind it: 预期目标
    left: re.Pattern[str]  # labels of the left side of a table with both: 本年收入合计
    right: re.Pattern[str]
    titles: re.Pattern[str]  # a row of its own that is the title of a table: 收入决算表
    statements: tuple[Statement, ...]  # the first whose title fits counts
    counted: re.Pattern[str]  # the end of a label that says what is counted: 受益人数


_YEAR, _ASIDE = "(?:(?:19|20)[0-9]{2}年?度?)?", "(?:[（(][^）)]{0,12}[）)])?"


def compile_forms(data: Mapping[str, Any]) -> FormRules:
    """``FormRules`` from the parsed TOML."""
    roles = {w: column["role"] for column in data["column"] for w in column.get("words", ())}
    table = data["table"]
    words = any_of(roles)
    patterns = [p for column in data["column"] for p in column.get("patterns", ())]
    return FormRules(
        roles,
        compiled(words),
        compiled(table["total"]),
        compiled(table["whole_money"]),
        compiled(table["value"]),
        compiled(table["label_noise"]),
        compiled(table["rubric"]),
        compiled(table["criteria"]),
        compiled(table["surveys"]),
        table["least_header"],
        tuple(
            (column["role"], compiled(pattern))
            for column in data["column"]
            for pattern in column.get("patterns", ())
        ),
        compiled(table["source"]),
        compiled("|".join((rf"{_YEAR}(?:{words}){_ASIDE}", _YEAR[:-1], *patterns))),
        compiled(table["projects"]),
        compiled(table["left_out"]),
        compiled(table["fund"]),
        compiled(table["sums"]),
        compiled(table["whole"]),
        compiled(table["functions"]),
        compiled(table["money"]),
        compiled(table["goals"]),
        compiled(table["left"]),
        compiled(table["right"]),
        compiled(table["titles"]),
        tuple(
            Statement(compiled(row["title"]), row.get("whole"), row.get("means", {}))
            for row in data.get("statement", ())
        ),
        compiled(table["counted"]),
    )


class Slot(NamedTuple):
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
    sub: Cell | None = None  # the second header row's cell: 中央 below 预算数
    above: str = ""  # the label of the part of the table that the row stands in: 一、参保人数
    title: str = ""  # what the table says of itself above its header
    listed: bool = False  # the row is a project, in a list of projects
    base: int | None = None  # the year that a change is measured from
    top: int = 0  # where the header begins
    function: str = ""  # what the row's code of the functional classification stands for
    function_code: str = ""  # that code as printed, with those of the levels above
    economic: bool = False  # the row's code is one of the economic classification


class Row(NamedTuple):
    """What the cells of a row share."""

    number: int
    total: bool  # a row of totals: 合计, 总分
    unit: str | None = None  # from its unit column (计量单位)
    sign: str | None = None  # from its comparator column: ≥
    project: str | None = None  # from its column of projects
    function: str = ""  # from its column of codes: 卫生健康支出/医疗保障管理事务/行政运行
    function_code: str = ""  # the code itself: 2101501
    economic: bool = False  # its codes are those of the economic classification


@dataclass(slots=True)
class State:
    """What a table hands on from row to row."""

    columns: dict[int, Column] = field(default_factory=dict)
    width: int = 0
    group: str = ""
    label: Cell | None = None
    project: str | None = None
    unit: str | None = None
    above: str = ""
    title: str = ""
    years: tuple[int, ...] = ()  # that columns are headed by, in order
    last: list[Column] = field(default_factory=list)  # of a second header row whose place is lost
    pairs: list[Column] = field(default_factory=list)  # of a row of pairs: 预算数|6.8|执行数|6.5
    top: int = 0  # where the header begins
    path: list[str] = field(default_factory=list)  # names of 类, 款, 项 down to the last row
    code: str = ""  # of the last row with a function
    fresh: bool = False  # nothing but the header was read yet


UNIT = re.compile(
    r"[（(：:](亿元|万元|千元|元|%|人|分)[）)]?"
    r"|[（(：:]([万亿]?(?:人次|人|户|家|个|件|起|例|次|辆|份))[）)]"
)
# what is no part of a project's name: its code, and the next header of a squeezed form
CODE = re.compile(
    r"^(?:[0-9A-Za-z]{4,30}[-—_]|\[[0-9]+\])|(?:预算|资金)执行情况(?:（[^）]{1,6}）)?$"
)


def role_of(cell: Cell, rules: FormRules) -> str | None:
    """The role of a header cell, None for any other."""
    role = rules.roles.get(cell.text) or rules.roles.get(plain_header(cell.text))
    if role or not cell.text or len(cell.text) > _LONGEST:
        return role
    if YEAR_HEADER.match(cell.text):
        return "year"
    return next((role for role, pattern in rules.patterns if pattern.match(cell.text)), None)


_LONGEST = 30  # characters of a header cell


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
    return next((m[1] or m[2] for c in row if (m := UNIT.search(c.text))), None)


def slot_of(cell: Cell, column: Column, row: Row, state: State, rules: FormRules) -> Slot:
    """The slot of a value cell in the row that ``state`` has reached."""
    role, header, sub = column
    above = state.unit if role in _AMOUNTS else None
    label = [state.label] if state.label else []
    year = _header_year(header) or (_header_year(sub) if sub else None)
    if role in ("change", "growth") and state.years:
        year = year or state.years[-1]
    earlier = [y for y in state.years if year is not None and y < year]
    return Slot(
        cell,
        role,
        state.label,
        state.group,
        _item(state.label.text, rules) if state.label else "",
        row.total,
        row.number,
        row.unit or unit_of([sub] if sub else []) or unit_of([header]) or unit_of(label) or above,
        row.sign if role == "target" else None,
        year,
        row.project or state.project,
        header,
        sub,
        state.above,
        state.title,
        row.project is not None,
        earlier[-1] if earlier and role in ("change", "growth") else None,
        state.top,
        row.function,
        row.function_code,
        row.economic,
    )


_AMOUNTS = ("initial", "budget", "spent", "left", "change")


def _header_year(header: Cell) -> int | None:
    match = re.match(r"(?:19|20)[0-9]{2}(?=年|比|较|与|$)", header.text)
    return int(match.group()) if match else None


def _item(text: str, rules: FormRules) -> str:
    return rules.label_noise.sub("", rules.label_noise.sub("", text)).strip("：: 　")
