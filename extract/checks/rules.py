"""The relations of ``patterns/checks.toml``, compiled (勾稽规则)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extract.catalogue import Indicator
from extract.errors import RulebookError
from extract.schema import pattern

FILE = "checks.toml"


@dataclass(frozen=True, slots=True)
class SumRule:
    """``total`` is the sum of all ``parts`` and of what is stated of ``also``.

    With ``loose`` other parts are possible: what misses the total by more than a tenth is not
    called off. With ``table``, of whatever parts the total's own table states, two at least. What
    goes unsaid of ``nil`` is nothing.
    """

    kind: str
    total: str
    parts: tuple[str, ...]
    also: tuple[str, ...]
    table: bool
    loose: bool
    nil: frozenset[str]


@dataclass(frozen=True, slots=True)
class SplitRule:
    """A figure without ``dimension`` is the sum of those with its values."""

    dimension: str
    values: tuple[str, ...]
    also: tuple[str, ...]
    indicators: frozenset[str]


@dataclass(frozen=True, slots=True)
class RateRule:
    """``rate`` is ``part`` in percent of one of ``wholes``, or its growth against them.

    A whole is an indicator with the measure and stage that it must have, and how many years before.
    """

    rate: str
    part: str
    wholes: tuple[Operand, ...]
    growth: bool


@dataclass(frozen=True, slots=True)
class Operand:
    """A level: ``indicator`` alone, or ``indicator:measure`` or ``indicator:measure:stage``."""

    indicator: str
    measure: str | None = None
    stage: str | None = None
    back: int = 0


@dataclass(frozen=True, slots=True)
class DifferenceRule:
    """``result`` = the sum of ``plus`` − the sum of ``minus``."""

    result: Operand
    plus: tuple[Operand, ...]
    minus: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class BoundRule:
    """``part`` never exceeds ``whole``."""

    part: str
    whole: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class WithinRule:
    """Parts that are listed together never exceed ``whole`` in sum."""

    whole: str
    parts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """The wording that lists, totals and repeated levels are known by."""

    opens: re.Pattern[str]
    again: re.Pattern[str]
    ends: re.Pattern[str]
    total: re.Pattern[str]
    grand: re.Pattern[str]
    of_which: re.Pattern[str]
    all_parts: re.Pattern[str]
    share_of: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class CheckRules:
    """Everything of ``checks.toml``."""

    sums: tuple[SumRule, ...]
    splits: tuple[SplitRule, ...]
    rates: tuple[RateRule, ...]
    differences: tuple[DifferenceRule, ...]
    bounds: tuple[BoundRule, ...]
    within: tuple[WithinRule, ...]
    classes: frozenset[str]  # indicators whose sum of functional classes they are
    full: frozenset[str]  # rates that never exceed 100%
    opening: Mapping[str, str]  # indicator at the beginning of a year → at the end of the last one
    words: Words


def compile_checks(data: Mapping[str, Any], catalogue: Mapping[str, Indicator]) -> CheckRules:
    """The rules of the file; raises ``RulebookError`` for an indicator that no catalogue has."""
    known = _Known(catalogue)
    sums = tuple(_sum(row, known) for row in data["sum"])
    bounds = tuple(
        BoundRule(known(part), known(row["whole"]), row.get("soft", False))
        for row in data["bound"]
        for part in row["parts"]
    )
    told = {(rule.part, rule.whole) for rule in bounds}
    of_sums = dict.fromkeys(BoundRule(part, rule.total) for rule in sums for part in rule.parts)
    words = data["words"]
    return CheckRules(
        sums,
        tuple(_split(row, known) for row in data["split"]),
        tuple(_rate(row, known) for row in data["rate"]),
        tuple(_difference(row, known) for row in data["difference"]),
        bounds + tuple(rule for rule in of_sums if (rule.part, rule.whole) not in told),
        tuple(
            WithinRule(known(row["whole"]), frozenset(map(known, row["parts"])))
            for row in data["within"]
        ),
        frozenset(map(known, data["classes"]["totals"])),
        frozenset(map(known, data["full"]["rates"])),
        {known(row["at"]): known(row["is"]) for row in data["opening"]},
        Words(**{name: pattern(f"{FILE}, words", text) for name, text in words.items()}),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Looks names of indicators up, and returns them."""

    catalogue: Mapping[str, Indicator]

    def __call__(self, name: str) -> str:
        if name not in self.catalogue:
            raise RulebookError(f"{FILE}: no indicator '{name}' in the catalogue; correct it")
        return name

    def operand(self, text: str, back: int = 0) -> Operand:
        """``indicator``, ``indicator:measure`` or ``indicator:measure:stage``."""
        name, _, rest = text.partition(":")
        measure, _, stage = rest.partition(":")
        return Operand(self(name), measure or None, stage or None, back)


def _sum(row: Mapping[str, Any], known: _Known) -> SumRule:
    return SumRule(
        row["kind"],
        known(row["total"]),
        tuple(map(known, row["parts"])),
        tuple(map(known, row.get("also", ()))),
        row.get("table", False),
        row.get("loose", False),
        frozenset(map(known, row.get("nil", ()))),
    )


def _split(row: Mapping[str, Any], known: _Known) -> SplitRule:
    return SplitRule(
        row["dimension"],
        tuple(row["values"]),
        tuple(row.get("also", ())),
        frozenset(map(known, row["indicators"])),
    )


def _rate(row: Mapping[str, Any], known: _Known) -> RateRule:
    wholes = tuple(known.operand(name, row.get("back", 0)) for name in row["wholes"])
    return RateRule(known(row["rate"]), known(row["part"]), wholes, row.get("growth", False))


def _difference(row: Mapping[str, Any], known: _Known) -> DifferenceRule:
    return DifferenceRule(
        known.operand(row["result"]),
        tuple(map(known.operand, row["plus"])),
        tuple(map(known.operand, row.get("minus", ()))),
    )
