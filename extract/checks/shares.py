"""Shares, and the whole that they are of (占比)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from .book import LEVELS, Book, distinct, near
from .check import HOLDS, OFF, Check, best_of, unknown
from .ratios import ratio_check
from .rules import Words
from .stated import Stated

_MOST = 6  # operands that are tried
_BACK = 8  # figures before a share that may be its whole
_NAME = 24  # characters that name a whole
_TRIED = 3  # of them, for a slip
_CLAUSE = 80  # characters between a whole and a part that is told behind it
_LIST = 150  # characters within which shares are of one whole


def named(book: Book, m: Stated, words: Words) -> Check | None:
    """A share of what the words before it name, where a figure before its part is named alike.

    到位资金500万元，支出450万元，占到位资金的90%.
    """
    part = book.by_start.get(m.anchor) if m.anchor is not None else None
    told = words.share_of.search(book.text, max(0, m.start - _NAME), m.start)
    if part is None or told is None or part.start > m.start:
        return None
    name = told[1]
    at = book.place[part.start]
    for place in range(at - 1, max(0, at - _BACK), -1):
        other, before = book.mentions[place], book.mentions[place - 1]
        if other.unit != part.unit or other.measure not in LEVELS or other.value <= part.value / 2:
            continue
        if name in book.text[max(before.end, other.start - _NAME) : other.start]:
            return ratio_check("share", m, part, other, sure=True, wild=True)
    return None


def of_list(book: Book, m: Stated, wholes: Mapping[int, int], words: Words) -> Check | None:
    """A share, for which no whole is named, of the total that its part is listed under."""
    whole = book.by_start.get(wholes.get(m.anchor, -1)) if m.anchor is not None else None
    if whole is None or m.anchor is None or m.dims.get("whole") not in (None, whole.indicator):
        return None
    if words.share_of.search(book.text, max(0, m.start - _NAME), m.start):
        return None  # of something that is named
    return ratio_check("share", m, book.by_start[m.anchor], whole, sure=True, wild=True)


def beside(book: Book, m: Stated, found: Mapping[int, Check]) -> Check | None:
    """A share of the whole that the shares beside it are of."""
    part = book.by_start.get(m.anchor) if m.anchor is not None else None
    if part is None or part.measure not in LEVELS:
        return None
    at = book.place[m.start]
    for other in book.mentions[max(0, at - _BACK) : at + _BACK]:
        check = found.get(other.start)
        alike = check is not None and check.kind == "share" and check.verdict == HOLDS
        if (
            not alike
            or other.sentence != m.sentence
            or (other.dims.get("whole") != m.dims.get("whole"))
        ):
            continue
        whole = book.by_start[check.operands[1]] if check else part
        one, two = sorted((m.start, other.start))
        if (
            whole is not part
            and whole.unit == part.unit
            and whole.start < one
            and two - one <= _LIST
        ):
            return ratio_check("share", m, part, whole, sure=True, wild=True)
    return None


def share(book: Book, m: Stated, part: Stated | None) -> Check | None:
    """The check of a share of ``part``, of the whole that is named or that explains it."""
    if part is None:
        return unknown("share", m) if m.indicator else None
    named = m.dims.get("whole")
    wholes: tuple[Sequence[Stated], ...] = ()
    if named:
        plain = book.same(part, indicator=named, dims=frozenset())
        wholes = plain, book.same(part, indicator=named)
    declared = distinct(wholes, m.start, _MOST)
    check = best_of(
        [
            ratio_check("share", m, part, w, sure=near(m, w), wild=len(declared) == 1)
            for w in declared
            if w is not part
        ]
    )
    if check is not None and check.verdict == HOLDS:
        return check
    for other in _before(book, part):
        tried = ratio_check("share", m, part, other, sure=False, slips=False)
        if tried.verdict == HOLDS and other.value > part.value:
            return tried
    if check is not None:
        return check
    for last in islice((o for o in _before(book, part) if near(o, part, _CLAUSE)), _TRIED):
        slipped = ratio_check("share", m, part, last, sure=False)
        if slipped.verdict == OFF:
            return slipped
    return unknown("share", m, [part])


def _before(book: Book, part: Stated) -> Iterator[Stated]:
    """Levels in the same unit before a part, nearest first: the whole may be any of them."""
    at = book.place[part.start]
    for other in reversed(book.mentions[max(0, at - _BACK) : at]):
        if other.unit == part.unit and other.measure in LEVELS and not _siblings(other, part):
            yield other


def _siblings(one: Stated, other: Stated) -> bool:
    """Whether two figures are of one kind but for the value of a dimension: 卫生健康, 住房保障."""
    if one.indicator != other.indicator or one.indicator is None:
        return False
    if one.dims.keys() != other.dims.keys() or one.measure != other.measure:
        return False
    apart = [(value, other.dims[name]) for name, value in one.dims.items()]
    apart = [(a, b) for a, b in apart if a != b]
    return len(apart) == 1 and not any(b.startswith(f"{a}/") for a, b in apart)
