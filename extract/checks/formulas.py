"""Rates that are indicators of their own, against what they are computed of (结转结余率等)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .book import Book, near, nearest
from .check import HOLDS, OFF, UNTESTED, Check
from .differences import operand
from .growths import grown_check
from .ratios import percent, ratio_check
from .rules import RateRule
from .stated import Stated

_CLOSE = 200  # characters within which a rate is printed beside its formula


def rates(book: Book, rules: Sequence[RateRule]) -> Iterator[Check]:
    """A check for each such rate whose part and whole are stated."""
    for rule in rules:
        for m in book.named.get(rule.rate, ()):
            if m.bound == "=" and m.measure == "actual" and (check := _rate(book, m, rule)):
                yield check


def _rate(book: Book, m: Stated, rule: RateRule) -> Check | None:
    key = book.key(m)
    if key is None:
        return None
    parts = book.at(key._replace(indicator=rule.part))
    if not parts:
        return None
    part = nearest(parts, m.start)
    tested: list[Check] = []
    stated = [w for w in rule.wholes if operand(book, part, w)]
    for what in rule.wholes:
        wholes = operand(book, part, what)
        if wholes:
            whole = nearest(wholes, m.start)
            if rule.growth:
                sure = near(m, part, _CLOSE) and near(m, whole, _CLOSE)
                tested.append(grown_check("rate", m, part, whole, sure=sure))
            else:
                close = near(m, part, _CLOSE) and near(m, whole, _CLOSE)
                sure = len(stated) == 1 and (close or (book.sole(parts) and book.sole(wholes)))
                tested.append(ratio_check("rate", m, part, whole, sure=sure, wild=True))
    for check in tested:
        if check.verdict == HOLDS or _as_ratio(book, m, check):
            return check if check.verdict == HOLDS else None
    order = (OFF, UNTESTED)
    return min(tested, key=lambda c: order.index(c.verdict), default=None)


def _as_ratio(book: Book, m: Stated, check: Check) -> bool:
    """Whether the rate is printed as a ratio: 利用率1 for 100%."""
    if m.unit_raw or len(check.operands) != 2:
        return False
    part, whole = (book.by_start[at] for at in check.operands)
    computed = percent(part.interval, whole.interval)
    return computed is not None and computed.meets(m.interval.times(100.0))
