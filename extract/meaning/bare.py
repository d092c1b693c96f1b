"""Numbers printed without a unit (资产总额20.4): which one they have, or that they are none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.context.sense import Candidate, Sense
from extract.meaning.captions import caption_unit, in_unit
from extract.numbers.figures import Figure, scaled

if TYPE_CHECKING:
    from extract.context.frame import Surroundings

_TWIN_REACH = 2000  # characters in which the same number may stand with its unit
_NEAR_MONEY = re.compile(r"[0-9](亿元|万元|元)")
_LOST_SIGN = re.compile(r"[^个倍成折分人家户次件项元万亿千百余多至到和与及的年月日号][，。；、\n]")
_OPERATORS = "/×*÷"
_SIGNS = tuple("/×*÷-+")
_OPENED = re.compile(r"=[（(\[]{1,2}\Z")


def labelled(best: Candidate, sense: Sense, around: Surroundings) -> bool:
    """A bare number needs its label right before it: 资产总额20.4."""
    gap = around.text[best.end : sense.at]
    fits = best.place == "left" and len(gap) <= 8
    return fits and around.rules.wording.label_gap.fullmatch(gap) is not None


def give_unit(sense: Sense, around: Surroundings) -> bool:
    """A bare number gets the unit of its indicator, or is rejected."""
    figure = sense.figure
    if sense.indicator is None:
        return _scaled_money(sense, around)
    unit = sense.indicator.unit
    if unit == "%":
        return _rate(sense, around)
    if unit == "元":
        scaled = bool(figure.unit_raw)  # 0.4万 with its 元 left out
        printed = None if scaled else caption_unit(around, figure.start) or _twin(sense, around)
        unit = printed or "元"
    sense.figure = in_unit(figure, unit, around.units)
    sense.flags.append("caption_unit" if sense.indicator.unit == "元" else "unit_from_label")
    return True


def _scaled_money(sense: Sense, around: Surroundings) -> bool:
    """拨付903.5万, its 元 left out; without a word of money no figure."""
    money, figure = around.rules.wording.money, sense.figure
    line = around.text.rfind("\n", 0, sense.at) + 1
    if figure.unit_raw and money.search(around.text, max(line, sense.at - 14), sense.at):
        sense.figure = in_unit(figure, "元", around.units)
        return True
    sense.rejected = "other"
    return False


def _rate(sense: Sense, around: Surroundings) -> bool:
    """A percent whose sign is left out, unless it is misread or part of a formula."""
    figure, text = sense.figure, around.text
    follows = text[figure.end : figure.end + 1]
    if "\u4e00" <= follows <= "\u9fff":  # 46.3虬: a percent sign misread
        if not _LOST_SIGN.match(text, figure.end):
            sense.rejected = "other"
            return False
        sense.flags.append("malformed_number")
    label = text[max(0, sense.at - 6) : sense.at]
    if follows and follows in _OPERATORS and around.rules.wording.rate_label.search(label):
        sense.rejected = "formula_operand"
        return False
    if _OPENED.search(label) and follows in _SIGNS:  # 变动率=（3.2-3.6）/3.6
        sense.rejected = "formula_operand"
        return False
    sense.figure = in_unit(figure, "%", around.units)
    if follows == "=" and abs(figure.value) <= 3:
        sense.figure = replace(sense.figure, value=figure.value * 100)
    sense.flags.append("unit_from_label")
    return True


def _twin(sense: Sense, around: Surroundings) -> str | None:
    """The unit that the same number has where it is stated with one, near by."""
    figure, text = sense.figure, around.text
    at = text.rfind(figure.raw, max(0, figure.start - _TWIN_REACH), figure.start)
    if at < 0 or len(figure.raw) < 3:
        near = text[max(0, figure.start - 60) : figure.start]
        found = _NEAR_MONEY.findall(near)
        return found[-1] if found and "/" not in near[-12:] and "（" not in near[-24:] else None
    tail = around.units.tail.match(text, at + len(figure.raw))
    return (tail["scale"] or "") + tail["unit"] if tail and tail["unit"] == "元" else None


def in_unit_of(figure: Figure, other: Figure) -> Figure:
    """A bare figure in the unit and scale of another one."""
    return scaled(figure, other.unit, other.scale) if other.unit else figure
