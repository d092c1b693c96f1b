"""What exactly is counted or rated (``item``): the words of the figure's own clause."""

from __future__ import annotations

import re

from extract.context.sense import Candidate, Sense
from extract.lexicon.wording import WordingRules

_LONGEST = 24
_NAMELESS = "由从自缩压在到至平不"  # with these a clause goes on: ，由20个工作日缩短至5个工作日
_BACK = 120  # characters before the days in which their procedure is named
NAMELESS = ("自评", "实际", "单位自评", "自我评分", "最终", "综合评定")
_SCORED = re.compile(
    r"[\s0-9.、．（）①-⑩]{0,8}(?P<name>[\u4e00-\u9fff]{2,20}?(?:率|性|度|数|量|值|成本|情况|水平|管理|控制))"
    r"(?=[=（(：:，0-9≥≤]|为|达|年初|目标|计划|全年|实际|完成|通过)"
)
# These say with their other dimensions what they are of.
_NO_ITEM = frozenset(
    {"expenditure_project", "benefit_payment", "benefit_rate", "satisfaction_rate"}
)
# Their items are names that may hold a 、 (方案的完整性、合规性).
_WHOLE_CLAUSE = frozenset({"payment_timeliness_rate"})


def item_of(sense: Sense, best: Candidate | None, text: str, wording: WordingRules) -> str | None:
    """The item's words as printed, without the words that only lead there (组织, 共, 达)."""
    id_ = sense.indicator.id if sense.indicator else ""
    if id_ in _NO_ITEM:
        return None
    if id_ == "processing_days":
        return _procedure(sense, text, wording)
    if best and best.place in ("right", "after") and text[sense.figure.end] != "，":
        behind = text[sense.figure.end : max(best.end, sense.limit)]
        return behind.rsplit("的", 1)[-1][:_LONGEST] or None
    marks = "，；。：" if id_ in _WHOLE_CLAUSE else "，；。：、"
    start = max([sense.zone, *(text.rfind(c, sense.zone, sense.at) + 1 for c in marks)])
    words = wording.item_tail.sub("", wording.item_head.sub("", text[start : sense.at]))
    behind = text[sense.figure.end : sense.limit].strip("，。；")
    if len(words) < 2 and behind:
        words = wording.item_head.sub("", behind)
    return words[-_LONGEST:] or None


def scored(sense: Sense, text: str) -> str | None:
    """What marks are given for, by the name that its part of the sentence begins with.

    在职人员控制率=（31/35）×100%=88.57%，得3分
    """
    start = max(sense.sentence[0], text.rfind("；", sense.sentence[0], sense.at) + 1)
    name = _SCORED.match(text, start, sense.at)
    return name["name"] if name else None


def _procedure(sense: Sense, text: str, wording: WordingRules) -> str | None:
    """The procedure whose days are counted: at the beginning of its part of the sentence."""
    begin, end = sense.sentence
    floor = max(begin, sense.at - _BACK)
    clause = max(text.rfind(mark, floor, sense.at) + 1 for mark in "，；：")
    own = wording.procedure.match(text, clause, sense.at) if clause else None
    if own and own["name"][0] not in _NAMELESS and "时" not in own["name"]:
        return own["name"]
    part = text.rfind("；", floor, sense.at) + 1
    named = wording.procedure.match(text, part or begin, end)
    return named["name"] if named else None
