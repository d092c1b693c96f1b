"""Results of adding and taking away (结余 = 收入 − 支出), by what the figures are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .book import Book, near, nearest, tight
from .check import Check, added, compared
from .intervals import Interval
from .rules import DifferenceRule, Operand
from .stated import Stated
from .sums import settled

Parts = Sequence[Sequence[Stated]]


def differences(book: Book, rules: Sequence[DifferenceRule]) -> Iterator[Check]:
    """Results of adding and taking away, such as a balance of the year."""
    for rule in rules:
        yield from settled(book, _differences(book, rule), any_=True)


def _differences(book: Book, rule: DifferenceRule) -> Iterator[Check]:
    for result in book.named.get(rule.result.indicator, ()):
        if not _is(result, rule.result):
            continue
        plus = [operand(book, result, o) for o in rule.plus]
        minus = [operand(book, result, o) for o in rule.minus]
        if all(plus) and all(minus):
            yield _balance(result, _closest(plus, result), _closest(minus, result))


def _closest(found: Parts, to: Stated) -> list[Stated]:
    return [nearest(ms, to.start) for ms in found]


def _balance(result: Stated, plus: Sequence[Stated], minus: Sequence[Stated]) -> Check:
    """A result against what is added and taken away."""
    gain, loss, target = added(plus), added(minus), result.interval

    def wanted() -> Iterator[tuple[Stated, Interval | None]]:
        yield result, gain - loss
        for m in plus:
            own = m.interval
            rest = Interval(gain.low - own.low, gain.high - own.high)
            yield m, target + loss - rest
        for m in minus:
            own = m.interval
            rest = Interval(loss.low - own.low, loss.high - own.high)
            yield m, gain - target - rest

    form = " + ".join("{}" for _ in plus) + "".join(" − {}" for _ in minus)
    sure = all(near(result, m) for m in [*plus, *minus])
    wild = all(tight(result, m) for m in [*plus, *minus])
    return compared(
        "balance", result, [*plus, *minus], gain - loss, form, wanted, sure=sure, wild=wild
    )


def operand(book: Book, like: Stated, what: Operand) -> Sequence[Stated]:
    """Levels of what a rule names, with dimensions and period of ``like``."""
    key = book.key(like)
    if key is None:
        return ()
    key = key._replace(indicator=what.indicator, year=key.year - what.back)
    if what.measure:
        key = key._replace(measure=what.measure, stage=what.stage)
    return book.at(key)


def _is(m: Stated, what: Operand) -> bool:
    return what.measure is None or (m.measure == what.measure and m.stage == what.stage)
