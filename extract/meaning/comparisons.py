"""Change and growth (增减额与增减率): figures that compare, and the levels that they start from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.context.sense import Sense, Span
from extract.dimensions import scope
from extract.meaning import anchors, levels, outside
from extract.meaning.attachment import like, of_anchor, own_words, signed
from extract.meaning.bare import in_unit_of

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings

_PRICED = 60  # characters before a fall in which it is told that it is one of prices
_TRAILING_PART = re.compile(r"部分")
_BEFORE = re.compile("上年|去年|上一年")
_MORE = re.compile(r"(?:比|较)[^，。；]{2,10}(?P<word>多|少)(?!于)[\u4e00-\u9fff]{1,4}\Z")


def base_level(sense: Sense, frame: Frame, around: Surroundings) -> bool:
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
    planned = "预算" in match.group()  # 比年初预算3万元减少1万元: of the same year
    like(sense, last, "budget" if planned else "actual")
    sense.anchor, sense.compared, sense.rule = None, True, "base.anchor"
    back = 0 if planned and not _BEFORE.search(match.group()) else 1
    sense.year = int(match["y"]) if match["y"] else (last.year - back if last.year else None)
    return True


def _named_base(sense: Sense, around: Surroundings) -> bool:
    """A level of another year that names itself: 较2019年总收入6871万元减少243万元."""
    text, rules = around.text, around.rules
    end = sense.figure.end
    if text[end : end + 1] not in rules.after_begins:
        return False
    if rules.after_direction.match(text, end) is None:
        return False
    base = rules.wording.named_base.search(text, sense.zone, sense.at)
    best = next(iter(sense.candidates), None)
    if base is None or best is None or best.start < sense.zone:
        return False
    levels.take(sense, best, around)
    scope.set_dimensions(sense, text, sense.zone, sense.limit, around.tags)
    sense.compared, sense.year = True, int(base["y"])
    return True


def compares(sense: Sense, span: Span, words: str, frame: Frame, around: Surroundings) -> bool:
    """Change and growth: a direction word right before the figure, in a comparison."""
    rules, figure = around.rules, sense.figure
    direction = None
    if words[-1:] in rules.direction_ends:
        direction = rules.direction.search(words, max(0, len(words) - 16))
    if direction is None and ("多" in words or "少" in words):
        direction = _MORE.search(words)
    if direction is None or rules.wording.changed_to.search(words):
        return False
    begin = sense.at - len(words) + direction.start()
    own = rules.comparison.search(around.text, sense.zone, sense.at) is not None
    alone = not own and _of_quantity(direction["word"], sense, begin, around)
    kept = rules.wording.unchanged.fullmatch(direction["word"]) is not None
    saved = kept and not own and not _from_base(begin, frame, around)
    meant = alone or _is_comparison(direction["word"], span, sense, frame, around)
    saved = saved or (not own and outside.saves(sense, around))
    saved = saved or ("幅" in direction["word"] and _of_prices(begin, span, around))
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
        return of_anchor(sense, "change", begin, frame, around)
    last = frame.last
    told = last is not None and last.measure == "change" and last.sentence == sense.sentence
    if last is None or not told or _names_itself(sense, begin):
        return of_anchor(sense, "growth", begin, frame, around)
    return like(sense, last.anchor or last, "growth", None if own else last)


def _of_prices(begin: int, span: Span, around: Surroundings) -> bool:
    """Whether a fall is that of prices, which are no figures: 集采药品312种，平均降幅53%."""
    priced = around.rules.wording.priced
    return priced.search(around.text, max(span.start, begin - _PRICED), begin) is not None


def _from_base(begin: int, frame: Frame, around: Surroundings) -> bool:
    """Whether the level right before ``begin`` is compared with: 较预算数10万元节约2万元."""
    base = frame.last
    if base is None or base.figure.end != begin:
        return False
    return around.rules.comparison.search(around.text, base.zone, base.at) is not None


def _names_itself(sense: Sense, cue: int) -> bool:
    """Whether the figure's own words before the cue name an indicator."""
    return any(
        sense.zone <= c.start and c.end <= cue + 1 and c.place == "left" for c in sense.candidates
    )


def _is_comparison(word: str, span: Span, sense: Sense, frame: Frame, around: Surroundings) -> bool:
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
    best = own_words(sense, sense.measure, cue, around)
    if best and sense.figure.kind in best.rule.kinds:
        levels.take(sense, best, around)
        scope.set_dimensions(sense, around.text, sense.zone, sense.figure.start, around.tags)
    return True


def list_goes_on(sense: Sense, frame: Frame, text: str) -> bool:
    """较上年减少3批次、21人次: the second figure is a change as well."""
    listed = anchors.listed_change(sense, frame, text)
    if listed is None:
        return False
    sense.figure = signed(sense.figure, listed[1])
    return like(sense, listed[0], "change")


def like_last(sense: Sense, words: str, last: Sense | None) -> bool:
    """减少55万元（43%）: the rate falls like the amount; 下降8.37%、28.3%: like the rate before."""
    if last is None:
        return False
    again = words in ("、", "和") and last.measure == "growth" and last.sentence == sense.sentence
    if not again and (words != "（" or last.measure != "change"):
        return False
    sense.figure = signed(sense.figure, -1 if last.figure.value < 0 else 1)
    return like(sense, last.anchor or last if again else last, "growth", last if again else None)
