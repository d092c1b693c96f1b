"""What the sentences of a paragraph hand on to those behind them (承前): a year, a scheme.

2020年共检查机构60家。解除协议3家。 says twice what was done in 2020; 居民医保收入9亿元。支出8亿元。
speaks twice of one scheme.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from operator import attrgetter

from extract.lexicon.cues import Tags, between
from extract.text.years import YearMark

_ENDS = "。！？\n"
_REACH = 400  # characters of the paragraph before a sentence that are looked at
_LEAD = re.compile(r"[^\u4e00-\u9fff0-9]{0,4}(?:[截至到在于]{1,2}|其中[，：]?)?")
_WHOLE = re.compile(
    r"两项|各项|合计|总计|[全各我本][省市县区州旗盟]|(?:常住|户籍)人口|综合"
    r"|基本医疗保险(?!基金|待遇|费)"
)


def year_before(text: str, years: list[YearMark], start: int) -> int | None:
    """The year that the nearest sentence of the paragraph before ``start`` begins with.

    None where that sentence names another year too, or the one in which it was written (今年).
    """
    floor = max(0, start - _REACH, text.rfind("\n", 0, start) + 1)
    at = bisect_left(years, start, key=attrgetter("start")) - 1
    if at < 0 or years[at].start < floor:
        return None
    begin = max(floor, *(text.rfind(mark, floor, years[at].start) + 1 for mark in _ENDS))
    found: int | None = None
    while at >= 0 and years[at].start >= begin:
        mark = years[at]
        if not mark.compared:
            if mark.year is None or found not in (None, mark.year):
                return None
            found = mark.year
        at -= 1
    first = years[at + 1]
    lead = _LEAD.match(text, begin)
    opens = lead is not None and lead.end() == first.start and not first.compared
    return found if opens else None


def scheme_before(text: str, tags: Tags, start: int) -> str | None:
    """The one scheme that the nearest sentence of the paragraph before ``start`` names."""
    floor = max(0, start - _REACH, text.rfind("\n", 0, start) + 1)
    found: str | None = None
    begin = start
    for first, _, cues in reversed(between(tags.dimensions, floor, start)):
        for cue in cues:
            if cue.name != "scheme":
                continue
            if found is None:
                begin = max(floor, *(text.rfind(m, floor, first) + 1 for m in _ENDS))
                found = str(cue.value)
            elif first >= begin and cue.value != found:
                return None
    return found


def speaks_of_all(text: str, start: int, end: int) -> bool:
    """Whether the words of a sentence begin anew with a whole (全市, 合计)."""
    return _WHOLE.search(text, start, end) is not None
