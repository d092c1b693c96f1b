"""One number at its place: its value, with the hedge, unit and bound around it.

Numbers whose digits are damaged are read as they must be meant and flagged (34,74万; 9O万元); an
amount in two parts is one figure (1亿2000万元, 640元5角).
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from extract.numbers import numerals
from extract.numbers.figures import Figure, scaled
from extract.numbers.units import UnitRules
from extract.numbers.words import Spelled, spelled


class _Digits(NamedTuple):
    """A number before anything around it is read."""

    start: int
    end: int
    raw: str
    value: Decimal
    flags: tuple[str, ...] = ()
    num_start: int | None = None  # where the digits begin, if words stand before them: 百分之5


# grouped by thousands; or with a comma that must be a decimal mark; or plain
_NUMBER = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3}){1,12}(?![0-9])(?:\.[0-9]{1,40})?|[0-9]{1,40},[0-9]{1,2}(?![0-9.,])"
    r"|[0-9]{1,40}(?:\.[0-9]{1,40}){0,3}"
)
_ZEROS = re.compile(r"[OoΟ]{1,8}")  # letters read for zeros
_PER_MARK = re.compile(r"[/／*×·.．每]")
_TAIL = ("more", "scale", "more2", "unit", "per", "after", "bound")  # groups of ``rules.tail``
_UNSCALED = Decimal(1)
_FRACTION = 2  # digits of a number that lost the 0 before its point: .5, .25
_PARTS = 4
_MYRIAD = 4  # digits below 万
_LETTERS, _BEFORE_DAMAGE = frozenset("OoΟ"), frozenset("lI.")
_ONE = "0-9零一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
_CONTINUES = frozenset("0123456789" + _ONE[3:])
_SIGN_CELL = re.compile(r"\t([≥≤<>=]{1,2})\t\Z")
_CHANGE = re.compile(rf"([{_ONE}])[角毛](?:([{_ONE}])分)?[钱整]?")


def amount(text: str, start: int, rules: UnitRules, parts: int = _PARTS) -> Figure:
    """The figure of the digits at ``start``, with at most so many parts: 5亿1万4千元 has three."""
    number = _NUMBER.match(text, start)
    assert number is not None  # noqa: S101  the caller saw a digit here
    raw = number.group()
    value, malformed = numerals.arabic(raw)
    end = number.end()
    digits = _Digits(start, end, raw, value, ("malformed_number",) if malformed else ())
    if text[end : end + 1] in _LETTERS or text[start - 1 : start] in _BEFORE_DAMAGE:
        digits = _mended(text, digits, rules)
    figure = _dressed(text, digits, rules)
    follower = text[figure.end : figure.end + 1]
    if figure.unit is None and follower == "\t" and text[start - 1 : start] == "\t":
        return _in_cells(text, figure, rules)
    if follower and follower in _CONTINUES and figure.unit_raw:
        return _continued(text, figure, rules, parts - 1)
    return figure


def _mended(text: str, digits: _Digits, rules: UnitRules) -> _Digits:
    """The number with the letters that were read for digits (9O, l2), or that lost its 0 (.5)."""
    start, end, raw = digits[:3]
    zeros = _ZEROS.match(text, end)
    if zeros:
        raw, end = raw + "0" * len(zeros.group()), zeros.end()
    ahead, near = text[start - 2 : start - 1], text[start - 1 : start]
    part = raw.isdigit() and len(raw) <= _FRACTION and ahead in rules.point_after
    if near in ("l", "I") and not ahead.isascii():
        raw, start = "1" + raw, start - 1
    elif near == "." and part:
        raw, start = "0." + raw, start - 1
    if raw == digits.raw:
        return digits
    mended = _Digits(start, end, raw, numerals.arabic(raw)[0], ("malformed_number",))
    return mended if _dressed(text, mended, rules).unit else digits


def _continued(text: str, figure: Figure, rules: UnitRules, parts: int) -> Figure:
    """One amount in two parts: 1亿2000万元, 3万5千元, 640元5角."""
    if figure.unit is not None:
        return _with_change(text, figure, rules)
    if not parts or text[figure.end] > "9":
        return figure
    part = amount(text, figure.end, rules, parts)
    whole = part.scale > 1 or (len(part.raw) == _MYRIAD and figure.scale == 10**_MYRIAD)
    if part.unit is None or not whole or not 0 < part.value < figure.scale:
        return figure
    ends = (part.low, part.high)
    if figure.bound != "=":  # 超过1亿2000万元
        ends = (figure.low and part.value, figure.high and part.value)
    low, high = (None if end is None else end + figure.value for end in ends)
    return replace(
        part,
        start=figure.start,
        num_start=figure.num_start,
        raw=text[figure.num_start : part.num_end],
        value=figure.value + part.value,
        approx=figure.approx or part.approx,
        bound=figure.bound if figure.bound != "=" else part.bound,
        low=low,
        high=high,
    )


def _in_cells(text: str, figure: Figure, rules: UnitRules) -> Figure:
    """Comparator, value and unit in three cells: ≥|90|%."""
    sign = _SIGN_CELL.search(text, max(0, figure.start - 4), figure.start)
    if sign is None:
        return figure
    bound = rules.bound_of.get(sign[1], "=")
    low, high = (figure.value, None) if bound[0] == ">" else (None, figure.value)
    figure = replace(figure, bound=bound, low=low, high=high if bound != "=" else None)
    cell = rules.tail.match(text, figure.end + 1)
    if cell is None or not cell["unit"] or text[cell.end() : cell.end() + 1].strip(" \t\n"):
        return figure
    unit = rules.units[cell["unit"]]
    scale = rules.scales.get(cell["scale"] or "", Decimal(1)) * unit.factor
    return scaled(figure, unit, scale)


def _with_change(text: str, figure: Figure, rules: UnitRules) -> Figure:
    """五元三毛, 六十元一角七分, 十块三毛: the amount with its 角 and 分."""
    change = _CHANGE.match(text, figure.end)
    if change is None or figure.unit is None or not figure.unit_raw.endswith(("元", "块")):
        return figure
    tenths, hundredths = (numerals.digit(c) if c else 0 for c in change.groups())
    more = Decimal(tenths) / 10 + Decimal(hundredths) / 100
    return replace(figure, end=change.end(), value=figure.value + more, unit=rules.units["元"])


def amount_in_words(text: str, word: re.Match[str], rules: UnitRules) -> tuple[Figure | None, int]:
    """The figure that a numeral in words makes, if any, and where to go on."""
    found = spelled(text, word, rules.words)
    if found is None:
        return None, word.start() + 1
    if found.end == found.num_start:  # 百分之 before digits
        number = _NUMBER.match(text, found.end)
        assert number is not None  # noqa: S101  the pattern saw a digit there
        value = numerals.arabic(number.group())[0]
        found = found._replace(end=number.end(), raw=number.group(), value=value)
    digits = _Digits(found.start, found.end, found.raw, found.value, num_start=found.num_start)
    figure = _dressed(text, digits, rules, found.unit)
    if figure.unit is None and (not figure.unit_raw or not word["open"]):
        return None, max(figure.end, word.end())
    figure = _with_change(text, figure, rules)
    words = rules.words
    if figure.unit and figure.unit.base in words.money_units:
        if figure.value < words.money_from:
            return None, word.end()
        figure = replace(figure, unit=rules.units["元"])
    return _spread(figure, found), max(figure.end, word.end())


def _spread(figure: Figure, found: Spelled) -> Figure:
    """The figure with the second value of its wording: 三五百, 数十, 一至三."""
    if found.high is None:
        return figure
    return replace(
        figure,
        low=figure.value,
        high=found.high * figure.scale,
        approx=figure.approx or found.vague,
        bound="=",
        flags=("range",),
    )


def _dressed(text: str, digits: _Digits, rules: UnitRules, own: str = "") -> Figure:
    """The number with what stands right before and right behind it.

    ``own`` is the unit that the number itself names (百分之五, 三成): its value is in it already.
    """
    start, end, raw, value, flags, num_start = digits
    num_start = start if num_start is None else num_start
    tail = rules.tail.match(text, end)
    assert tail is not None  # noqa: S101  every part is optional
    if own and (tail["unit"] or tail["scale"]):  # 百分之五人: not the number's
        tail = rules.tail.match(text, end, end)
        assert tail is not None  # noqa: S101  every part is optional
    more, scaled_by, more2, name, per, after, limit = tail.group(*_TAIL)
    unit = rules.units[name or own] if name or own else None
    if unit is None and scaled_by and rules.people.match(text, tail.end()):
        unit = rules.units["人"]  # 2.3万困难群众
    scale = rules.scales[scaled_by] if scaled_by else _UNSCALED
    if unit and not (unit.below and value >= unit.below):
        scale *= unit.factor
    bare = unit is None and not scaled_by
    near = text[start - 1 : start]
    if near == "¥" and (bare or (unit and unit.base == "元")):
        unit, bare, start = unit or rules.units["元"], False, start - 1
    before = (
        None
        if near not in rules.before_ends or (bare and end - start < 2)
        else rules.hedge_before.search(text, max(0, start - 8), start)
    )
    value *= scale
    if before and before["sign"]:
        value *= -1
    hedged = (before and before["approx"]) or ""
    figure = Figure(
        before.start() if before and before.group() else start,
        end if bare else tail.end(),
        num_start,
        end,
        raw,
        value,
        scale,
        unit,
        "" if bare else (scaled_by or "") + (name or ""),
        _per(per, rules) if per else None,
        bool(hedged or more or more2 or after),
        rules.bound_of.get((before and before["bound"]) or limit or "", "="),
        flags=("malformed_number",) if name in rules.damaged else flags,
    )
    return _with_interval(figure, hedged, bool(more or more2), rules)


def _per(printed: str, rules: UnitRules) -> str:
    """人·月 of 人/月, （人*月） and 月·人."""
    first, dot, second = _PER_MARK.sub("·", printed.strip("（）()")).partition("·")
    swapped = dot and first in rules.times and second not in rules.times
    return f"{second}·{first}" if swapped else first + dot + second


def _with_interval(figure: Figure, hedge: str, more: bool, rules: UnitRules) -> Figure:
    """``value_min`` and ``value_max`` where the wording gives an interval."""
    value = figure.value
    if more:
        return replace(figure, low=value, high=value + _step(figure))
    if hedge in rules.down:
        step = _step(figure)
        # 近100 is more than 90: one tenth of a power of ten, else one step of the last digit
        if set(_plain(figure)) <= {"1", "0"}:
            step = value / 10
        return replace(figure, low=value - step, high=value)
    if figure.bound in (">=", ">"):
        return replace(figure, low=value)
    if figure.bound in ("<=", "<"):
        return replace(figure, high=value)
    return figure


def _step(figure: Figure) -> Decimal:
    return numerals.last_step(_plain(figure), figure.scale)


def _plain(figure: Figure) -> str:
    """The number in Arabic digits without commas, before its scale."""
    if figure.raw[0].isascii():
        return figure.raw.replace(",", "")
    return f"{(figure.value / figure.scale).normalize():f}"
