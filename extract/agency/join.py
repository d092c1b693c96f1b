"""Repeated mentions of one thing become one fact (归并): which value stands, and who disagrees."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

_DUST = 1e-9  # of a value: what binary fractions are off by
DISAGREE_SHARE = 0.01  # values of one document further apart give no panel cell
IN_DOCUMENT = "conflict_in_document"
MARKED_PART = "part_of_total"  # flag of a mention
_FEWEST_PARTS = 2
PARTS = "parts_left_out"  # figures under the key that sum up to the value

_NUMBER = re.compile(r"\d[\d,，]*(?:[.．](?P<decimals>\d+))?")
_SCALES = (("亿", 1e8), ("万", 1e4))
_FORMS = frozenset({"form", "marking_table"})
_EVALUATIONS = frozenset({"self_evaluation", "project_evaluation", "finance_evaluation"})
# Where a bound is the statement itself, 90% 以上 and 95% are two different statements.
_BOUND_IS_VALUE = frozenset({"target", "standard", "budget"})


@dataclass(frozen=True, slots=True)
class Stated:
    """What the join needs to know of one mention; ``index`` is its row."""

    index: int
    doc_id: str
    source: str
    report_year: int | None
    doc_type: str | None
    table: int | None
    section_kind: str | None
    page: int | None
    start: int
    end: int
    quote: str
    value: float
    value_min: float | None
    value_max: float | None
    approx: bool
    bound: str
    value_raw: str
    unit_raw: str
    confidence: float
    flags: Sequence[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """One fact: the row of its best mention, and how the others stand to it."""

    best: int
    n_mentions: int
    n_docs: int
    value_low: float
    value_high: float
    conflict: str
    conflict_note: str | None
    revised: bool
    value_restated: float | None
    restated_in: str | None
    confidence: float
    flags: tuple[str, ...]


def join(group: Sequence[Stated], year: int, measure: str) -> Joined:
    """All mentions under one key as one fact of ``year``."""
    if len(group) == 1:
        return _alone(group[0])
    totals = _without_parts(group)
    best, agreeing, others = _choose(totals, year, measure)
    kind, odd = _conflict(best, agreeing, others, measure)
    flags = {flag for s in agreeing for flag in s.flags}
    if len(totals) < len(group):
        flags.add(PARTS)
    if _torn(best, agreeing, others):
        flags.add(IN_DOCUMENT)
    later = _restated(group, others, year)
    return Joined(
        best=best.index,
        n_mentions=len(group),
        n_docs=len({s.doc_id for s in group}),
        value_low=min(s.value for s in totals),
        value_high=max(s.value for s in totals),
        conflict=kind,
        conflict_note=f"{_place(best)}; {_place(odd)}" if odd else None,
        revised=later is not None,
        value_restated=later.value if later else None,
        restated_in=later.source if later else None,
        confidence=best.confidence * (len(agreeing) / len(totals)),
        flags=tuple(sorted(flags)),
    )


def _alone(s: Stated) -> Joined:
    flags = tuple(sorted(s.flags))
    return Joined(
        s.index, 1, 1, s.value, s.value, "none", None,
        revised=False, value_restated=None, restated_in=None, confidence=s.confidence, flags=flags,
    )  # fmt: skip


def precedence(stated: Stated) -> int:
    """Rank of a document's part: final-accounts table, its text, form, text, …, budget last."""
    form = stated.table is not None or stated.section_kind in _FORMS
    if stated.doc_type == "final_accounts":
        return 0 if form else 1
    if stated.doc_type in _EVALUATIONS:
        return 2 if form else 3
    return 5 if stated.doc_type == "budget" else 4


def printed_step(stated: Stated) -> float:
    """One unit of the last printed digit, in the base unit; 0 for numerals in words."""
    number = _NUMBER.search(stated.value_raw)
    if number is None:
        return 0.0
    decimals = number["decimals"] or ""
    plain = float(re.sub("[,，]", "", number.group()).replace("．", "."))
    scale = abs(stated.value) / plain if plain and stated.value else _scale(stated)
    return float(scale * 10.0 ** -len(decimals))


def agree(one: Stated, other: Stated, measure: str) -> bool:
    """Whether one quantity could have been printed as both: 628.07 and 628.1, not 628.06.

    The intervals must share more than an end.
    """
    if one.value == other.value:
        return True
    (low, high), (floor, ceiling) = _interval(one, measure), _interval(other, measure)
    dust = _DUST * max(abs(one.value), abs(other.value))
    return low < ceiling - dust and floor < high - dust


def _without_parts(group: Sequence[Stated]) -> Sequence[Stated]:
    """The statements without those that are parts of one in the same document: 52（22、30）.

    Parts that nothing in the text tells from their total have its key. So are those that the
    reader marked (其中), and two or more that stand behind a total and sum up to it.
    """
    group = [s for s in group if MARKED_PART not in s.flags] or group
    if len(group) <= _FEWEST_PARTS or len({s.value for s in group}) == 1:
        return group
    documents: dict[str, list[Stated]] = {}
    for s in group:
        documents.setdefault(s.doc_id, []).append(s)
    parts: set[int] = set()
    for said in documents.values():
        total = max(said, key=lambda s: (s.value, -s.start))
        less = [s for s in said if s.value < total.value]
        behind = [s for s in less if s.start > total.start and s.value > 0]
        steps = map(printed_step, (total, *behind))
        slack = sum(step for step in steps if step != 1) / 2  # whole numbers are counted out
        gap = abs(sum(s.value for s in behind) - total.value)
        summed = gap <= slack + _DUST * total.value
        alone = len(behind) == len(less) and "%" not in total.unit_raw
        if len(behind) >= _FEWEST_PARTS and summed and alone:
            parts.update(s.index for s in behind)
    return [s for s in group if s.index not in parts] if parts else group


def _choose(
    group: Sequence[Stated], year: int, measure: str
) -> tuple[Stated, Sequence[Stated], Sequence[Stated]]:
    """The best mention, those that agree with the leading statement, and the rest."""
    support = Counter(s.value for s in group)

    def rank(s: Stated) -> tuple[object, ...]:
        own_first = s.report_year != year
        return (own_first, precedence(s), -support[s.value], -s.confidence, s.source, s.start)

    leader = min(group, key=rank)
    agreeing, others = list(group), []
    if len(support) > 1:
        verdicts = [agree(leader, s, measure) for s in group]
        agreeing = list(compress(group, verdicts))
        others = [s for s, agrees in zip(group, verdicts, strict=True) if not agrees]
    best = min(
        agreeing,
        key=lambda s: (s.bound != "=", -_digits(s), s.report_year != year, -s.confidence, rank(s)),
    )
    return best, agreeing, others


def _digits(stated: Stated) -> int:
    """Printed significant digits."""
    return len("".join(filter(str.isdigit, stated.value_raw)).lstrip("0"))


def _scale(stated: Stated) -> float:
    words = stated.value_raw + stated.unit_raw + stated.quote
    return math.prod(factor for word, factor in _SCALES if word in words)


def _interval(s: Stated, measure: str) -> tuple[float, float]:
    if s.bound == "=" and (s.value_min is not None or s.value_max is not None):
        low = -math.inf if s.value_min is None else s.value_min
        return low, math.inf if s.value_max is None else s.value_max
    if s.bound != "=" and measure not in _BOUND_IS_VALUE:
        return (s.value, math.inf) if s.bound.startswith(">") else (-math.inf, s.value)
    slack = printed_step(s) * (1.0 if s.approx else 0.5)
    return s.value - slack, s.value + slack


def _conflict(
    best: Stated, agreeing: Sequence[Stated], others: Sequence[Stated], measure: str
) -> tuple[str, Stated | None]:
    if others:
        return "disagree", min(others, key=lambda s: (s.source, s.start))
    rounded = [s for s in agreeing if s.value != best.value and _says_a_value(s, measure)]
    if rounded:
        return "rounding", min(rounded, key=lambda s: (s.source, s.start))
    return "none", None  # a floor that an exact figure keeps contradicts nothing


def _says_a_value(s: Stated, measure: str) -> bool:
    return s.bound == "=" or measure in _BOUND_IS_VALUE


def _torn(best: Stated, agreeing: Sequence[Stated], others: Sequence[Stated]) -> bool:
    """Whether a document that the value rests on states another one, more than 1% away."""
    resting = {s.doc_id for s in agreeing}
    return any(
        s.doc_id in resting
        and abs(s.value - best.value) > DISAGREE_SHARE * max(abs(s.value), abs(best.value))
        for s in others
    )


def _restated(group: Sequence[Stated], others: Sequence[Stated], year: int) -> Stated | None:
    """What the latest later report that contradicts the year's own says instead."""
    later = [s for s in others if s.report_year is not None and s.report_year > year]
    if not later or all(s.report_year != year for s in group):
        return None
    latest = max(s.report_year or 0 for s in later)
    last = (s for s in later if s.report_year == latest)
    return min(last, key=lambda s: (precedence(s), -s.confidence, s.source, s.start))


def _place(s: Stated) -> str:
    page = "" if s.page is None else f", page {s.page}"
    return f"{s.quote} ({s.source} {s.start}–{s.end}{page})"
