"""Projects (项目): which one a figure belongs to, and when money is the funds of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.context.sense import Candidate, Sense
from extract.dimensions.sources import whole_of
from extract.lexicon.cues import CueRules, between
from extract.text.sections import Node

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings

AGENCY_FAMILIES = frozenset({"finance", "three_public", "procurement", "assets", "staff"})
_OF_PROJECTS = ("project_funds", "expenditure_project")
_PROJECTS = re.compile(r"项目(?!支出)|转移支付")
_SEVERAL = re.compile(
    r"[0-9一二两三四五六七八九十]个[^，。；]{0,8}项目|[各全]部?项目|项目共[0-9]"
    r"|项目资金(?:全部|均|总)|项目[0-9]{1,3}个"
)
_ABOUT = re.compile(r"项目资金|项目(?:支出)?绩效(?:自评|评价)报告")  # headings of one project
_PLAIN, _SHORT = 4, 14  # characters of words such as 全年支出, and of a heading of one subject
_BESIDE = ("expenditure_personnel", "expenditure_operating", "expenditure_basic")
_OUTCOME = 20  # characters before money in which it is told what a project brought about
_COUNTS = ("person", "visit", "thing", "household")
_KEPT = ("fund_source", "function", "project", "base")


def set_project(sense: Sense, rules: CueRules, own: str | None, region: str | None) -> None:
    """The project's name, unless the figure speaks of the whole territory.

    ``own``: the project that the sentence itself names; else that of the heading counts.
    """
    if sense.indicator is None:
        return
    id_, project = sense.indicator.id, own or sense.node.project
    local = own or id_ in rules.project_always or sense.reach != "territory"
    if project and local and not of_agency(sense, rules) and id_ not in rules.project_never:
        sense.dims["project"] = project
    if region and sense.indicator.family != "finance":
        sense.dims["region"] = region
        if id_ not in rules.project_always:
            sense.dims.pop("project", None)


def of_agency(sense: Sense, rules: CueRules) -> bool:
    """Whether the indicator is one of the agency as a whole, which no project has."""
    if sense.indicator is None or sense.indicator.family not in AGENCY_FAMILIES:
        return False
    return sense.indicator.id not in rules.neutral | rules.project_also


def settle_neutral(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """Neutral money words (全年执行数): the project's funds inside one, else the agency's.

    Outside of projects a heading or run-in label may say which part of the expenditure is meant.
    """
    rules, project = around.rules, frame.project or sense.node.project
    if sense.indicator is None:
        if project is None or not _may_be_funds(sense, around):
            return
        sense.indicator = rules.by_id["project_funds"]
        sense.rule, sense.score = "project_funds.scope", 3.5
    if sense.figure.kind == "money" and _only_a_title(sense) and _outcome(sense, around):
        sense.indicator = sense.rule = None
        return
    id_ = sense.indicator.id
    if project and _is_its_money(sense, project, frame, around):
        as_project_funds(sense, around)
    elif project and _handed_down(sense, frame, around.text):
        sense.measure = "budget"
        as_project_funds(sense, around)
    elif id_ == "project_funds" and (of_projects := _of_projects(sense, frame, around)):
        sense.indicator = rules.by_id[of_projects]
    elif id_ == "expenditure" and _only_names_a_role(sense, frame, around):
        sense.indicator = frame.last_level.indicator if frame.last_level else sense.indicator
    elif id_ == "expenditure" and _of_what_was_counted(sense, frame, around.text):
        sense.indicator = sense.rule = None
    elif id_ in ("expenditure", "project_funds"):
        _of_the_agency(sense, frame, around)


def _may_be_funds(sense: Sense, around: Surroundings) -> bool:
    """Whether money that nothing names may be a project's: no rate for each, no outcome."""
    if sense.figure.kind != "money" or not sense.is_level:
        return False
    if sense.measure == "standard" or sense.figure.per:
        return False  # an amount for each person or acre is none of the project's funds
    return not _outcome(sense, around)


def _outcome(sense: Sense, around: Surroundings) -> bool:
    """Whether money is what something brought about: 审减资金16万元."""
    start = max(sense.zone, sense.at - _OUTCOME)
    return around.rules.wording.outcomes.search(around.text, start, sense.at) is not None


def _only_a_title(sense: Sense) -> bool:
    """Whether money has its meaning from the words of a heading alone (项目支出自评报告)."""
    best = next(iter(sense.candidates), None)
    if best is None or best.place != "heading" or sense.rule != best.rule.id:
        return False
    return best.rule.indicator.family == "finance"


def _of_what_was_counted(sense: Sense, frame: Frame, text: str) -> bool:
    """Whether plain words tell what the count before them cost: 救助126人，支出252万元."""
    last, best = frame.last, next(iter(sense.candidates), None)
    if last is None or best is None or last.sentence != sense.sentence or best.place != "left":
        return False
    if last.figure.kind not in _COUNTS or best.end - best.start > _PLAIN or best.rule.measure:
        return False
    staff = last.indicator is not None and last.indicator.family == "staff"
    part = text.rfind("；", sense.sentence[0], sense.at)
    money = any(s.figure.kind == "money" and s.figure.start > part for s in frame.levels)
    return not staff and not money


def _of_the_agency(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """The agency's expenditure, or the part of it that a heading or run-in label names."""
    sense.indicator = around.rules.by_id["expenditure"]
    closer = _part_in(*frame.topic, around) if frame.topic else None
    if closer is None and sense.figure.kind == "percent":
        closer = _part_in_headings(sense, around)
    if closer is None and _says_only_spent(sense):
        closer = _part_in(sense.node.start, sense.node.body, around)
    if closer:
        sense.indicator, sense.rule = closer.rule.indicator, closer.rule.id


def _says_only_spent(sense: Sense) -> bool:
    """Whether a figure's words name nothing, below a short heading: （三）会议费。全年支出2万元."""
    best = next(iter(sense.candidates), None)
    plain = best is not None and best.end - best.start <= _PLAIN and best.place == "left"
    return plain and len(sense.node.heading) <= _SHORT and sense.node.how == "numbered"


def _is_its_money(sense: Sense, project: str, frame: Frame, around: Surroundings) -> bool:
    """Whether what names money inside a project only says that it is that project's."""
    return (
        (sense.indicator is not None and sense.indicator.id in around.rules.neutral)
        or _from_heading(sense, around.rules)
        or _source_of_project(sense, frame)
        or _use_of_project(sense, frame)
        or _only_names_it(sense, project, around.text)
    )


def _only_names_it(sense: Sense, project: str, text: str) -> bool:
    """Whether what names the money is a piece of the project's name (就业补助资金1860万元)."""
    best = next(iter(sense.candidates), None)
    if best is None or sense.figure.kind != "money" or sense.rule != best.rule.id:
        return False
    at = text.rfind(project, max(best.end - len(project), 0), sense.at)
    return 0 <= at <= best.start and best.end <= at + len(project)


def _handed_down(sense: Sense, frame: Frame, text: str) -> bool:
    """Whether it is a part of a project's planned money: 下达补助资金111万元，其中孤儿保障金11万元.

    What was spent on each kind has the name of that kind.
    """
    if sense.indicator is None or not sense.indicator.pack or sense.figure.kind != "money":
        return False
    whole = whole_of(sense, frame, text)
    if whole is None or whole.indicator is None or whole.measure != "budget":
        return False
    return whole.indicator.id == "project_funds" and sense.measure in ("budget", "actual")


def _of_projects(sense: Sense, frame: Frame, around: Surroundings) -> str | None:
    """Money of a project that is not named, or of several: 项目预算90万元, 8个项目预算985万元.

    Where its words speak of projects at all; else it is the agency's.
    """
    best, text = next(iter(sense.candidates), None), around.text
    alike = [s for s in frame.levels if s.figure.kind == sense.figure.kind and s.indicator]
    last = alike[-1] if alike else None
    goes_on = last is not None and "project" not in last.dims
    if last and goes_on and last.indicator and last.indicator.id in _OF_PROJECTS:
        return last.indicator.id
    if last and last.indicator and last.indicator.id in _BESIDE:
        return "expenditure_project"  # 人员经费26万元，公用经费3万元，项目资金40万元
    if best is None or best.place != "left":
        return None
    start = text.rfind("，", sense.sentence[0], best.start) + 1 or sense.sentence[0]
    if "fund_source" in sense.dims and last is None:
        start = sense.sentence[0]  # 项目资金全部到位，其中中央资金156万元
    if not (_PROJECTS.search(text, start, sense.at) or _ABOUT.search("|".join(sense.node.path))):
        return None
    several = _SEVERAL.search(text, sense.sentence[0], sense.at)
    return "expenditure_project" if several else "project_funds"


def _from_heading(sense: Sense, rules: CueRules) -> bool:
    """Whether only a heading says what it is: that of the project, or …项目支出绩效自评报告.

    Of a pack, whether only the project's own name (高龄津贴项目) says what the money pays for.
    """
    best = next(iter(sense.candidates), None)
    if best is None or best.place != "heading" or sense.indicator is not best.rule.indicator:
        return False
    named, money = best.rule.indicator, sense.figure.kind == "money"
    own = sense.node.start <= best.start < sense.node.body and named.family not in AGENCY_FAMILIES
    if money and own and sense.node.project and sense.node.project in sense.node.heading:
        return True  # 1.离休干部医疗补助项目⏎预算40万元
    return named.id in rules.parts or (bool(named.pack) and money)


def _only_names_a_role(sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """Whether the words only say which role (决算数, 调整后预算) of the part named before."""
    last, best = frame.last_level, next(iter(sense.candidates), None)
    if last is None or last.indicator is None or best is None or last.sentence != sense.sentence:
        return False
    if last.indicator.family not in AGENCY_FAMILIES or last.indicator.id in around.rules.wholes:
        return False
    if "；" in around.text[last.figure.end : sense.at] or last.figure.kind != sense.figure.kind:
        return False
    if "收入" in last.indicator.label_zh and "支出" in around.text[best.start : best.end]:
        return False  # 收入预算612万元，支出预算612万元: the other side
    only = around.rules.wording.only_role
    return only.fullmatch(around.text, best.start, best.end) is not None


def _source_of_project(sense: Sense, frame: Frame) -> bool:
    """Whether this money is a part, by source, of the project's funds before it."""
    whole = frame.whole
    if "fund_source" not in sense.dims or whole is None or whole.indicator is None:
        return False
    return whole.indicator.id == "project_funds" and whole.sentence == sense.sentence


def _use_of_project(sense: Sense, frame: Frame) -> bool:
    """Whether money that a pack names is given to a project, or is a part of its funds by use.

    补助资金下达111万元，其中临时救助100万元: payments to persons have a sentence of their own.
    """
    named = sense.indicator
    if named is None or not named.pack or sense.figure.kind != "money":
        return False
    before = [s.indicator.id for s in frame.levels if s.indicator and s.sentence == sense.sentence]
    return sense.measure == "budget" or "project_funds" in before


def as_project_funds(sense: Sense, around: Surroundings) -> None:
    """The figure is money of its project, whatever its words would name elsewhere."""
    sense.indicator = around.rules.by_id["project_funds"]
    sense.rule = sense.rule or "project_funds.scope"
    sense.dims = {k: v for k, v in sense.dims.items() if k in _KEPT}


def take_project(sense: Sense, project: str, before: list[Sense], around: Surroundings) -> None:
    """Money in a sentence that introduces its project is that project's funds."""
    if sense.figure.kind != "money" or not sense.indicator or sense.indicator.family != "finance":
        return
    as_project_funds(sense, around)
    sense.dims["project"] = project
    function = next((s.dims["function"] for s in reversed(before) if "function" in s.dims), None)
    if function:
        sense.dims.setdefault("function", function)


def _part_in_headings(sense: Sense, around: Surroundings) -> Candidate | None:
    """The part of the expenditure that the nearest headings name (人员类项目绩效分析)."""
    node: Node | None = sense.node
    for _ in range(2):
        if node is None:
            return None
        found = _part_in(node.start, node.body, around)
        if found:
            return found
        node = node.parent
    return None


def _part_in(start: int, end: int, around: Surroundings) -> Candidate | None:
    """The part of the expenditure that a heading or run-in label at ``start:end`` names."""
    for s, e, meanings in between(around.tags.indicators, start, end):
        for rule, strength in meanings:
            if strength == "phrases" and rule.indicator.id in around.rules.parts:
                return Candidate(5.0, rule, s, e, "heading")
    return None
