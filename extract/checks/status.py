"""What the checks say of facts: ``check_status``, and figures whose unit cannot be (单位存疑)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from extract.arrow import patched

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
    flags: pa.Array
    checks: Rows  # between reports


def judge(
    facts: Mapping[str, pa.Array],
    mentions: pa.Table,
    checks: pa.Table,
    rules: CheckRules,
) -> Judged:
    """Status and flags of facts, and the checks between their reports.

    ``mentions`` are those of the facts' agencies, ``checks`` those of their documents.
    """
    within = {name: checks.column(name).to_pylist() for name in CHECK_COLUMNS}
    said = verdicts(within)
    known = Facts(facts)
    pairs = zip(within["mention_id"], within["verdict"], strict=True)
    tested = frozenset(id_ for id_, verdict in pairs if verdict != "not_testable")
    between = across(known, tested, rules)
    for mention, found in verdicts(between).items():
        said.setdefault(mention, set()).update(found)
    of_fact = _of_facts(said, facts, mentions)
    words = {fact: "mixed" if len(told) > 1 else next(iter(told)) for fact, told in of_fact.items()}
    status = [words.get(fact, "not_testable") for fact in facts["fact_id"].to_pylist()]
    suspects = _by_relations(within) | _by_relations(between)
    odd = _by_median(known).union(row for row, id_ in enumerate(known.ids) if id_ in suspects)
    flags = {row: sorted({*facts["flags"][row].as_py(), UNIT}) for row in odd}
    return Judged(status, patched(facts["flags"], flags), between)


_OF_MENTION = ("value", "value_min", "value_max", "value_raw", "unit", "approx")


@dataclass(frozen=True, slots=True)
class _Stated:
    value: float
    value_min: float | None
    value_max: float | None
    value_raw: str
    unit: str
    approx: bool


def _of_facts(
    said: Mapping[str, set[str]], facts: Mapping[str, pa.Array], mentions: pa.Table
) -> dict[str, set[str]]:
    """The verdicts on the mentions of each fact that state what the fact says, as printed."""
    judged = mentions.filter(pc.is_in(mentions.column("mention_id"), pa.array(said, pa.string())))
    values, best = (
        dict(zip(facts["fact_id"].to_pylist(), facts[name].to_pylist(), strict=True))
        for name in ("value", "mention_id")
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    names = ("mention_id", "fact_id", *_OF_MENTION)
    for id_, fact, *stated in zip(*(judged.column(n).to_pylist() for n in names), strict=True):
        if fact is None:
            continue
        same = id_ == best[fact] or stated[0] == values[fact]
        if same or _rounds_to(_Stated(*stated), values[fact]):
            found[fact] |= said[id_]
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
        values = {row: abs(facts.values[row]) for row in rows}
        usual = median(values.values())
        for row, value in values.items():
            if value and usual and not 1 / _FAR <= value / usual <= _FAR:
                found.add(row)
    return found
