"""What a printed number allows (区间): the interval of true values that print as it does.

12.40 stands for anything from 12.395 to 12.405; 约12 for what its hedge says; ≥70 for 70 and more.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import inf, isfinite
from typing import Protocol

_ABOUT = 0.05  # share that 约 and its kin leave open, where no interval is printed
_DUST = 1e-9  # share of binary noise
_MOST_DUST = 1e-3  # of a fen nothing is forgiven
_FEN = 2  # decimals of 元 that leave nothing open: there is no smaller coin
_SIGNS = str.maketrans({"．": ".", ",": None, "，": None, " ": None})


class Printed(Protocol):
    """What is read of a figure here: a ``Mention``, or a row of ``mentions``."""

    @property
    def value(self) -> Decimal | float:
        """In the base unit."""

    @property
    def value_min(self) -> Decimal | float | None:
        """Lower end of an interval."""

    @property
    def value_max(self) -> Decimal | float | None:
        """Upper end of an interval."""

    @property
    def value_raw(self) -> str:
        """The number as printed."""

    @property
    def unit(self) -> str:
        """The base unit."""

    @property
    def approx(self) -> bool:
        """Whether it is hedged."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``; ends may be infinite."""

    low: float
    high: float

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def meets(self, other: Interval) -> bool:
        """Whether both can be the same number.

        Two intervals that only touch at their ends are two numbers: 628.07 is not 628.06. An exact
        number may lie on the end of an interval: 12.5 prints as 13 as well as 12.
        """
        ends = [abs(end) for end in (self.low, self.high, other.low, other.high) if isfinite(end)]
        dust = min(_DUST * max(ends, default=1.0), _MOST_DUST)
        common = min(self.high, other.high) - max(self.low, other.low)
        exact = min(self.high - self.low, other.high - other.low) <= 2 * dust
        return common >= -2 * dust if exact else common > 2 * dust

    def over(self, other: Interval) -> Interval | None:
        """The quotient; None where the divisor may be zero or an end is open."""
        if other.low <= 0 <= other.high or not (self.bounded and other.bounded):
            return None
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def product(self, other: Interval) -> Interval:
        """The product of two bounded intervals."""
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def times(self, factor: float) -> Interval:
        """All values times a positive factor."""
        return Interval(self.low * factor, self.high * factor)

    def plus(self, amount: float) -> Interval:
        """All values plus an amount."""
        return Interval(self.low + amount, self.high + amount)

    @property
    def bounded(self) -> bool:
        """Whether both ends are finite."""
        return isfinite(self.low) and isfinite(self.high)

    @property
    def middle(self) -> float:
        """The number halfway between its ends."""
        return (self.low + self.high) / 2

    @property
    def slack(self) -> float:
        """Half of its width."""
        return (self.high - self.low) / 2


def interval_of(figure: Printed) -> Interval:
    """What the figure's wording and printed digits allow, in its base unit."""
    value = number(figure.value)
    low, high = figure.value_min, figure.value_max
    if low is not None or high is not None:
        return Interval(-inf if low is None else number(low), inf if high is None else number(high))
    half = half_step(figure)
    if figure.approx:
        half = max(half, abs(value) * _ABOUT)
    return Interval(value - half, value + half)


def number(value: Decimal | float) -> float:
    """A Decimal or float as float."""
    return float(value)


def half_step(figure: Printed) -> float:
    """Half of the last printed digit, in the base unit; 0 for exact numbers and for words."""
    printed = plain(figure.value_raw)
    if printed is None:
        return 0.0
    decimals = len(figure.value_raw.translate(_SIGNS).partition(".")[2])
    scale = abs(number(figure.value) / printed) if printed else 1.0
    if scale <= 1 + _DUST and _exact(figure.unit, decimals):
        return 0.0
    return float(0.5 * scale * 10.0**-decimals)


def plain(raw: str) -> float | None:
    """The printed number without its sign, None for numerals in words."""
    try:
        return abs(float(raw.translate(_SIGNS).lstrip("-－负+")))
    except ValueError:
        return None


def _exact(unit: str, decimals: int) -> bool:
    """48家 leaves nothing open, 48万元 and 48% do; neither does 48.25元."""
    if unit == "元":
        return decimals >= _FEN
    return not decimals and unit not in ("%", "百分点")
