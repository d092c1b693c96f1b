"""Whose money it is (fund_source): told behind an amount, before a list, or by the whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.context.sense import Sense
from extract.lexicon.cues import between

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings

_ALL_FROM = re.compile(r"，(?:全部|全|均|都)[为是系](?P<from>[^，。；\n]{2,16})")
_PARTED = re.compile(r"(?:（[^）]{1,30}）)?[，；（]?(?:其中|分配)")


def set_source(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """The source of money whose own words name none: told behind it, or by what it is a part of.

    资金总额16万元，全部为县级配套资金; 中央财政下达500万元，其中：安平县80万元.
    """
    if sense.indicator is None or sense.figure.kind != "money" or sense.measure == "standard":
        return
    if "fund_source" not in sense.indicator.dims:
        return
    text, start = around.text, sense.figure.start
    if start in frame.listed:
        head = next(iter(frame.listed))  # 中央、市级下达转移支付甲项目40万元；乙项目20万元
        named = text.find(frame.listed[head], sense.sentence[0], head)
        whose = _source_in(sense.sentence[0], named, around) if named > 0 else None
        if whose:
            sense.dims["fund_source"] = whose
        return
    told = _told_behind(text, sense.figure.end, around)
    last = frame.last_level
    if told:
        sense.dims["fund_source"] = told
    elif last and _ALL_FROM.match(text, last.figure.end):
        if text.find("，", last.figure.end + 1, sense.at) >= 0:
            sense.dims.pop("fund_source", None)  # what was said of the figure before it
    elif "fund_source" not in sense.dims:
        whole = whole_of(sense, frame, text)
        if whole and whole.indicator is sense.indicator and "fund_source" in whole.dims:
            sense.dims["fund_source"] = whole.dims["fund_source"]


def _told_behind(text: str, end: int, around: Surroundings) -> str | None:
    """The source that the words behind a figure give to all of it."""
    behind = _ALL_FROM.match(text, end)
    if behind is None:
        return None
    return _source_in(behind.start("from"), behind.end(), around)


def _source_in(start: int, end: int, around: Surroundings) -> str | None:
    """The last source of funds that is named between two offsets."""
    cues = between(around.tags.dimensions, start, end)
    told = [cue.value for _, _, meant in cues for cue in meant if cue.name == "fund_source"]
    return str(told[-1]) if told else None


def whole_of(sense: Sense, frame: Frame, text: str) -> Sense | None:
    """The level whose parts the figure is among: behind it stands 其中.

    The frame keeps it as its total, for the parts that follow.
    """
    last = frame.last_level
    own = last is not None and last.sentence == sense.sentence
    if last and own and frame.total is None and _PARTED.match(text, last.figure.end):
        frame.total = last
    return frame.total
