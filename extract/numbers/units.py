"""Units and classifiers, hedges and bounds, compiled from ``patterns/units.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extract.kept import compiled
from extract.literals import any_of


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is counted: ``base`` is its base unit, ``factor`` brings a value there."""

    base: str
    kind: str  # money, percent, points, person, visit, household, thing, score, days, …
    factor: Decimal
    below: Decimal | None = None  # a number from here on is in the base unit already


@dataclass(frozen=True, slots=True)
class WordRules:
    """Before which units a numeral in words counts (``counted``, ``many`` after longer ones)."""

    counted: str
    many: str
    never: re.Pattern[str]
    never_before: re.Pattern[str]
    money_from: Decimal
    money_units: frozenset[str]  # classifiers that are 元 from that number on: 三百块
    tenths_before: str
    tenths_after: str
    tenths_never: str


@dataclass(frozen=True, slots=True)
class UnitRules:
    """Compiled wording around figures; patterns are matched right at or right before a figure."""

    units: Mapping[str, Unit]
    tail: re.Pattern[str]  # at the end of the digits: hedge, scale, unit, hedge, bound
    hedge_before: re.Pattern[str]  # ending at the first digit
    scales: Mapping[str, Decimal]
    bound_of: Mapping[str, str]
    down: frozenset[str]
    before_ends: frozenset[str]  # the last characters of all that ``hedge_before`` finds
    words: WordRules
    damaged: frozenset[str]  # forms of units that were misread: %o
    times: frozenset[str]  # the times of compound units: 月, 年
    point_after: frozenset[str]  # what may stand before a number that begins with its point
    people: re.Pattern[str]  # behind a scale without a classifier: 2.3万|困难群众


def compile_units(data: Mapping[str, Any]) -> UnitRules:
    """``UnitRules`` from the parsed TOML."""
    units: dict[str, Unit] = {}
    forms: list[tuple[str, str]] = []  # form, pattern
    for row in data["unit"]:
        below = Decimal(row["below"]) if "below" in row else None
        unit = Unit(
            row.get("as", row["name"]), row["class"], Decimal(row.get("factor", "1")), below
        )
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
    return UnitRules(
        units,
        _tail(data, _by_first(forms)),
        _before(data),
        {_split_guard(k)[0]: Decimal(v) for k, v in data["scales"].items()},
        _bounds(data),
        frozenset(data["around"]["down"]),
        _before_ends(data),
        _words(data, units),
        frozenset(form for row in data["unit"] for form in row.get("damaged", [])),
        frozenset(data["per"]["time"]),
        frozenset(data["around"]["point_after"]) | {"\n", "\t", "（", ""},
        _people(data["people"]),
    )


def _people(rules: Mapping[str, Any]) -> re.Pattern[str]:
    """What stands behind a scale that counts persons: 2.3万|困难群众, not 2.3万|群众救助资金."""
    never = rf"(?![\u4e00-\u9fff]{{0,6}}(?:{any_of(rules['never'])}))"
    return compiled(rf"[\u4e00-\u9fff]{{0,{rules['lead']}}}?(?:{any_of(rules['nouns'])}){never}")


def _by_first(forms: list[tuple[str, str]]) -> str:
    """The forms as one pattern, the longer first, one branch for each first character.

    The branches stand in the order of the file: what is frequent is found at once.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for literal, guarded in forms:
        groups.setdefault(literal[0], []).append((literal, guarded))
    return "|".join(
        "|".join(p for _, p in sorted(group, key=lambda form: -len(form[0])))
        for group in groups.values()
    )


def _words(data: Mapping[str, Any], units: Mapping[str, Unit]) -> WordRules:
    rules = data["words"]
    names = [n for n, u in units.items() if u.kind in rules["kinds"]] + rules["any"]
    scales = _scales(data)
    hedge = f"[{''.join(data['around']['approx_inside'])}]?(?:{scales})?[余多]?"
    return WordRules(
        f"{hedge}(?:{'|'.join(map(_guarded, names))})",
        f"{hedge}(?:{'|'.join(map(_guarded, rules['many']))})",
        compiled("|".join(rules["never"])),
        compiled(f"(?:{rules['never_before']})\\Z"),
        Decimal(rules["as_money"]["from"]),
        frozenset(rules["as_money"]["units"]),
        rules["tenths_before"],
        rules["tenths_after"],
        next(row["not_before"] for row in data["unit"] if row["name"] == "成"),
    )


def _split_guard(name: str) -> tuple[str, str]:
    literal, mark, guard = name.partition("(?")
    return literal, mark + guard


def _guarded(name: str) -> str:
    """The pattern of a word with what must stand behind it at its end."""
    literal, guard = _split_guard(name)
    return re.escape(literal) + guard


def _scales(data: Mapping[str, Any]) -> str:
    longest_first = sorted(data["scales"], key=lambda name: -len(_split_guard(name)[0]))
    return "|".join(map(_guarded, longest_first))


def _per(rules: Mapping[str, Any]) -> str:
    """元/人·月, 元／（人·年）, 元／年, 元每人每月."""
    of, time = "|".join(map(_guarded, rules["of"])), any_of(rules["time"])
    inside = f"(?:{of})(?:[·.．*×/每](?:{time}))?|(?:{time})(?:[·.．*×/每](?:{of}))?"
    return rf"(?:[/／每](?P<per>{inside}|[（(](?:{inside})[）)]))"


def _tail(data: Mapping[str, Any], forms: str) -> re.Pattern[str]:
    around = data["around"]
    inside, after = "".join(around["approx_inside"]), any_of(around["approx_after"])
    bounds = any_of([w for b in data["bound"] for w in b["after"]])
    scales = _scales(data)
    return compiled(
        rf"(?P<more>[{inside}])?(?P<scale>{scales})?(?P<more2>[{inside}])?"
        rf"(?:(?P<unit>{forms}){_per(data['per'])}?)?(?P<after>{after})?(?P<bound>{bounds})?"
    )


def _before(data: Mapping[str, Any]) -> re.Pattern[str]:
    words = [w for b in data["bound"] for w in b["before"]]
    approx = any_of(data["around"]["approx_before"])
    other = "".join(re.escape(word[-2]) for word in data["around"]["approx_never"])
    return compiled(
        rf"(?:(?P<bound>{any_of(words)})为?)?(?:(?<![{other}])(?P<approx>{approx}))?(?P<sign>(?<![0-9)）%元万亿人家个])[-]|(?<![自抱肩胜欺背担减正])负)?\Z"
    )


def _bounds(data: Mapping[str, Any]) -> dict[str, str]:
    return {w: b["is"] for b in data["bound"] for w in (*b["before"], *b["after"])}


def _before_ends(data: Mapping[str, Any]) -> frozenset[str]:
    words = [w for b in data["bound"] for w in b["before"]] + data["around"]["approx_before"]
    return frozenset(w[-1] for w in words) | frozenset("为-负")
