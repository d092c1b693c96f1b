"""Which level a satellite is about, where its own words do not name it (比上年, 占比, 完成率)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from extract.context.sense import Sense

if TYPE_CHECKING:
    from extract.context.frame import Frame

_MARKS = ("percent", "score")  # what is not itself completed
_LEFT = ("carryover", "carryover_opening", "balance_distributed", "nonfiscal_balance_used")


def share_in_brackets(sense: Sense, frame: Frame) -> Sense | None:
    """The part that a percent in brackets is the share of: 其中基本支出300万元（75%）.

    It must be what the printed amounts yield, within the percent's printed decimals.
    """
    part = frame.levels[-1] if frame.levels else None
    if part is None or part is not frame.last:
        return None
    printed = sense.figure.value, _half_step(sense.figure.raw)
    wholes = (s for s in frame.levels[:-1] if s.figure.unit == part.figure.unit)
    return part if any(_yields(part, whole, *printed) for whole in wholes) else None


def _half_step(raw: str) -> Decimal:
    """Half of the last printed digit of a number: 75.3 → 0.05."""
    decimals = len(raw.partition(".")[2])
    return Decimal(5).scaleb(-decimals - 1)


def _yields(part: Sense, whole: Sense, percent: Decimal, tolerance: Decimal) -> bool:
    if not whole.figure.value:
        return False
    return abs(part.figure.value * 100 / whole.figure.value - percent) <= tolerance


def listed_change(sense: Sense, frame: Frame, text: str) -> tuple[Sense, int] | None:
    """Level and sign of the second of two changes with one direction: 较上年减少3批次、21人次."""
    last = frame.last
    if last is None or last.measure != "change" or last.sentence != sense.sentence:
        return None
    if text[last.figure.end : sense.figure.start] not in ("、", "和"):
        return None
    alike = [s for s in frame.levels if s.figure.unit == sense.figure.unit]
    return (alike[-1], -1 if last.figure.value < 0 else 1) if alike else None


def anchor_of(sense: Sense, measure: str, frame: Frame, text: str) -> Sense | None:
    """The level before the figure, outside of closed brackets.

    For a change it is one in the same unit, for a completion the whole and not its last part.
    """
    if measure == "completion" and (completed := _completed(sense, frame, text)):
        return completed
    levels_ = [s for s in frame.levels if not _bracketed(s, sense.at, text)]
    if measure == "completion" and not levels_ and not _spent(frame.last_level):
        return None
    if measure == "completion":
        levels_ = [s for s in levels_ if s.measure != "standard"]
    if sense.figure.kind == "percent":  # a rate seldom grows or is completed: its whole does
        rates = [] if measure == "completion" else levels_
        levels_ = [s for s in levels_ if s.figure.kind not in _MARKS] or rates
    if measure == "change":
        levels_ = [s for s in levels_ if s.figure.unit == sense.figure.unit] or levels_
    last = frame.last
    if sense.figure.kind == "points" and last and last.sentence == sense.sentence and not levels_:
        return last  # 执行率96.8%，同比提高1.7个百分点
    last = levels_[-1] if levels_ else frame.last_level
    rate = measure == "completion" and last is not None and last.figure.kind in _MARKS
    return None if rate else last


def _completed(sense: Sense, frame: Frame, text: str) -> Sense | None:
    """The whole that a completion is about, where the sentence has one."""
    if frame.whole and _left(frame.whole):
        spent = [s for s in frame.levels if not _left(s) and s.figure.kind == "money"]
        if spent:  # 预算260万元，支出238万元，结余22万元，执行率91.5%
            return spent[0] if spent[0].measure == "budget" else spent[-1]
    if not frame.levels and frame.headed and frame.headed.figure.kind == "money":
        return frame.headed  # …其中项目支出36万元。预算执行率98%
    if parted := _all_parted(sense, frame, text):
        return parted
    if frame.whole and frame.whole.figure.kind not in _MARKS:
        own = frame.whole.sentence == sense.sentence and frame.whole.measure != "standard"
        if own or _completable(frame.whole):
            return frame.whole
    return None


def _all_parted(sense: Sense, frame: Frame, text: str) -> Sense | None:
    """The whole that a sentence has told all parts of, none with a rate of its own.

    支出96万元，其中基本支出60万元，项目支出36万元，执行率98%: that of the 96.
    """
    levels_ = [s for s in frame.levels if not _bracketed(s, sense.at, text)]
    for at in range(len(levels_) - 3, -1, -1):
        whole, parts = levels_[at], levels_[at + 1 :]
        if "其中" not in text[whole.figure.end : parts[0].at]:
            continue
        alike = all(s.figure.unit == whole.figure.unit for s in parts)
        told = sum((s.figure.value for s in parts), Decimal(0))
        rates = "率" in text[parts[0].figure.end : parts[-1].at]
        return whole if alike and not rates and told == whole.figure.value else None
    return None


def _completable(level: Sense) -> bool:
    """Whether a level of another sentence may be what a completion is about.

    Balances are what is left, and a standard is no plan.
    """
    return not _left(level) and level.measure != "standard"


def _left(level: Sense) -> bool:
    """Whether a level is a balance."""
    return level.indicator is not None and level.indicator.id in _LEFT


def _spent(level: Sense | None) -> bool:
    return level is None or _completable(level)


def _bracketed(level: Sense, at: int, text: str) -> bool:
    """Whether the level stands in brackets that close before ``at``."""
    opened = text.rfind("（", level.sentence[0], level.figure.start)
    if opened < 0 or "）" in text[opened : level.figure.start]:
        return False
    return "）" in text[level.figure.end : at]
