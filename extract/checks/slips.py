"""Slips of the pen (笔误): whether one wrong digit, mark or unit explains why numbers disagree.

Figures that do not add up may just belong to different things. Where changing one figure by one
slip makes them agree to the last printed digit, chance is no explanation any more.
"""

from __future__ import annotations

from math import ceil, floor

from .intervals import Interval, unsigned
from .stated import Stated

_POWERS = {"decimal": (1, -1, 2, -2, 3, -3), "unit": (4, -4, 8, -8)}  # of ten
# Width of what is wanted, as a share of it; wider ones are met by chance.
_SHARP_SHIFT = {"unit": 2e-2, "decimal": 1e-2}
_SHARP_DIGIT = 1e-3  # a digit changed or put in
_SHARP_FEW = 5e-3  # one left out or two swapped: there are fewer numbers to meet by chance
_SHIFTS = tuple(
    (kind, 10.0**power, _SHARP_SHIFT[kind]) for kind, powers in _POWERS.items() for power in powers
)
_FARTHEST = 101  # so many times as large, at most, a number is with one digit put in: 1.0 and 91.0
_DUST = 1e-9  # share of a number that its binary form may be off
_NEARLY = 0.05  # of a digit: large numbers are not exact to the last one
_LEAST_DIGITS = 4  # printed ones; fewer are met by chance
_MOST_DIGITS = 30  # no amount has more


def slip(figure: Stated, wanted: Interval, step: float, least: int = _LEAST_DIGITS) -> str | None:
    """Which slip turns the printed number into one that ``wanted`` allows.

    ``unit``, ``decimal``, ``digit``, ``order``, ``length``, or None. ``step`` is half of the
    figure's own last printed digit: what is wanted may be missed by it. So many digits, ``least``,
    it must have, or chance would do.
    """
    value = figure.number
    width = wanted.high - wanted.low
    size = max(abs(wanted.low), abs(wanted.high))
    if not figure.printed or not value or not size:
        return None
    for kind, factor, sharpest in _SHIFTS:
        moved = step * factor
        if width + 2 * moved <= sharpest * size and _within(value * factor, wanted, moved):
            return kind
    width += 2 * step
    near, far = min(0.0, _FARTHEST * value), max(0.0, _FARTHEST * value)
    beyond = wanted.high + step < near or wanted.low - step > far
    if beyond or width > _SHARP_FEW * size:  # wider ones every misreading would meet by chance
        return None
    return _misread(figure, wanted, step, least, sharp=width <= _SHARP_DIGIT * size)


def _misread(
    figure: Stated, wanted: Interval, step: float, least: int, *, sharp: bool
) -> str | None:
    """Which misreading of one digit gives what is wanted; the likelier ones only if it is sharp."""
    bare, printed = unsigned(figure.value_raw), figure.printed
    known = sum(map(str.isdigit, figure.value_raw.lstrip("0.,")))
    plain = len(bare) <= _MOST_DIGITS and bare.replace(".", "").isdecimal()
    if known + 1 < least or not plain or not printed:
        return None
    misread = _Misread(bare, figure.number / printed, wanted, step)
    if sharp and known >= least and misread.changed():
        return "digit"
    if (sharp and misread.put_in()) or (known > least and misread.left_out()):
        return "length"
    return "order" if known >= least and misread.swapped() else None


def alike(one: Stated, other: Stated, least: int = _LEAST_DIGITS) -> str | None:
    """Which slip turns one printed number into the other, digit by digit; None where none does."""
    a, b = one.number, other.number
    if not a or not b or min(_digits(one), _digits(other)) < least:
        return None
    return slip(one, Interval(b * (1 - 1e-9), b * (1 + 1e-9)), 0.0, least)


def _digits(figure: Stated) -> int:
    """Significant printed digits."""
    return len("".join(filter(str.isdigit, figure.value_raw)).strip("0"))


def _within(value: float, wanted: Interval, step: float) -> bool:
    dust = _DUST * abs(value)
    return wanted.low - step - dust <= value <= wanted.high + step + dust


class _Misread:
    """Whether one digit more, less or other than printed gives what is wanted.

    The digits are one whole number here, ``bare``, with the decimal mark ``point`` digits from
    its right: so each place is a power of ten, and what it becomes is arithmetic.
    """

    def __init__(self, raw: str, scale: float, wanted: Interval, step: float) -> None:
        """``raw`` as ``unsigned`` leaves it, which is so many times, ``scale``, the value."""
        _, mark, decimals = raw.partition(".")
        digits = raw.replace(".", "")
        self.bare = int(digits)
        self.places = len(digits)
        self.marked = bool(mark)
        self.point = len(decimals)
        self.parts = 10**self.point  # of one, that the last digit counts
        self.scale = scale
        self.wanted = wanted
        self.step = step
        slack = step + 2 * _DUST * max(abs(wanted.low), abs(wanted.high))
        ends = (wanted.low - slack) / scale, (wanted.high + slack) / scale
        self.low = min(ends[0], ends[1])  # as printed
        self.high = max(ends[0], ends[1])

    def changed(self) -> bool:
        """One digit is another one."""
        power = 1
        for _ in range(self.places):
            digit = self.bare // power % 10
            rest = self.bare - digit * power
            if self._fills(rest, power, self.parts, digit):
                return True
            power *= 10
        return False

    def put_in(self) -> bool:
        """A digit more: before the mark, or behind it."""
        power = 1
        for behind in range(self.places + 1):
            rest = self.bare // power * 10 * power + self.bare % power
            if behind >= self.point and self._fills(rest, power, self.parts):
                return True
            if self.marked and behind <= self.point and self._fills(rest, power, self.parts * 10):
                return True
            power *= 10
        return False

    def left_out(self) -> bool:
        """A digit less; of two nothing would be left."""
        if self.places + self.marked <= 2:
            return False
        power = 1
        for behind in range(self.places):
            left = self.bare // (10 * power) * power + self.bare % power
            parts = self.parts if behind >= self.point else self.parts // 10
            if self._gives(left, parts):
                return True
            power *= 10
        return False

    def swapped(self) -> bool:
        """Two digits that change places."""
        power = 1
        for _ in range(self.places - 1):
            one, other = self.bare // power % 10, self.bare // (10 * power) % 10
            if one != other and self._gives(self.bare + 9 * power * (one - other), self.parts):
                return True
            power *= 10
        return False

    def _fills(self, rest: int, power: int, parts: int, but: int = -1) -> bool:
        """Whether a digit in one place, ``but`` one, brings the rest to what is wanted."""
        least = (self.low * parts - rest) / power - _NEARLY
        most = (self.high * parts - rest) / power + _NEARLY
        if most < 0 or least > 9:
            return False
        return any(
            digit != but and self._gives(rest + digit * power, parts)
            for digit in range(max(0, ceil(least)), min(9, floor(most)) + 1)
        )

    def _gives(self, digits: int, parts: int) -> bool:
        value = digits / parts
        return self.low <= value <= self.high and _within(
            value * self.scale, self.wanted, self.step
        )
