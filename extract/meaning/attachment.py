"""How a figure about another one takes over what that one measures (指标承接).

The level that its own words name counts first, then its anchor; a comparison that goes on takes
what the one before it named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.context.sense import Candidate, Sense, Span
from extract.dimensions import projects, scope
from extract.meaning import anchors, levels
from extract.meaning.candidates import ranked
from extract.numbers.figures import Figure, moved, negated

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings


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


def signed(figure: Figure, sign: int) -> Figure:
    """The figure with the sign that its direction word gives."""
    return figure if figure.value <= 0 or sign > 0 else negated(figure)


def of_anchor(sense: Sense, measure: str, cue: int, frame: Frame, around: Surroundings) -> bool:
    """Give the figure its measure, and what its own words before ``cue`` or its anchor measure."""
    sense.measure = measure
    best = own_words(sense, measure, cue, around)
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


def own_words(sense: Sense, measure: str, cue: int, around: Surroundings) -> Candidate | None:
    """The level that the satellite's own words name before the cue."""
    text, (start, _) = around.text, sense.sentence
    zone = sense.zone
    if measure in ("share", "completion"):
        zone = scope.clause_start(text, zone, cue)
    span = Span(text, start, cue, (), sense.node, text[start : sense.sentence[1]])
    unit = sense.figure.unit if measure == "change" and sense.figure.kind != "points" else None
    found = ranked(span, moved(sense.figure, cue, unit), around.tags, around.rules)
    if sense.figure.kind == "points":  # of a rate, where one is named
        found.sort(key=lambda c: c.rule.indicator.unit != "%")
    for candidate in found:
        if candidate.place != "left" or candidate.start < zone or candidate.end > cue:
            continue
        if measure in ("share", "completion") and candidate.rule.indicator.unit == "%":
            continue
        if measure in ("change", "growth") and text[candidate.start - 1 : candidate.start] == "占":
            continue  # 支出7万元，占基本支出的12%，同比增加1万元
        if measure == "completion" and candidate.rule.measure == "standard":
            continue  # 财政补助资金到位率: an amount for each person is not completed
        if candidate.score > around.rules.settings["threshold"]:
            return candidate
    return None
