"""Which role a level plays: budget, target, standard or actual (预算, 目标, 标准, 决算)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.context.sense import Candidate, Sense
from extract.dimensions import scope
from extract.lexicon.cues import RoleHit, between

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings


_DONE = 16  # characters before a figure in which 已 says that it is a result
BUDGETED = frozenset({"finance", "three_public", "procurement"})


def set_role(sense: Sense, best: Candidate | None, frame: Frame, around: Surroundings) -> None:
    """From the rule of the indicator, else the words behind, before, of the level before."""
    if best and best.rule.measure and sense.indicator is best.rule.indicator:
        sense.measure = _fixed(sense, best.rule.measure)
        if sense.figure.kind == "days":  # 时限 is a standard, but for its goal and result
            sense.measure = _of_days(sense, around) or sense.measure
        return
    end = sense.figure.end
    if around.text[end : end + 1] in around.rules.behind_begins:
        behind = around.rules.role_after.match(around.text, end)
        if behind:
            sense.measure = around.rules.roles_behind[behind.group()]
            return
    bounded = sense.figure.bound != "="  # planned money is a budget, but 追回资金100万元以上
    goals = sense.node.goals and (sense.figure.kind not in ("money", "score") or bounded)
    goals = goals and "已" not in around.text[max(sense.zone, sense.at - _DONE) : sense.at]
    if _from_words(sense, goals, frame, around) or _from_level(sense, best, frame, around):
        sense.leads = sense.leads or sense.figure.start in frame.listed
        return
    if goals:
        sense.measure = "target"
    elif _planned(sense, around) and sense.figure.kind == "money" and _of_budget(sense):
        sense.measure = "budget"
    elif sense.figure.per and sense.figure.per != "人次":  # a cost per visit is an average
        sense.measure = "standard"


def _planned(sense: Sense, around: Surroundings) -> bool:
    """Whether the document, or the heading right above, speaks of what is planned."""
    return around.planned or sense.node.planned


def _of_budget(sense: Sense) -> bool:
    return sense.indicator is not None and sense.indicator.family in BUDGETED


def _fixed(sense: Sense, measure: str) -> str:
    """What the indicator's rule says; a project's rate is no standard but its goal or result."""
    if measure == "standard" and sense.figure.kind == "percent" and sense.node.project:
        return "target" if sense.node.goals else "actual"
    return measure


def _of_days(sense: Sense, around: Surroundings) -> str | None:
    """Whether days are a goal (目标值≤20个工作日) or a result (实际15个, 平均3个)."""
    text = around.text
    clause = scope.clause_start(text, sense.zone, sense.at)
    hits = [h for h in between(around.tags.roles, clause, sense.at) if text[h[0]] in "实平目指"]
    return hits[-1][2][0].measure if hits else None


def _from_words(sense: Sense, goals: bool, frame: Frame, around: Surroundings) -> bool:
    """The nearest word of a role in the figure's clause; not inside the name of a project."""
    text, last = around.text, frame.last
    clause = scope.clause_start(text, sense.zone, sense.at)
    if last and sense.figure.kind == "money" and _counts_what_costs(last, sense, text):
        clause = scope.clause_start(text, last.zone, last.at)
    if clause > sense.zone and around.rules.wording.summed.fullmatch(text, clause, sense.at):
        clause = scope.clause_start(text, sense.zone, clause - 1)  # 按年安排，共计239万元
    hits = [h for h in between(around.tags.roles, clause, sense.at) if not _barred(h, sense, text)]
    name = frame.listed.get(sense.figure.start) or frame.project
    if hits and name:
        begin = text.rfind(name, clause, sense.at)
        end = begin + len(name) if begin >= 0 else begin
        hits = [h for h in hits if h[0] < begin or h[1] > end]
    if goals:
        hits = [h for h in hits if h[2][0].measure != "actual" or text[h[0]] in "实已"]
    if not hits:
        return False
    sense.measure, sense.stage = hits[-1][2][0].measure, hits[-1][2][0].stage
    sense.leads = "：" in text[hits[-1][1] : sense.at]
    return True


def _counts_what_costs(last: Sense, sense: Sense, text: str) -> bool:
    """批复预算8个项目985万元: the count before the money is no statement of its own."""
    gap = text[last.figure.end : sense.at]
    return last.figure.kind == "thing" and len(gap) < 8 and gap.isalpha()


def _from_level(sense: Sense, best: Candidate | None, frame: Frame, around: Surroundings) -> bool:
    previous = frame.last_level
    if previous is None or not _hands_on(previous, sense, best, frame, around.text):
        return False
    if around.rules.wording.spent.fullmatch(around.text, previous.figure.end, sense.at):
        return False  # 预算30万元，支出27万元
    sense.measure, sense.stage, sense.leads = previous.measure, previous.stage, True
    return True


def _hands_on(
    previous: Sense, sense: Sense, best: Candidate | None, frame: Frame, text: str
) -> bool:
    """Whether a budget or target goes on to the next figure.

    It does to parts and lists, not to a new statement (年初预算5万元，全年支出4万元).
    """
    if previous.measure not in ("budget", "target"):
        return False
    if previous.figure.kind != sense.figure.kind:
        return False
    if previous.sentence != sense.sentence:  # …183万元。其中，送戏下乡47万元
        return previous is frame.total and sense.figure.kind == "money"
    gap = text[previous.figure.end : sense.at]
    if "；" in gap:
        return previous.leads and sense.figure.kind == "money"
    if previous.leads or "其中" in gap or "（" in gap or gap.startswith("、"):
        return True
    # 分配湾溪区24万元，繁山县56万元: words that name nothing else go on with the list
    named = best is not None and best.start >= sense.zone
    return sense.figure.kind == "money" and gap[:1] == "，" and len(gap) < 16 and not named


def _barred(hit: RoleHit, sense: Sense, text: str) -> bool:
    """Whether the figure cannot play that role.

    Money has budgets, but for recovered funds and the like; counts have targets; and a percent's
    standard says so (标准).
    """
    measure, kind = hit[2][0].measure, sense.figure.kind
    if kind == "percent" and measure == "standard":
        return "标准" not in text[hit[0] : hit[1]]
    planned = kind == "money" and not (sense.indicator and sense.indicator.family == "enforcement")
    return measure == ("target" if planned else "budget")
