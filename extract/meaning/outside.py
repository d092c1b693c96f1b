"""Figures that the catalogue does not have, whatever their words are (目录之外).

Money of projects under evaluation, what was saved, averages, sums of unlike things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.context.sense import Candidate, Sense
from extract.dimensions import unmarked

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings

_SAVED = 24  # characters before money in which it is told that it was saved
_EVALUATED = 120  # characters before money in which an evaluation is told


def set_aside(sense: Sense, best: Candidate | None, frame: Frame, around: Surroundings) -> bool:
    """Whether the figure is of nothing that the catalogue has; its indicator is taken away."""
    if sense.figure.kind == "money" and (
        _evaluated(sense, frame, around)
        or _saved(sense, best, around)
        or unmarked.part_of_one(sense, frame, around)
        or unmarked.is_economic(sense, frame, around)
    ):
        return True
    return _averaged(sense, best, around) or _sum_of_all(sense, frame, around)


def _evaluated(sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """Whether money is that of projects under evaluation: it is no account of the agency."""
    if frame.project or sense.node.project:
        return False
    if sense.indicator is not None and sense.indicator.family != "finance":
        return False
    start = max(sense.sentence[0], sense.at - _EVALUATED)
    wording = around.rules.wording
    if not wording.evaluated.search(around.text, start, sense.at) and not (
        "绩效目标" in sense.node.heading and wording.covered.search(around.text, start, sense.at)
    ):
        return False
    sense.indicator = sense.rule = None
    return True


def _sum_of_all(sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """Whether money sums up what is not alike: 追回86万元，处违约金12万元，合计98万元."""
    last = frame.last_level
    if sense.figure.kind != "money" or last is None or last.sentence != sense.sentence:
        return False
    if around.rules.wording.sums.fullmatch(around.text, last.figure.end, sense.at) is None:
        return False
    alike = [s for s in frame.levels if s.figure.kind == "money"]
    if len({s.indicator.id for s in alike[-2:] if s.indicator}) < 2:  # two things at least
        return False
    sense.indicator = sense.rule = None
    return True


def _averaged(sense: Sense, best: Candidate | None, around: Surroundings) -> bool:
    """Whether a figure is an average of something else: 报销1.9亿元，人均报销3725元."""
    if best is None or sense.indicator is None or "fund_source" in sense.dims:
        return False
    if best.rule.measure == "standard" and best.end > sense.zone:
        return False
    if sense.figure.kind not in ("money", "visit", "thing", "person"):
        return False
    start = max(sense.zone, sense.at - _SAVED)
    if around.text.find("均", start, sense.at) < 0 and around.text.find("每", start, sense.at) < 0:
        return False
    averaged = around.rules.wording.averaged.search(around.text, start, sense.at)
    if averaged is None or best.start <= averaged.start("word") + 1 < best.end + 1:
        return False
    sense.indicator = sense.rule = None
    return True


def _saved(sense: Sense, best: Candidate | None, around: Surroundings) -> bool:
    """Whether money was saved, of which no other words tell: 采购金额1200万元，节约资金600万元."""
    if saves(sense, around):
        sense.indicator = sense.rule = None
        return True
    start = max(sense.zone, sense.at - _SAVED)
    saved = around.rules.wording.saved.search(around.text, start, sense.at)
    if saved is None or (best is not None and best.end > saved.start()):
        return False
    sense.indicator = sense.rule = None
    return True


def saves(sense: Sense, around: Surroundings) -> bool:
    """Whether a verb of saving has its object behind the money: 减少618万元医保基金支出."""
    if sense.figure.kind != "money":
        return False
    wording, text = around.rules.wording, around.text
    if wording.saving.search(text, max(sense.zone, sense.at - 4), sense.at) is None:
        return False
    return wording.savings.match(text, sense.figure.end) is not None
