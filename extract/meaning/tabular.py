"""From the slots of a table to senses: the row's label names the indicator, the column the role."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from extract.context.frame import Surroundings
from extract.context.sense import Candidate, Sense, Span
from extract.dimensions import projects, scope
from extract.dimensions.subjects import set_subject
from extract.grids.slots import NUMBERED, Slot
from extract.meaning.candidates import ranked
from extract.meaning.captions import caption_unit, in_unit, project_field
from extract.meaning.cellunits import AMOUNTS, PERCENTS, with_unit
from extract.meaning.crossed import (
    as_money,
    by_header,
    by_title,
    by_words,
    dimensions,
    names_only_source,
    part_of_last,
    title_of,
)
from extract.meaning.statements import by_statement, in_money, is_part, settled, statement_of
from extract.numbers.figures import Figure, moved
from extract.numbers.units import Unit
from extract.text.sections import Node
from extract.text.years import PLANNED, year_right_above

_MEASURE = {
    "change": "change",
    "growth": "growth",
    "share": "share",
    "initial": "budget",
    "budget": "budget",
    "spent": "actual",
    "rate": "completion",
    "target": "target",
    "result": "actual",
}
_CAPTION_REACH = 400  # how far above its row a table's caption may stand
_SCHEMES = frozenset({"resident", "employee"})
# what a fund's table calls 收入 and 支出 is the fund's
_OF_FUND = {
    "revenue": "fund_revenue",
    "expenditure": "fund_expenditure",
    "carryover_opening": "fund_balance_opening",
    "carryover": "fund_balance_current",
}
_SCORE = {
    ("weight", False): ("indicator_weight", "standard"),
    ("score", False): ("indicator_score", "actual"),
    ("weight", True): ("self_score_max", "standard"),
    ("score", True): ("self_score", "actual"),
}
_NO_INDICATOR = {"points": ("分", "actual"), "portion": ("%", "share")}
_PART = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十0-9]{1,2}）|[0-9]{1,2}[、.])"
)
_MONEY = (*AMOUNTS, "rate")
_COUNTS = ("person", "visit", "household", "thing")
_MONEY_FAMILIES = ("finance", "three_public", "procurement")
# indicators that need no item, also where a row has one
_WHOLE = ("satisfaction_rate", "benefit_payment", "expenditure_project")


def read_slot(
    slot: Slot, figure: Figure, node: Node, around: Surroundings, earlier: list[Sense]
) -> Sense | None:
    """The sense of the figure in a value cell; None where its column says nothing."""
    start = min(slot.label.start if slot.label else slot.cell.start, slot.cell.start)
    sense = Sense(figure, node, sentence=(start, slot.cell.end), label=slot.item, at=figure.start)
    sense.cell = (slot.row, slot.cell.col)
    if slot.role in NUMBERED:
        sense.rejected = NUMBERED[slot.role]
        return sense
    if slot.role in _NO_INDICATOR:
        word, sense.measure = _NO_INDICATOR[slot.role]
        sense.figure = in_unit(figure, word, around.units) if figure.unit is None else figure
    elif (slot.role, slot.total) in _SCORE and figure.kind in ("bare", "score"):
        _points(sense, slot, around)
    else:
        _quantity(sense, slot, around, earlier)
    if slot.role == "named" and sense.indicator is None and slot.unit is None and figure.unit:
        return None
    _scope(sense, slot, node, around)
    back = 1 if slot.role == "last_year" and around.report_year else 0
    told = slot.year or year_right_above(around.text, start)
    sense.year = told or (around.report_year - back if around.report_year else None)
    sense.base_year = slot.base
    if sense.base_year is None and sense.year and sense.measure in ("change", "growth"):
        sense.base_year = sense.year - 1
    partial = around.partial and told is None and sense.measure not in PLANNED
    sense.period_kind = "ytd" if partial else "year"
    return sense


def _points(sense: Sense, slot: Slot, around: Surroundings) -> None:
    whole_of_it = slot.total or slot.listed  # a project of a list has one score of its own
    id_, sense.measure = _SCORE[slot.role, whole_of_it]
    sense.indicator, sense.rule, sense.score = around.rules.by_id[id_], f"form.{slot.role}", 14.0
    sense.figure = replace(sense.figure, unit=Unit("分", "score", Decimal(1)))
    if not whole_of_it and slot.item:
        whole = around.forms.whole_money.match(slot.item)
        sense.dims["item"] = "执行率" if whole else slot.item


def _quantity(sense: Sense, slot: Slot, around: Surroundings, earlier: list[Sense]) -> None:
    sense.figure = with_unit(sense.figure, slot, around, earlier)
    _by_column(sense, slot)
    if not by_statement(sense, slot, around, earlier):
        _by_row(sense, slot, around)
    settled(sense, slot, around)
    if slot.role == "named" and earlier and part_of_last(slot):
        sense.measure = earlier[-1].measure
    if slot.role in _SCHEMES:
        _of_fund(sense, slot.role, around)
    elif around.forms.fund.search(title_of(slot, around)):
        _of_fund(sense, None, around)
    if is_part(sense):
        in_money(sense, around)
    elif slot.role in _MONEY and sense.indicator is None and sense.figure.kind not in _COUNTS:
        _part_of_whole(sense, slot, around)
    if sense.figure.unit is None:
        _settle_unit(sense, around)
    if sense.measure == "share" and sense.indicator and sense.indicator.unit == "%":
        sense.measure = "actual"


def _by_column(sense: Sense, slot: Slot) -> None:
    """The role of the column: 年初预算数, 全年预算数, 执行数, 指标值."""
    kind = sense.figure.kind
    sense.measure = _MEASURE.get(slot.role, "share" if kind == "percent" else "actual")
    if slot.role == "initial":
        sense.stage = "initial"
    elif slot.role == "budget" and slot.header and re.search("全年|调整", slot.header.text):
        sense.stage = "adjusted"


def _by_row(sense: Sense, slot: Slot, around: Surroundings) -> None:
    """What the row measures: the whole money (年度资金总额), or what its label names."""
    amount = slot.role == "spent" or (slot.role in AMOUNTS and statement_of(slot, around))
    if amount and slot.item == "总计" and not _project(slot, sense.node, around):
        _mean(sense, "revenue_expenditure_total", "form.total", 12.0, around)
    elif slot.label and slot.role in _MONEY and around.forms.whole_money.match(slot.item):
        if not by_title(sense, slot, around):
            _mean(sense, "expenditure", f"form.{slot.role}", 12.0, around)
    elif slot.role == "named" or (slot.role == "left" and not slot.listed):
        _by_named_column(sense, slot, around)
    elif slot.sub and slot.role in _MONEY and not around.forms.source.match(slot.sub.text):
        by_words(sense, slot, slot.sub.text, around)
    elif slot.role == "left":
        _mean(sense, "carryover", "form.left", 12.0, around)
    elif slot.listed and slot.role in _MONEY:
        _mean(sense, "project_funds", f"form.{slot.role}", 12.0, around)
    elif slot.label:
        _by_name(sense, slot, around)


def _by_named_column(sense: Sense, slot: Slot, around: Surroundings) -> None:
    """What a column names that has no role; one that only says whose money it is, by its row."""
    by_header(sense, slot, around)
    if slot.label is None or slot.unit is not None or not names_only_source(sense):
        return
    whole = sense.indicator and around.forms.whole_money.match(slot.item)
    if not (whole and by_title(sense, slot, around)):
        _by_label(sense, slot, around)


def _by_name(sense: Sense, slot: Slot, around: Surroundings) -> None:
    """What the row's label names, alone or with the part of the table that it stands in."""
    _by_label(sense, slot, around)
    if sense.indicator is None:
        by_words(sense, slot, slot.item + _PART.sub("", slot.above), around)
    family = sense.indicator.family if sense.indicator else ""
    of_fund = around.forms.fund.search(title_of(slot, around)) is not None
    counts = sense.figure.kind in _COUNTS  # 年末数（万人）
    if slot.role in _MONEY and family not in _MONEY_FAMILIES and not of_fund and not counts:
        sense.indicator = None


def _of_fund(sense: Sense, scheme: str | None, around: Surroundings) -> None:
    """What a fund's table or column (居民, 职工) says: 收入 is the fund's there."""
    if sense.indicator is None:
        return
    sense.indicator = around.rules.by_id[_OF_FUND.get(sense.indicator.id, sense.indicator.id)]
    if scheme and "scheme" in sense.indicator.dims:
        sense.dims["scheme"] = scheme


def _part_of_whole(sense: Sense, slot: Slot, around: Surroundings) -> None:
    """Money whose row names only the source of it: 其中：财政拨款."""
    own = (
        slot.label and sense.figure.kind in ("bare", "money") and _project(slot, sense.node, around)
    )
    _mean(sense, "project_funds" if own else "expenditure", f"form.{slot.role}", 9.0, around)


def _mean(sense: Sense, id_: str, rule: str, score: float, around: Surroundings) -> None:
    sense.indicator, sense.rule, sense.score = around.rules.by_id[id_], rule, score


def _settle_unit(sense: Sense, around: Surroundings) -> None:
    """A number without a unit takes its indicator's; without an indicator it is no figure."""
    if sense.indicator is None:
        sense.rejected = "other"
        return
    unit = sense.indicator.unit
    if unit == "元":
        unit = caption_unit(around, sense.figure.start) or unit
    sense.figure = in_unit(sense.figure, unit, around.units)


def _by_label(sense: Sense, slot: Slot, around: Surroundings) -> None:
    label = slot.label
    assert label is not None  # noqa: S101  the caller looked
    at = label.end
    before = around.text[max(0, label.start - _CAPTION_REACH) : label.start]
    context = (
        before + "|" + label.text + "|" + "|".join(sense.node.path) + "|" + (around.agency or "")
    )
    span = Span(around.text, label.start, label.end, (), sense.node, context)
    kind = moved(sense.figure, at, sense.figure.unit)
    money = moved(kind, at, Unit("元", "money", Decimal(1)))
    placed = money if slot.role in PERCENTS else as_money(kind, slot, around)
    sense.candidates = _left(span, placed, around)
    if not sense.candidates and slot.role in ("growth", "share"):
        sense.candidates = _left(span, moved(kind, at, None), around)
    if slot.role:  # a total of money, not of marks
        sense.candidates = [c for c in sense.candidates if c.rule.indicator.unit != "分"]
    if not sense.candidates and slot.role == "" and kind.kind == "percent":
        sense.candidates = _left(span, money, around)
    best = sense.candidates[0] if sense.candidates else None
    if best and best.score >= around.rules.settings["threshold"]:
        sense.indicator, sense.rule, sense.score = best.rule.indicator, best.rule.id, best.score
        sense.dims.update(best.rule.dims)
        if best.rule.measure and slot.role in ("", "spent"):
            sense.measure = best.rule.measure
        if sense.indicator.id == "expenditure_function":
            sense.dims["function"] = around.text[best.start : best.end]
        if slot.item and "item" in sense.indicator.dims and sense.indicator.id not in _WHOLE:
            sense.dims.setdefault("item", slot.item)


def _left(span: Span, kind: Figure, around: Surroundings) -> list[Candidate]:
    return [c for c in ranked(span, kind, around.tags, around.rules) if c.place == "left"][:8]


def _project(slot: Slot, node: Node, around: Surroundings) -> str | None:
    above = None if node.project in around.forms.roles else node.project  # a header is no project
    return slot.project or above or project_field(around, slot.cell.start)


def _scope(sense: Sense, slot: Slot, node: Node, around: Surroundings) -> None:
    project = _project(slot, node, around)
    if sense.indicator is None:
        return
    if project and sense.indicator.id in around.rules.neutral and (slot.role or slot.project):
        sense.indicator = around.rules.by_id["project_funds"]
    elif sense.indicator.id == "project_funds" and not project:
        sense.indicator = around.rules.by_id["expenditure"]
    label = slot.label
    for words in (slot.sub.text if slot.sub else "", slot.item):
        if not around.forms.source.match(words) or "fund_source" in sense.dims:
            continue
        source = dimensions(words.removesuffix("资金") + "资金", ("fund_source",), around)
        sense.dims |= {k: v for k, v in source.items() if k in sense.indicator.dims}
    if label and not slot.listed:
        keep, sense.at = sense.figure, label.end
        sense.figure = replace(keep, start=label.end, end=slot.cell.end)
        scope.set_dimensions(sense, around.text, label.start, label.end, around.tags)
        sense.figure = keep
        set_subject(sense, around.text, label.start, around.rules)
    if "scheme" in sense.indicator.dims and "scheme" not in sense.dims:
        sense.dims |= dimensions(title_of(slot, around), ("scheme",), around)
    own = (
        sense.indicator.family in projects.AGENCY_FAMILIES
        and sense.indicator.id not in around.rules.neutral
    )
    never = own or sense.indicator.id in around.rules.project_never
    if project and (slot.project or not never):
        sense.dims["project"] = project
