"""Numerals, Arabic or Chinese, to exact decimals.

Chinese numerals follow the place-value system with 零 as filler, in ordinary (一二两三), financial
(壹贰叁) and positional form (二〇二二).

>>> chinese("三千二百零五")
Decimal('3205')
>>> chinese("二〇二二"), chinese("一万三"), chinese("四万万")
(Decimal('2022'), Decimal('13000'), Decimal('400000000'))
>>> arabic("1,204.50")
(Decimal('1204.50'), False)
>>> arabic("34,74")
(Decimal('34.74'), True)
"""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")
}
_DIGITS |= {"两": 2, "俩": 2}
PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

FINANCIAL = "壹贰叁肆伍陆柒捌玖拾佰仟"
CHINESE = "零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟"


def arabic(raw: str) -> tuple[Decimal, bool]:
    """Value of an Arabic numeral with commas, and whether its commas are malformed.

    A single comma that cannot part thousands is read as the decimal mark that it must be.
    """
    if "," not in raw:
        return _decimal(raw)
    if _GROUPED.fullmatch(raw):
        return Decimal(raw.replace(",", "")), False
    head, _, tail = raw.rpartition(",")
    if "," not in head and "." not in raw and len(tail) <= 2:
        return Decimal(f"{head}.{tail}"), True
    return Decimal(raw.replace(",", "").replace(".", "", max(0, raw.count(".") - 1))), True


def _decimal(raw: str) -> tuple[Decimal, bool]:
    if raw.count(".") <= 1:
        return Decimal(raw), False
    head, _, tail = raw.rpartition(".")
    return Decimal(head.replace(".", "") + "." + tail), True


def chinese(raw: str) -> Decimal:
    """Value of a Chinese numeral; raises ``ValueError`` for what is none."""
    if "点" in raw:
        integer, _, fraction = raw.partition("点")
        return chinese(integer or "零") + Decimal(f"0.{_positional(fraction)}")
    if len(raw) > 1 and all(c in _DIGITS for c in raw):
        return Decimal(_positional(raw))
    whole = total = section = digit = 0
    last = 1  # the place that a digit at the end is a tenth of: 一万三, 两百五
    for char in raw:
        if char in _DIGITS:
            digit = _DIGITS[char]
            last = 1 if digit == 0 else last
        elif char in PLACES:
            section += (digit or 1) * PLACES[char]
            digit, last = 0, PLACES[char]
        elif char == "万":
            total = (total + section + digit) * 10**4
            section, digit, last = 0, 0, 10**4
        elif char == "亿":
            whole = (whole + total + section + digit) * 10**8
            total, section, digit, last = 0, 0, 0, 10**8
        else:
            raise ValueError(f"not a Chinese numeral: {raw!r}")
    step = last // 10 if last > 10 else 1
    return Decimal(whole + total + section + digit * step)


def _positional(raw: str) -> str:
    """二〇二二 as 2022."""
    return "".join(str(_DIGITS[c]) for c in raw)


def digit(char: str) -> int:
    """One digit, Arabic or Chinese."""
    return int(char) if char.isascii() else _DIGITS[char]


def last_step(raw: str, scale: Decimal) -> Decimal:
    """One step of the last printed digit, in base units.

    That is the last decimal, else the last digit that is not zero.

    >>> last_step("3.05", Decimal(10000)), last_step("80", Decimal(1))
    (Decimal('100.00'), Decimal('10'))
    """
    plain = raw.replace(",", "")
    _, dot, fraction = plain.partition(".")
    if dot:
        return Decimal(1).scaleb(-len(fraction)) * scale
    zeros = len(plain) - len(plain.rstrip("0"))
    return Decimal(10) ** (zeros if zeros < len(plain) else 0) * scale
