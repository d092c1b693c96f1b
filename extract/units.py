"""Units and classifiers, hedges and bounds, compiled from ``patterns/units.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is counted: ``base`` is its base unit, ``factor`` brings a value there."""

    base: str
    kind: str  # money, percent, points, person, visit, household, thing, score, days, …
    factor: Decimal


@dataclass(frozen=True, slots=True)
class UnitRules:
    """Compiled wording around figures; patterns are matched right at or right before a figure."""

    units: Mapping[str, Unit]
    tail: re.Pattern[str]  # at the end of the digits: hedge, scale, unit, hedge, bound
    hedge_before: re.Pattern[str]  # ending at the first digit
    scales: Mapping[str, Decimal]
    bound_of: Mapping[str, str]
    down: frozenset[str]


def compile_units(data: Mapping[str, Any]) -> UnitRules:
    """``UnitRules`` from the parsed TOML."""
    units: dict[str, Unit] = {}
    forms: list[tuple[str, str]] = []  # form, pattern
    for row in data["unit"]:
        unit = Unit(row.get("as", row["name"]), row["class"], Decimal(row.get("factor", "1")))
        units[row["name"]] = unit
        names = list(row.get("forms", []))
        if not row.get("only_forms"):
            names.append(row["name"])
        for name in names:
            literal, guard = _split_guard(name)
            units[literal] = unit
            ban = row.get("not_before", "") if name == row["name"] else ""
            forms.append((literal, re.escape(literal) + guard + (f"(?!{ban})" if ban else "")))
    plain = data["plain"]
    for kind in ("thing", "measure"):
        for name in plain[kind]:
            units.setdefault(name, Unit(name, kind, Decimal(1)))
            ban = plain["not_before"].get(name, "")
            forms.append((name, re.escape(name) + (f"(?!{ban})" if ban else "")))
    forms.sort(key=lambda form: -len(form[0]))
    return UnitRules(
        units,
        _tail(data, [pattern for _, pattern in forms]),
        _before(data),
        {k: Decimal(v) for k, v in data["scales"].items()},
        _bounds(data),
        frozenset(data["around"]["down"]),
    )


def _split_guard(name: str) -> tuple[str, str]:
    literal, mark, guard = name.partition("(?")
    return literal, mark + guard


# 百 and 千 also begin units: 百分点, 千克
_NO_SCALE = {"百": "(?!分)", "千": "(?![米克瓦伏])"}
# 元/人·月, 元／年
_PER = (
    r"(?:[/／每](?P<per>(?:人|生|户|辆|次|床|亩|学生|人次|件|张)"
    r"(?:[·.．*×/]?(?:年|月|次|天|学年|学期))?|年|月|天))"
)


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


def _tail(data: Mapping[str, Any], forms: list[str]) -> re.Pattern[str]:
    around = data["around"]
    inside, after = "".join(around["approx_inside"]), _any(around["approx_after"])
    bounds = _any([w for b in data["bound"] for w in b["after"]])
    scales = "|".join(
        s + _NO_SCALE.get(s, "") for s in sorted(data["scales"], key=len, reverse=True)
    )
    return re.compile(
        rf"(?P<more>[{inside}])?(?P<scale>{scales})?(?P<more2>[{inside}])?"
        rf"(?:(?P<unit>{'|'.join(forms)}){_PER}?)?(?P<after>{after})?(?P<bound>{bounds})?"
    )


def _before(data: Mapping[str, Any]) -> re.Pattern[str]:
    words = [w for b in data["bound"] for w in b["before"]]
    approx = _any(data["around"]["approx_before"])
    other = "".join(re.escape(word[-2]) for word in data["around"]["approx_never"])
    return re.compile(
        rf"(?:(?P<bound>{_any(words)})为?)?(?:(?<![{other}])(?P<approx>{approx}))?(?P<sign>(?<![0-9)）%元万亿人家个])[-])?\Z"
    )


def _bounds(data: Mapping[str, Any]) -> dict[str, str]:
    return {w: b["is"] for b in data["bound"] for w in (*b["before"], *b["after"])}
