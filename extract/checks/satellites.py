"""Figures about others: shares, completions, growth and change, each with its check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .book import LEVELS, Book
from .check import HOLDS, OFF, UNTESTED, Check
from .completions import by_adjusted, completion, of_adjusted
from .growths import change, growth
from .rules import Words
from .shares import beside, named, of_list, share
from .stated import Stated


def satellites(book: Book, wholes: Mapping[int, int], words: Words) -> Iterator[Check]:
    """A check for each figure that is about another one, as far as its operands are stated.

    ``wholes`` are the totals of parts (by start) in sums and lists.
    """
    found = {check.tested: check for check in _alone(book)}
    rows = {
        book.by_start[c.tested].table
        for c in found.values()
        if c.kind == "completion" and c.verdict == HOLDS
    }
    adjusted = {
        book.by_start[c.tested].table
        for c in found.values()
        if c.kind == "completion" and c.verdict == HOLDS and by_adjusted(book, c)
    } - {None}
    for start, check in found.items():
        m = book.by_start[start]
        if check.verdict == UNTESTED and check.kind == "share":
            yield (
                named(book, m, words)
                or of_list(book, m, wholes, words)
                or beside(book, m, found)
                or check
            )
        elif check.verdict == UNTESTED and check.kind == "completion" and m.table is not None:
            known = m.table in rows and check.computed is not None
            yield check._replace(verdict=OFF) if known else check  # other rows of it hold
        elif m.table in adjusted and check.kind == "completion" and check.verdict == HOLDS:
            yield of_adjusted(book, m, check) or check
        else:
            yield check


def _alone(book: Book) -> Iterator[Check]:
    for m in book.mentions:
        test = _TESTS.get(m.measure or "")
        if test is None or m.bound != "=":
            continue
        anchor = book.by_start.get(m.anchor) if m.anchor is not None else None
        level = anchor if anchor is not None and anchor.measure in LEVELS else None
        check = test(book, m, level)
        if check is not None:
            yield check


_TESTS: dict[str, Callable[[Book, Stated, Stated | None], Check | None]] = {
    "share": share,
    "completion": completion,
    "growth": growth,
    "change": change,
}
