"""Figures about another figure: share, growth, change, completion.

The cue gives the measure and the sign; the anchor gives indicator and dimensions. The anchor is
the level that the satellite's own words name, else the last level before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.context.sense import Sense, Span
from extract.dimensions import projects
from extract.lexicon.cues import RelationCue, between
from extract.meaning import anchors, comparisons
from extract.meaning.attachment import like, of_anchor

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings

_STOPPED = re.compile(r"[，；。]")
_REACHES = "为达到约均"  # behind a rate that names itself: 基金支付比例达到
_SPENT = ("money", "percent", "score", "bare")
_OF_MONEY = re.compile(r"预算|资金|经费|支出|支付|执行|拨付|发放|兑")
_REGARD = 44  # how far before a figure a satellite's cue may stand


def read(sense: Sense, span: Span, frame: Frame, around: Surroundings) -> bool:
    """Whether the figure is about another one; then its meaning is set."""
    figure, text = sense.figure, around.text
    if comparisons.base_level(sense, frame, around):
        return True
    if figure.kind == "bare" and not (
        frame.last_level and "caption_unit" in frame.last_level.flags
    ):
        return False
    words = text[max(sense.zone, sense.at - _REGARD) : sense.at]
    if figure.kind == "percent" and _of_target(sense, frame, around):
        return True
    if figure.kind in ("percent", "points"):
        cue = _relation(sense, around)
        if cue:
            return _related(sense, *cue, frame, around)
        again = comparisons.like_last(sense, words, frame.last)
        if again or _share_in_brackets(sense, words, frame):
            return True
    compared = comparisons.compares(sense, span, words, frame, around)
    return compared or comparisons.list_goes_on(sense, frame, text)


def _related(
    sense: Sense, cue: RelationCue, start: int, frame: Frame, around: Surroundings
) -> bool:
    """A share or completion, by the cue that begins at ``start``."""
    start = _behind_name(start, sense, around)
    of_anchor(sense, cue.measure, start, frame, around)
    if sense.indicator is None and cue.default and not _of_a_count(sense, start, around.text):
        sense.anchor, sense.indicator = None, around.rules.by_id[cue.default]
        sense.rule, sense.score = "completion.default", 4.0
        projects.settle_neutral(sense, frame, around)
    if cue.measure == "share":
        _set_whole(sense, start, frame, around)
    return True


def _of_a_count(sense: Sense, start: int, text: str) -> bool:
    """Whether it says how much of something counted is done: 改造危桥8座，完成率100%."""
    of = sense.anchor
    if of is None or of.sentence != sense.sentence or of.figure.kind in _SPENT:
        return False
    return _OF_MONEY.search(text, start, sense.at) is None


def _behind_name(start: int, sense: Sense, around: Surroundings) -> int:
    """Where a cue begins whose first word ends a name: 卫生健康支出|进度, 基本支出|完成率."""
    end = start + 2
    if around.text[start:end] != "支出":
        return start
    for first, last, meanings in between(around.tags.indicators, max(sense.zone, start - 24), end):
        named = any(rule.indicator.id not in around.rules.neutral for rule, _ in meanings)
        if last == end and first < start and named:
            return end
    return start


def _share_in_brackets(sense: Sense, words: str, frame: Frame) -> bool:
    """其中基本支出300万元（75%）: a percent behind a part of a whole is its share."""
    part = anchors.share_in_brackets(sense, frame) if words == "（" else None
    return part is not None and like(sense, part, "share")


def _of_target(sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """A completion that names its target: 完成3200人计划的58.4%, 占目标任务1.3万人的85%."""
    last, text = frame.last, around.text
    if last is None or last.sentence != sense.sentence or last.figure.kind == "percent":
        return False
    if not around.rules.wording.of_target.fullmatch(text, last.figure.end, sense.at):
        return False
    before = text[max(last.sentence[0], last.at - 16) : last.at]
    verb = around.rules.wording.targeted.search(before)
    if last.measure != "target" and verb is None:
        return False
    if verb and verb.group()[0] == "占" and len(frame.levels) > 1:
        words = verb.group() + text[last.figure.end : sense.at]
        part = frame.levels[-2]
        if not around.rules.wording.target_word.search(words) and part.indicator:
            return _share_of(sense, part, last)
    if last.indicator is None:
        alike = [s for s in frame.levels if s.figure.unit == last.figure.unit and s.indicator]
        if alike:
            last.indicator, last.rule = alike[-1].indicator, "target.anchor"
            last.dims = dict(alike[-1].dims)
    if last.measure == "actual":
        recovered = last.indicator is not None and last.indicator.family == "enforcement"
        planned = last.figure.kind == "money" and not recovered
        last.measure = "budget" if planned else "target"
    return like(sense, last, "completion")


def _share_of(sense: Sense, part: Sense, whole: Sense) -> bool:
    """A share that names its whole: 结算病例24万例，占出院病例25万例的96%."""
    if whole.indicator and whole.indicator is not part.indicator:
        sense.dims["whole"] = whole.indicator.id
    return like(sense, part, "share")


def _relation(sense: Sense, around: Surroundings) -> tuple[RelationCue, int] | None:
    """The share or completion cue that governs a percent, and where it begins."""
    text = around.text
    hits = between(around.tags.relations, max(sense.zone, sense.at - _REGARD), sense.at)
    if not hits:
        return None
    start, end, cues = hits[-1]
    if len(hits) > 1 and (text[start] == "的" or text[hits[-2][0]] == "占"):
        # 占基本支出的比例为, 占采购总额比重: the part stands before 占
        start = start if _STOPPED.search(text, hits[-2][1], start) else hits[-2][0]
    gap = text[end : sense.at]
    if any(c in gap for c in "，；。") or (cues[0].measure == "completion" and len(gap) > 8):
        return None
    rival = next(
        (c for c in sense.candidates if c.place == "left" and "percent" in c.rule.kinds), None
    )
    if (
        rival
        and rival.start >= sense.zone
        and (
            (
                rival.start <= start + 1
                and (rival.end + 1 >= end or not text[rival.end : end].strip(_REACHES))
            )
            or rival.start >= end
        )
    ):
        return None
    return cues[0], start


def _set_whole(sense: Sense, cue: int, frame: Frame, around: Surroundings) -> None:
    """What the share is of: named behind 占, else the sum whose part the anchor is."""
    own = sense.indicator
    for _, _, meanings in between(around.tags.indicators, cue + 1, sense.at):
        for rule, strength in meanings:
            if strength == "phrases" and rule.indicator is not own and rule.indicator.unit != "%":
                sense.dims["whole"] = rule.indicator.id
                return
    text, start = around.text, sense.sentence[0]
    for _, end, meanings in between(around.tags.indicators, start, cue):
        if text[end : end + 2] in ("中，", "中："):  # 三公经费支出决算中，公务接待费…，占…
            sense.dims["whole"] = meanings[0][0].indicator.id
            return
    total = frame.total or _total(frame.levels, text)
    if total is None or total is sense.anchor or not total.indicator or not own:
        return
    if total.indicator is not own and total.indicator.unit == own.unit:
        sense.dims["whole"] = total.indicator.id


def _total(levels_: list[Sense], text: str) -> Sense | None:
    """The first level of the sentence, where its parts follow it (其中)."""
    if len(levels_) < 2:
        return None
    gap = text[levels_[0].figure.end : levels_[1].at]
    return levels_[0] if "其中" in gap else None
