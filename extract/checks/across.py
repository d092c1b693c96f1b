"""Relations between the reports of one agency (跨年核对), from its facts.

Growth and change against the level of last year's report, what a year opens with against what the
year before closed with, and levels that were copied from last year's report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pyarrow as pa

from extract.dimensions.dims import parse_dims
from extract.model import Mention

from .check import HOLDS, OFF, Check, compared, printed
from .growths import changed_check, grown_check
from .intervals import Interval
from .rows import Rows, rows_of
from .rules import CheckRules
from .stated import Stated

Key = tuple[str, int, str, str, str]  # agency_id, year, indicator, measure, dims
_SHIFT_DIGITS = 5
_KEY = ("agency_id", "year", "indicator", "measure", "dims")
_FIELDS = (
    "value_raw", "unit_raw", "unit_stated", "value", "value_min", "value_max", "approx", "bound",
)  # fmt: skip


class Facts:
    """The best mention of each fact, as figures that can be compared; by row of ``facts``."""

    def __init__(self, facts: Mapping[str, pa.Array]) -> None:
        """Take the columns that ``facts_of`` gives."""
        self.keys: list[Key] = list(zip(*(facts[name].to_pylist() for name in _KEY), strict=True))
        self.row = {key: at for at, key in enumerate(self.keys)}
        self.ids: list[str] = facts["mention_id"].to_pylist()
        self.values: list[float] = facts["value"].to_pylist()
        self._docs: list[tuple[str, str]] = list(
            zip(facts["doc_id"].to_pylist(), facts["source"].to_pylist(), strict=True)
        )
        self._printed = list(zip(*(facts[name].to_pylist() for name in _FIELDS), strict=True))

    def doc(self, row: int) -> tuple[str, str]:
        """``(doc_id, source)`` of a fact's best mention."""
        return self._docs[row]

    def raw(self, row: int) -> str:
        """The number of a fact's best mention as printed."""
        raw: str = self._printed[row][0]
        return raw

    def figure(self, row: int) -> Stated:
        """The best mention of a fact as arithmetic sees it."""
        return Stated(self.mention(row))

    def mention(self, row: int) -> Mention:
        """The best mention of a fact, with what arithmetic needs; ``start`` is the row."""
        raw, unit_raw, unit, value, low, high, approx, bound = self._printed[row]
        _, year, indicator, measure, _ = self.keys[row]
        return Mention(
            row, row, "", _decimal(value) or Decimal(0), unit, value_raw=raw, unit_raw=unit_raw,
            value_min=_decimal(low), value_max=_decimal(high), approx=approx, bound=bound,
            indicator=indicator, measure=measure, year=year,
        )  # fmt: skip


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


def across(facts: Facts, tested: frozenset[str], rules: CheckRules) -> Rows:
    """Rows of ``checks``; ``tested`` are mentions whose own report has already judged them."""
    found = [
        *_compared(facts, tested),
        *_openings(facts, rules.opening),
        *_copies(facts),
    ]
    found.sort(key=lambda c: (c.tested, c.kind, c.operands))
    rows = {at for check in found for at in (check.tested, *check.operands)}
    return rows_of(
        found,
        {row: facts.mention(row) for row in rows},
        {row: facts.ids[row] for row in rows},
        {row: facts.doc(row) for row in rows},
        {row: facts.keys[row][0] for row in rows},
        across=True,
    )


def _compared(facts: Facts, tested: frozenset[str]) -> Iterator[Check]:
    """Growth and change against the year before, where another report states its level."""
    for row, (agency, year, indicator, measure, dims) in enumerate(facts.keys):
        if measure not in ("growth", "change") or facts.ids[row] in tested:
            continue
        parts = parse_dims(dims)
        base = parts.pop("base_year", "")
        if not base.isdigit() or int(base) >= year or "base" in parts:
            continue
        same = ";".join(f"{name}={parts[name]}" for name in sorted(parts))
        level = facts.row.get((agency, year, indicator, "actual", same))
        before = facts.row.get((agency, int(base), indicator, "actual", same))
        if level is None or before is None or facts.doc(before)[0] == facts.doc(row)[0]:
            continue
        m, now, then = facts.figure(row), facts.figure(level), facts.figure(before)
        if m.bound != "=":
            continue
        if measure == "growth":
            yield grown_check(measure, m, now, then, sure=True)
        elif m.unit in (now.unit, "百分点"):
            yield changed_check(measure, m, now, then, sure=True)


def _openings(facts: Facts, opening: Mapping[str, str]) -> Iterator[Check]:
    """What a year opens with is what the year before closed with."""
    for row, (agency, year, indicator, measure, dims) in enumerate(facts.keys):
        closing = opening.get(indicator)
        if closing is None or measure != "actual":
            continue
        before = facts.row.get((agency, year - 1, closing, measure, dims))
        if before is None:
            continue
        m, then = facts.figure(row), facts.figure(before)
        same = then.interval

        def wanted(
            m: Stated = m, then: Stated = then, same: Interval = same
        ) -> Iterator[tuple[Stated, Interval | None]]:
            yield m, same
            yield then, m.interval

        yield compared("opening", m, [then], same, "{}", wanted, sure=True)


def _copies(facts: Facts) -> Iterator[Check]:
    """Levels that repeat those of last year's report digit by digit, without saying so."""
    for row, (agency, year, indicator, measure, dims) in enumerate(facts.keys):
        if measure != "actual":
            continue
        before = facts.row.get((agency, year - 1, indicator, measure, dims))
        if before is None or facts.values[before] != facts.values[row]:
            continue
        if facts.doc(before)[0] == facts.doc(row)[0]:
            continue
        digits = "".join(c for c in facts.raw(row) if c.isdigit()).strip("0")
        if len(digits) < _SHIFT_DIGITS:
            continue
        m, then = facts.figure(row), facts.figure(before)
        extra = f"base_year={year - 1}"
        told = ";".join(sorted(filter(None, (dims, extra))))
        moved = (facts.row.get((agency, year, indicator, name, told)) for name in _MOVES)
        still = any(at is not None and not facts.values[at] for at in moved)
        words = f"{printed(m)} ({year}) = {printed(then)} ({year - 1})"
        value = m.number
        verdict = HOLDS if still else OFF
        yield Check("year_shift", row, (before,), value, value, 0.0, verdict, words)


_MOVES = ("change", "growth")
