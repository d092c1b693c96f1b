"""All relations among the figures of one report (一份报告的全部勾稽)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from extract.model import Mention

from .book import Book
from .bounds import bounds, full, repeats, shifts
from .check import HOLDS, OFF, UNTESTED, Check
from .columns import columns
from .differences import differences
from .formulas import rates
from .lists import lists, within
from .rules import CheckRules
from .satellites import satellites
from .sums import classes, splits, sums


def _unless(sure: set[int], check: Check) -> Check:
    """A total that is the sum of its own parts need not be that of whatever else is listed."""
    other = check.verdict == OFF and bool(check.suspects) and check.tested in sure
    return check._replace(verdict=UNTESTED, suspects=()) if other else check


def _in_one_table(book: Book, check: Check) -> bool:
    table = book.by_start[check.tested].table
    return all(book.by_start[at].table == table for at in check.operands)


_ORDER = {HOLDS: 0, OFF: 1, UNTESTED: 2}


def checks_of(mentions: Iterable[Mention], text: str, rules: CheckRules) -> tuple[Check, ...]:
    """All relations among the figures of one report, in the order of the figures tested.

    One relation is tested once, whichever way it is found.
    """
    book = Book(mentions, text)
    if len(book.mentions) < 2:
        return ()
    known = [*sums(book, rules.sums, rules.words), *splits(book, rules.splits)]
    sure = {c.tested for c in known if c.verdict == HOLDS}
    beside = {c.tested for c in known if c.verdict == HOLDS and _in_one_table(book, c)}
    listed = [_unless(sure, check) for check in lists(book, rules)]
    wholes = {at: c.tested for c in listed for at in c.operands}
    wholes |= {at: c.tested for c in (*known, *listed) if c.verdict == HOLDS for at in c.operands}
    listed = [c for c in listed if len(c.operands) > 1 or c.verdict != UNTESTED]
    found = chain(
        known,
        listed,
        differences(book, rules.differences),
        classes(book, rules.classes),
        within(book, rules.within),
        (_unless(beside, check) for check in columns(book, rules.words, rules.classes)),
        satellites(book, wholes, rules.words),
        rates(book, rules.rates),
        bounds(book, rules.bounds),
        full(book, rules.full),
        repeats(book),
        shifts(book),
    )
    best: dict[tuple[object, ...], Check] = {}
    for check in found:
        key = check.kind, check.tested, frozenset(check.operands)
        told = best.get(key)
        if told is None or _ORDER[check.verdict] < _ORDER[told.verdict]:
            best[key] = check
    return tuple(sorted(best.values(), key=lambda c: (c.tested, c.kind, c.operands)))
