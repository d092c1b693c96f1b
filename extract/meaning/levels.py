"""Figures that state a level: which indicator, which role, which part of what."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.context.sense import Candidate, Sense
from extract.dimensions import naming, projects, scope, unmarked
from extract.dimensions.items import NAMELESS, item_of, scored
from extract.dimensions.sources import set_source
from extract.dimensions.subjects import set_subject
from extract.lexicon.cues import between
from extract.meaning import narrow, outside
from extract.meaning.bare import give_unit, labelled
from extract.meaning.roles import set_role
from extract.numbers.figures import negated

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings

_RESULTS = ("实际", "实际完成", "实际完成值", "完成", "完成值", "实际达到", "实际为", "实现", "值")
_NO_STANDARD = 1_000_000  # yuan: nobody is paid or pays that much for a year
_PART = re.compile(r"部分")
_REASON = re.compile(r"原因[：:]?(?:主要)?[是为系：一]|原因(?:在于|有)")
_NEXT_YEAR = re.compile(r"[，、；](?:20[0-9]{2})年度?(?:为|达|达到)?")
_RESULT = re.compile(r"[^；。]{0,12}实际|[，、（]{0,2}(?:全年|年末)?(?:完成|实现|实绩)")
_OF_FUNCTION = ("expenditure_function", "expenditure", "expenditure_general_budget")


def read(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """Set indicator, measure and dimensions of a level."""
    best = _best(sense, around)
    if best and (_of_several(best, sense, around.text) or _of_a_reason(best, sense, around.text)):
        best = None
    if best and best.score >= around.rules.settings["threshold"]:
        take(sense, best, around)
    if sense.figure.kind == "bare" and not give_unit(sense, around):
        return
    _function(sense, best, frame, around)
    set_role(sense, best, frame, around)
    _part(sense, frame, around)
    narrow.by_last(sense, best, frame, around)
    narrow.by_heading(sense, frame, around)
    _set_dimensions(sense, around)
    narrow.by_dimensions(sense, around)
    _from_last(sense, best, frame, around)
    if outside.set_aside(sense, best, frame, around):
        return
    before = sense.indicator
    projects.settle_neutral(sense, frame, around)
    if sense.indicator is not before:
        _set_dimensions(sense, around)
    set_source(sense, frame, around)
    naming.set_portion(sense, frame, around)
    clause = scope.clause_start(around.text, sense.zone, sense.at)
    set_subject(sense, around.text, clause, around.rules, frame.last_level)
    if sense.indicator and "item" in sense.indicator.dims and "item" not in sense.dims:
        item = item_of(sense, best, around.text, around.rules.wording)
        item = _named_before(item, sense, frame.last_level) or item
        if item in NAMELESS:
            item = None
        item = item or _item_in_front(sense, frame.last_level, around.text)
        if item is None and sense.figure.kind == "score":
            item = scored(sense, around.text)
        if item:
            sense.dims["item"] = item


def _of_several(best: Candidate, sense: Sense, text: str) -> bool:
    """Whether one amount is given for several things: 经营支出、对附属单位补助支出共0元."""
    if best.place != "left" or not _JOINTLY.fullmatch(text, best.end, sense.at):
        return False
    return any(
        c.place == "left" and c.rule.indicator is not best.rule.indicator
        and c.score > 0 and text[c.end : best.start] in _AND
        for c in sense.candidates
    )  # fmt: skip


_JOINTLY = re.compile(r"(?:支出|收入|费用?|经费)?(?:共|合计|共计|总计|一共)(?:为|是)?")
_AND = ("、", "和", "及", "与", "以及")


def _of_a_reason(best: Candidate, sense: Sense, text: str) -> bool:
    """Whether only the heading names money of a reason: 主要原因是增加补贴10万元."""
    return best.place == "heading" and bool(_REASON.search(text, sense.sentence[0], sense.at))


def _named_before(item: str | None, sense: Sense, last: Sense | None) -> str | None:
    """The item of a goal for its result: 检查准确率≥95%，实际98%."""
    if item not in _RESULTS or last is None or last.sentence != sense.sentence:
        return None
    return last.dims.get("item") if last.indicator is sense.indicator else None


def _item_in_front(sense: Sense, last: Sense | None, text: str) -> str | None:
    """The item of the figure before: 投入类得19分（满分20分）, 投入10分，得9.8分."""
    marks = "（，" if sense.figure.kind == "score" else "（"
    if last is None or last.sentence != sense.sentence or text[last.figure.end] not in marks:
        return None
    return last.dims.get("item") if "）" not in text[last.figure.end : sense.at] else None


def _set_dimensions(sense: Sense, around: Surroundings) -> None:
    scope.set_dimensions(sense, around.text, sense.zone, sense.limit, around.tags)


def _from_last(sense: Sense, best: Candidate | None, frame: Frame, around: Surroundings) -> None:
    """What a figure takes over from the level before it.

    The rest of its dimensions where both hang on the same words, and the indicator where it only
    names the source of a part.
    """
    last = frame.last_level
    if last is None or last.indicator is None or last.sentence != sense.sentence:
        return
    if sense.indicator is None and _in_turn(sense, last, around):
        sense.indicator, sense.rule, sense.score = last.indicator, "years.in_turn", 5.0
        _same_words(sense, last)
    elif sense.indicator is None and last.figure.kind == sense.figure.kind and last.indicator.dims:
        _part_of_whole(sense, last, frame, around)
    elif (
        sense.indicator is last.indicator
        and last.dims.get("benefit")
        and "）" not in around.text[last.figure.end : sense.at]
    ):
        sense.dims.setdefault("benefit", last.dims["benefit"])
    if best and best.start < sense.zone and sense.indicator is last.indicator:
        gap = around.text[last.figure.end : sense.at]
        if "（" not in gap and "其中" not in gap:
            _same_words(sense, last)


def _in_turn(sense: Sense, last: Sense, around: Surroundings) -> bool:
    """Whether nothing but another year stands between: 2021年21万元，2022年33万元."""
    gap = (last.figure.end, sense.at)
    return sense.figure.unit == last.figure.unit and bool(_NEXT_YEAR.fullmatch(around.text, *gap))


def _part_of_whole(sense: Sense, last: Sense, frame: Frame, around: Surroundings) -> None:
    """A figure that only names a part (财政补助3万元): it is of the whole before it."""
    whole = frame.whole if frame.whole and frame.whole.sentence == sense.sentence else last
    sense.indicator, sense.rule, sense.score = whole.indicator, "part.whole", 5.0
    _set_dimensions(sense, around)
    named = [n for n, v in sense.dims.items() if n in scope.CODED and whole.dims.get(n) != v]
    if not named and whole.indicator and "其中" in around.text[whole.figure.end : sense.at]:
        clause = scope.clause_start(around.text, sense.zone, sense.at)
        set_subject(sense, around.text, clause, around.rules)
        named = [name for name in ("subject",) if name in sense.dims]
    if not named or whole.figure.kind != sense.figure.kind:
        sense.indicator = sense.rule = None
    elif sense.measure == "actual" and not between(around.tags.roles, sense.zone, sense.at):
        sense.measure, sense.stage = whole.measure, whole.stage


def _same_words(sense: Sense, last: Sense) -> None:
    """Two figures of one phrase share what it says."""
    if "/" in last.dims.get("function", ""):
        sense.dims.pop("function", None)
    for name, value in last.dims.items():
        if name not in ("item", "fund_source") or sense.measure != last.measure:
            sense.dims.setdefault(name, value)


def take(sense: Sense, best: Candidate, around: Surroundings) -> None:
    """The figure takes the candidate's indicator and what its rule fixes."""
    sense.indicator, sense.rule, sense.score = best.rule.indicator, best.rule.id, best.score
    sense.dims.update(best.rule.dims)
    if best.rule.sign < 0 < sense.figure.value:
        sense.figure = negated(sense.figure)
    if sense.indicator.id == "expenditure_function":
        sense.dims["function"] = around.text[best.start : best.end]


def _best(sense: Sense, around: Surroundings) -> Candidate | None:
    """The best candidate; for a bare number the best that labels it."""
    if sense.figure.kind != "bare":
        return next((c for c in sense.candidates if _plausible(c, sense)), None)
    return next((c for c in sense.candidates if labelled(c, sense, around)), None)


def _plausible(best: Candidate, sense: Sense) -> bool:
    """Whether an amount can be what a rule fixes for one person: 筹资3.86亿元 is no standard."""
    fixed = best.rule.measure == "standard" and sense.figure.kind == "money"
    return not (fixed and abs(sense.figure.value) >= _NO_STANDARD)


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


def _function(sense: Sense, best: Candidate | None, frame: Frame, around: Surroundings) -> None:
    """Money of a functional classification, named in the sentence or the line's own heading."""
    if sense.figure.kind != "money":
        return
    text, rule = around.text, "expenditure_function.classification"
    function = scope.function_of(text, max(sense.zone, sense.sentence[0]), sense.at)
    if function is None and (function := unmarked.named_before(sense, frame, around)):
        rule = unmarked.RULE
    if function is None and _may_be_of_function(sense, best):
        function = scope.function_above(sense, text)
    if function:
        sense.indicator = around.rules.by_id["expenditure_function"]
        sense.rule, sense.score = rule, 14.0
        sense.dims = {"function": function.words}
        if function.code:
            sense.dims["function_code"] = function.code
    if sense.indicator and sense.indicator.id == "expenditure_function":
        around.function_at = sense.figure.end


def _may_be_of_function(sense: Sense, best: Candidate | None) -> bool:
    """Whether nothing but general words name the money of a line that begins with a function."""
    if sense.indicator is None or sense.indicator.id not in _OF_FUNCTION:
        return False
    own = best is not None and best.start >= sense.zone
    return not own or sense.indicator.id != "expenditure_general_budget"


def goals_before_results(senses: list[Sense], text: str) -> None:
    """救助人次数≥5000人次，实际完成5321人次: the bound is the goal."""
    for goal, result in pairwise(senses):
        gap = text[goal.figure.end : result.figure.start]
        alike = goal.figure.unit == result.figure.unit and goal.figure.bound != "="
        if alike and goal.measure == "actual" and len(gap) < 16 and _RESULT.match(gap):
            goal.measure = "target"
