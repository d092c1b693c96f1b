"""Slips of the pen (笔误): whether one wrong digit, mark or unit explains why numbers disagree.

Figures that do not add up may just belong to different things. Where changing one figure by one
slip makes them agree to the last printed digit, chance is no explanation any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from .intervals import Interval, Printed, number, plain

_SIGNS = str.maketrans({"．": ".", ",": None, "，": None})
_SHIFTS = {"decimal": (1, -1, 2, -2, 3, -3), "unit": (4, -4, 8, -8)}  # powers of ten
# Width of what is wanted, as a share of it; wider ones are met by chance.
_SHARPEST = {
    "unit": 2e-2,
    "decimal": 1e-2,
    "order": 5e-3,
    "digit": 1e-3,
    "put in": 1e-3,
    "left out": 5e-3,
}
_SHARPEST_DIGIT = max(_SHARPEST[kind] for kind in ("order", "digit", "put in", "left out"))
_FARTHEST = 101  # so many times as large, at most, a number is with one digit put in: 1.0 and 91.0
_DUST = 1e-9  # share of a number that its binary form may be off
_NEARLY = 0.05  # of a digit: large numbers are not exact to the last one
_LEAST_DIGITS = 4  # printed ones; fewer are met by chance


def slip(figure: Printed, wanted: Interval, step: float, least: int = _LEAST_DIGITS) -> str | None:
    """Which slip turns the printed number into one that ``wanted`` allows.

    ``unit``, ``decimal``, ``digit``, ``order``, ``length``, or None. ``step`` is half of the
    figure's own last printed digit: what is wanted may be missed by it. So many digits, ``least``,
    it must have, or chance would do.
    """
    printed, value = plain(figure.value_raw), number(figure.value)
    width = wanted.high - wanted.low
    size = max(abs(wanted.low), abs(wanted.high))
    if not printed or not value or not size:
        return None
    for kind, powers in _SHIFTS.items():
        for power in powers:
            factor = 10.0**power
            sharp = width + 2 * step * factor <= _SHARPEST[kind] * size
            if sharp and _within(value * factor, wanted, step * factor):
                return kind
    digits = sum(map(str.isdigit, figure.value_raw.lstrip("0.,")))
    if width + 2 * step > _SHARPEST_DIGIT * size or digits + 1 < least:
        return None  # every misreading would be met by chance
    near, far = sorted((0.0, _FARTHEST * value))
    if wanted.high + step < near or wanted.low - step > far:
        return None
    scale = value / printed
    slack = step + 2 * _DUST * size
    low, high = sorted(((wanted.low - slack) / scale, (wanted.high + slack) / scale))
    for kind, other in _misread(figure.value_raw.translate(_SIGNS).lstrip("-－负+"), low, high):
        known = digits + 1 if kind == "put in" else digits - 1 if kind == "left out" else digits
        sharp = width + 2 * step <= _SHARPEST[kind] * size
        if sharp and known >= least and _within(other * scale, wanted, step):
            return "length" if known != digits else kind
    return None


def alike(one: Printed, other: Printed, least: int = _LEAST_DIGITS) -> str | None:
    """Which slip turns one printed number into the other, digit by digit; None where none does."""
    a, b = number(one.value), number(other.value)
    if not a or not b or min(_digits(one), _digits(other)) < least:
        return None
    return slip(one, Interval(b * (1 - 1e-9), b * (1 + 1e-9)), 0.0, least)


def _digits(figure: Printed) -> int:
    """Significant printed digits."""
    return len("".join(filter(str.isdigit, figure.value_raw)).strip("0"))


def _within(value: float, wanted: Interval, step: float) -> bool:
    dust = _DUST * abs(value)
    return wanted.low - step - dust <= value <= wanted.high + step + dust


def _misread(raw: str, low: float, high: float) -> Iterator[tuple[str, float]]:
    """Numbers that one digit changed, left out or put in, or two swapped, make of it.

    Those with a digit changed or put in are few: only digits that may give ``low`` to ``high``.
    """
    value = float(raw)
    for at, char in enumerate(raw):
        if char.isdigit():
            unit = _unit_of(raw[:at], raw[at + 1 :])
            for digit in _fitting(value - int(char) * unit, unit, low, high):
                if digit != int(char):
                    yield "digit", float(f"{raw[:at]}{digit}{raw[at + 1 :]}")
    for at in range(len(raw) + 1):
        head, tail = raw[:at], raw[at:]
        for digit in _fitting(float(f"{head}0{tail}"), _unit_of(head, tail), low, high):
            yield "put in", float(f"{head}{digit}{tail}")
        if tail[:1].isdigit() and len(raw) > 2:
            yield "left out", float(head + tail[1:])
    bare = raw.replace(".", "")
    point = len(raw.partition(".")[2])
    for at in range(len(bare) - 1):
        if bare[at] != bare[at + 1]:
            swapped = bare[:at] + bare[at + 1] + bare[at] + bare[at + 2 :]
            yield "order", float(swapped) / 10.0**point


def _unit_of(head: str, tail: str) -> float:
    """What a digit between ``head`` and ``tail`` counts for, as 100 or 0.1."""
    _, point, decimals = head.partition(".")
    return 10.0 ** -(len(decimals) + 1) if point else 10.0 ** len(tail.partition(".")[0])


def _fitting(rest: float, unit: float, low: float, high: float) -> range:
    """The digits that bring ``rest`` between ``low`` and ``high``, or nearly there."""
    least, most = (low - rest) / unit - _NEARLY, (high - rest) / unit + _NEARLY
    return range(max(0, ceil(least)), min(9, floor(most)) + 1)
