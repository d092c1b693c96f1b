"""One relation that was tested (勾稽): what it says, what the figures yield, and the verdict.

``holds`` where printed digits allow it. ``off`` where they do not, and either it is sure that the
figures belong together or one slip of the pen in one of them explains it; else ``not_testable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from .intervals import Interval
from .slips import slip
from .stated import Stated

HOLDS, OFF, UNTESTED = "holds", "off", "not_testable"
_MOST_SHOWN = 12  # operands that a formula prints
_LIKE = 0.5  # share that one of two numbers is of the other at least, if they are about one thing
_MILLIONS = 1e6
_LEAST_PART = 0.1  # in the printed unit: what a list may leave out

Wanted = Callable[[], Iterable[tuple[Stated, Interval | None]]]


class Check(NamedTuple):
    """One relation; figures by the ``start`` of their mentions.

    ``suspects`` are the figures in which one slip would explain a relation that is off, and how.
    """

    kind: str
    tested: int
    operands: tuple[int, ...]
    reported: float
    computed: float | None
    tolerance: float | None
    verdict: str
    formula: str = ""
    suspects: tuple[tuple[int, str], ...] = ()


def compared(  # noqa: PLR0917  the six are what a check is
    kind: str,
    tested: Stated,
    operands: Sequence[Stated],
    computed: Interval | None,
    form: str,
    wanted: Wanted | None = None,
    *,
    sure: bool,
    reported: Interval | None = None,
    wild: bool = False,
    forgiven: str = "",
) -> Check:
    """The check of a figure against what its operands yield.

    ``form`` holds ``{}`` for the operands in order, or a joining sign; ``wanted`` tells what each
    figure would have to be, for the slips. What misses by half and more belongs to something else,
    unless the figures are ``wild``: known to be off in whatever way. Slips of the kind ``forgiven``
    explain nothing.
    """
    starts = tuple(m.start for m in operands)
    value = tested.number
    reported = reported or tested.interval
    if computed is None or not computed.bounded:
        return Check(kind, tested.start, starts, value, None, None, UNTESTED)
    tolerance = computed.slack + (reported.slack if reported.bounded else 0.0)
    holds = computed.meets(reported)
    suspects = () if holds or wanted is None else tuple(_suspects(wanted(), forgiven))
    known = sure and (wild or _of_one_size(value, computed.middle))
    verdict = HOLDS if holds else OFF if known or suspects else UNTESTED
    if verdict == OFF and (_rounded(tested, *operands) or _bare((tested, *operands))):
        verdict = UNTESTED
    words = formula(tested, operands, computed.middle, form, holds=holds)
    found = suspects if verdict == OFF else ()
    return Check(
        kind, tested.start, starts, value, computed.middle, tolerance, verdict, words, found
    )


def _of_one_size(value: float, computed: float) -> bool:
    """Whether two numbers are alike enough to be about one thing."""
    return bool(value) and computed / value >= _LIKE and value * computed >= _LIKE * computed**2


def _bare(figures: Sequence[Stated]) -> bool:
    """Whether some have a unit and others none: what is off may be what was read into these."""
    prose = [m for m in figures if m.table is None and m.unit != "%"]
    return any(m.unit_raw for m in prose) and not all(m.unit_raw for m in prose)


def _rounded(*figures: Stated) -> bool:
    """Whether a count of millions is printed in round hundreds: 136100万人."""
    return any(
        m.unit != "元" and m.value_raw.endswith("00") and m.number >= _MILLIONS for m in figures
    )


def unknown(kind: str, tested: Stated, operands: Iterable[Stated] = ()) -> Check:
    """A relation whose other figures the report does not state."""
    starts = tuple(m.start for m in operands)
    return Check(kind, tested.start, starts, tested.number, None, None, UNTESTED)


def _suspects(
    wanted: Iterable[tuple[Stated, Interval | None]], forgiven: str
) -> Iterable[tuple[int, str]]:
    for figure, interval in wanted:
        if interval is not None and interval.bounded:
            kind = slip(figure, interval, figure.step)
            if kind and kind != forgiven:
                yield figure.start, kind


def best_of(checks: Sequence[Check]) -> Check | None:
    """The check that holds; else one that a slip explains, one that is off, any."""
    order = {HOLDS: 0, OFF: 1, UNTESTED: 2}
    ranked = sorted(checks, key=lambda c: (order[c.verdict], not c.suspects))
    return ranked[0] if ranked else None


def printed(figure: Stated) -> str:
    """The number with its unit, as printed; what 减少 and 下降 say is a minus."""
    sign = "-" if figure.number < 0 and not figure.value_raw.startswith(("-", "－")) else ""
    return f"{sign}{figure.value_raw}{figure.unit_raw}"


def formula(
    tested: Stated, operands: Sequence[Stated], computed: float, form: str, *, holds: bool
) -> str:
    """The arithmetic on one line: ``331.08万元 / 959.14万元 = 34.52%``."""
    if "{" in form:
        left = form.format(*map(printed, operands))
    else:
        shown = [printed(m) for m in operands[:_MOST_SHOWN]]
        more = len(operands) - len(shown)
        left = form.join([*shown, *([f"… ({more} more)"] if more else [])])
    if holds:
        return f"{left} = {printed(tested)}"
    return f"{left} = {in_its_unit(tested, computed)} ≠ {printed(tested)}"


def in_its_unit(tested: Stated, computed: float) -> str:
    """A computed value as the tested figure would print it, with one more decimal."""
    base, own = tested.printed, abs(tested.number)
    scale = own / base if base and own else 1.0
    decimals = len(tested.value_raw.partition(".")[2])
    return f"{computed / scale:.{decimals + 1}f}".rstrip("0").rstrip(".")


def sum_check(
    kind: str,
    total: Stated,
    parts: Sequence[Stated],
    *,
    sure: bool,
    times: int = 1,
    wild: bool = False,
    part_list: bool = False,
    slips: bool = True,
) -> Check:
    """A total against the sum of its parts; ``times``: each stands so many times in the list.

    A ``part_list`` need not be complete: a round shortfall may be a part that it leaves out.
    ``slips`` looks for one where the sum fails, which is dear.
    """
    whole = added(parts).times(1 / times)
    target = total.interval
    short = part_list and _short(total, target, whole)

    def wanted() -> Iterable[tuple[Stated, Interval | None]]:
        yield total, whole
        for part in parts if times == 1 else ():
            own = part.interval
            rest = Interval(whole.low - own.low, whole.high - own.high)
            yield part, target - rest

    form = " + " if len(parts) > 1 else "{}"
    return compared(
        kind, total, parts, whole, form, wanted if slips else None,
        sure=sure, wild=wild, forgiven="digit" if short else "",
    )  # fmt: skip


def _short(total: Stated, target: Interval, whole: Interval) -> bool:
    """Whether the parts fall short by an amount with one digit, such as 30 or 0.5."""
    base, own = total.printed, abs(total.number)
    gap = (target.middle - whole.middle) * (base / own if base and own else 1.0)
    if gap <= 0:
        return False
    digits = f"{gap:.6f}".strip("0").rstrip(".").replace(".", "").strip("0")
    return len(digits) == 1 and gap >= _LEAST_PART


def added(parts: Iterable[Stated]) -> Interval:
    """The sum of figures."""
    low = high = 0.0
    for part in parts:
        own = part.interval
        low, high = low + own.low, high + own.high
    return Interval(low, high)
