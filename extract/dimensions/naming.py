"""How the text names a project, or a part of project expenditure, around its money (项目)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.context.sense import Sense
from extract.lexicon.cues import CueRules, between
from extract.text.sections import Node

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings
    from extract.numbers.figures import Figure

_TITLED = re.compile(r"[^，。；：、]{2,30}")
_USES = ("支出", "工作", "方面", "开支", "运转", "等")
_FUNDS = ("资金", "公益金", "补助", "拨款", "债券")


def named(text: str, start: int, end: int, rules: CueRules) -> tuple[str | None, bool]:
    """A project that the sentence itself names before a figure, the last one there.

    The flag says whether the figure is directly its money.
    """
    found: str | None = None
    direct = False
    if text.find("项目", start, end) < 0:
        return found, direct
    for m in rules.wording.project.finditer(text, start, end):
        if not rules.wording.no_project.search(m["name"]):
            found, direct = m["name"], bool(m["money"]) and end - m.end() <= 4
    return found, direct


def reviewed(text: str, start: int, rules: CueRules) -> str | None:
    """The project that a paragraph is about: 文化站运行项目绩效自评综述：全年预算数20万元."""
    match = rules.wording.reviewed.match(text, start)
    if match is None or rules.wording.no_project.search(match["name"]):
        return None
    name: str = match["name"]
    return name


def received(sense: Sense, start: int, around: Surroundings) -> str | None:
    """Funds named as they are handed down: 下达我县养老服务补助资金36万元.

    Not where the catalogue has an indicator for just these (居民医保财政补助资金).
    """
    rules = around.rules
    best = next(iter(sense.candidates), None)
    if best and best.start >= start and best.rule.indicator.family != "finance":
        return None
    match = rules.wording.received.search(around.text, start, sense.at)
    if match is None and sense.figure.kind == "money":
        match = rules.wording.funded.search(around.text, start, sense.at)
    known = match is None or rules.wording.no_project.search(match["name"])
    return None if match is None or known else match["name"]


def spent_on(name: str, sense: Sense, around: Surroundings) -> str | None:
    """The project that handed-down funds pay for: 衔接资金105万元，用于某某配套项目."""
    if not name.endswith(_FUNDS):
        return None
    behind = around.rules.wording.spent_on.match(around.text, sense.figure.end)
    if behind is None or around.rules.wording.no_project.search(behind["name"]):
        return None
    return behind["name"]


def listed(sense: Sense, frame: Frame, around: Surroundings) -> str | None:
    """A project by its funds, in a list of what project expenditure consists of.

    项目支出762万元。其中：安全生产专项经费300万元，执行291万元. A source of funds is no project.
    """
    total = frame.total or (frame.levels[0] if frame.levels else None)
    if total is None or total.indicator is None or total.indicator.id not in around.rules.listing:
        return None
    text = around.text
    name = around.rules.wording.funds.search(text, max(sense.zone - 1, sense.at - 40, 0), sense.at)
    if name is None or "其中" not in text[total.figure.end : sense.at]:
        return None
    if around.rules.wording.no_project.search(name["name"]):
        return None
    cues = between(around.tags.dimensions, name.start(), sense.at)
    source = any(cue.name == "fund_source" for _, _, meant in cues for cue in meant)
    return None if source else name["name"]


def set_portion(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """Money in a list of what project expenditure consists of is a named part of it."""
    if sense.figure.kind != "money" or frame.project or sense.node.project:
        return
    if sense.indicator and sense.indicator.family != "finance" and not sense.indicator.pack:
        return
    item = portion(sense, around.text, around.rules)
    if item:
        sense.indicator = around.rules.by_id["expenditure_project"]
        sense.rule, sense.score = sense.rule or "expenditure_project.listed", sense.score or 8.0
        sense.dims = {k: v for k, v in sense.dims.items() if k == "fund_source"} | {"item": item}


def portion(sense: Sense, text: str, rules: CueRules) -> str | None:
    """The item of project expenditure in a list that names no sum: 项目支出包括某某经费5万元，….

    The verb of the list (包括) stands behind the words for project expenditure.
    """
    start = sense.sentence[0]
    lists = list(rules.wording.portions.finditer(text, start, sense.at))
    if not lists or "；" in text[lists[-1].end() : sense.at]:
        return None
    name = rules.wording.portion.search(text, max(sense.zone, lists[-1].end()), sense.at)
    return name["name"] if name else None


def enumerated(
    text: str, start: int, end: int, figures: list[Figure], rules: CueRules
) -> dict[int, str]:
    """The projects that a sentence lists, each with its money, by where the money stands.

    转移支付敬老院项目40万元；公墓建设补助130万元；…: three or more, two of them called 项目.
    """
    if text.count("项目", start, end) < 2:
        return {}
    items: dict[int, str] = {}
    sure, zone = 0, start
    for figure in figures:
        if figure.kind == "money":
            name = rules.wording.listed.search(text[max(zone, figure.start - 60) : figure.start])
            if name and not rules.wording.no_project.search(name["name"]):
                items[figure.start] = name["name"]
                sure += bool(name["sure"])
        zone = figure.end
    return items if sure > 1 and len(items) > 2 else {}


def introduced(
    text: str, start: int, end: int, node: Node, rules: CueRules
) -> tuple[str, int] | None:
    """A project that the sentence introduces (具体内容为…) under a heading of project expenditure.

    The number says from where on the sentence speaks of it.
    """
    if not any(word in heading for word in rules.introduced_in for heading in node.path):
        return None
    intro = rules.introducers.search(text, start, end)
    name = _TITLED.match(text, intro.end(), end) if intro else None
    if intro is None or name is None:
        return None
    if intro.group() == "用于" and (text[name.end()] == "、" or name.group().endswith(_USES)):
        return None  # 用于购买设备、耗材等支出; 用于教育管理事务支出
    if rules.wording.no_project.search(name.group()):
        return None  # 用于保障机构为完成特定的工作任务
    return name.group(), max(start, text.rfind("：", start, intro.start()) + 1)
