"""Lines of the functional classification without its marks: 行政单位医疗23万元 (无类款项标记).

Such a name counts where the text lists its spending by function, or where it means nothing else;
住房公积金 is an item of the economic classification as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.dimensions.functions import is_name
from extract.dimensions.scope import Named

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings
    from extract.context.sense import Sense

FUNCTION = "expenditure_function"
RULE = f"{FUNCTION}.unmarked"
_NEAR = 200  # characters from one line of a listing to the next
_LISTED = 700  # characters before a figure in which a listing by function is told
_NAME = 36  # characters of a name with all that stands around it
_STOPS = "，。；：、）\n"
_ROLES = re.compile(r"[，；]?(?:全年|本年|实际)*(?:支出)?(?:决算|执行|支出)(?:数|额)?[为：]?")
_APART = re.compile(r"[；。\n]")
_PARTS = re.compile(r"[，（]?(?:其中[：，]?|（|：)")


def named_before(sense: Sense, frame: Frame, around: Surroundings) -> Named | None:
    """The function that the words right before money name, or that a budget before it is of."""
    text = around.text
    start = max(sense.zone, sense.sentence[0], sense.at - _NAME)
    last = frame.last_level
    goes_on = last is not None and last.rule == RULE and last.sentence == sense.sentence
    if last and goes_on and _ROLES.fullmatch(text, last.figure.end, sense.at):
        return Named(last.dims["function"])  # 行政运行年初预算30万元，支出决算31万元
    words = _own(text, start, sense.at)
    match = around.rules.wording.function_name.match(words) if len(words) > _SHORTEST else None
    if match is None or sense.node.project or frame.project:
        return None
    name = match["name"]
    if words[match.end("name") :].startswith("支出"):
        name += "支出"
    if around.rules.wording.function_sure.fullmatch(name):
        return Named(name)
    known = is_name(name) or is_name(name.removeprefix(_OTHER))  # 其他…支出 is the last 项 of a 款
    return Named(name) if known and _listed(sense, around) else None


_ACCOUNTS = ("finance", "assets")
_SHORTEST = 3
_OTHER = "其他"


def _own(text: str, start: int, at: int) -> str:
    """The words right before a figure, behind the last mark; a role behind a colon is left out."""
    colon = text.rfind("：", start, at)
    if colon > start and _ROLE_ONLY.fullmatch(text, colon + 1, at):
        at = colon
    begin = max(text.rfind(c, start, at) for c in _STOPS) + 1
    return text[max(begin, start) : at].lstrip("（")


_ROLE_ONLY = re.compile(r"(?:20[0-9]{2}年度?)?(?:年初|全年|支出)?(?:预算|决算)?(?:支出)?数?为?")


def _listed(sense: Sense, around: Surroundings) -> bool:
    """Whether spending is listed by function here, and not by the economic classification."""
    if 0 <= sense.at - around.function_at <= _NEAR:
        since = around.text[around.function_at : sense.at]
        return all(m["told"] for m in around.rules.wording.function_told.finditer(since))
    before = around.text[max(0, sense.at - _LISTED) : sense.at]
    told = [m["told"] for m in around.rules.wording.function_told.finditer(before)]
    return bool(told and told[-1])


def part_of_one(sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """Whether money is what one function consists of: 行政运行310万元，其中：基本支出300万元."""
    if sense.indicator is None or not around.rules.wording.function_kinds.match(sense.indicator.id):
        return False
    of = [s for s in frame.levels if s.indicator and s.indicator.id == FUNCTION]
    if not of or sense.figure.value > of[-1].figure.value:
        return False
    text, whole = around.text, of[-1].figure
    if len(of) > 1 and not _APART.search(text, of[-2].figure.end, whole.start):
        return False  # 社会保障支出61万元、住房保障支出33万元，其中基本支出20万元: of all of them
    if not _PARTS.search(text, whole.end, sense.at):
        return False
    _forget(sense)
    return True


def _forget(sense: Sense) -> None:
    sense.indicator = sense.rule = None
    sense.dims = {}


def is_economic(sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """Whether money is that of an item which the catalogue does not have: 差旅费8万元."""
    text = around.text
    words = _own(text, max(sense.zone, sense.sentence[0], sense.at - _NAME), sense.at)
    if not around.rules.wording.economic_item.fullmatch(words):
        return False
    if sense.indicator and sense.indicator.id == FUNCTION:
        return False
    agency = any(s.indicator and s.indicator.family in _ACCOUNTS for s in frame.levels)
    if not agency and sense.indicator and sense.indicator.family not in _ACCOUNTS:
        return False
    _forget(sense)
    return True
