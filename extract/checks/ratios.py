"""Percents of two figures: what is printed, and what they yield (占比、完成率)."""

from __future__ import annotations

from collections.abc import Iterable

from .check import Check, compared
from .intervals import Interval
from .stated import Stated

PERCENT = 100.0


def reported(m: Stated) -> Interval:
    """What a printed percent stands for: rounded, or cut off behind its last digit."""
    own = m.interval
    step = m.step
    if m.value_min is not None or m.value_max is not None or m.approx:
        return own
    return (
        own.plus(0)
        if not step
        else Interval(
            own.low - (step if own.high <= 0 else 0), own.high + (step if own.low >= -step else 0)
        )
    )


def percent(part: Interval, whole: Interval) -> Interval | None:
    """A part in percent of a whole."""
    ratio = part.over(whole)
    return ratio and ratio.times(PERCENT)


def ratio_check(
    kind: str,
    m: Stated,
    part: Stated,
    whole: Stated,
    *,
    sure: bool,
    wild: bool = False,
    slips: bool = True,
) -> Check:
    """A percent against part and whole."""
    rate, a, b = reported(m), part.interval, whole.interval

    def wanted() -> Iterable[tuple[Stated, Interval | None]]:
        yield m, percent(a, b)
        yield part, b.product(rate.times(1 / PERCENT)) if rate.bounded and b.bounded else None
        back = a.over(rate)
        yield whole, back and back.times(PERCENT)

    return compared(
        kind, m, (part, whole), percent(a, b), "{} / {}", wanted if slips else None,
        sure=sure, reported=rate, wild=wild,
    )  # fmt: skip
