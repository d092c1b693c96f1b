"""What a printed number allows (区间): the interval of true values that print as it does.

12.40 stands for anything from 12.395 to 12.405; 约12 for what its hedge says; ≥70 for 70 and more.
"""

from __future__ import annotations

from math import inf, isfinite

_ABOUT = 0.05  # share that 约 and its kin leave open, where no interval is printed
_DUST = 1e-9  # share of binary noise
_MOST_DUST = 1e-3  # of a fen nothing is forgiven
_FEN = 2  # decimals of 元 that leave nothing open: there is no smaller coin
_SIGNS = str.maketrans({"．": ".", ",": None, "，": None, " ": None})


class Interval:
    """From ``low`` to ``high``; ends may be infinite. Never changed."""

    def __init__(self, low: float, high: float) -> None:
        """Both ends belong to it."""
        self.low = low
        self.high = high

    def __repr__(self) -> str:
        return f"Interval({self.low}, {self.high})"

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def meets(self, other: Interval) -> bool:
        """Whether both can be the same number.

        Two intervals that only touch at their ends are two numbers: 628.07 is not 628.06. An exact
        number may lie on the end of an interval: 12.5 prints as 13 as well as 12.
        """
        largest = -1.0  # of the finite ends
        for end in (self.low, self.high, other.low, other.high):
            size = abs(end)
            if largest < size < inf:
                largest = size
        dust = min(_DUST * (1.0 if largest < 0 else largest), _MOST_DUST)
        common = min(self.high, other.high) - max(self.low, other.low)
        exact = min(self.high - self.low, other.high - other.low) <= 2 * dust
        return common >= -2 * dust if exact else common > 2 * dust

    def over(self, other: Interval) -> Interval | None:
        """The quotient; None where the divisor may be zero or an end is open."""
        if other.low <= 0 <= other.high or not (self.bounded and other.bounded):
            return None
        return _around(
            self.low / other.low, self.low / other.high,
            self.high / other.low, self.high / other.high,
        )  # fmt: skip

    def product(self, other: Interval) -> Interval:
        """The product of two bounded intervals."""
        return _around(
            self.low * other.low, self.low * other.high,
            self.high * other.low, self.high * other.high,
        )  # fmt: skip

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


def _around(a: float, b: float, c: float, d: float) -> Interval:
    """The smallest interval that holds four numbers."""
    return Interval(min(a, b, c, d), max(a, b, c, d))


def allowed(
    value: float, low: float | None, high: float | None, step: float, *, approx: bool
) -> Interval:
    """What a figure's wording and printed digits allow, in its base unit.

    ``low`` and ``high`` are the ends of an interval that the wording says, ``step`` half of the
    last printed digit.
    """
    if low is not None or high is not None:
        return Interval(-inf if low is None else low, inf if high is None else high)
    half = max(step, abs(value) * _ABOUT) if approx else step
    return Interval(value - half, value + half)


def half_step(raw: str, value: float, unit: str) -> float:
    """Half of the last printed digit, in the base unit; 0 for exact numbers and for words."""
    bare = unsigned(raw)
    printed = plain(bare)
    if printed is None:
        return 0.0
    decimals = len(bare.partition(".")[2])
    scale = abs(value / printed) if printed else 1.0
    if scale <= 1 + _DUST and _exact(unit, decimals):
        return 0.0
    return float(0.5 * scale * 10.0**-decimals)


def unsigned(raw: str) -> str:
    """A printed number without its sign and the marks between its digits."""
    return raw.translate(_SIGNS).lstrip("-－负+")


def plain(bare: str) -> float | None:
    """What ``unsigned`` has left as a number, None for numerals in words."""
    try:
        return abs(float(bare))
    except ValueError:
        return None


def _exact(unit: str, decimals: int) -> bool:
    """48家 leaves nothing open, 48万元 and 48% do; neither does 48.25元."""
    if unit == "元":
        return decimals >= _FEN
    return not decimals and unit not in ("%", "百分点")
