"""Figures about another figure: share, growth, change, completion.

The cue gives the measure and the sign; the anchor gives indicator and dimensions. The anchor is
the level that the satellite's own words name, else the last level before it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from . import anchors, levels, projects, scope
from .bare import in_unit_of
from .candidates import Span, ranked
from .cues import RelationCue, between
from .figures import Figure, negated
from .sense import Candidate, Sense

if TYPE_CHECKING:
    from .meaning import Frame, Surroundings

_STOPPED = re.compile(r"[，；。]")
_TRAILING_PART = re.compile(r"部分")
_REACHES = "为达到约均"  # behind a rate that names itself: 基金支付比例达到
_REGARD = 44  # how far before a figure a satellite's cue may stand


def read(sense: Sense, span: Span, frame: Frame, around: Surroundings) -> bool:
    """Whether the figure is about another one; then its meaning is set."""
    figure, text = sense.figure, around.text
    if _base_level(sense, frame, around):
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
            _of_anchor(sense, cue[0].measure, cue[1], frame, around)
            if sense.indicator is None and cue[0].default:
                sense.anchor, sense.indicator = None, around.rules.by_id[cue[0].default]
                sense.rule, sense.score = "completion.default", 4.0
                projects.settle_neutral(sense, frame, around)
            if cue[0].measure == "share":
                _set_whole(sense, cue[1], frame, around)
            return True
        if _like_last(sense, words, frame.last) or _share_in_brackets(sense, words, frame):
            return True
    return _comparison(sense, span, words, frame, around) or _list_goes_on(sense, frame, text)


def _share_in_brackets(sense: Sense, words: str, frame: Frame) -> bool:
    """其中基本支出300万元（75%）: a percent behind a part of a whole is its share."""
    part = anchors.share_in_brackets(sense, frame) if words == "（" else None
    return part is not None and like(sense, part, "share")


def _list_goes_on(sense: Sense, frame: Frame, text: str) -> bool:
    """较上年减少3批次、21人次: the second figure is a change as well."""
    listed = anchors.listed_change(sense, frame, text)
    if listed is None:
        return False
    sense.figure = signed(sense.figure, listed[1])
    return like(sense, listed[0], "change")


def _like_last(sense: Sense, words: str, last: Sense | None) -> bool:
    """减少55万元（43%）: the rate falls like the amount; 下降8.37%、28.3%: like the rate before."""
    if last is None:
        return False
    again = words in ("、", "和") and last.measure == "growth" and last.sentence == sense.sentence
    if not again and (words != "（" or last.measure != "change"):
        return False
    sense.figure = signed(sense.figure, -1 if last.figure.value < 0 else 1)
    return like(sense, last.anchor or last if again else last, "growth", last if again else None)


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


def _base_level(sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """The level that a change is measured from: 较上年的3.12万元减少0.14万元."""
    wording = around.rules.wording
    match = wording.change_base.search(around.text, max(sense.zone, sense.at - 20), sense.at)
    if match is None:
        return sense.is_level and _named_base(sense, around)
    like_it = [s for s in frame.levels if s.figure.kind == sense.figure.kind and s.indicator]
    last = like_it[-1] if like_it else frame.last_level
    if last is None or last.indicator is None:
        return False
    if last.figure.kind != sense.figure.kind:
        return False
    like(sense, last, "actual")
    sense.anchor, sense.compared, sense.rule = None, True, "base.anchor"
    sense.year = int(match["y"]) if match["y"] else (last.year - 1 if last.year else None)
    return True


def _named_base(sense: Sense, around: Surroundings) -> bool:
    """A level of another year that names itself: 较2019年总收入6871万元减少243万元."""
    text, rules = around.text, around.rules
    if rules.after_direction.match(text, sense.figure.end) is None:
        return False
    base = rules.wording.named_base.search(text, sense.zone, sense.at)
    best = next(iter(sense.candidates), None)
    if base is None or best is None or best.start < sense.zone:
        return False
    levels.take(sense, best, around)
    scope.set_dimensions(sense, text, sense.zone, sense.limit, around.tags)
    sense.compared, sense.year = True, int(base["y"])
    return True


_MORE = re.compile(r"(?:比|较)[^，。；]{2,10}(?P<word>多|少)(?!于)[\u4e00-\u9fff]{1,4}\Z")


def _comparison(sense: Sense, span: Span, words: str, frame: Frame, around: Surroundings) -> bool:
    """Change and growth: a direction word right before the figure, in a comparison."""
    rules, figure = around.rules, sense.figure
    direction = rules.direction.search(words, max(0, len(words) - 16))
    if direction is None and ("多" in words or "少" in words):
        direction = _MORE.search(words)
    if direction is None or rules.wording.changed_to.search(words):
        return False
    begin = sense.at - len(words) + direction.start()
    own = rules.comparison.search(around.text, sense.zone, sense.at) is not None
    alone = not own and _of_quantity(direction["word"], sense, begin, around)
    saved = not own and rules.wording.unchanged.fullmatch(direction["word"])
    meant = alone or _compares(direction["word"], span, sense, frame, around)
    if saved or not meant or _TRAILING_PART.match(around.text, figure.end):
        return False
    if figure.kind == "bare" and frame.last_level:
        figure = in_unit_of(figure, frame.last_level.figure)
        sense.flags.append("caption_unit")
    sense.figure = signed(figure, rules.signs[direction["word"]])
    back = sense.zone if own else max(span.start, sense.at - 60)
    if rules.against_budget.search(around.text, back, sense.at):
        sense.dims["base"] = "budget"
    if alone:
        return _of_itself(sense, begin, around)
    if figure.kind != "percent":
        return _of_anchor(sense, "change", begin, frame, around)
    last = frame.last
    told = last is not None and last.measure == "change" and last.sentence == sense.sentence
    if last is None or not told or _names_itself(sense, begin):
        return _of_anchor(sense, "growth", begin, frame, around)
    return like(sense, last.anchor or last, "growth", None if own else last)


def _names_itself(sense: Sense, cue: int) -> bool:
    """Whether the figure's own words before the cue name an indicator."""
    return any(
        sense.zone <= c.start and c.end <= cue + 1 and c.place == "left" for c in sense.candidates
    )


def _compares(word: str, span: Span, sense: Sense, frame: Frame, around: Surroundings) -> bool:
    """Whether a direction word speaks of a comparison, not of a thing (新增, 核减)."""
    text = around.text
    if around.rules.comparison.search(text, max(span.start, sense.at - 80), sense.at):
        return True
    if word in around.rules.alone or (len(word) > 1 and _listed(frame)):
        return True
    if len(word) < 2:
        return False
    if "（" in word:
        return frame.last_level is not None or bool(sense.candidates)
    before = text[sense.at - len(word) - 1 : sense.at - len(word)]
    if sense.figure.kind in ("percent", "points"):
        return True
    return frame.last_level is not None and before in "，、；（" and before != ""


def _listed(frame: Frame) -> bool:
    """Whether changes are being listed: …增加15万元。其中：接待费减少1万元，运行费增加2万元."""
    return frame.last is not None and frame.last.measure == "change"


def _of_quantity(word: str, sense: Sense, begin: int, around: Surroundings) -> bool:
    """Whether the direction word at ``begin`` follows what it changes (次均费用减少320元)."""
    wording = around.rules.wording
    if len(word) < 2 or sense.figure.kind in ("percent", "points", "bare"):
        return False
    return wording.quantity.search(around.text, max(sense.zone, begin - 8), begin) is not None


def _of_itself(sense: Sense, cue: int, around: Surroundings) -> bool:
    """A change of what its own words name, or of nothing known."""
    sense.measure = "change"
    best = _own_words(sense, sense.measure, cue, around)
    if best and sense.figure.kind in best.rule.kinds:
        levels.take(sense, best, around)
        scope.set_dimensions(sense, around.text, sense.zone, sense.figure.start, around.tags)
    return True


def signed(figure: Figure, sign: int) -> Figure:
    """The figure with the sign that its direction word gives."""
    return figure if figure.value <= 0 or sign > 0 else negated(figure)


def _relation(sense: Sense, around: Surroundings) -> tuple[RelationCue, int] | None:
    """The share or completion cue that governs a percent, and where it begins."""
    text = around.text
    hits = between(around.tags.relations, max(sense.zone, sense.at - _REGARD), sense.at)
    if not hits:
        return None
    start, end, cues = hits[-1]
    if len(hits) > 1 and text[start] == "的" and not _STOPPED.search(text, hits[-2][1], start):
        start = hits[-2][0]  # 占基本支出的比例为: the part stands before 占
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


def _of_anchor(sense: Sense, measure: str, cue: int, frame: Frame, around: Surroundings) -> bool:
    sense.measure = measure
    best = _own_words(sense, measure, cue, around)
    anchor = anchors.anchor_of(sense, measure, frame, around.text)
    if best:
        levels.take(sense, best, around)
        if anchor and anchor.indicator is sense.indicator:
            sense.anchor = anchor
            sense.dims = {**anchor.dims, **sense.dims}
        scope.set_dimensions(sense, around.text, sense.zone, sense.figure.start, around.tags)
        projects.settle_neutral(sense, frame, around)
        return True
    if measure in ("change", "growth") and _from_base(sense, frame):
        return True
    if measure in ("change", "growth") and _goes_on(sense, frame, anchor):
        return True
    above = next((c for c in sense.candidates if c.place == "heading"), None)
    if measure in ("change", "growth") and above and anchor is None:
        levels.take(sense, above, around)  # a passage that begins with its change
    return like(sense, anchor, measure) if anchor else True


def _from_base(sense: Sense, frame: Frame) -> bool:
    """较2019年总收入687万元增加15万元: what changed is what the base level names."""
    base = frame.last
    if base is None or not base.compared or base.sentence != sense.sentence:
        return False
    sense.indicator, sense.rule, sense.score = base.indicator, "base.anchor", base.score
    sense.dims = {**base.dims, **sense.dims}
    known = [s for s in frame.levels if s.indicator is base.indicator]
    sense.anchor = known[-1] if known else None
    return True


def _goes_on(sense: Sense, frame: Frame, anchor: Sense | None) -> bool:
    """三公经费较上年减少2万元；较预算减少3万元: the second compares what the first one named."""
    last = frame.last
    if last is None or last.measure not in ("change", "growth") or not last.indicator:
        return False
    if last.sentence != sense.sentence or (anchor and last.indicator is anchor.indicator):
        return False
    base = sense.dims.get("base")
    like(sense, last.anchor or last, sense.measure, last)
    sense.dims.pop("base", None)
    if base:
        sense.dims["base"] = base
    return True


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


def _own_words(sense: Sense, measure: str, cue: int, around: Surroundings) -> Candidate | None:
    """The level that the satellite's own words name before the cue."""
    text, (start, _) = around.text, sense.sentence
    zone = sense.zone
    if measure in ("share", "completion"):
        zone = scope.clause_start(text, zone, cue)
    span = Span(text, start, cue, (), sense.node, text[start : sense.sentence[1]])
    unit = sense.figure.unit if measure == "change" and sense.figure.kind != "points" else None
    level = replace(sense.figure, unit=unit, start=cue, num_start=cue, num_end=cue, end=cue)
    found = ranked(span, level, around.tags, around.rules)
    if sense.figure.kind == "points":  # of a rate, where one is named
        found.sort(key=lambda c: c.rule.indicator.unit != "%")
    for candidate in found:
        if candidate.place != "left" or candidate.start < zone or candidate.end > cue:
            continue
        if measure in ("share", "completion") and candidate.rule.indicator.unit == "%":
            continue
        if candidate.score > around.rules.settings["threshold"]:
            return candidate
    return None


def like(sense: Sense, anchor: Sense, measure: str, pattern: Sense | None = None) -> bool:
    """Take indicator and dimensions from the anchor, or from ``pattern`` about the same anchor."""
    base = {k: v for k, v in sense.dims.items() if k == "base"}
    sense.anchor = anchor
    anchor = pattern or anchor
    sense.measure = measure
    sense.indicator, sense.rule, sense.score = anchor.indicator, f"{measure}.anchor", anchor.score
    sense.dims = {k: v for k, v in anchor.dims.items() if k != "base" or measure == "growth"} | base
    sense.reach = anchor.reach
    return True
