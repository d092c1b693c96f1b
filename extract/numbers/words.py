"""Numbers in words (中文数字): where they may stand, and what they are worth.

One pattern finds a digit, or a numeral in words before a unit that counts reported things:
三百二十万元, 百分之五点二, 七成六, 一至三家. Numerals that name an interval have a second value:
三五百人 (300 to 500), 数十家 (10 to 100).
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from extract.kept import compiled
from extract.numbers.numerals import CHINESE, FINANCIAL, PLACES, chinese
from extract.numbers.units import WordRules

_NUMERAL = f"[{CHINESE}][{CHINESE}万亿]{{0,15}}(?:点[{CHINESE}]{{1,6}})?"
_REST = f"[{CHINESE}万亿]{{0,15}}(?:点[{CHINESE}]{{1,6}})?"
_TO = "(?P<to>[-—–~]{1,2}|至|到)"
_NINE = "一二两三四五六七八九"
_LARGE = frozenset("十拾百佰千仟万亿成折点分")
_NEIGHBOURS = {*pairwise("一二三四五六七八九"), ("一", "两"), ("两", "三"), ("三", "五")}


class Spelled(NamedTuple):
    """A numeral in words: ``unit`` where it is a part of the wording (百分之, 成)."""

    start: int
    num_start: int
    end: int
    raw: str
    value: Decimal
    high: Decimal | None = None
    unit: str = ""
    vague: bool = False  # 数十: from the value up to ten times as many


def compile_first(rules: WordRules) -> re.Pattern[str]:
    """What begins a number: any digit, or a numeral in words where it may count.

    The pattern begins with one class of characters, which ``re`` looks for at full speed.
    """
    head = f"[0-9{CHINESE}数几半对]"
    own = f"(?<=[{CHINESE}])"
    stop = f"(?={rules.tenths_after})"
    more = f"(?P<fifth>[{_NINE}半])?"
    tenths = f"(?:[{CHINESE}]?|点[{CHINESE}]{{1,2}})(?P<tenths>[成折]){more}{stop}"
    hedged = f"(?<={rules.tenths_before}[{CHINESE}])成(?!{rules.tenths_never})"
    return compiled(
        rf"{head}(?:(?<=[0-9])"
        rf"|(?<=[百佰千])分之(?P<part>{_NUMERAL}|(?=[0-9]))"
        rf"|{own}{tenths}|(?P<near>{hedged})|(?<=半)(?P<half>[成折]){stop}|(?<=打对)(?P<pair>折)"
        rf"|(?<=[{CHINESE}数几]){_REST}{_TO}(?P<high>[0-9]{{1,4}}(?:\.[0-9]{{1,4}})?|{_NUMERAL})"
        rf"(?={rules.counted}|{rules.many})"
        rf"|{own}{_REST}(?={rules.counted})|{own}{_REST}(?<=[{CHINESE}]{{2}})(?={rules.many})"
        rf"|(?<=[数几])(?P<vague>[十百千万亿]{{1,3}})(?={rules.counted}|{rules.many})"
        rf"|{own}[{CHINESE}]{{0,8}}(?P<open>[万亿])(?=[，。；、）]))"
    )


def spelled(text: str, found: re.Match[str], rules: WordRules) -> Spelled | None:
    """What a match of the pattern in words is worth; None where it is no number."""
    start = found.start()
    if start and (
        text[start - 1] in CHINESE
        or rules.never_before.search(text, max(0, start - 8), start)
        or rules.never.match(text, start)
    ):
        return None
    raw = found.group()
    if len(raw) == 1 and raw in FINANCIAL:
        return None  # 队伍人手: a financial numeral does not stand alone
    if text[start - 1 : start] == "近" and not set(raw) & _LARGE:
        return None  # 近两家: lately, not nearly
    try:
        return _value(found, start, raw)
    except (ValueError, KeyError):
        return None


def _value(found: re.Match[str], start: int, raw: str) -> Spelled:
    end = found.end()
    if found["part"] is not None:
        unit = "‰" if raw[0] == "千" else "%"
        low, high = _interval(found["part"]) if found["part"] else (Decimal(0), None)
        return Spelled(start, found.start("part"), end, found["part"], low, high, unit)
    sign = found["tenths"] or found["half"] or found["pair"] or (found["near"] and "成")
    if sign:
        return Spelled(start, start, end, raw, *_tenths(raw.partition(sign), sign), "%")
    if found["vague"]:
        return _vague(start, raw)
    if found["to"]:
        return _range(found, start, raw)
    number, scale = _scaled(raw)
    low, high = _interval(number)
    return Spelled(start, start, end - len(scale), number, low, high)


def _tenths(parts: tuple[str, str, str], sign: str) -> tuple[Decimal, Decimal | None]:
    """Percent of 三成 (30), 七成六 (76), 三成半 (35), 七八成 (70 to 80), 五五折 (55), 对折 (50)."""
    number, _, fifth = parts
    if number in ("半", "对"):
        return Decimal(5 if number == "半" and sign == "成" else 50), None
    if sign == "成" and (number[0], number[-1]) in _NEIGHBOURS:
        return chinese(number[0]) * 10, chinese(number[-1]) * 10
    value = chinese(number)
    if len(number) > 1 and not set(number) & {"点", "十"}:
        value /= 10  # 五五折
    if value > 10 or (sign == "折" and value == 10):
        raise ValueError(number)
    more = Decimal(5) if fifth == "半" else chinese(fifth) if fifth else Decimal(0)
    return value * 10 + more, None


def _vague(start: int, raw: str) -> Spelled:
    """数十 is 10 to 100; its last 万 or 亿 stays outside, as the scale of a unit."""
    number, scale = _scaled("一" + raw[1:])
    value = chinese(number)
    return Spelled(start, start, start + len(raw) - len(scale), raw, value, value * 10, vague=True)


def _range(found: re.Match[str], start: int, raw: str) -> Spelled:
    """一千到两千万: both ends have the place or scale that only the second one prints."""
    low_raw, high_raw = raw[: found.start("to") - start], found["high"]
    own_scale = "万" in low_raw or "亿" in low_raw
    number, scale = (high_raw, "") if own_scale or high_raw[0] <= "9" else _scaled(high_raw)
    low = chinese(low_raw)
    high = Decimal(number) if number[0] <= "9" else chinese(number)
    place = PLACES.get(number[-1], 1)
    if low < 10 and len(number) > 1 and place >= 100 and low * place < high:
        low *= place
    if low >= high:
        raise ValueError(raw)
    return Spelled(start, start, found.end() - len(scale), low_raw, low, high)


def _scaled(raw: str) -> tuple[str, str]:
    """The numeral and the scale that closes it: 两千 and 万 of 两千万, nothing of 一亿二千万."""
    number = raw.rstrip("万亿")
    if not number or "万" in number or "亿" in number:
        return raw, ""
    return number, raw[len(number) :]


def _interval(raw: str) -> tuple[Decimal, Decimal | None]:
    """The value, and the other one of two neighbouring digits: 三五百 is 300 to 500."""
    for at in range(len(raw) - 1):
        a, b = raw[at], raw[at + 1]
        if a in _NINE and b in _NINE and "点" not in raw:
            if (a, b) in _NEIGHBOURS and (len(raw) == 2 or set(raw) & set(PLACES)):
                return chinese(raw[: at + 1] + raw[at + 2 :]), chinese(raw[:at] + raw[at + 1 :])
            if set(raw) & set(PLACES):
                raise ValueError(raw)
    return chinese(raw), None
