"""Marks of a table (分值、得分) against their totals, and each against its weight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .check import HOLDS, OFF, UNTESTED, Check, sum_check
from .stated import Stated

_ROWS = 400  # rows of a column that are added up
_LEVELS = 3  # of a table whose groups have points of their own
MARKS = {"indicator_weight": "self_score_max", "indicator_score": "self_score"}


def marks(cells: Sequence[Stated]) -> Iterator[Check]:
    """Weights and points of a table against their totals, and each point against its weight.

    Where the weights reach their total the rows are known, and points that miss theirs are off;
    and the other way round.
    """
    found = []
    for name, total_name in MARKS.items():
        parts: defaultdict[object, list[Stated]] = defaultdict(list)
        totals: dict[object, Stated] = {}
        for m in cells:
            if m.indicator == name:
                parts[m.col].append(m)
            elif m.indicator == total_name:
                totals.setdefault(m.col, m)
        every = [m for ms in parts.values() for m in ms][:_ROWS]
        for col, total in totals.items():
            checks = [_marked(total, ms) for ms in (parts[col][:_ROWS], every) if len(ms) > 1]
            if checks:  # the points of the execution rate may stand in a column of their own
                found.append(next((c for c in checks if c.verdict == HOLDS), checks[-1]))
    known = any(check.verdict == HOLDS for check in found)
    for check in found:
        yield check._replace(verdict=OFF) if known and check.verdict == UNTESTED else check
    yield from _limits(cells)


def _limits(cells: Sequence[Stated]) -> Iterator[Check]:
    by_row = {m.row: m for m in cells if m.indicator == "indicator_weight"}
    for m in cells:
        weight = by_row.get(m.row) if m.indicator == "indicator_score" else None
        if weight is not None and weight.dims.get("item") == m.dims.get("item"):
            yield _limit(m, weight)


def _limit(score: Stated, weight: Stated) -> Check:
    """Points against what an indicator can get at most."""
    fits = score.interval.low <= weight.interval.high
    words = f"{score.value_raw} {'≤' if fits else '>'} {weight.value_raw}"
    value, most = score.number, weight.number
    verdict = HOLDS if fits else OFF
    return Check("bound", score.start, (weight.start,), value, most, 0.0, verdict, words)


def _marked(total: Stated, parts: Sequence[Stated]) -> Check:
    """Points against their total; groups may have points of their own, on one or two levels."""
    groups = all(m.value <= total.value for m in parts)
    for times in range(1, _LEVELS + 1 if groups else 2):
        check = sum_check("sum", total, parts, sure=False, times=times)
        if check.verdict == HOLDS:
            return check
    tops = _tops(parts)
    if tops and len(tops) < len(parts):
        check = sum_check("sum", total, tops, sure=False)
        if check.verdict == HOLDS:
            return check
    return sum_check("sum", total, parts, sure=False)


def _tops(parts: Sequence[Stated]) -> list[Stated]:
    """Points that are in no group: whatever follows a figure and adds up to it is its group."""
    tops, at = [], 0
    while at < len(parts):
        head = parts[at]
        tops.append(head)
        at = _behind_group(parts, at)
    return tops


def _behind_group(parts: Sequence[Stated], at: int) -> int:
    value, total = float(parts[at].value), 0.0
    for end in range(at + 1, min(len(parts), at + 40)):
        total += float(parts[end].value)
        if abs(total - value) < 1e-9 and end > at + 1:
            return end + 1
        if total > value:
            break
    return at + 1
