"""The dimensions of a figure: which scheme, care, benefit, source, project, function, territory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .cues import CueRules, Tags, between
from .sections import Node
from .sense import Candidate, Sense

if TYPE_CHECKING:
    from .meaning import Surroundings

_FUNCTION = re.compile(
    r"(?P<c>[^，。；：、（）\s0-9.．]{2,20})[（(]类[）)](?:(?P<s>[^，。；：\s]{2,40}?)[（(]款[）)])?"
    r"(?:(?P<i>[^，。；：\s]{2,40}?)[（(]项[）)])?"
)
_PROJECT = re.compile(
    r"(?:^|[，。；：、（\n]|其中)(?:其中|20[0-9]{2}年度?|包括|一是|二是|三是|四是|用于|安排|拨付|落实|完成|下达|对|为|的){0,3}"
    r"(?P<name>[^，。；：、（）0-9]{2,40}?项目)(?:资金|经费)?(?:共|总|实际|全年|累计|计划)?(?:年初|全年)?(?P<money>支出|预算|安排|到位|投入|执行|使用|决算)?(?(money)|(?:绩效)?(?:自评|评价)?得分)"
)
_NOT_PROJECT = re.compile(
    r"^(?:全年|实际|基本支出和|本年|年度|预算|部门|一般|其他|各|重点|单位|.{0,6}类)?项目$|个项目|特定目标类|(?:局|委|委员会|政府|办|办公室|部门|单位|中心|院|站|所|街道|我县|我市|安排|一般)项目$"
)
_PLACE = re.compile(
    r"^(?P<place>[\u4e00-\u9fff]{1,6}?[市县区州旗盟])(?!级|本级|域|直|乡|城|民|内|外|里)"
)
_OBJECT = re.compile(r"(?:参加|参保)[^，；]{0,3}\Z")
CODED = frozenset({"scheme", "care", "benefit", "fund_source", "institution"})
INHERITED = ("scheme", "care", "benefit")


def set_dimensions(sense: Sense, text: str, zone: int, limit: int, tags: Tags) -> None:
    """Fill the coded dimensions that the catalogue lists for the indicator.

    ``zone``: where the words of this figure begin; ``limit``: where those behind it end.
    """
    if sense.indicator is None:
        return
    wanted = [d for d in sense.indicator.dims if d in CODED]
    if not wanted:
        return
    figure, start = sense.figure, sense.sentence[0]
    own = clause_start(text, zone, sense.at)
    part = max(start, text.rfind("；", start, sense.at) + 1)
    near: dict[str, str] = {}
    far: dict[str, str] = {}
    for s, e, cues in between(tags.dimensions, max(start, sense.at - 250), sense.at):
        for cue in cues:
            if e > own:
                near[cue.name] = _both(cue.name, near.get(cue.name), cue.value)
            elif s >= part or (cue.name == "scheme" and not _OBJECT.search(text, max(0, s - 6), s)):
                far[cue.name] = cue.value
    # a rate after the parts of a whole is the whole's again
    part_of_whole = figure.kind == "percent" and "其中" in text[part : sense.at]
    behind: dict[str, str] = {}
    for s, _, cues in between(tags.dimensions, figure.end, _past_list(text, limit)):
        for cue in cues:
            if cue.name == "institution" and s <= figure.end + 12:
                behind[cue.name] = _both(cue.name, behind.get(cue.name), cue.value)
            elif s < limit and cue.name != "institution":
                behind.setdefault(cue.name, cue.value)
    for name in wanted:
        if name in sense.dims:
            continue
        value = near.get(name)
        if value is None and name in behind and name != "fund_source":
            value = behind[name]
        if value is None and name in INHERITED and not (part_of_whole and name == "scheme"):
            value = far.get(name)
        if value is None and name == "institution":
            value = far.get(name)
        if value is None and name == "scheme":
            value = _from_headings(sense, tags, name)
        if value is not None:
            sense.dims[name] = value


def clause_start(text: str, zone: int, at: int) -> int:
    """Where the clause begins in which the words right before ``at`` stand."""
    bracket = text.rfind("（", zone, at)
    if bracket >= 0 and text.find("）", bracket, at) >= 0:
        bracket = -1
    return max(zone, bracket + 1, text.rfind("，", zone, at) + 1, text.rfind("；", zone, at) + 1)


def _both(name: str, first: str | None, second: str) -> str:
    """Two kinds of institution in one noun phrase are any; else the later word counts."""
    return "any" if name == "institution" and first not in (None, second) else second


def _past_list(text: str, limit: int) -> int:
    """The end of a list joined by 、 that goes on at ``limit``."""
    while limit < len(text) and text[limit] == "、":
        stops = [p for p in (text.find(c, limit + 1, limit + 30) for c in "，；。：、）") if p >= 0]
        limit = min(stops, default=limit + 12)
    return limit


def _from_headings(sense: Sense, tags: Tags, name: str) -> str | None:
    node = sense.node
    while node is not None and node.rank:
        for _, _, cues in reversed(between(tags.dimensions, node.start, node.body)):
            for cue in cues:
                if cue.name == name:
                    return cue.value
        if node.parent is None:
            break
        node = node.parent
    return None


def function_of(text: str, start: int, end: int) -> str | None:
    """类/款/项 named between ``start`` and ``end``, joined by ``/``, the last one there."""
    found = None
    if text.find("类", start, end) < 0:
        return None
    for m in _FUNCTION.finditer(text, start, end):
        parts = [m["c"], m["s"], m["i"]]
        found = "/".join(p.strip() for p in parts if p)
    return found


def project_named(text: str, start: int, end: int) -> tuple[str | None, bool]:
    """A project that the sentence itself names before a figure, the last one there, and whether
    the figure is directly its money.
    """
    found, direct = None, False
    if text.find("项目", start, end) < 0:
        return found, direct
    for m in _PROJECT.finditer(text, start, end):
        if not _NOT_PROJECT.search(m["name"]):
            found, direct = m["name"], bool(m["money"]) and end - m.end() <= 4
    return found, direct


def other_territory(project: str, agency: str | None) -> str | None:
    """The place that a project's name begins with, where it is not the agency's own."""
    match = _PLACE.match(project)
    if match is None or (agency and match["place"] in agency):
        return None
    return match["place"] if len(match["place"]) >= 3 else None


_OTHER_PLACE = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{1,5}?[市县区州旗盟])(?=[\u4e00-\u9fff])(?!级|本级|域|直|乡|城|民|内|外|里|委|政府|医|局|财|分局|际|分|长|场|别|人)"
)
_LARGE = re.compile(r"(?:市|州|盟|地区|省|自治区)[^县区旗]{2,12}$")


def region_of(text: str, start: int, agency: str | None) -> str | None:
    """A county that a sentence of a prefecture's or province's report begins with."""
    if not agency or not _LARGE.search(agency) or re.search("县|区|旗", agency):
        return None
    match = _OTHER_PLACE.match(text, start)
    if (
        match is None
        or len(match["place"]) < 3
        or match["place"] in agency
        or match["place"][0] in "全我各该本辖"
    ):
        return None
    return match["place"]


def set_project(
    sense: Sense, rules: CueRules, named: str | None, heading: str | None, region: str | None
) -> None:
    """The project's name, unless the figure speaks of the whole territory.

    ``named``: the project that the sentence itself names; ``heading``: that of the heading.
    """
    if sense.indicator is None:
        return
    id_, project = sense.indicator.id, named or heading
    own = (
        sense.indicator.family in AGENCY_FAMILIES and id_ not in rules.neutral | rules.project_also
    )
    if project and not own and id_ not in rules.project_never:
        if named or id_ in rules.project_always or sense.reach != "territory":
            sense.dims["project"] = project
    if region and sense.indicator.family != "finance":
        sense.dims["region"] = region
        if id_ not in rules.project_always:
            sense.dims.pop("project", None)


AGENCY_FAMILIES = frozenset({"finance", "three_public", "procurement", "assets", "staff"})
_TITLED = re.compile(r"[^，。；：、]{2,30}")


def introduced(
    text: str, start: int, end: int, node: Node, rules: CueRules
) -> tuple[str, int] | None:
    """A project that the sentence introduces (具体内容为…) under a heading of project expenditure,
    and from where on the sentence speaks of it.
    """
    if not any(word in heading for word in rules.introduced_in for heading in node.path):
        return None
    intro = rules.introducers.search(text, start, end)
    name = _TITLED.match(text, intro.end(), end) if intro else None
    if intro is None or name is None:
        return None
    return name.group(), max(start, text.rfind("：", start, intro.start()) + 1)


_ITEM_TAIL = re.compile(
    r"(?:达到?|为|是|共|了|约|均达?|提升至|[（：:]|已|等|不低于|≥|由|从|缩短|压缩|减少|至|到|现场|平均)+\Z"
)
_ITEM_HEAD = re.compile(
    r"^(?:全年|共|共计|累计|组织|召开|开展了?|举办|参加|举行|进行|完成|先后|已|对|其中|分别|实现|实行|推行|、|和|及|20[0-9]{2}年度?|1-12月|在|设立|建立|取消|简化|将|把|选取|编制了?|，)+"
)
_PROCEDURE = re.compile(
    r"(?:简化|优化|压缩|缩短|将|把|对|实现|，)*(?P<name>[^，。；]{3,40}?)(?:实行|办理|办结|审批|审核|由|从|时限|限时|压缩|缩短|，)"
)
_NO_ITEM = frozenset(
    {"expenditure_project", "benefit_payment", "benefit_rate", "satisfaction_rate"}
)


def item_of(sense: Sense, best: Candidate | None, zone: int, limit: int, text: str) -> str | None:
    """What exactly is counted or rated: the words of the figure's own clause."""
    id_ = sense.indicator.id if sense.indicator else ""
    if id_ in _NO_ITEM:
        return None
    if id_ == "processing_days":
        named = _PROCEDURE.match(text, sense.sentence[0], sense.sentence[1])
        return named["name"] if named else None
    if best and best.place in ("right", "after"):
        return text[sense.figure.end : max(best.end, limit)].rsplit("的", 1)[-1][:24] or None
    start = max([zone, *(text.rfind(c, zone, sense.at) + 1 for c in "，；。：、")])
    words = _ITEM_TAIL.sub("", _ITEM_HEAD.sub("", text[start : sense.at]))
    behind = text[sense.figure.end : limit].strip("，。；")
    if len(words) < 2 and behind:
        words = _ITEM_HEAD.sub("", behind)
    return words[-24:] or None


def part_in_headings(sense: Sense, around: Surroundings) -> Candidate | None:
    """The part of the expenditure that the nearest headings name (人员类项目绩效分析)."""
    node: Node | None = sense.node
    for _ in range(2):
        if node is None:
            return None
        found = part_in(node.start, node.body, around)
        if found:
            return found
        node = node.parent
    return None


def part_in(start: int, end: int, around: Surroundings) -> Candidate | None:
    """The part of the expenditure that a heading or run-in label at ``start:end`` names."""
    for s, e, meanings in between(around.tags.indicators, start, end):
        for rule, strength in meanings:
            if strength == "phrases" and rule.indicator.id in around.rules.parts:
                return Candidate(5.0, rule, s, e, "heading")
    return None
