"""Lists behind 其中, 包括, 分为: the parts are what the sentence says they are, known or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .book import LEVELS, Book, near
from .check import HOLDS, OFF, Check, added, sum_check
from .rules import CheckRules, SplitRule, WithinRule, Words
from .slips import alike
from .stated import Stated

_LONGEST = 40  # parts of one list
_CLOSE = 24  # characters between a total and a part of the same thing
_BACK = 4  # levels before a list that it may be about


class Listed(NamedTuple):
    """A total and the figures listed behind it, with the words between each and the one before."""

    total: Stated
    parts: tuple[Stated, ...]
    gaps: tuple[str, ...]
    others: tuple[Stated, ...]  # levels just before the total
    whole: bool  # the wording says that these are all parts


def lists(book: Book, rules: CheckRules) -> Iterator[Check]:
    """A check for each list, of the reading of it that fits best."""
    for found in _found(book, rules.words):
        check = _check(found, rules)
        if check is not None:
            yield check


def _check(found: Listed, rules: CheckRules) -> Check | None:
    chosen = dict.fromkeys(_readings(found, rules.words))
    readings = [[found.parts[at] for at in places] for places in chosen if places]
    totals = (found.total, *found.others)
    tested = [
        sum_check(
            "sum", total, parts, sure=False, part_list=True, slips=total is found.total and at < 2
        )
        for total in totals
        for at, parts in enumerate(readings)
    ]
    held = next((c for c in tested if c.verdict == HOLDS), None)
    plain = len(readings[0]) == len(found.parts)  # no parts of parts
    full = plain and len(found.parts) > 1 and _complete(found, rules)
    if held and not (full and len(held.operands) < len(found.parts)):
        return held
    if (plain and _exceeds(found, totals, readings[0])) or full:
        return sum_check("sum", found.total, readings[0], sure=True, wild=True)
    first = found.parts[0]
    if _part_of(first, found.total) and all(_more(first, total) for total in totals):
        return sum_check("sum", found.total, [first], sure=True, wild=True)
    if len(found.parts) == 1 and alike_in_print(first, found.total):
        return sum_check("sum", found.total, [first], sure=True, wild=True)
    slipped = next((c for c in tested[:2] if c.verdict == OFF and _says(c)), None)
    if slipped:
        return slipped
    return tested[0] if tested else None


def _complete(found: Listed, rules: CheckRules) -> bool:
    """Whether wording or kind of the parts tell that these are all: 基本支出 and 项目支出."""
    if found.whole:
        return True
    sources = {m.dims.get("fund_source") for m in found.parts} - {None}
    if len(sources) == len(found.parts) > 2:
        return True
    if found.total.unit == "分":
        items = {(m.indicator, m.dims.get("item")) for m in found.parts}
        same = found.total.measure == found.parts[0].measure
        return same and _each_named(found) and len(items) == len(found.parts) > 2
    named = {m.indicator for m in found.parts}
    if len(named) == len(found.parts):
        return any(named == set(r.parts) for r in rules.sums if not (r.loose or r.table))
    return len(named) == 1 and any(_split(found.parts, rule) for rule in rules.splits)


def _each_named(found: Listed) -> bool:
    """Whether words stand before each part: of 15分，得12分 the second is no part."""
    return all(len(gap.strip("，、；,;得分\n ")) > 1 for gap in found.gaps)


def alike_in_print(part: Stated, total: Stated) -> bool:
    """Whether the sole part of a total is the total with a slip: 540.6 and 504.6, 18万 and 18亿."""
    if part.value == total.value:
        return False
    if part.value_raw == total.value_raw and part.unit_raw != total.unit_raw:
        return True
    kind = alike(part, total)
    return kind in ("order", "decimal") or (kind is not None and "." in total.value_raw)


def _split(parts: Sequence[Stated], rule: SplitRule) -> bool:
    values = [m.dims.get(rule.dimension) for m in parts]
    known = parts[0].indicator in rule.indicators and sorted(rule.values) == sorted(
        map(str, values)
    )
    return known and len({len(m.dims) for m in parts}) == 1


def _says(check: Check) -> bool:
    """Whether a slip in it means something: one part alone may be smaller than its total."""
    return len(check.operands) > 1 or (check.computed or 0.0) > check.reported


def _part_of(part: Stated, total: Stated) -> bool:
    """Whether a part is of the very thing that the total is: 预算78万元（其中，财政拨款78万元）."""
    same = part.indicator == total.indicator and part.indicator is not None
    return same and part.stage == total.stage and part.start - total.end <= _CLOSE


def _more(part: Stated, total: Stated) -> bool:
    return part.interval.low > total.interval.high and bool(total.value)


def _exceeds(found: Listed, totals: Sequence[Stated], least: Sequence[Stated]) -> bool:
    """Whether parts of one kind of money are more than anything that they can be parts of."""
    one_kind = len({m.indicator for m in least}) == 1 and least[0].indicator is not None
    if found.total.unit not in ("元", "分") or not (one_kind or found.whole) or len(least) < 2:
        return False
    if found.total.unit == "分" and not _each_named(found):
        return False
    limits = [total.interval for total in totals]
    if any(m.approx for m in (*totals, *least)) or not all(i.bounded for i in limits):
        return False
    return bool(found.total.value) and all(added(least).low > i.high for i in limits)


def _readings(found: Listed, words: Words) -> Iterator[tuple[int, ...]]:
    """Which of the figures are parts of the total: all; not the parts of a part; the first ones."""
    gaps = found.gaps
    places = tuple(range(len(gaps)))
    nested = [at for at in places[1:] if words.opens.search(gaps[at]) or _opened(gaps[at])]
    own, inside = [], False
    for at in places:
        if at in nested:
            inside = True
        elif inside and any(mark in gaps[at] for mark in "；;）)"):
            inside = False
        if not inside:
            own.append(at)
    yield tuple(own)
    behind = next((at for at in places[2:] if any(mark in gaps[at] for mark in "；;")), None)
    if behind and not any(mark in gap for gap in gaps[1:behind] for mark in "；;"):
        yield places[:behind]
    yield places
    for end in places[2:]:  # what follows may be something else
        yield places[:end]
    if any(mark in gap for gap in gaps[1:2] for mark in "；;"):
        yield places[:1]


def _found(book: Book, words: Words) -> Iterator[Listed]:
    mentions, text = book.mentions, book.text
    last: Listed | None = None  # the list before
    for at in range(len(mentions) - 1):
        before, first = mentions[at], mentions[at + 1]
        if first.start - before.end > 120 or not _level(first):
            continue
        gap = text[before.end : first.start]
        same = _alike(before, first)
        here = first.sentence == before.sentence or gap.lstrip("。；\n").startswith("其中")
        if same and here and words.opens.search(gap):
            total: Stated | None = before
        elif words.again.search(gap) and words.ends.search(gap):
            again = last is not None and before is last.parts[-1] and _alike(last.total, first)
            total = last.total if last and again else None
        else:
            continue
        if total is None:
            continue
        found = _parts(book, at + 1, total, gap, words)
        if found.parts:
            last = found
            yield found


def _parts(book: Book, at: int, total: Stated, gap: str, words: Words) -> Listed:
    mentions, text = book.mentions, book.text
    opened = _opened(gap)
    parts: list[Stated] = []
    gaps: list[str] = []
    end, between = mentions[at].start, gap
    for m in mentions[at : at + _LONGEST]:
        between += text[end : m.start] if end < m.start else ""
        if parts and (
            m.sentence != parts[0].sentence
            or (opened and _closed(text, parts[0].end, m.start))
            or words.ends.search(between.replace("\n", ""))  # lines may be cut anywhere
        ):
            break
        end = m.end
        if not parts or (_level(m) and _alike(total, m) and m.measure == parts[0].measure):
            parts.append(m)
            gaps.append(between)
            between = ""
        elif _level(m) and m.unit == total.unit:
            break  # a budget or another year's amount among the parts: another matter begins
    earlier = [
        m
        for m in mentions[max(0, at - 1 - _BACK) : at - 1]
        if m.start < total.start and m.sentence == total.sentence and _alike(total, m)
    ]
    return Listed(
        total,
        tuple(parts),
        tuple(gaps),
        tuple(reversed(earlier)),
        bool(words.all_parts.search(gap)),
    )


def _opened(gap: str) -> bool:
    """Whether a bracket stays open."""
    return gap.rfind("（") > gap.rfind("）") or gap.rfind("(") > gap.rfind(")")


def _closed(text: str, start: int, end: int) -> bool:
    """Whether a bracket closes between two offsets that was opened before them."""
    depth = 0
    for char in text[start:end]:
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth -= 1
            if depth < 0:
                return True
    return False


def _level(m: Stated) -> bool:
    return m.measure in LEVELS and m.table is None and m.unit != "%" and m.bound == "="


def _alike(total: Stated, part: Stated) -> bool:
    """Same unit, year and kind of amount: only such figures add up."""
    return (
        _level(total)
        and total.unit == part.unit
        and total.year == part.year
        and total.per == part.per
        and (total.measure == part.measure or total.indicator is None or part.indicator is None)
    )


def within(book: Book, rules: Sequence[WithinRule]) -> Iterator[Check]:
    """Lists of parts of the year's money that exceed the year's money in sum."""
    for rule in rules:
        wholes = [m for m in book.named.get(rule.whole, ()) if not m.dims]
        for run in _runs(book, rule):
            year, measure = run[0].year, run[0].measure
            told = [m for m in wholes if (m.year, m.measure) == (year, measure)]
            if not told:
                continue
            largest = max(told, key=lambda m: (m.value, -m.start))
            closest = min(told, key=lambda m: abs(m.start - run[0].start))
            if added(run).low > largest.interval.high and near(closest, run[0], 600):
                yield sum_check("sum", closest, run, sure=True)


def _runs(book: Book, rule: WithinRule) -> Iterator[list[Stated]]:
    """Different parts in one sentence outside of tables, each once."""
    run: dict[str, Stated] = {}
    sentence = None
    for m in book.mentions:
        if m.indicator not in rule.parts or m.table is not None or m.measure not in LEVELS:
            continue
        extra = set(m.dims) - {"item"}
        item = f"{m.indicator}/{m.dims.get('item', '')}"
        if extra:
            continue
        if m.sentence != sentence or item in run:
            if len(run) > 1:
                yield list(run.values())
            run, sentence = {}, m.sentence
        elif run:
            first = next(iter(run.values()))
            if (first.year, first.measure, first.stage) != (m.year, m.measure, m.stage):
                run = {}
        run[item] = m
    if len(run) > 1:
        yield list(run.values())
