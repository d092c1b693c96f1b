"""Totals of table columns (合计行): classes of a classification, rows above a total.

A column that misses its total is off where other columns of the same rows reach theirs, so that
it is known which rows belong to it, or where one slip explains it. A table cut in two is no error.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from .book import Book
from .check import HOLDS, OFF, UNTESTED, Check, sum_check
from .marks import MARKS, marks
from .rules import Words
from .stated import Stated

_ROWS = 400  # rows of a column that are added up
_MOST_ROWS = 0.6  # share of rows that must add up before one that does not is off
_LIKE = 0.5  # share that a total and its parts are of each other at least

Rows = Mapping[int, Stated]  # of one column, by row
Group = tuple[int, tuple[int, ...]]  # the row of a total, the rows of its parts


def columns(book: Book, words: Words, totals: frozenset[str]) -> Iterator[Check]:
    """All totals of all tables; ``totals`` are what classes of expenditure may add up to."""
    tables: defaultdict[int, list[Stated]] = defaultdict(list)
    for m in book.mentions:
        if m.table is not None and m.row is not None and m.col is not None and m.unit != "%":
            tables[m.table].append(m)
    for cells in tables.values():
        yield from marks(cells)
        by_column = _by_column(cells)
        groups = _classes(cells, words)
        of_classes = _of_classes(cells) if groups else {}
        found = [check for group in groups for check in _group(group, of_classes, lone=True)]
        rest = {c: rows for c, rows in by_column.items() if c not in of_classes}
        above = [check for group in _above(cells, rest, words) for check in _group(group, rest)]
        known = any(c.verdict == HOLDS and len(c.operands) > 1 for c in (*found, *above))
        for check in found:  # where one side of a statement adds up, the other is complete as well
            fits = _of_spending(book, check, totals)
            if fits:
                yield _whole(check) if known else check
        yield from above
        yield from _across(of_classes or by_column)


def _by_column(cells: Sequence[Stated]) -> dict[int, dict[int, Stated]]:
    found: defaultdict[int, dict[int, Stated]] = defaultdict(dict)
    for m in cells:
        if m.indicator not in MARKS and m.row is not None and m.col is not None:
            found[m.col].setdefault(m.row, m)
    return dict(sorted(found.items()))


def _of_spending(book: Book, check: Check, totals: frozenset[str]) -> bool:
    """Whether classes of expenditure are held against expenditure, not the revenue beside it."""
    classes = book.by_start[check.operands[0]].indicator == "expenditure_function"
    total = book.by_start[check.tested].indicator
    return not classes or total in (None, "expenditure_function") or total in totals


def _whole(check: Check) -> Check:
    """A list of classes that is known to be complete: what misses its total is off."""
    if check.verdict != UNTESTED or len(check.operands) < 2 or not check.computed:
        return check
    like = _LIKE <= check.computed / check.reported <= 1 / _LIKE if check.reported else False
    return check._replace(verdict=OFF) if like else check


def _across(by_column: Mapping[int, Rows]) -> Iterator[Check]:
    """Rows of a classification whose first amount is the sum of those behind it (合计 = 各列)."""
    columns = sorted(by_column)
    if len(columns) < 3:
        return
    checks, told = [], False
    for row, total in by_column[columns[0]].items():
        parts = [by_column[c][row] for c in columns[1:] if row in by_column[c]]
        if len(parts) > 1 and total.value and all(_of_one_kind(m, total) for m in parts):
            checks.append(sum_check("sum", total, parts, sure=True, wild=True))
            several = sum(bool(m.value) for m in parts) > 1
            told = told or (several and checks[-1].verdict == HOLDS)
    held = sum(check.verdict == HOLDS for check in checks)
    if told and held > 1 and held >= _MOST_ROWS * len(checks):
        yield from checks


def _of_one_kind(m: Stated, total: Stated) -> bool:
    return (m.unit, m.measure, m.stage, m.year) == (
        total.unit, total.measure, total.stage, total.year,
    )  # fmt: skip


def _group(
    group: Sequence[Group], by_column: Mapping[int, Rows], *, lone: bool = False
) -> Iterator[Check]:
    """One total in all columns; ``group`` holds the choices of rows that may be its parts.

    Columns with the same labels are the same rows: where the choice holds in one, it is the right
    one for all.
    """
    sides: defaultdict[tuple[str, ...], list[dict[int, Check]]] = defaultdict(list)
    for rows in by_column.values():
        tested: dict[int, Check] = {}
        for choice, (at, parts) in enumerate(group):
            total, values = rows.get(at), [rows[r] for r in parts if r in rows]
            if total is not None and _add_up(total, values, lone=lone):
                tested[choice] = sum_check("sum", total, values, sure=False)
        if tested:
            labels = tuple(rows[at].label for at, _ in group[:1] if at in rows)
            labels += tuple(rows[r].label for r in group[0][1] if r in rows)
            sides[labels].append(tested)
    for found in sides.values():
        yield from _side(found)


def _side(found: Sequence[Mapping[int, Check]]) -> Iterator[Check]:
    """The checks of columns with the same rows, each by the choice of parts that fits best."""
    held = Counter(i for tested in found for i, c in tested.items() if c.verdict == HOLDS)
    for tested in found:
        check = next((c for c in tested.values() if c.verdict == HOLDS), None)
        if check is not None:
            yield check
            continue
        best = max(tested, key=lambda i: (held[i], -i))
        single = len(tested[best].operands) < 2  # one class of a class need not be all of it
        known = held[best] > single and tested[best].verdict == UNTESTED
        slipped = next((c for c in tested.values() if c.verdict == OFF), None)
        yield tested[best]._replace(verdict=OFF) if known else slipped or tested[best]


def _add_up(total: Stated, parts: Sequence[Stated], *, lone: bool) -> bool:
    """Whether it says anything that they do: two parts at least, or a ``lone`` one of a class."""
    alike = all(m.unit == total.unit and m.measure == total.measure for m in parts)
    return alike and sum(bool(m.value) for m in parts) > (0 if lone else 1)


def _of_classes(cells: Sequence[Stated]) -> dict[int, dict[int, Stated]]:
    """The columns whose cells are labelled with a class in two rows at least, or with a total."""
    names = {
        (m.row, m.label): m.dims["function"].rpartition("/")[2]
        for m in cells
        if "function" in m.dims
    }
    columns = _by_column(cells)
    return {
        col: rows
        for col, rows in columns.items()
        if sum((at, m.label) in names for at, m in rows.items()) > 1
    }


def _classes(cells: Sequence[Stated], words: Words) -> list[list[Group]]:
    """Each class with its subclasses, and the total with the uppermost classes."""
    paths: dict[int, str] = {}
    for m in cells:
        if m.row is not None and "function" in m.dims:
            paths.setdefault(m.row, m.dims["function"])
    if len(paths) < 2 or len({*paths.values()}) < len(paths):
        return []
    row_of = {path: row for row, path in paths.items()}
    children: defaultdict[int | None, list[int]] = defaultdict(list)
    for row, path in sorted(paths.items()):
        above = path
        while "/" in above:
            above = above.rpartition("/")[0]
            if above in row_of:
                break
        children[row_of.get(above) if above != path else None].append(row)
    groups: list[list[Group]] = [
        [(row, tuple(rows[:_ROWS]))] for row, rows in children.items() if row is not None
    ]
    totals = dict.fromkeys(
        m.row
        for m in cells
        if m.row is not None
        and m.row not in paths
        and _is_total(m, words)
        and not words.grand.search(m.label or "")
    )
    tops = tuple(children[None][:_ROWS])
    return groups + [[(row, tops)] for row in totals]


def _is_total(m: Stated, words: Words) -> bool:
    return bool(words.total.search(m.label or ""))


def _above(
    cells: Sequence[Stated], by_column: Mapping[int, Rows], words: Words
) -> list[list[Group]]:
    """Rows marked as totals, with the rows above or below that they may add up."""
    totals = {m.row for m in cells if m.row is not None and _is_total(m, words)}
    rows = sorted({row for column in by_column.values() for row in column})[:_ROWS]
    found = []
    for place, row in enumerate(rows):
        if row not in totals:
            continue
        before = [at for at in range(place) if rows[at] in totals]
        behind = [at for at in range(place + 1, len(rows)) if rows[at] in totals]
        start, end = (before[-1] + 1) if before else 0, behind[0] if behind else len(rows)
        labels = {m.row: m.label or "" for m in cells}
        choices = [
            tuple(rows[start:place]),
            tuple(rows[place + 1 : end]),
            tuple(rows[start - 1 : place]) if before else (),
            tuple(r for r in rows[:place] if r not in totals) if before else (),
            tuple(rows[at] for at in before),
            tuple(r for r in rows[start:place] if not words.of_which.search(labels.get(r, ""))),
            tuple(r for r in rows[place + 1 : end] if not words.of_which.search(labels.get(r, ""))),
        ]
        choices = [c for c in dict.fromkeys(choices) if len(c) > 1]
        if choices:
            found.append([(row, c) for c in choices])
    return found
