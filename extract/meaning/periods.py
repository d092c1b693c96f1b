"""When a figure holds (所属期间): its year, the year it is compared with, the part of a year.

Its own words come first, then those of its sentence, of the paragraph, of the heading above it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.context.sense import Sense, Span
from extract.text import paragraph
from extract.text.sections import Node
from extract.text.years import (
    PLANNED,
    names_year,
    period_of,
    speaks_of_now,
    told_by,
    year_of,
    year_right_above,
)

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings

_COMPARED = frozenset({"change", "growth", "share"})
_SAID = 200  # characters before a figure in which its period is told
_NEAR = 24  # characters before a figure in which 由 or 每人每年 stands
_YEAR = re.compile(r"(?<!关于)(?:19|20)[0-9]{2}年")  # 关于2021年…的通知 is only cited
_YEAR_BEFORE = re.compile(r"[较比与同](?P<y>(?:19|20)[0-9]{2})年度?的?\Z")
_YEAR_BEHIND = re.compile(r"（(?P<y>(?:19|20)[0-9]{2})年度?）")
_PER_BEFORE = re.compile(
    r"每(?P<o>户|生|人|床|车|辆)每(?P<t>学年|学期|年|月|天|日|次)[^，。；、：0-9]{0,8}\Z"
    r"|每(?P<t2>年|月|天)每(?P<o2>人|户|生)[^，。；、：0-9]{0,8}\Z"
    r"|(?P<t4>[年月])人均[^，。；0-9]{0,6}\Z|人均(?P<far>[^，。；、：0-9]{1,10})?\Z"
    r"|每(?P<o3>户|生|人次|人|车|辆|床|亩|例|件|班|次)\Z"
)


def set_period(sense: Sense, span: Span, frame: Frame, around: Surroundings) -> None:
    """Set year, base year, kind of period, and what an amount is for (每人每年)."""
    text = around.text
    year, base = year_of(around.years, span.start, sense.at, around.report_year, sense.zone)
    if year is None or year == around.report_year:
        year = _year_told(sense, span, around) or year
    sense.year = sense.anchor.year if sense.anchor and sense.anchor.year else year
    if sense.measure in ("change", "growth"):
        before = sense.year - 1 if sense.year and "base" not in sense.dims else None
        sense.base_year = base if base is not None else before
    if sense.measure in _COMPARED and sense.anchor and sense.anchor.measure == "budget":
        sense.dims["base"] = "budget"  # the growth of a plan is none of what was spent
    words = text[max(sense.zone, sense.at - _NEAR) : sense.at]
    if sense.is_level:
        _when_changed(sense, words, span, frame, around)
    if text.startswith("（", sense.figure.end):
        behind = _YEAR_BEHIND.match(text, sense.figure.end)
        if behind:  # 550元（2020年）
            sense.year = int(behind["y"])
    sense.period_kind = period_of(text[max(span.start, sense.at - _SAID) : sense.at])
    if around.partial and sense.year == around.report_year:
        sense.period_kind = "ytd"
    if sense.period_kind == "ytd" and sense.measure in PLANNED:
        sense.period_kind = "year"  # 1至6月完成全年任务500人的60%
    if sense.figure.kind == "money":
        _per(sense, words, frame, around)


def _when_changed(sense: Sense, words: str, span: Span, frame: Frame, around: Surroundings) -> None:
    """Give the two levels of a change their years: from X to Y, against Y."""
    wording, years = around.rules.wording, around.years
    named = names_year(years, sense.zone, sense.at, relative=True)
    if sense.year is not None and not named and wording.changed_from.search(words):
        sense.year -= 1  # from X to Y: without years X belongs to the year before
    if based := _YEAR_BEFORE.search(words):
        sense.year = int(based["y"])  # 较2020年的41万元，…少支出12万元
    if wording.changed_to.search(words):
        sense.year = _year_reached(sense, span, frame, around) or sense.year


def _year_reached(sense: Sense, span: Span, frame: Frame, around: Surroundings) -> int | None:
    """The year of Y where only X has one of its own: 2021年由2019年的21%降到17%."""
    last = frame.last_level
    if last is None or last.sentence != sense.sentence or last.figure.unit != sense.figure.unit:
        return None
    text, years = around.text, around.years
    first = around.rules.wording.changed_since.search(text, last.zone, last.at)
    if first is None or names_year(years, last.figure.end, sense.at, relative=True):
        return None
    if not names_year(years, first.start(), last.at):
        return None
    return year_of(years, span.start, first.start(), around.report_year, span.start)[0]


def _per(sense: Sense, words: str, frame: Frame, around: Surroundings) -> None:
    """What an amount is for (每人每年), from its own words or the standard that it goes on with."""
    per = _PER_BEFORE.search(words) if "每" in words or "人均" in words else None
    last = frame.levels[-1] if frame.levels else None
    if per and sense.figure.per in ("年", "月") and per.group().startswith("人均"):
        sense.figure = replace(sense.figure, per=f"人·{sense.figure.per}")
    elif per and not per["far"] and sense.figure.per is None:
        thing = per["o"] or per["o2"] or per["o3"] or "人"
        time = per["t"] or per["t2"] or per["t4"]
        sense.figure = replace(sense.figure, per=f"{thing}·{time}" if time else thing)
    elif last and last.figure.per and sense.measure == last.measure == "standard":
        gap = around.text[last.figure.end : sense.at]
        part = "其中" in gap or gap[:1] == "、" or around.rules.wording.changed_to.search(gap)
        if part and sense.indicator is last.indicator and sense.figure.per is None:
            sense.figure = replace(sense.figure, per=last.figure.per)


def _year_told(sense: Sense, span: Span, around: Surroundings) -> int | None:
    """The year of the paragraph or the nearest heading, where the sentence itself names none."""
    if names_year(around.years, span.start, sense.at):
        return None
    if not speaks_of_now(around.years, span.start, sense.at):
        before = paragraph.year_before(around.text, around.years, span.start)
        if before:
            return before
    if span.above is None:
        above = year_right_above(around.text, span.start) or _year_headed(span.node, around)
        span.above = (above,)
    return span.above[0]


def _year_headed(node: Node | None, around: Surroundings) -> int | None:
    """The year in the nearest numbered heading that has one."""
    while node is not None and node.rank > 1:
        match = _YEAR.search(node.heading) if node.how == "numbered" else None
        if match and told_by(around.years, node.start, node.body):
            return int(match.group()[:4])
        node = node.parent
    return None
