"""What the checks say of facts: ``check_status``, and figures whose unit cannot be (单位存疑)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import pyarrow as pa

from .across import Facts, across
from .intervals import Interval, allowed, half_step
from .rows import Rows, tells, verdicts
from .rules import CheckRules

UNIT = "unit_suspect"
CHECK_COLUMNS = ("agency_id", "kind", "mention_id", "operands", "verdict", "suspects", "slips")
_FAR = 1e3  # times that a level may differ from the agency's own median
_YEARS = 3  # that make a median


@dataclass(frozen=True, slots=True)
class Judged:
    """What checks add to a part of the facts."""

    status: list[str]
    flags: list[list[str]]
    checks: Rows  # between reports


def judge(
    facts: Mapping[str, Sequence[Any]],
    mentions: pa.Table,
    checks: pa.Table,
    rules: CheckRules,
) -> Judged:
    """Status and flags of facts, and the checks between their reports.

    ``mentions`` are those of the facts' agencies, ``checks`` those of their documents.
    """
    told = {name: mentions.column(name).to_pylist() for name in _OF_MENTIONS}
    within = {name: checks.column(name).to_pylist() for name in CHECK_COLUMNS}
    said = verdicts(within)
    known = Facts(facts, told)
    pairs = zip(within["mention_id"], within["verdict"], strict=True)
    tested = frozenset(id_ for id_, verdict in pairs if verdict != "not_testable")
    between = across(known, tested, rules)
    for mention, found in verdicts(between).items():
        said.setdefault(mention, set()).update(found)
    groups = _agreeing(facts, told)
    suspects = _by_relations(within) | _by_relations(between)
    lone = _by_median(known)
    status, flags = [], []
    for row, (fact, own) in enumerate(zip(facts["fact_id"], facts["flags"], strict=True)):
        ids = groups[fact]
        status.append(_status(said.get(id_, ()) for id_ in ids))
        odd = row in lone or facts["mention_id"][row] in suspects
        flags.append(sorted({*own, UNIT}) if odd else own)
    return Judged(status, flags, between)


_OF_MENTIONS = (
    "mention_id", "doc_id", "source", "fact_id", "value_raw", "unit_raw", "unit",
    "value", "value_min", "value_max", "approx", "bound",
)  # fmt: skip


def _status(said: Iterable[Iterable[str]]) -> str:
    found = {verdict for verdicts_ in said for verdict in verdicts_}
    if len(found) > 1:
        return "mixed"
    return found.pop() if found else "not_testable"


@dataclass(frozen=True, slots=True)
class _Stated:
    value: float
    value_min: float | None
    value_max: float | None
    value_raw: str
    unit: str
    approx: bool


def _agreeing(
    facts: Mapping[str, Sequence[Any]], told: Mapping[str, Sequence[Any]]
) -> dict[str, list[str]]:
    """The mentions of each fact that state what the fact says, within their printed digits."""
    values = dict(zip(facts["fact_id"], facts["value"], strict=True))
    best = dict(zip(facts["fact_id"], facts["mention_id"], strict=True))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for at, fact in enumerate(told["fact_id"]):
        if fact not in values:
            continue
        id_, value = told["mention_id"][at], told["value"][at]
        if id_ == best[fact] or value == values[fact]:
            found[fact].append(id_)
        else:
            names = ("value", "value_min", "value_max", "value_raw", "unit", "approx")
            stated = _Stated(*(told[name][at] for name in names))
            if _rounds_to(stated, values[fact]):
                found[fact].append(id_)
    return found


def _rounds_to(stated: _Stated, value: float) -> bool:
    low, high = stated.value_min, stated.value_max
    step = half_step(stated.value_raw, stated.value, stated.unit)
    own = allowed(stated.value, low, high, step, approx=stated.approx)
    return Interval(own.low - step * 1e-9, own.high + step * 1e-9).meets(Interval(value, value))


def _by_relations(checks: Mapping[str, Sequence[Any]]) -> set[str]:
    """Mentions of which all relations are off, and hold in another unit (10⁴ or 10⁸ times)."""
    explained: defaultdict[str, int] = defaultdict(int)
    tested: defaultdict[str, int] = defaultdict(int)
    columns = (checks[name] for name in CHECK_COLUMNS[1:])
    for kind, mention, operands, verdict, suspects, slips in zip(*columns, strict=True):
        if not tells(kind, verdict):
            continue
        for part in {mention, *operands}:
            tested[part] += 1
        for suspect, slip in zip(suspects, slips, strict=True):
            explained[suspect] += slip == "unit"
    return {m for m, count in explained.items() if count and count == tested[m]}


def _by_median(facts: Facts) -> set[int]:
    """Levels more than a thousand times above or below what the agency states for other years."""
    series: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, (agency, _, indicator, measure, dims) in enumerate(facts.keys):
        if measure in ("actual", "budget", "target"):
            series[agency, indicator, measure, dims].append(row)
    found = set()
    for rows in series.values():
        if len(rows) < _YEARS:
            continue
        values = {row: abs(float(facts.mention(row).value)) for row in rows}
        usual = median(values.values())
        for row, value in values.items():
            if value and usual and not 1 / _FAR <= value / usual <= _FAR:
                found.add(row)
    return found
