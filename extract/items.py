"""What exactly is counted or rated (``item``): the words of the figure's own clause."""

from __future__ import annotations

from .sense import Candidate, Sense
from .wording import WordingRules

_LONGEST = 24
_NAMELESS = "由从自缩压在到至平不"  # with these a clause goes on: ，由20个工作日缩短至5个工作日
_BACK = 120  # characters before the days in which their procedure is named
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
