"""Completions: what was done, in percent of what was planned (完成率、执行率)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from .book import LEVELS, Book, distinct, key_of, near, tight
from .check import HOLDS, UNTESTED, Check, added, best_of, compared, unknown
from .ratios import PERCENT, percent, ratio_check, reported
from .stated import Stated

_MOST = 6  # operands that are tried
_BESIDE = 10  # characters between an amount and its own rate
_BACK = 8  # figures before a completion that it may be about
_SAME = ("fund_source", "function", "project", "item")  # of two amounts of one thing
_PLANS = (("budget", "adjusted"), ("budget", None), ("budget", "initial"), ("target", None))


def completion(book: Book, m: Stated, level: Stated | None) -> Check | None:
    """The check of a completion; ``level`` is what was done, or what was planned."""
    pairs = _pairs(book, level) if level is not None else _of_row(book, m)
    if not pairs and level is not None and (check := _of_arrived(book, m, level)):
        return check
    if not pairs:
        return unknown("completion", m, [level] if level else []) if m.indicator else None
    tested = [
        ratio_check(
            "completion",
            m,
            done,
            plan,
            sure=near(m, plan) and near(m, done),
            wild=m.table is None
            and (
                _sole(book, done, pairs)
                or (tight(m, done) and tight(m, plan))
                or (len(pairs) == 1 and near(m, plan) and _behind(book, m, done, plan))
            ),
        )
        for done, plan in pairs
    ]
    check = best_of(tested)
    if check is None or check.verdict == HOLDS or check.suspects or not m.value:
        return check
    own = _of_own_row(m, pairs, tested)
    return own or _otherwise(book, m, pairs[0][0]) or check


def _of_own_row(
    m: Stated, pairs: Sequence[tuple[Stated, Stated]], tested: Sequence[Check]
) -> Check | None:
    """In a form that states plan and adjusted plan, the rate is of the adjusted one."""
    for (done, plan), check in zip(pairs, tested, strict=True):
        beside = m.table is not None and all(
            (o.table, o.row) == (m.table, m.row) for o in (done, plan)
        )
        if beside and plan.stage == "adjusted" and check.computed is not None:
            return check._replace(verdict=UNTESTED)  # other rows decide
    return None


def _behind(book: Book, m: Stated, done: Stated, plan: Stated) -> bool:
    """Whether the rate follows upon what was first done of a plan: 到位4912万元，到位率91.3%."""
    first = next((o for o in book.same(done) if o.start > plan.start), None)
    named = "率" in book.text[done.end : m.start]  # what only 完成 tells may be of something else
    beside = named and m.anchor == done.start and m.start - done.end <= _BESIDE
    return beside and first is done


def _sole(book: Book, done: Stated, pairs: Sequence[tuple[Stated, Stated]]) -> bool:
    """Whether the report states one value done and one planned: there is nothing to confuse."""
    return len(pairs) == 1 and book.sole(book.same(done))


def _otherwise(book: Book, m: Stated, level: Stated) -> Check | None:
    """A completion of other figures close by: of what arrived, of a plan with its additions.

    Only for rates that hardly come about by chance: 100% only of two plans together.
    """
    at = book.place[m.start]
    told = [o for o in book.mentions[max(0, at - _BACK) : at] if o.unit == level.unit]
    told = [o for o in told if (o.measure in LEVELS or o.measure == "change") and o.value > 0]
    whole = m.value == PERCENT
    alike = [
        o
        for o in told
        if o.measure in LEVELS
        and o.indicator == level.indicator
        and all(o.dims.get(name) == level.dims.get(name) for name in _SAME)
    ]
    moved: Check | None = None  # a unit that explains it
    carried = [o for o in reversed(alike) if o.measure == "actual"]
    for done in [o for o in carried if not whole or o is level]:
        for plan in alike if not whole else ():
            if plan is done:
                continue
            check = ratio_check("completion", m, done, plan, sure=False)
            if check.verdict == HOLDS:
                return check
            if any(slip == "unit" for _, slip in check.suspects):
                moved = moved or check
        for one, two in combinations([o for o in told if o is not done], 2):
            if (one not in alike and two not in alike) or not _added(one, two, level):
                continue
            rate = percent(done.interval, added([one, two]))
            if rate and rate.meets(reported(m)):
                return compared(
                    "completion", m, (done, one, two), rate, "{} / ({} + {})", None,
                    sure=False, reported=reported(m),
                )  # fmt: skip
    return moved


def _of_arrived(book: Book, m: Stated, level: Stated) -> Check | None:
    """A rate behind what was spent, where no plan is stated: of the sum that arrived before it."""
    if not 0 <= m.start - level.end <= _BESIDE or level.measure != "actual":
        return None
    told = [o for o in book.same(level) if o.start < level.start and near(o, level)]
    if len({o.value for o in told}) != 1 or told[0].value == level.value:
        return None
    return ratio_check("completion", m, level, told[-1], sure=True, wild=True)


def _added(one: Stated, two: Stated, level: Stated) -> bool:
    """Whether two amounts of one project may be a plan and its addition, not whole and part."""
    project = level.dims.get("project")
    if one.dims.get("project", project) != project or two.dims.get("project", project) != project:
        return False
    return one.value != two.value


def _pairs(book: Book, level: Stated) -> list[tuple[Stated, Stated]]:
    """What was done and what was planned: the level is one of them."""
    if level.measure == "actual":
        return [(level, plan) for plan in _plans(book, level)]
    told = [
        book.same(level, measure="actual", stage=None, scope=_within(level, part=part))
        for part in (False, True)
    ]
    return [(d, level) for d in distinct(told, level.start, _MOST)]


def _plans(book: Book, level: Stated) -> list[Stated]:
    scope = _within(level, part=False)  # of the whole year, also where only months are told
    plans = (book.same(level, measure=m, stage=stage, scope=scope) for m, stage in _PLANS)
    return distinct(plans, level.start, _MOST)


def _within(level: Stated, *, part: bool) -> tuple[str | None, bool, bool]:
    """The scope of a level for a part of the year, or for all of it."""
    per, own, _ = key_of(level).scope
    return per, own, part


def by_adjusted(book: Book, check: Check) -> bool:
    """Whether a rate in a form is of the adjusted plan, and not of the other one in its row."""
    plan = book.by_start[check.operands[-1]]
    row = [p for _, p in _of_row(book, book.by_start[check.tested])]
    return plan in row and plan.stage == "adjusted" and any(p.value != plan.value for p in row)


def of_adjusted(book: Book, m: Stated, check: Check) -> Check | None:
    """The check of a rate that fits another plan, in a form whose rates are of the adjusted one."""
    used = book.by_start[check.operands[-1]]
    for done, plan in _of_row(book, m)[:1]:
        if plan.stage == "adjusted" and used.stage != "adjusted" and used.row == m.row:
            return ratio_check("completion", m, done, plan, sure=True, wild=True)
    return None


def _of_row(book: Book, m: Stated) -> list[tuple[Stated, Stated]]:
    """Of a rate in a form: the amounts in its own row."""
    if m.table is None or m.row is None or m.indicator is None:
        return []
    at = book.place[m.start]
    row = [
        o
        for o in book.mentions[max(0, at - _BACK) : at + _BACK]
        if (o.table, o.row, o.indicator) == (m.table, m.row, m.indicator)
    ]
    done = [o for o in row if o.measure == "actual"]
    plans = [o for o in row if o.measure in ("budget", "target")]
    plans.sort(key=lambda o: (o.stage != "adjusted", o.stage is not None, o.start))
    return [(d, p) for d in done[:1] for p in plans]
