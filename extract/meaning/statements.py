"""Statutory tables (决算报表, 预算报表): what their title and their classification make of a cell.

The total row of 支出决算表 is expenditure, its rows are classes of functions, and what a row has
in the column 基本支出 is no indicator of the catalogue, whatever its words say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from extract.meaning.captions import caption_unit, in_unit
from extract.meaning.crossed import SOURCES, by_words, named

if TYPE_CHECKING:
    from extract.context.frame import Surroundings
    from extract.context.sense import Sense
    from extract.grids.slots import Slot, Statement

_REACH, _LINES, _LONGEST = 160, 7, 40  # characters and lines above a table; of one line there
_TOTALS = ("initial", "budget", "spent", "change", "growth", "share", "rate")
_BALANCES = frozenset(
    {
        "carryover", "carryover_opening", "revenue_expenditure_total", "balance_distributed",
        "fiscal_revenue_expenditure_total", "nonfiscal_balance_used", "revenue",
    }
)  # fmt: skip
_SPENT = ("spent", "named", "this_year", "year", "")  # columns of results, or of no role
_GRAND_TOTALS = ("总计", "收入总计", "支出总计", "收支总计")
_SPENDING = ("finance", "three_public")
_OPENING = "form.part_of_opening"
PART = "form.part"  # the rule of a figure that is a part of what the catalogue has whole
_ROW_OF_VALUES = re.compile(r"[\t|] ?[0-9.,]+(?=[\t|]|$)")
_DONE = re.compile("执行|决算|完成|实际|上年(?:数|金额|预算|支出)")
_OPEN_BUDGETS = re.compile("(?:一般公共|公共财政|政府性基金|国有资本经营|社会保险基金|公共)预算")


def statement_of(slot: Slot, around: Surroundings) -> Statement | None:
    """The kind of statement that the slot's table is, by its title."""
    if slot.top not in around.statements:
        title = _title(slot, around)
        kind = None
        if title and not around.forms.fund.search(title):
            kind = next((s for s in around.forms.statements if s.title.search(title)), None)
        around.statements[slot.top] = (kind, kind is not None and _is_plan(title, around))
    return around.statements[slot.top][0]


def _title(slot: Slot, around: Surroundings) -> str:
    if slot.title:
        return slot.title
    top = around.text.rfind("\n", 0, slot.top) + 1
    above = f"\n{around.text[max(0, top - _REACH) : top]}".rsplit("\n", _LINES)[1:]
    for line in reversed(above):
        if len(line) > _LONGEST or _ROW_OF_VALUES.search(line):
            break
        if around.forms.titles.match(line) and any(
            s.title.search(line) for s in around.forms.statements
        ):
            return line
    return ""


def _is_plan(title: str, around: Surroundings) -> bool:
    return "决算" not in title and (around.planned or "预算" in _OPEN_BUDGETS.sub("", title))


def is_part(sense: Sense) -> bool:
    """Whether the figure is known to be a part of what the catalogue has whole."""
    return sense.rule in (PART, _OPENING)


def by_statement(sense: Sense, slot: Slot, around: Surroundings, earlier: Sequence[Sense]) -> bool:
    """Whether the row's code or the table's title says what the cell is, or that it is a part."""
    kind = statement_of(slot, around)
    if slot.function or (kind and slot.label and around.forms.functions.match(slot.item)):
        _by_function(sense, slot, kind, around)
    elif slot.economic:
        _by_economic(sense, slot, around)
    elif kind is None:
        return False
    elif kind.whole and _in_total_column(slot, around) and _in_total_row(slot, around):
        _mean(sense, kind.whole, around)
    elif slot.sub and slot.role in _TOTALS and _in_total_row(slot, around):
        by_words(sense, slot, slot.sub.text, around)
    elif _part_of_opening(sense, slot, around, earlier):
        sense.rule = _OPENING
    else:
        return _by_source(sense, slot, around)
    return True


def _by_function(sense: Sense, slot: Slot, kind: Statement | None, around: Surroundings) -> None:
    income = kind is not None and kind.whole == "revenue"
    if not income and (_in_total_column(slot, around) or _is_general_budget(sense, slot, around)):
        _mean(sense, "expenditure_function", around)
        sense.dims["function"] = slot.function or slot.item
        if slot.function_code:
            sense.dims["function_code"] = slot.function_code
    else:
        sense.rule = PART


def _by_economic(sense: Sense, slot: Slot, around: Surroundings) -> None:
    """工资福利支出, 会议费: kinds of spending that the catalogue has; all others are parts."""
    side = slot.sub and slot.header and slot.sub.start < slot.header.start  # 人员经费, over 决算数
    if side or _in_total_column(slot, around):
        by_words(sense, slot, slot.item, around)
    if sense.indicator is None or sense.indicator.family not in _SPENDING:
        sense.indicator, sense.rule = None, PART


def _in_total_column(slot: Slot, around: Surroundings) -> bool:
    if slot.sub is not None:
        return False
    if slot.role == "named" and slot.header:
        return around.forms.whole.match(slot.header.text) is not None
    return slot.role in _TOTALS or slot.role == "year"


def _in_total_row(slot: Slot, around: Surroundings) -> bool:
    return slot.label is None or around.forms.total.match(slot.item) is not None


def _source(sense: Sense, slot: Slot, around: Surroundings) -> str:
    """The indicator that a column of one source names: 政府性基金预算财政拨款."""
    if slot.role != "named" or slot.header is None:
        return ""
    said = named(slot.header.text, sense.figure, "", around)
    return said.rule.indicator.id if said else ""


def _is_general_budget(sense: Sense, slot: Slot, around: Surroundings) -> bool:
    return _source(sense, slot, around) in ("revenue_general_budget", "expenditure_general_budget")


def _by_source(sense: Sense, slot: Slot, around: Surroundings) -> bool:
    """本年支出合计 in the column 一般公共预算财政拨款 is 一般公共预算财政拨款支出."""
    if _source(sense, slot, around) not in _SOURCES or slot.label is None or slot.header is None:
        return False
    row = named(slot.item, sense.figure, "", around)
    id_ = row.rule.indicator.id if row else ""
    if id_ == "expenditure":
        by_words(sense, slot, slot.header.text + "支出", around)
    elif id_ in _BALANCES or slot.item in _GRAND_TOTALS:
        sense.rule = PART
    else:
        return False
    return True


_SOURCES = SOURCES | {"revenue_state_capital"}


def _part_of_opening(
    sense: Sense, slot: Slot, around: Surroundings, earlier: Sequence[Sense]
) -> bool:
    """一般公共预算财政拨款 below 年初财政拨款结转和结余 says what that consists of."""
    if slot.label is None or slot.role not in _TOTALS:
        return False
    last = any(
        s.rule == _OPENING or (s.indicator and s.indicator.id == "carryover_opening")
        for s in earlier[-_ROW:]
    )
    own = named(slot.item, sense.figure, "", around) if last else None
    return own is not None and own.rule.indicator.id in _SOURCES


_ROW = 8  # figures of a row with both sides of a table


def settled(sense: Sense, slot: Slot, around: Surroundings) -> None:
    """What the title narrows down, and that a budget's amounts are planned."""
    kind = statement_of(slot, around)
    if kind is None:
        return
    if sense.indicator and sense.indicator.id in kind.means:
        sense.indicator = around.rules.by_id[kind.means[sense.indicator.id]]
    plan = around.statements[slot.top][1]
    if plan and sense.measure == "actual" and slot.role in _SPENT:
        head = slot.header.text if slot.header else ""
        if not _DONE.search(head) and slot.year in (None, around.report_year):
            sense.measure = "budget"


def in_money(sense: Sense, around: Surroundings) -> None:
    """A bare number of a statement is money."""
    if sense.figure.unit is None:
        unit = caption_unit(around, sense.figure.start) or "元"
        sense.figure = in_unit(sense.figure, unit, around.units)


def _mean(sense: Sense, id_: str, around: Surroundings) -> None:
    sense.indicator, sense.rule, sense.score = around.rules.by_id[id_], "form.statement", 12.0
