"""One linear scan of the matching copy for everything that could be a figure.

Each run of digits becomes a ``Figure`` (number, unit, hedge, bound; ``unit`` is None where none
is printed) or a ``Refusal`` with the reason that its shape gives. Chinese numerals become figures
only before a unit or classifier that counts reported things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from . import numerals
from .units import Unit, UnitRules


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its hedge and unit; offsets into the matching copy."""

    start: int
    end: int
    num_start: int
    num_end: int
    raw: str
    value: Decimal  # in the base unit, with the printed sign
    scale: Decimal
    unit: Unit | None
    unit_raw: str
    per: str | None = None
    approx: bool = False
    bound: str = "="
    low: Decimal | None = None
    high: Decimal | None = None
    flags: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Class of the unit; ``bare`` without one."""
        return self.unit.kind if self.unit else "bare"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A number refused by its shape; offsets into the matching copy."""

    start: int
    end: int
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class RejectRule:
    """One row of ``rejections.toml``: ``at`` from the first digit, ``before`` ending there."""

    id: str
    reason: str
    at: re.Pattern[str]
    before: re.Pattern[str] | None
    previous: re.Pattern[str] | None = None  # the character before; None for any
    next: str | None = None  # what may follow the first digits; None for anything


class _Worth(NamedTuple):
    """Refusals that may fit a number, and whether any of them does, in one match."""

    any: re.Pattern[str]
    rules: tuple[RejectRule, ...]


@dataclass(frozen=True, slots=True)
class FigureRules:
    """What the scan needs: units and refusals, and a fast test for any refusal."""

    units: UnitRules
    rejects: tuple[RejectRule, ...]
    first: re.Pattern[str]  # a digit, or a Chinese numeral before a countable unit
    worth: dict[tuple[str, str], _Worth]  # the rules to try, by the characters around the digits


class _Digits(NamedTuple):
    """A number before anything around it is read."""

    start: int
    end: int
    raw: str
    value: Decimal
    flags: tuple[str, ...] = ()


# grouped by thousands; or with a comma that must be a decimal mark; or plain
_NUMBER = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3}){1,12}(?![0-9])(?:\.[0-9]{1,40})?|[0-9]{1,40},[0-9]{1,2}(?![0-9.,])"
    r"|[0-9]{1,40}(?:\.[0-9]{1,40}){0,3}"
)
_ZEROS = re.compile(r"[OoΟ]{1,8}")  # letters read for zeros
_PER_MARK = re.compile(r"[/／*×·.．每]")
_DIGITS = re.compile(r"[0-9]+")
_LOOK_BACK = 24
_TIMES, _PLUS = tuple("×*/÷"), tuple("=+")


def scan(text: str, rules: FigureRules) -> Iterator[Figure | Refusal]:
    """All numbers of ``text`` in order; figures may still be refused by their context."""
    at = 0
    while (first := rules.first.search(text, at)) is not None:
        start = first.start()
        if text[start] > "9":
            found, at = _in_words(text, first, rules)
            if found:
                yield found
            continue
        refusal = _refused(text, start, rules)
        if refusal:
            yield refusal
            at = max(refusal.end, start + 1)
            continue
        figure = _figure(text, start, rules.units)
        yield figure
        at = max(figure.end, figure.num_end)


def _refused(text: str, start: int, rules: FigureRules) -> Refusal | None:
    floor = max(0, start - _LOOK_BACK)
    digits = _DIGITS.match(text, start)
    follower = text[digits.end() : digits.end() + 1] if digits else ""
    around = text[start - 1 : start], follower
    worth = rules.worth.get(around)
    if worth is None:
        worth = rules.worth[around] = _worth(*around, rules.rejects)
    if worth.any.match(text, start) is None:
        return None
    for rule in worth.rules:
        match = rule.at.match(text, start)
        if match is None or match.end() == start:
            continue
        if rule.before is None or rule.before.search(text, floor, start):
            return Refusal(start, match.end(), rule.reason, rule.id)
    return None


def _worth(previous: str, follower: str, rejects: tuple[RejectRule, ...]) -> _Worth:
    rules = tuple(
        rule
        for rule in rejects
        if (rule.next is None or (follower and follower in rule.next))
        and (rule.previous is None or rule.previous.fullmatch(previous))
    )
    return _Worth(_any_of(tuple(rule.at.pattern for rule in rules)), rules)


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)")


def _figure(text: str, start: int, rules: UnitRules) -> Figure:
    number = _NUMBER.match(text, start)
    assert number is not None  # noqa: S101  the caller saw a digit here
    raw = number.group()
    value, malformed = numerals.arabic(raw)
    flags = ("malformed_number",) if malformed else ()
    end = number.end()
    zeros = _ZEROS.match(text, end)
    if zeros and _dressed(text, _Digits(start, zeros.end(), raw, value), rules).unit:
        raw += "0" * len(zeros.group())
        value, end, flags = numerals.arabic(raw)[0], zeros.end(), ("malformed_number",)
    return _dressed(text, _Digits(start, end, raw, value, flags), rules)


def _in_words(text: str, word: re.Match[str], rules: FigureRules) -> tuple[Figure | None, int]:
    """The figure that a Chinese numeral makes, if any, and where to go on."""
    start, raw = word.start(), word.group()
    if start and text[start - 1] in "第每逐其唯统首同近几数上下某任":
        return None, word.end()
    if len(raw) == 1 and raw in numerals.FINANCIAL:
        return None, word.end()  # 队伍人手: a financial numeral does not stand alone
    try:
        value = numerals.chinese(raw.removeprefix("百分之"))
    except (ValueError, KeyError):
        return None, word.end()
    if raw.startswith("百分之"):
        unit = rules.units.units["%"]
        return Figure(
            start, word.end(), start, word.end(), raw, value, Decimal(1), unit, ""
        ), word.end()
    figure = _dressed(text, _Digits(start, word.end(), raw, value), rules.units)
    return (figure if figure.unit else None), max(figure.end, word.end())


def _dressed(text: str, digits: _Digits, rules: UnitRules) -> Figure:
    """The number with what stands right before and right behind it."""
    start, end, raw, value, flags = digits
    tail = rules.tail.match(text, end)
    assert tail is not None  # noqa: S101  every part is optional
    unit = rules.units[tail["unit"]] if tail["unit"] else None
    scale = rules.scales.get(tail["scale"] or "", Decimal(1))
    if unit:
        scale *= unit.factor
    bare = unit is None and not tail["scale"]
    before = (
        None
        if bare and end - start < 2
        else rules.hedge_before.search(text, max(0, start - 8), start)
    )
    negative = bool(before and before["sign"])
    hedge = (before and before["approx"]) or tail["more"] or tail["more2"] or tail["after"]
    word = (before and before["bound"]) or tail["bound"]
    figure = Figure(
        before.start() if before and before.group() else start,
        end if bare else tail.end(),
        start,
        end,
        raw,
        value * scale * (-1 if negative else 1),
        scale,
        unit,
        "" if bare else (tail["scale"] or "") + (tail["unit"] or ""),
        _PER_MARK.sub("·", tail["per"]) if tail["per"] else None,
        bool(hedge),
        rules.bound_of.get(word or "", "="),
        flags=flags,
    )
    return _with_interval(
        figure, (before and before["approx"]) or "", bool(tail["more"] or tail["more2"]), rules
    )


def _with_interval(figure: Figure, hedge: str, more: bool, rules: UnitRules) -> Figure:
    """``value_min`` and ``value_max`` where the wording gives an interval."""
    value = figure.value
    if more:
        return replace(figure, low=value, high=value + _step(figure))
    if hedge in rules.down:
        step = _step(figure)
        # 近100 is more than 90: one tenth of a power of ten, else one step of the last digit
        if set(figure.raw.replace(",", "")) <= {"1", "0"}:
            step = value / 10
        return replace(figure, low=value - step, high=value)
    if figure.bound in (">=", ">"):
        return replace(figure, low=value)
    if figure.bound in ("<=", "<"):
        return replace(figure, high=value)
    return figure


def _step(figure: Figure) -> Decimal:
    plain = figure.raw if figure.raw[0].isascii() else str(figure.value / figure.scale)
    return numerals.last_step(plain, figure.scale)


_ARITHMETIC = re.compile(
    r"(?<=[\u4e00-\u9fff）])=[^=，。；\t\n]{2,110}=[（\[-]?\Z"
    r"|[0-9.,%×*/÷+=（）()\[\]万元-]{3,60}=[（\[-]?\Z|(?<=[率比度性])=\Z"
)


def formula_start(text: str, figure: Figure) -> int | None:
    """Where the printed arithmetic begins that this figure is the result of."""
    if not figure.num_start or text[figure.num_start - 1] not in "=-":
        return None
    match = _ARITHMETIC.search(text, max(0, figure.num_start - 120), figure.num_start)
    return match.start() if match else None


def in_formula(text: str, figure: Figure) -> bool:
    """Whether the number is an operand of printed arithmetic, not its result."""
    before = text[figure.num_start - 1] if figure.num_start else ""
    after = text[figure.end : figure.end + 1]
    if before in _TIMES or after in _TIMES:
        return True
    return after == "=" and before in _PLUS
