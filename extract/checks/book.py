"""The levels of one report, by what they are (指标、口径、年度、维度) and where they stand."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from extract.model import Mention

from .stated import Stated

_CLOSEST = 16  # figures of one thing, on either side, that are looked at
NEAR = 300  # characters within which figures are told together
LEVELS = frozenset({"actual", "budget", "target"})
_NO_PART = frozenset({"base", "whole"})  # of dims: they say what a figure is compared with


class Key(NamedTuple):
    """What two levels must share to be the same thing."""

    indicator: str
    measure: str
    year: int
    stage: str | None
    scope: tuple[str | None, bool, bool]  # per, own level, part of a year
    dims: frozenset[tuple[str, str]]


class Book:
    """All mentions of a report in text order, and its levels by key."""

    def __init__(self, mentions: Iterable[Mention], text: str = "") -> None:
        """Index the mentions; ``text`` is the text as loaded."""
        self.text = text
        self.mentions = sorted(map(Stated, mentions), key=attrgetter("start"))
        self.by_start = {m.start: m for m in self.mentions}
        self.place = {m.start: at for at, m in enumerate(self.mentions)}
        levels: defaultdict[Key, list[Stated]] = defaultdict(list)
        named: defaultdict[str, list[Stated]] = defaultdict(list)
        self._keys: dict[int, Key] = {}
        self._sole: dict[int, bool] = {}  # by the identity of a list in ``levels``
        for m in self.mentions:
            if m.indicator and m.year and m.measure in LEVELS:
                key = key_of(m)
                self._keys[m.start] = key
                levels[key].append(m)
                named[m.indicator].append(m)
        self.levels = dict(levels)
        self.named = dict(named)

    def sole(self, figures: Sequence[Stated]) -> bool:
        """Whether levels of one key (as ``same`` gives them) all have one value."""
        known = self._sole.get(id(figures))
        if known is None:
            known = self._sole[id(figures)] = len({m.value for m in figures}) == 1
        return known

    def key(self, m: Stated) -> Key | None:
        """The key of a level, None for other figures and those without a year."""
        return self._keys.get(m.start)

    def same(self, like: Stated, **changed: object) -> Sequence[Stated]:
        """Levels like this one but for what is changed."""
        key = self._keys.get(like.start)
        return () if key is None else self.levels.get(key._replace(**changed), ())  # type: ignore[arg-type]

    def at(self, key: Key) -> Sequence[Stated]:
        """Levels under a key."""
        return self.levels.get(key, ())


def key_of(m: Stated) -> Key:
    """The key of a figure that has indicator, measure and year."""
    scope = m.per, m.reach == "own_level", m.period_kind == "ytd"
    dims = frozenset(m.dims.items())
    if not m.dims.keys().isdisjoint(_NO_PART):
        dims = frozenset(pair for pair in dims if pair[0] not in _NO_PART)
    return Key(m.indicator or "", m.measure or "", m.year or 0, m.stage, scope, dims)


def near(one: Stated, other: Stated, within: int = NEAR) -> bool:
    """Whether two figures are told together: in one table, or close by."""
    if one.table is not None and one.table == other.table:
        return True
    return abs(one.start - other.start) <= within


def tight(one: Stated, other: Stated) -> bool:
    """Whether two figures stand in one sentence, or in one row or column of a table."""
    if one.table is not None or other.table is not None:
        same = one.table == other.table
        return same and (one.col == other.col or one.row == other.row)
    return one.sentence == other.sentence and near(one, other)


def nearest(figures: Sequence[Stated], at: int) -> Stated:
    """The figure (of a sequence in text order, not empty) that stands closest to an offset."""
    place = bisect_left(figures, at, key=lambda m: m.start)
    around = figures[max(0, place - 1) : place + 1]
    return min(around, key=lambda m: abs(m.start - at))


def distinct(lists: Iterable[Sequence[Stated]], at: int, most: int) -> list[Stated]:
    """The nearest figure of each printed value, nearest first, at most so many.

    Each list is in text order; of each only those that stand closest count, however often a
    thing is repeated.
    """
    closest: list[Stated] = []
    for figures in lists:
        place = bisect_left(figures, at, key=lambda m: m.start) if len(figures) > _CLOSEST else 0
        closest += figures[max(0, place - _CLOSEST) : place + _CLOSEST]
    found: dict[tuple[object, str], Stated] = {}
    for m in sorted(closest, key=lambda m: abs(m.start - at)):
        found.setdefault((m.value, m.value_raw), m)
    return list(found.values())[:most]
