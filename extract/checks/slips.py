"""Slips of the pen (笔误): whether one wrong digit, mark or unit explains why numbers disagree.

Figures that do not add up may just belong to different things. Where changing one figure by one
slip makes them agree to the last printed digit, chance is no explanation any more.
"""

from __future__ import annotations

from collections.abc import Iterator

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
_DIGITS = "0123456789"
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
    scale, digits = value / printed, sum(map(str.isdigit, figure.value_raw.lstrip("0.,")))
    for kind, other in _misread(figure.value_raw.translate(_SIGNS).lstrip("-－负+")):
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
    dust = 1e-9 * abs(value)
    return wanted.low - step - dust <= value <= wanted.high + step + dust


def _misread(raw: str) -> Iterator[tuple[str, float]]:
    """All numbers that one digit changed, left out or put in, or two swapped, make of it."""
    for at, char in enumerate(raw):
        if not char.isdigit():
            continue
        for digit in _DIGITS:
            if digit != char:
                yield "digit", float(raw[:at] + digit + raw[at + 1 :])
    for at in range(len(raw) + 1):
        for digit in _DIGITS:
            yield "put in", float(raw[:at] + digit + raw[at:])
        if at < len(raw) and raw[at].isdigit() and len(raw) > 2:
            yield "left out", float(raw[:at] + raw[at + 1 :])
    bare = raw.replace(".", "")
    point = len(raw.partition(".")[2])
    for at in range(len(bare) - 1):
        if bare[at] != bare[at + 1]:
            swapped = bare[:at] + bare[at + 1] + bare[at] + bare[at + 2 :]
            yield "order", float(swapped) / 10.0**point
