"""One linear scan of the matching copy for everything that could be a figure.

Each run of digits becomes a ``Figure`` (number, unit, hedge, bound; ``unit`` is None where none
is printed) or a ``Refusal`` with the reason that its shape gives. Chinese numerals become figures
only before a unit or classifier that counts reported things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from extract.numbers.amounts import amount, amount_in_words
from extract.numbers.figures import Figure
from extract.numbers.units import UnitRules


class Refusal(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class FigureRules:
    """What the scan needs: units and refusals, and which of these are worth trying where."""

    units: UnitRules
    rejects: tuple[RejectRule, ...]
    first: re.Pattern[str]  # a digit, or a Chinese numeral before a countable unit
    worth: dict[tuple[str, str], tuple[RejectRule, ...]]  # by the characters around the digits


_DIGITS = re.compile(r"[0-9]+")
_MOST_DIGITS = 40  # more than any amount or code has: not to be read in parts
_LOOK_BACK = 24


def scan(text: str, rules: FigureRules) -> Iterator[Figure | Refusal]:
    """All numbers of ``text`` in order; figures may still be refused by their context."""
    at = 0
    while (first := rules.first.search(text, at)) is not None:
        start = first.start()
        if text[start] > "9":
            found, at = amount_in_words(text, first, rules.units)
            if found:
                yield found
            continue
        refusal = _refused(text, start, rules)
        if refusal:
            yield refusal
            at = max(refusal.end, start + 1)
            continue
        figure = amount(text, start, rules.units)
        yield figure
        at = max(figure.end, figure.num_end)


def _refused(text: str, start: int, rules: FigureRules) -> Refusal | None:
    floor = max(0, start - _LOOK_BACK)
    digits = _DIGITS.match(text, start)
    if digits and digits.end() - start > _MOST_DIGITS:
        return Refusal(start, digits.end(), "code", "endless_digits")
    follower = text[digits.end() : digits.end() + 1] if digits else ""
    around = text[start - 1 : start], follower
    worth = rules.worth.get(around)
    if worth is None:
        worth = rules.worth[around] = _worth(*around, rules.rejects)
    for rule in worth:
        match = rule.at.match(text, start)
        if match is None or match.end() == start:
            continue
        if rule.before is None or rule.before.search(text, floor, start):
            return Refusal(start, match.end(), rule.reason, rule.id)
    return None


def _worth(previous: str, follower: str, rejects: tuple[RejectRule, ...]) -> tuple[RejectRule, ...]:
    """The rules that are worth trying between those characters; seldom more than a few."""
    return tuple(
        rule
        for rule in rejects
        if (rule.next is None or (follower and follower in rule.next))
        and (rule.previous is None or rule.previous.fullmatch(previous))
    )
