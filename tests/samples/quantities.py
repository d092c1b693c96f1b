"""The numbers behind the sample reports: typed in once, sums added up, ratios computed.

A county's table in ``counties.toml`` gives each quantity four values, for 2020 to 2023. Money is
written in 万元 there and is 元 here. A template asks for a quantity by an expression:

========  ==========================================================
``a``     the value of the year
``a<``    the value of the year before
``a-``    the change against the year before, signed
``a^``    the growth against the year before in percent, signed
``a/b``   a in percent of b
========  ==========================================================
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

FIRST_YEAR = 2020
YEARS = (2021, 2022, 2023)  # those that have a report; 2020 is only compared with
WAN = Decimal(10_000)
EXPRESSION = re.compile(r"(?P<name>\w+)(?P<operator>[-^<]|/(?P<whole>\w+))?")


@dataclass(frozen=True, slots=True)
class County:
    """One invented county: how its report is made, and its numbers by quantity and year."""

    key: str  # also the template's name
    name: str
    agency: str
    doc_type: str
    file: str  # file name with ``{year}``
    encoding: str
    series: Mapping[str, tuple[Decimal, ...]]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one county in one year."""

    county: County
    year: int

    def __getitem__(self, expression: str) -> Decimal:
        """The value of an expression in base units; ``KeyError`` for an unknown quantity."""
        match = EXPRESSION.fullmatch(expression)
        if match is None:
            raise KeyError(f"{self.county.key}: cannot read the expression {expression!r}")
        value, before = self._at(match["name"], 0), self._at(match["name"], -1)
        match match["operator"]:
            case None:
                return value
            case "<":
                return before
            case "-":
                return value - before
            case "^":
                return 100 * (value - before) / before
        return 100 * value / self._at(match["whole"], 0)

    def _at(self, name: str, lag: int) -> Decimal:
        return self.county.series[name][self.year - FIRST_YEAR + lag]


def counties(path: Path) -> list[County]:
    """Read the counties of ``counties.toml`` in their order there."""
    with path.open("rb") as file:
        tables = tomllib.load(file, parse_float=Decimal)
    return [_county(key, table) for key, table in tables.items()]


def _county(key: str, table: Mapping[str, Mapping[str, list[Decimal]]]) -> County:
    series = {name: _scaled(row, WAN) for name, row in table["wan_yuan"].items()}
    series |= {name: _scaled(row, Decimal(1)) for name, row in table["plain"].items()}
    for name, parts in table["sums"].items():
        series[name] = _sum(series, [str(part) for part in parts])
    texts = {name: str(table[name]) for name in ("name", "agency", "doc_type", "file", "encoding")}
    return County(key=key, series=series, **texts)


def _scaled(row: list[Decimal], scale: Decimal) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) * scale for value in row)


def _sum(series: Mapping[str, tuple[Decimal, ...]], parts: list[str]) -> tuple[Decimal, ...]:
    """Add up parts; one that begins with ``-`` is taken off."""
    signs = [-1 if part.startswith("-") else 1 for part in parts]
    rows = [series[part.removeprefix("-")] for part in parts]
    return tuple(
        sum((s * v for s, v in zip(signs, column, strict=True)), Decimal(0))
        for column in zip(*rows, strict=True)
    )
