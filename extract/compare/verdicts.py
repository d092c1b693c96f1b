"""What the evidence says to a cell (核对结论): a label, the statement behind it, and a note.

Of several explanations of a number that is not stated where the sheet puts it, the one that
changes least wins: first another unit, then another year, another measure, another scope. Two
changes at once, and powers of ten that no unit stands for, come last.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.compare.numbers import says

if TYPE_CHECKING:
    from extract.compare.evidence import Evidence, Statement
    from extract.compare.numbers import Written
    from extract.compare.targets import Target
    from extract.compare.whose import Who

LABELS = {
    "supported": "有据",
    "unit_off": "单位有误",
    "other_year": "属其他年度",
    "other_measure": "属其他口径",
    "other_scope": "属其他范围",
    "disagrees": "与报告不符",
    "not_in_report": "报告未载",
}
UNREAD = "unread"  # no label: the cell, its year or its column means nothing
_POWERS = range(-8, 9)
_USUAL = {4, -4, 8, -8, 2, -2, 3, -3}  # 万, 亿, percent, 千
_ORDER = ("other_year", "other_measure", "other_scope")
_DIGITS = 3  # of a number that may be explained by two changes, or looked for anywhere


@dataclass(frozen=True, slots=True)
class Verdict:
    """A label with the statement that it rests on; ``factor``: the sheet's number over it."""

    label: str
    statement: Statement | None = None
    factor: float = 1.0
    note: str = ""


def judge(number: Written, target: Target, who: Who, year: int, evidence: Evidence) -> Verdict:
    """The verdict on a number that a sheet gives for a target of an agency and year."""
    if not who.group:
        return Verdict("not_in_report", note=who.why)
    about = evidence.of(who.group, target.meaning.indicator)
    here = [s for s in about if not _changes(s, target, who, year)]
    best = _cell_of(target, who, year, evidence)
    here.sort(key=lambda s: (s.row["mention_id"] != best, -s.said.confidence, s.said.index))
    fitting = [s for s in here if says(s.said, number, _measure(s))]
    if fitting:
        others = [s for s in here if s not in fitting]
        return Verdict("supported", fitting[0], note=_beside(number, fitting[0], others))
    if number.value and (found := _explained(number, target, who, year, about)):
        return found
    if here:
        return Verdict(
            "disagrees", here[0], note=_disagreeing(number, here[0], who, year, evidence)
        )
    return _not_stated(number, target, who, year, evidence)


def _changes(s: Statement, target: Target, who: Who, year: int) -> tuple[str, ...]:
    """In what a statement is about something else than asked for."""
    meaning, asked = s.meaning, target.meaning
    if meaning is None:
        return _ORDER
    measure = (meaning.measure, meaning.against) != (asked.measure, asked.against)
    scope = meaning.scope != asked.scope or s.agency not in who.agencies
    return tuple(
        n for n, changed in zip(_ORDER, (s.year != year, measure, scope), strict=True) if changed
    )


def _explained(
    number: Written, target: Target, who: Who, year: int, about: Sequence[Statement]
) -> Verdict | None:
    found = sorted(_explanations(number, target, who, year, about), key=lambda e: e[0])
    if not found:
        return None
    _, statement, changes, power = found[0]
    label = changes[0] if changes else "unit_off"
    more = [LABELS[name] for name in changes[1:]]
    more += [LABELS["unit_off"]] if changes and power else []
    return Verdict(label, statement, 10.0**-power, "; ".join(f"also {word}" for word in more))


def _explanations(
    number: Written, target: Target, who: Who, year: int, about: Sequence[Statement]
) -> Iterator[tuple[tuple[object, ...], Statement, tuple[str, ...], int]]:
    for s in about:
        changes = _changes(s, target, who, year)
        power = _power(number, s)
        if power is None:
            continue
        steps = len(changes) + (power != 0)
        if not 0 < steps <= 2 or (steps == 2 and number.digits < _DIGITS):
            continue
        if says(s.said, number.times(10.0**power), _measure(s)):
            order = _ORDER.index(changes[0]) if changes else _order_of(power)
            away = abs((s.year or 0) - year), _apart(s, target)
            yield (steps, order, *away, -s.said.confidence, s.said.index), s, changes, power


def _power(number: Written, s: Statement) -> int | None:
    """The power of ten that brings the number nearest to what is stated."""
    if s.said.value * number.value <= 0:
        return None
    power = round(math.log10(s.said.value / number.value))
    return power if power in _POWERS else None


def _order_of(power: int) -> int:
    """A unit that is usual comes before all other explanations, any other power behind them."""
    return -1 if power in _USUAL else len(_ORDER)


def _apart(s: Statement, target: Target) -> int:
    """How many parts of the scope differ."""
    return len(s.meaning.scope ^ target.meaning.scope) if s.meaning else 0


def _measure(s: Statement) -> str:
    return str(s.row["measure"])


def _cell_of(target: Target, who: Who, year: int, evidence: Evidence) -> str | None:
    """The mention that the panel's cell rests on."""
    found = (evidence.cells.get((a, year, target.column)) for a in sorted(who.agencies))
    return next((cell["mention_id"] for cell in found if cell), None)


def _beside(number: Written, said: Statement, others: Sequence[Statement]) -> str:
    notes = []
    if said.said.value != number.value:
        notes.append("rounded" if not said.said.approx else "the report says about")
    if others:
        at = others[0].said
        notes.append(f"another place says {at.quote} ({at.source}:{at.start})")
    return "; ".join(notes)


def _disagreeing(number: Written, said: Statement, who: Who, year: int, evidence: Evidence) -> str:
    if says(said.said, number.times(-1), _measure(said)):
        return "the sign is the other one"
    elsewhere = _elsewhere(number, who, year, evidence)
    return f"the number stands for {_named(elsewhere)}" if elsewhere else ""


def _not_stated(
    number: Written, target: Target, who: Who, year: int, evidence: Evidence
) -> Verdict:
    if not any((agency, year) in evidence.reported for agency in who.agencies):
        note = "the dataset has no report of that year"
    else:
        cells = (evidence.cells.get((a, year, target.column)) for a in sorted(who.agencies))
        reasons = [cell["reason"] for cell in cells if cell and cell["reason"]]
        note = f"cell: {reasons[0]}" if reasons else ""
    elsewhere = _elsewhere(number, who, year, evidence)
    if elsewhere:
        note = "; ".join(filter(None, [note, f"the number stands for {_named(elsewhere)}"]))
    elif not number.value:
        note = "; ".join(filter(None, [note, "a 0 that no report states"]))
    return Verdict("not_in_report", elsewhere, note=note)


def _elsewhere(number: Written, who: Who, year: int, evidence: Evidence) -> Statement | None:
    """Where reports of the agency say this number of something else."""
    if number.digits < _DIGITS:
        return None
    found = (
        s
        for s in evidence.in_year(who.group, year)
        if s.said.value == number.value or says(s.said, number, s.row["measure"] or "actual")
    )
    return min(found, key=lambda s: (s.meaning is not None, s.said.index), default=None)


def _named(s: Statement) -> str:
    if s.meaning is None:
        return f"{s.row['label'] or 'a figure'}, which no rule names"
    return ", ".join(filter(None, (s.meaning.indicator, s.meaning.measure, s.meaning.dims())))
