"""Figures that state a level: which indicator, which role, which part of what."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from . import scope
from .captions import caption_unit, in_unit
from .cues import RoleHit, between
from .figures import Figure
from .sense import Candidate, Sense
from .subjects import set_subject

if TYPE_CHECKING:
    from .meaning import Frame, Surroundings

_LABEL_GAP = re.compile(
    r"(?:总额|合计|总计|总值|数|率|额|金额|[（(](?:万元|元|%|人|分|[A-Z])[）)]|[为是：=共达计约\t]|达到|\[|（)*"
)
_RATE_WORD = re.compile(r"(?:率|比例|比重|占比)[为：:]?\Z")
_MONEY_WORD = re.compile(
    r"资金|工资|支出|收入|经费|金额|款|投资|补助|补贴|预算|拨付|费|安排|下达|支付|发放|贷款|投入|报销|救助|资"
)
_ROLE_WORDS = re.compile(
    r"(?:全年|年初|当年|本年|实际|调整后?的?)?(?:支出)?(?:预算|决算|执行)(?:数|金额|数为|为)?"
)
_PART = re.compile(r"部分")


def read(sense: Sense, zone: int, limit: int, frame: Frame, around: Surroundings) -> None:
    """Set indicator, measure and dimensions of a level."""
    best = _best(sense, around)
    if best and best.score >= around.rules.settings["threshold"]:
        take(sense, best, around)
    if sense.figure.kind == "bare" and not _give_unit(sense, around):
        return
    _role(sense, best, zone, frame, around)
    _function(sense, zone, around)
    _part(sense, frame, around)
    scope.set_dimensions(sense, around.text, zone, limit, around.tags)
    _from_last(sense, best, zone, limit, frame, around)
    unnamed = sense.indicator is None
    settle_neutral(sense, frame, around)
    if unnamed:
        scope.set_dimensions(sense, around.text, zone, limit, around.tags)
    set_subject(
        sense, around.text, scope.clause_start(around.text, zone, sense.at), limit, around.rules
    )
    if sense.indicator and "item" in sense.indicator.dims and "item" not in sense.dims:
        item = scope.item_of(sense, best, zone, limit, around.text)
        if item:
            sense.dims["item"] = item


def _from_last(
    sense: Sense, best: Candidate | None, zone: int, limit: int, frame: Frame, around: Surroundings
) -> None:
    """What a figure takes over from the level before it: the rest of its dimensions where both hang
    on the same words, and the indicator where it only names the source of a part.
    """
    last = frame.last_level
    if last is None or last.indicator is None or last.sentence != sense.sentence:
        return
    if sense.indicator is None and last.figure.kind == sense.figure.kind and last.indicator.dims:
        whole = frame.whole if frame.whole and frame.whole.sentence == sense.sentence else last
        sense.indicator, sense.rule, sense.score = whole.indicator, "part.whole", 5.0
        scope.set_dimensions(sense, around.text, zone, limit, around.tags)
        named = [n for n, v in sense.dims.items() if n in scope.CODED and whole.dims.get(n) != v]
        if not named or whole.figure.kind != sense.figure.kind:
            sense.indicator = sense.rule = None
        elif sense.measure == "actual":
            sense.measure, sense.stage = whole.measure, whole.stage
    elif sense.indicator is last.indicator and last.dims.get("benefit"):
        sense.dims.setdefault("benefit", last.dims["benefit"])
    if best and best.start < zone and sense.indicator is last.indicator:
        if (
            "（" not in around.text[last.figure.end : sense.at]
            and "其中" not in around.text[last.figure.end : sense.at]
        ):
            if "/" in last.dims.get("function", ""):
                sense.dims.pop("function", None)
            for name, value in last.dims.items():
                if name not in ("item", "fund_source") or sense.measure != last.measure:
                    sense.dims.setdefault(name, value)


def take(sense: Sense, best: Candidate, around: Surroundings) -> None:
    """The figure takes the candidate's indicator and what its rule fixes."""
    sense.indicator, sense.rule, sense.score = best.rule.indicator, best.rule.id, best.score
    sense.dims.update(best.rule.dims)
    if sense.indicator.id == "expenditure_function":
        sense.dims["function"] = around.text[best.start : best.end]


def _best(sense: Sense, around: Surroundings) -> Candidate | None:
    """The best candidate; for a bare number the best that labels it."""
    if sense.figure.kind != "bare":
        return sense.candidates[0] if sense.candidates else None
    return next((c for c in sense.candidates if _labelled(c, sense, around)), None)


def _labelled(best: Candidate, sense: Sense, around: Surroundings) -> bool:
    """A bare number needs its label right before it: 资产总额20.4."""
    gap = around.text[best.end : sense.at]
    return best.place == "left" and len(gap) <= 8 and _LABEL_GAP.fullmatch(gap) is not None


def _give_unit(sense: Sense, around: Surroundings) -> bool:
    """A bare number gets the unit of its indicator, or is rejected."""
    figure, text = sense.figure, around.text
    if sense.indicator is None:
        if figure.unit_raw and _MONEY_WORD.search(text, max(0, sense.at - 14), sense.at):
            sense.figure = in_unit(figure, "元", around.units)  # 拨付903.5万, its 元 left out
            return True
        sense.rejected = "other"
        return False
    unit = sense.indicator.unit
    if unit == "元":
        scaled = figure.unit_raw  # 0.4万 with its 元 left out
        sense.figure = in_unit(
            figure,
            "元" if scaled else caption_unit(around, figure.start) or _twin(sense, around) or "元",
            around.units,
        )
    elif unit == "%":
        follows = text[figure.end : figure.end + 1]
        if "\u4e00" <= follows <= "\u9fff":  # 46.3虬: a sign misread, who knows which
            sense.rejected = "other"
            return False
        ratio = (
            follows == "="
            or "×100" in text[figure.end : figure.end + 80].split("\n")[0][:80]
            or sense.at < figure.start
        )
        if _RATE_WORD.search(text[max(0, sense.at - 6) : sense.at]) and follows in (
            "/",
            "×",
            "*",
            "÷",
        ):
            sense.rejected = "formula_operand"
            return False
        sense.figure = in_unit(figure, "%", around.units)
        if ratio and abs(figure.value) <= 3 and follows == "=":
            sense.figure = replace(sense.figure, value=figure.value * 100)
    else:
        sense.figure = in_unit(figure, unit, around.units)
    sense.flags.append("caption_unit" if unit == "元" else "unit_from_label")
    return True


def _twin(sense: Sense, around: Surroundings) -> str | None:
    """The unit that the same number has where it is stated with one, near by."""
    number = sense.figure.raw
    at = around.text.rfind(number, max(0, sense.figure.start - 2000), sense.figure.start)
    if at < 0 or len(number) < 3:
        near = around.text[max(0, sense.figure.start - 60) : sense.figure.start]
        found = re.findall(r"[0-9](亿元|万元|元)", near)
        return found[-1] if found and "/" not in near[-12:] and "（" not in near[-24:] else None
    tail = around.units.tail.match(around.text, at + len(number))
    return (tail["scale"] or "") + tail["unit"] if tail and tail["unit"] == "元" else None


def in_unit_of(figure: Figure, other: Figure) -> Figure:
    """A bare figure in the unit and scale of another one."""
    return replace(figure, unit=other.unit, scale=other.scale, value=figure.value * other.scale)


def _role(
    sense: Sense, best: Candidate | None, zone: int, frame: Frame, around: Surroundings
) -> None:
    """Budget, target, standard or actual."""
    figure, text, rules = sense.figure, around.text, around.rules
    if best and best.rule.measure and sense.indicator is best.rule.indicator:
        sense.measure = best.rule.measure
        if sense.measure == "standard" and figure.kind == "percent" and sense.node.project:
            sense.measure = "target" if sense.node.goals else "actual"
        return
    behind = rules.role_after.match(text, figure.end)
    if behind:
        sense.measure = rules.roles_behind[behind.group()]
        return
    clause = scope.clause_start(text, zone, sense.at)
    hits = [h for h in between(around.tags.roles, clause, sense.at) if not _barred(h, sense, text)]
    goals = sense.node.goals and figure.kind != "money"
    if goals:
        hits = [h for h in hits if h[2][0].measure != "actual" or text[h[0]] in "实已"]
    if hits:
        sense.measure, sense.stage = hits[-1][2][0].measure, hits[-1][2][0].stage
        sense.leads = "：" in text[hits[-1][1] : sense.at]
        return
    previous = frame.last_level
    if previous and _hands_on(previous, sense, text):
        sense.measure, sense.stage, sense.leads = previous.measure, previous.stage, True
        return
    if goals:
        sense.measure = "target"
    elif figure.per and figure.per != "人次":  # a cost per visit is an average
        sense.measure = "standard"


def _hands_on(previous: Sense, sense: Sense, text: str) -> bool:
    """Whether a budget or target goes on to the next figure: to parts and lists, not to a new
    statement (年初预算5万元，全年支出4万元).
    """
    if previous.sentence != sense.sentence or previous.measure not in ("budget", "target"):
        return False
    if previous.figure.kind != sense.figure.kind:
        return False
    gap = text[previous.figure.end : sense.at]
    if "；" in gap:
        return previous.leads and sense.figure.kind == "money"
    return previous.leads or "其中" in gap or "（" in gap or gap.startswith("、")


def _barred(hit: RoleHit, sense: Sense, text: str) -> bool:
    """Money has no targets, counts no budgets, and a percent's standard says so (标准)."""
    measure, kind = hit[2][0].measure, sense.figure.kind
    if kind == "percent" and measure == "standard":
        return "标准" not in text[hit[0] : hit[1]]
    return measure == ("target" if kind == "money" else "budget")


def _part(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """A named part of a total: 提高10%部分. Its percent is a standard, its money has the item."""
    figure, text = sense.figure, around.text
    tail = _PART.match(text, figure.end) if figure.kind == "percent" else None
    if tail:
        start = max(text.rfind(c, sense.sentence[0], sense.at) for c in "，；：、中（")
        frame.part = text[start + 1 : tail.end()]
        sense.measure = "standard"
        if sense.indicator is None or sense.indicator.id == "benefit_rate":
            sense.indicator, sense.rule = around.rules.by_id["benefit_rate"], "part.benefit_rate"
            sense.score = 8.0
            sense.dims["item"] = frame.part
    elif frame.part and figure.kind == "money":
        sense.dims.setdefault("item", frame.part)
        if sense.indicator is None and frame.whole and frame.whole.figure.kind == "money":
            sense.indicator, sense.rule, sense.score = frame.whole.indicator, "part.whole", 6.0
        frame.part = None


def _function(sense: Sense, zone: int, around: Surroundings) -> None:
    if sense.figure.kind != "money":
        return
    function = scope.function_of(around.text, max(zone, sense.sentence[0]), sense.at)
    if function is None and sense.indicator and sense.indicator.id in _OF_FUNCTION:
        function = _function_above(sense, around)
    if function:
        sense.indicator = around.rules.by_id["expenditure_function"]
        sense.rule, sense.score = "expenditure_function.classification", 14.0
        sense.dims = {"function": function}


_OF_FUNCTION = ("expenditure_function", "expenditure")


def _function_above(sense: Sense, around: Surroundings) -> str | None:
    """The function that the line's own heading names: 1.…（类）…（款）…（项）。年初预算为…"""
    node = sense.node
    near = node.how == "numbered" and around.text.find("\n", node.start, sense.at) < 0
    return scope.function_of(around.text, node.start, node.body) if near else None


def settle_neutral(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """Neutral money words (全年执行数): the project's funds inside one, else the agency's.

    Outside of projects a heading or run-in label may say which part of the expenditure is meant.
    """
    rules = around.rules
    project = frame.project or sense.node.project
    money = sense.figure.kind == "money"
    if (
        sense.indicator is None
        and money
        and sense.is_level
        and (frame.project or sense.node.project)
    ):
        sense.indicator, sense.rule, sense.score = (
            rules.by_id["project_funds"],
            "project_funds.scope",
            3.5,
        )
    if sense.indicator is None:
        return
    id_ = sense.indicator.id
    if project and (id_ in rules.neutral or _source_of_project(sense, frame)):
        as_project_funds(sense, around)
    elif id_ == "expenditure" and _names_a_role(sense, frame, around):
        sense.indicator = frame.last_level.indicator if frame.last_level else sense.indicator
    elif id_ in ("expenditure", "project_funds"):
        sense.indicator = rules.by_id["expenditure"]
        closer = scope.part_in(*frame.topic, around) if frame.topic else None
        if closer is None and sense.figure.kind == "percent":
            closer = scope.part_in_headings(sense, around)
        if closer:
            sense.indicator, sense.rule = closer.rule.indicator, closer.rule.id


def _names_a_role(sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """Whether the words only say which role (决算数, 调整后预算) of the part named before."""
    last, best = frame.last_level, next(iter(sense.candidates), None)
    if last is None or last.indicator is None or best is None or last.sentence != sense.sentence:
        return False
    if last.indicator.family not in scope.AGENCY_FAMILIES or last.indicator.id == "expenditure":
        return False
    if "；" in around.text[last.figure.end : sense.at] or last.figure.kind != sense.figure.kind:
        return False
    return _ROLE_WORDS.fullmatch(around.text, best.start, best.end) is not None


def _source_of_project(sense: Sense, frame: Frame) -> bool:
    """Whether this money is a part, by source, of the project's funds before it."""
    whole = frame.whole
    return (
        "fund_source" in sense.dims
        and whole is not None
        and whole.indicator is not None
        and whole.indicator.id == "project_funds"
        and whole.sentence == sense.sentence
    )


_KEPT = ("fund_source", "function", "project", "base")


def as_project_funds(sense: Sense, around: Surroundings) -> None:
    """The figure is money of its project, whatever its words would name elsewhere."""
    sense.indicator = around.rules.by_id["project_funds"]
    sense.rule = sense.rule or "project_funds.scope"
    sense.dims = {k: v for k, v in sense.dims.items() if k in _KEPT}


def take_project(sense: Sense, project: str, before: list[Sense], around: Surroundings) -> None:
    """Money in a sentence that introduces its project is that project's funds."""
    if sense.figure.kind == "money" and sense.indicator and sense.indicator.family == "finance":
        as_project_funds(sense, around)
        sense.dims["project"] = project
        function = next(
            (s.dims["function"] for s in reversed(before) if "function" in s.dims), None
        )
        if function:
            sense.dims.setdefault("function", function)
