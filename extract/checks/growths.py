"""Growth and change against an earlier level, or against each other (增减额、增减率)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .book import LEVELS, Book, distinct, near
from .check import HOLDS, OFF, Check, best_of, compared, unknown
from .intervals import Interval
from .ratios import PERCENT, percent, reported
from .stated import Stated

_YEAR = re.compile(r"20\d\d")
_MOST = 6  # operands that are tried
_THREE = 2  # figures from a level to its growth, with the change between them
_BACK = 8  # figures before a growth that it may be about
_PASSAGE = 600  # characters within which two years are compared


def growth(book: Book, m: Stated, level: Stated | None) -> Check | None:
    """The check of a growth of ``level``, against the level before or the change beside it."""
    if level is None:
        return unknown("growth", m) if m.indicator else None
    tested = [
        grown_check("growth", m, level, before, sure=_told_together(m, level, before))
        for before in _bases(book, m, level)
    ]
    check = best_of(tested)
    if check is not None and check.verdict == HOLDS:
        return check
    change = _change_of(book, m, level)
    if change is None:
        return check or unknown("growth", m, [level])
    if check is None or check.verdict != OFF:
        first = _first_pair(book, m, change)
        check = _by_change(m, level, change, sure=first, beside=first and _row(book, m, level))
    return check if check.verdict == HOLDS else _of_others(book, m, level, change) or check


def _told_together(m: Stated, level: Stated, before: Stated) -> bool:
    return near(m, level, _PASSAGE) and near(m, before, _PASSAGE)


def growth_of(now: Interval, before: Interval) -> Interval | None:
    """Growth in percent."""
    ratio = now.over(before)
    return ratio and Interval((ratio.low - 1) * PERCENT, (ratio.high - 1) * PERCENT)


def _first_pair(book: Book, m: Stated, change: Stated) -> bool:
    """Whether no change of the same level stands before: a second one is about a part of it."""
    at = book.place[change.start]
    return not any(
        o.measure in ("change", "growth")
        and (o.anchor, o.base_year, o.dims.get("base"))
        == (m.anchor, m.base_year, m.dims.get("base"))
        for o in book.mentions[max(0, at - _BACK) : at]
    )


def _row(book: Book, m: Stated, level: Stated) -> bool:
    """Whether level, change and growth follow upon each other: 62.8万元，增加7.5万元，增长14%."""
    return m.anchor == level.start and book.place[m.start] - book.place[level.start] <= _THREE


def _of_others(book: Book, m: Stated, level: Stated, change: Stated) -> Check | None:
    """The same change and growth of another level close by, or of the level before it."""
    based = _by_change(m, level, change, sure=False, base=True)
    between = set(_YEAR.findall(book.text, level.end, change.start))
    before = m.base_year is None or level.year != m.year
    before = before or not between <= {str(m.year), str(m.base_year)}
    if (based.verdict == HOLDS and before) or (based.suspects and level.year == m.base_year):
        return based
    at = book.place[change.start]
    for other in reversed(book.mentions[max(0, at - _BACK) : at]):
        if other.unit == level.unit and other.measure in LEVELS and other is not level:
            for base in (False, True):
                check = _by_change(m, other, change, sure=False, base=base)
                if check.verdict == HOLDS:
                    return check
    return None


def grown_check(kind: str, m: Stated, level: Stated, before: Stated, *, sure: bool) -> Check:
    """A growth against two levels."""
    rate, a, b = reported(m), level.interval, before.interval
    factor = Interval(1 + rate.low / PERCENT, 1 + rate.high / PERCENT)

    def wanted() -> Iterable[tuple[Stated, Interval | None]]:
        yield m, growth_of(a, b)
        yield level, b.product(factor) if factor.bounded and b.bounded else None
        yield before, a.over(factor)

    return compared(
        kind, m, (level, before), growth_of(a, b), "({0} − {1}) / {1}", wanted,
        sure=sure, reported=rate, wild=True,
    )  # fmt: skip


def _by_change(
    m: Stated,
    level: Stated,
    change: Stated,
    *,
    sure: bool,
    base: bool = False,
    beside: bool = False,
) -> Check:
    """Growth against the level and what it changed by: 0.05, −0.2 → −80%.

    With ``base`` the level is the one before. A change that leaves less than nothing before it is
    of something else, unless it stands ``beside`` the level.
    """
    rate, now, moved = reported(m), level.interval, change.interval
    if base:
        computed, form = percent(moved, now), "{0} / {1}"
    else:
        # the same change above and below the line: its ends belong together
        corners = [(c, n - c) for c in (moved.low, moved.high) for n in (now.low, now.high)]
        if any(not before for _, before in corners):
            return unknown("growth", m, (change, level))
        sure = sure and (beside or all(before > 0 for _, before in corners))
        ends = [c / before * PERCENT for c, before in corners]
        computed, form = Interval(min(ends), max(ends)), "{0} / ({1} − {0})"
    factor = Interval(1 + rate.low / PERCENT, 1 + rate.high / PERCENT)

    def wanted() -> Iterable[tuple[Stated, Interval | None]]:
        yield m, computed
        if base and now.bounded and rate.bounded:
            yield change, now.product(rate.times(1 / PERCENT))
            return
        if base or not factor.bounded or factor.low <= 0:
            return
        share = Interval(1 - 1 / factor.low, 1 - 1 / factor.high)
        yield change, now.product(share)
        if share.low * share.high > 0:
            yield level, moved.over(share)

    return compared(
        "growth", m, (change, level), computed, form, wanted,
        sure=sure, reported=rate, wild=True,
    )  # fmt: skip


def _change_of(book: Book, m: Stated, level: Stated) -> Stated | None:
    """The change that stands just before the growth, about the same level and the same base."""
    at = book.place[m.start]
    for other in reversed(book.mentions[max(0, at - 2) : at]):
        if (
            other.measure == "change"
            and other.anchor == m.anchor
            and other.unit == level.unit
            and other.bound == "="
            and other.base_year == m.base_year
            and other.dims.get("base") == m.dims.get("base")
        ):
            return other
    return None


def change(book: Book, m: Stated, level: Stated | None) -> Check | None:
    """The check of a change of ``level`` against the level before."""
    if level is None or m.unit not in (level.unit, "百分点"):
        return unknown("change", m) if m.indicator else None
    tested = [
        changed_check("change", m, level, before, sure=_told_together(m, level, before))
        for before in _bases(book, m, level)
    ]
    return best_of(tested) or unknown("change", m, [level])


def changed_check(kind: str, m: Stated, level: Stated, before: Stated, *, sure: bool) -> Check:
    """A change against two levels."""
    own, a, b = m.interval, level.interval, before.interval

    def wanted() -> Iterable[tuple[Stated, Interval | None]]:
        yield m, a - b
        yield level, b + own
        yield before, a - own

    return compared(
        kind, m, (level, before), a - b, "{} − {}", wanted,
        sure=sure, wild=True,
    )  # fmt: skip


def _bases(book: Book, m: Stated, level: Stated) -> Sequence[Stated]:
    """The levels that a change or growth may compare with."""
    planned = level.measure == "budget" and m.base_year is not None  # two years' plans
    if m.dims.get("base") == "budget" and not planned:
        stages = ("initial", None, "adjusted")
        plans = (book.same(level, measure="budget", stage=stage) for stage in stages)
        return [o for o in distinct(plans, m.start, _MOST) if o is not level]
    year = m.base_year or (level.year - 1 if level.year else None)
    if year is None or year == level.year:
        return ()
    return distinct([book.same(level, year=year)], m.start, _MOST)
