"""Totals and their parts by what the figures are (合计 = 各项之和), whatever the wording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, islice, product
from math import inf

from .book import Book, Key, distinct, near, nearest, tight
from .check import HOLDS, OFF, UNTESTED, Check, added, sum_check
from .rules import SplitRule, SumRule, Words
from .slips import alike
from .stated import Stated

_MOST = 48  # combinations of values that a report states more than once
_LOOSE = 0.1  # share of a total that unnamed parts may be
_COPIED = 3  # digits of a total that a copy of it must have at least
_BEFORE = 6  # figures before parts that may be what they add up to
_BESIDE = 150  # characters between a total and parts of which some go unsaid
_VALUES = 3  # of one part that are tried
Parts = Sequence[Sequence[Stated]]


def sums(book: Book, rules: Sequence[SumRule], words: Words) -> Iterator[Check]:
    """Totals whose parts all are stated."""
    firm = [c for r in rules if not r.loose for c in settled(book, _sums(book, r, words))]
    loose = [c for r in rules if r.loose for c in settled(book, _sums(book, r, words))]
    yield from firm
    yield from _elsewhere(book, loose, [c for c in (*firm, *loose) if c.verdict == HOLDS])


def settled(book: Book, checks: Iterable[Check], *, any_: bool = False) -> Iterator[Check]:
    """The checks of one rule; where one value of a total holds, its others are of another scope.

    A value that is so like the one that holds that a slip explains it stays off, and unless
    ``any_`` one that stands beside its own parts.
    """
    found = list(checks)
    totals = (book.by_start[c.tested] for c in found if c.verdict == HOLDS)
    held = {book.key(total): total for total in totals}
    for check in found:
        tested = book.by_start[check.tested]
        right = held.get(book.key(tested))
        why = right and check.verdict != HOLDS and alike(tested, right, _COPIED)
        if why:  # a copy of the total that holds, with a slip in it
            yield check._replace(verdict=OFF, suspects=((tested.start, why),))
            continue
        other = check.verdict == OFF and not check.suspects
        other = other and (
            any_ or not all(tight(tested, book.by_start[at]) for at in check.operands)
        )
        if other and book.key(book.by_start[check.tested]) in held:
            check = check._replace(verdict=UNTESTED)  # noqa: PLW2901
        yield check


def _elsewhere(book: Book, checks: Sequence[Check], held: Sequence[Check]) -> Iterator[Check]:
    """The checks; parts that add up to other totals need not be those of one told apart."""
    totals = {c.tested for c in held}
    wholes: defaultdict[int, list[int]] = defaultdict(list)
    for check in held:
        for at in check.operands:
            wholes[at].append(check.tested)
    for check in checks:
        yield (
            check._replace(verdict=UNTESTED, suspects=())
            if (
                check.verdict == OFF
                and _told_apart(book, check)
                and _others_take(book, check, wholes, own=check.tested in totals)
            )
            else check
        )


def _told_apart(book: Book, check: Check) -> bool:
    tested = book.by_start[check.tested]
    return not all(tight(tested, book.by_start[at]) for at in check.operands)


def _others_take(
    book: Book, check: Check, wholes: Mapping[int, Sequence[int]], *, own: bool
) -> bool:
    """Whether each part is one of a sum that holds of something else, or ``own`` of this total."""
    key = book.key(book.by_start[check.tested])
    parts = [at for at in check.operands if book.by_start[at].value]
    return bool(parts) and all(
        any(
            (own and at == check.tested) or book.key(book.by_start[at]) != key
            for at in wholes.get(part, ())
        )
        for part in parts
    )


def _sums(book: Book, rule: SumRule, words: Words) -> Iterator[Check]:
    """All totals of one rule."""
    for total in book.named.get(rule.total, ()):
        found = [book.same(total, indicator=part) for part in rule.parts]
        extra = [ms for p in rule.also if (ms := book.same(total, indicator=p))]
        if rule.table:
            if total.table is not None and words.total.search(total.label):
                yield from _in_table(rule.kind, total, found, extra)
        elif not all(found) and all(
            ms or part in rule.nil for ms, part in zip(found, rule.parts, strict=True)
        ):
            yield from _but_nil(rule.kind, total, [*filter(None, found)])
        elif not all(found):
            yield from _partly(rule.kind, total, [*filter(None, found), *extra])
        else:
            yield best_sum(book, rule.kind, total, found, extra, loose=rule.loose)


def _partly(kind: str, total: Stated, found: Parts) -> Iterator[Check]:
    """Some of the parts, told in one sentence with the total: they never exceed it."""
    own = [[m for m in ms if tight(m, total) and m.table is None] for ms in found]
    parts = [nearest(ms, total.start) for ms in own if ms]
    if len(parts) > 1 and total.value:
        check = sum_check(kind, total, parts, sure=True, part_list=True)
        if check.verdict == HOLDS or (check.computed or 0.0) > check.reported:
            yield check


def _but_nil(kind: str, total: Stated, found: Parts) -> Iterator[Check]:
    """Parts told with their total; those that it leaves out are nil."""
    parts = [nearest(ms, total.start) for ms in found]
    if total.table is None and all(m.table is None and near(m, total, _BESIDE) for m in parts):
        bound_up = all(tight(m, total) for m in parts)
        if len(parts) > 1 and (bound_up or all(m.start > total.start for m in parts)):
            yield sum_check(kind, total, parts, sure=True, wild=bound_up)


def _in_table(kind: str, total: Stated, found: Parts, extra: Parts) -> Iterator[Check]:
    """The parts in the total's own column, or in its own row, which may leave some out."""
    own, more = ([[m for m in ms if tight(m, total)] for ms in some] for some in (found, extra))
    parts = [nearest(ms, total.start) for ms in own if ms]
    if not own[0] or sum(bool(m.value) for m in parts) < 2:
        return
    column = all(m.col == total.col for m in parts)
    checks = [
        sum_check(kind, total, [*parts, *some], sure=column, part_list=not column)
        for some in _subsets([nearest(ms, total.start) for ms in more if ms])
    ]
    yield next((c for c in checks if c.verdict == HOLDS), checks[0])


def splits(book: Book, rules: Sequence[SplitRule]) -> Iterator[Check]:
    """Figures without a dimension whose values all are stated as well."""
    for rule in rules:
        yield from settled(book, _splits(book, rule))


def _splits(book: Book, rule: SplitRule) -> Iterator[Check]:
    for name in sorted(rule.indicators):
        for total in book.named.get(name, ()):
            key = book.key(total)
            if key is None or rule.dimension in total.dims:
                continue
            found = [_with(book, key, rule.dimension, value) for value in rule.values]
            extra = [f for v in rule.also if (f := _with(book, key, rule.dimension, v))]
            if all(found):
                yield best_sum(book, "sum", total, found, extra, careful=True)


def _with(book: Book, key: Key, dimension: str, value: str) -> Sequence[Stated]:
    return book.at(key._replace(dims=key.dims | {(dimension, value)}))


def _miss(check: Check) -> float:
    return inf if check.computed is None else abs(check.computed - check.reported)


def _far(check: Check) -> bool:
    """Whether the parts fall short by more than what unnamed parts may be; they never exceed."""
    return check.computed is None or check.reported - check.computed > _LOOSE * check.reported


def _only(book: Book, total: Stated, parts: Parts) -> bool:
    """Whether the report states each part once or always the same: there is no other scope."""
    return all(map(book.sole, parts)) and total.table is None


def _of_another(book: Book, total: Stated, parts: Sequence[Stated]) -> bool:
    """Whether another level just before the parts is what they add up to."""
    first = min(parts, key=lambda m: m.start)
    at, whole = book.place[first.start], added(parts)
    return any(
        m.unit == total.unit
        and (m.table is None or m.col == total.col)
        and m is not total
        and m not in parts
        and m.interval.meets(whole)
        for m in book.mentions[max(0, at - _BEFORE) : at]
    )


def best_sum(
    book: Book,
    kind: str,
    total: Stated,
    parts: Parts,
    extra: Parts = (),
    *,
    careful: bool = False,
    loose: bool = False,
) -> Check:
    """The total against the parts that stand nearest; where they miss it, against others stated.

    What may be added is tried with and without: a report need not repeat it at every total. Where
    the nearest parts stand beside the total, and no others reach it, the report is wrong.
    """
    close = [nearest(ms, total.start) for ms in parts]
    more = [nearest(ms, total.start) for ms in extra]
    bound_up = all(tight(total, m) for m in close)
    sure = bound_up or (
        not careful and (all(near(total, m) for m in close) or _only(book, total, parts))
    )
    checks = [
        sum_check(kind, total, [*close, *added_], sure=sure, wild=bound_up and not loose)
        for added_ in _subsets(more)
    ]
    first = min(checks, key=lambda c: (c.verdict != HOLDS, _miss(c)))
    if first.verdict == HOLDS:
        return first
    if loose and first.verdict == OFF and not first.suspects and _far(first):
        return first._replace(verdict=UNTESTED)
    another = _of_another(book, total, close)
    if sure and (first.suspects or (bound_up and not another)):
        return first
    if first.verdict == OFF and another:
        first = first._replace(verdict=UNTESTED)
    return _of_others(kind, total, parts, more) or first


def _of_others(kind: str, total: Stated, parts: Parts, more: Sequence[Stated]) -> Check | None:
    """The sum that holds of values stated elsewhere."""
    for chosen in islice(product(*(distinct([ms], total.start, _VALUES) for ms in parts)), _MOST):
        for added_ in _subsets(more):
            check = sum_check(kind, total, [*chosen, *added_], sure=False, slips=False)
            if check.verdict == HOLDS:
                return check
    return None


def _subsets(figures: Sequence[Stated]) -> Iterator[Sequence[Stated]]:
    if not any(m.value for m in figures):
        yield ()
        return
    sizes = range(len(figures) + 1) if len(figures) < 4 else (0, len(figures))
    yield from chain.from_iterable(combinations(figures, size) for size in sizes)


def classes(book: Book, totals: frozenset[str]) -> Iterator[Check]:
    """Functional classes (类款项) that are listed outside of tables: each level adds up.

    A list need not be complete, so only a slip makes it off.
    """
    groups: defaultdict[tuple[object, ...], dict[str, Stated]] = defaultdict(dict)
    for m in book.named.get("expenditure_function", ()):
        if m.table is None and m.dims.keys() == {"function"}:
            group = m.section, m.year, m.measure, m.stage
            groups[group].setdefault(m.dims["function"], m)
    for paths in groups.values():
        leaves = [m for p, m in paths.items() if not any(o.startswith(f"{p}/") for o in paths)]
        tops = [m for p, m in paths.items() if "/" not in p]
        first = min(m.start for m in paths.values())
        for chosen in [tops] if len(tops) == len(leaves) else [tops, leaves]:
            if len(chosen) > 1:
                yield from _of_totals(book, chosen, totals, first)


def _of_totals(
    book: Book, parts: Sequence[Stated], totals: frozenset[str], at: int
) -> Iterator[Check]:
    """The best check of a list against the totals that it may be about."""
    stated = (book.same(parts[0], indicator=name, dims=frozenset()) for name in sorted(totals))
    found = [nearest(same, at) for same in stated if same]
    checks = [sum_check("sum", total, parts, sure=False, part_list=True) for total in found]
    checks.sort(key=lambda c: (HOLDS, OFF).index(c.verdict) if c.verdict in (HOLDS, OFF) else 2)
    yield from checks[:1]
