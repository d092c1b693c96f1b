"""What cannot be: parts above wholes, rates above 100%, figures unlike their own copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .book import Book, Key, distinct, near, nearest, tight
from .check import HOLDS, OFF, UNTESTED, Check, printed
from .rules import BoundRule
from .slips import alike
from .stated import Stated

_SHIFT_DIGITS = 5  # a level of so many digits hardly repeats by chance in another year
_OTHERS = 6  # values of a whole that are tried
_WILD = 5  # times that a part may exceed its whole and still be meant as one
_STEPS = 5  # of the last printed digit by which copies of one figure may differ


def bounds(book: Book, rules: Sequence[BoundRule]) -> Iterator[Check]:
    """Parts against wholes; only what stands together is sure to be of one scope."""
    for rule in rules:
        for part in book.named.get(rule.part, ()):
            wholes = book.same(part, indicator=rule.whole)
            if wholes and part.value:
                close = nearest(wholes, part.start)
                others = () if _fits(part, close) else distinct([wholes], part.start, _OTHERS)
                whole = next((w for w in others if _fits(part, w)), close)
                yield _bound(part, whole, soft=rule.soft)


def _fits(part: Stated, whole: Stated) -> bool:
    return part.interval.low <= whole.interval.high


def _bound(part: Stated, whole: Stated, *, soft: bool) -> Check:
    fits = _fits(part, whole)
    like = 0 < part.value < whole.value * _WILD
    like = like or (bool(whole.value) and _in_another_unit(part, whole))
    beside = near(part, whole) and (part.table is None or tight(part, whole))
    off = OFF if beside and like and not soft else UNTESTED
    words = f"{printed(part)} {'≤' if fits else '>'} {printed(whole)}"
    values = part.number, whole.number
    return Check("bound", part.start, (whole.start,), *values, 0.0, HOLDS if fits else off, words)


def _in_another_unit(part: Stated, whole: Stated) -> bool:
    """Whether one sentence tells the whole in 万元 and its part in 亿元."""
    return part.unit_raw != whole.unit_raw and part.table is None and tight(part, whole)


def full(book: Book, rates: frozenset[str]) -> Iterator[Check]:
    """Rates that never exceed 100%, and shares."""
    for m in book.mentions:
        rate = m.unit == "%" and (m.measure == "share" or m.indicator in rates)
        if rate and m.measure in ("share", "actual", "target") and m.value > 100:
            words = f"{printed(m)} > 100%"
            yield Check("bound", m.start, (), m.number, 100.0, 0.0, OFF, words)


def repeats(book: Book) -> Iterator[Check]:
    """The same thing stated with another number, so like it that one of them is a misprint."""
    for stated in book.levels.values():
        if len(stated) < 2:
            continue
        support = Counter(m.value for m in stated)
        if len(support) < 2:
            continue
        leader = max(stated, key=lambda m: (support[m.value], -m.start))
        told = {leader.value}
        for m in stated:
            if m.value in told or m.approx or m.bound != "=":
                continue
            told.add(m.value)
            yield from _copy(m, leader, support[leader.value])


def _copy(m: Stated, leader: Stated, support: int) -> Iterator[Check]:
    own, other = m.interval, leader.interval
    if own.meets(other) or leader.bound != "=":
        return
    least = _SHIFT_DIGITS - (support > 1)  # what is said twice and once otherwise is clearer
    if min(_digits(m), _digits(leader)) < least:
        return
    why = alike(m, leader)
    value, first = m.number, leader.number
    if why or abs(value - first) <= 2 * _STEPS * min(own.slack, other.slack):
        suspects = ((m.start, why), (leader.start, why)) if why else ()
        words = f"{printed(leader)} ≠ {printed(m)}"
        slack = own.slack + other.slack
        yield Check("repeat", m.start, (leader.start,), value, first, slack, OFF, words, suspects)


def _digits(m: Stated) -> int:
    return len("".join(c for c in m.value_raw if c.isdigit()).strip("0"))


def shifts(book: Book) -> Iterator[Check]:
    """A level that stands under the year before as well, digit by digit: one of them is copied."""
    for key, stated in book.levels.items():
        if key.measure != "actual":
            continue
        before = book.at(key._replace(year=key.year - 1))
        if before:
            yield from _shifted(book, key, stated, before)


def _shifted(
    book: Book, key: Key, stated: Sequence[Stated], before: Sequence[Stated]
) -> Iterator[Check]:
    values = {m.value: m for m in reversed(before)}
    seen = set()
    for m in stated:
        other = values.get(m.value)
        if other is None or m.value in seen or _digits(m) < _SHIFT_DIGITS:
            continue
        seen.add(m.value)
        words = f"{printed(m)} ({key.year}) = {printed(other)} ({key.year - 1})"
        value = m.number
        verdict = HOLDS if _unchanged(book, m, other) else OFF
        yield Check("year_shift", m.start, (other.start,), value, value, 0.0, verdict, words)


def _unchanged(book: Book, m: Stated, other: Stated) -> bool:
    """Whether the report says itself that nothing changed: a change of 0, or 持平."""
    start, end = sorted((m.start, other.start))
    if any(word in book.text[max(0, start - 60) : end + 90] for word in _SAME):
        return True
    at = book.place[max(m.start, other.start)]
    return any(
        o.measure in ("change", "growth") and not o.value for o in book.mentions[at : at + 3]
    )


_SAME = ("持平", "无变化", "没有变化", "一致", "相同", "不变")
