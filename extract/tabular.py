"""From the slots of a table to senses: the row's label names the indicator, the column the role."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from . import scope
from .candidates import Span, ranked
from .captions import caption_unit, in_unit
from .figures import Figure
from .meaning import Surroundings
from .sections import Node
from .sense import Candidate, Sense
from .slots import Slot
from .subjects import set_subject
from .units import Unit

_MEASURE = {
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
_MONEY = ("initial", "budget", "spent", "rate")
_SIGNS = {"≥": ">=", ">=": ">=", "≤": "<=", "<=": "<=", "＞": ">", ">": ">", "<": "<", "＜": "<"}


def read_slot(
    slot: Slot, figure: Figure, node: Node, around: Surroundings, earlier: list[Sense]
) -> Sense:
    """The sense of the figure in a value cell."""
    start = min(slot.label.start if slot.label else slot.cell.start, slot.cell.start)
    sense = Sense(figure, node, sentence=(start, slot.cell.end), label=slot.item, at=figure.start)
    sense.cell = (slot.row, slot.cell.col)
    if (slot.role, slot.total) in _SCORE and figure.kind in ("bare", "score"):
        _points(sense, slot, around)
    else:
        _quantity(sense, slot, around, earlier)
    _scope(sense, slot, node, around)
    back = 1 if slot.role == "last_year" and around.report_year else 0
    sense.year = slot.year or (around.report_year - back if around.report_year else None)
    sense.period_kind = "year"
    return sense


def _points(sense: Sense, slot: Slot, around: Surroundings) -> None:
    id_, sense.measure = _SCORE[slot.role, slot.total]
    sense.indicator, sense.rule, sense.score = around.rules.by_id[id_], f"form.{slot.role}", 14.0
    sense.figure = replace(sense.figure, unit=Unit("分", "score", Decimal(1)))
    if not slot.total and slot.item:
        whole = around.forms.whole_money.match(slot.item)
        sense.dims["item"] = "执行率" if whole else slot.item


def _quantity(sense: Sense, slot: Slot, around: Surroundings, earlier: list[Sense]) -> None:
    figure = _with_unit(sense.figure, slot, around, earlier)
    sense.figure = figure
    sense.measure = _MEASURE.get(slot.role, "share" if figure.kind == "percent" else "actual")
    sense.stage = "initial" if slot.role == "initial" else None
    if slot.role == "budget" and slot.header and re.search("全年|调整", slot.header.text):
        sense.stage = "adjusted"
    if slot.role == "spent" and slot.item == "总计" and not _project(slot, sense.node):
        sense.indicator, sense.rule = around.rules.by_id["revenue_expenditure_total"], "form.total"
        sense.score = 12.0
    elif slot.role in _MONEY and slot.label and around.forms.whole_money.match(slot.item):
        sense.indicator, sense.rule, sense.score = (
            around.rules.by_id["expenditure"],
            f"form.{slot.role}",
            12.0,
        )
    elif slot.label:
        _by_label(sense, slot, around)
        if (
            slot.role in _MONEY
            and sense.indicator
            and sense.indicator.family not in ("finance", "three_public", "procurement")
        ):
            sense.indicator = None
    if slot.role in _SCHEMES and sense.indicator:
        id_ = _OF_FUND.get(sense.indicator.id, sense.indicator.id)
        sense.indicator = around.rules.by_id[id_]
        if "scheme" in sense.indicator.dims:
            sense.dims["scheme"] = slot.role
    if sense.indicator is None and slot.role in _MONEY:
        # a part of the whole: its row names the source
        sense.indicator, sense.rule, sense.score = (
            around.rules.by_id["expenditure"],
            f"form.{slot.role}",
            9.0,
        )
        part = figure.kind in ("bare", "money")
        scope_label = slot.label
        if scope_label and part:
            sense.indicator = (
                around.rules.by_id["project_funds"]
                if _project(slot, sense.node)
                else sense.indicator
            )
    if sense.indicator is None and figure.unit is None:
        sense.rejected = "other"
    elif figure.unit is None and sense.indicator is not None:
        sense.figure = _assumed(figure, sense, around)
    if sense.measure == "share" and sense.indicator and sense.indicator.unit == "%":
        sense.measure = "actual"


def _by_label(sense: Sense, slot: Slot, around: Surroundings) -> None:
    label = slot.label
    assert label is not None  # noqa: S101  the caller looked
    at = label.end
    before = around.text[max(0, label.start - _CAPTION_REACH) : label.start]
    context = (
        before + "|" + label.text + "|" + "|".join(sense.node.path) + "|" + (around.agency or "")
    )
    span = Span(around.text, label.start, label.end, (), sense.node, context)
    kind = replace(sense.figure, start=at, end=at, num_start=at, num_end=at)
    money = replace(kind, unit=Unit("元", "money", Decimal(1)))
    sense.candidates = _left(span, money if slot.role == "rate" else kind, around)
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
        if (
            "item" in sense.indicator.dims
            and slot.item
            and sense.indicator.id
            not in ("satisfaction_rate", "benefit_payment", "expenditure_project")
        ):
            sense.dims.setdefault("item", slot.item)


def _left(span: Span, kind: Figure, around: Surroundings) -> list[Candidate]:
    return [c for c in ranked(span, kind, around.tags, around.rules) if c.place == "left"][:8]


def _with_unit(figure: Figure, slot: Slot, around: Surroundings, earlier: list[Sense]) -> Figure:
    """A bare cell takes the unit of its row, header, the row's target, or the caption."""
    if slot.sign in _SIGNS and figure.bound == "=":
        bound = _SIGNS[slot.sign]
        low, high = (figure.value, None) if bound[0] == ">" else (None, figure.value)
        figure = replace(figure, bound=bound, low=low, high=high)
    if figure.unit is not None or (
        figure.unit_raw and slot.role not in ("initial", "budget", "spent")
    ):
        return figure
    word = slot.unit
    if slot.role == "rate" and not figure.unit_raw:
        word = "%"
    if word is None and slot.role in ("result", "target"):
        twin = next(
            (
                s
                for s in reversed(earlier[-6:])
                if s.cell and s.cell[0] == slot.row and s.figure.unit and s.measure == "target"
            ),
            None,
        )
        if twin and twin.figure.unit:
            return replace(figure, unit=twin.figure.unit)
    if figure.unit_raw:
        return replace(figure, unit=around.units.units["元"])
    if word is None and slot.role in (
        "initial",
        "budget",
        "spent",
        "resident",
        "employee",
        "this_year",
        "last_year",
    ):
        if slot.role not in ("initial", "budget", "spent") and not caption_unit(
            around, figure.start
        ):
            return figure
        word = caption_unit(around, figure.start) or "元"
    return in_unit(figure, word, around.units) if word else figure


def _assumed(figure: Figure, sense: Sense, around: Surroundings) -> Figure:
    unit = sense.indicator.unit if sense.indicator else ""
    if unit == "元":
        return in_unit(figure, caption_unit(around, figure.start) or "元", around.units)
    return in_unit(figure, unit, around.units)


def _project(slot: Slot, node: Node) -> str | None:
    return slot.project or node.project


def _scope(sense: Sense, slot: Slot, node: Node, around: Surroundings) -> None:
    project = _project(slot, node)
    if sense.indicator is None:
        return
    if project and sense.indicator.id in around.rules.neutral and (slot.role or slot.project):
        sense.indicator = around.rules.by_id["project_funds"]
    elif sense.indicator.id == "project_funds" and not project:
        sense.indicator = around.rules.by_id["expenditure"]
    label = slot.label
    if label:
        twin = replace(sense.figure, start=max(label.end, label.start), end=slot.cell.end)
        keep, sense.figure = sense.figure, twin
        sense.at = label.end
        scope.set_dimensions(sense, around.text, label.start, label.end, around.tags)
        sense.figure = keep
        set_subject(sense, around.text, label.start, label.end, around.rules)
    own = (
        sense.indicator.family in scope.AGENCY_FAMILIES
        and sense.indicator.id not in around.rules.neutral
    )
    if slot.project or (
        project and not own and sense.indicator.id not in around.rules.project_never
    ):
        sense.dims["project"] = project
