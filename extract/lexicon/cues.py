"""Vocabulary with its meaning: what one pass over the copy can tag.

Indicator phrases, relations (shares, completions), roles (budget, target, standard) and dimensions
are groups of one matcher: a phrase hides only shorter ones of its own kind.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

from extract.catalogue import Indicator
from extract.lexicon.narrowing import NarrowRules
from extract.lexicon.phrases import Matcher
from extract.lexicon.subjects import SubjectRules
from extract.lexicon.wording import WordingRules


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorRule:
    """One ``[[rule]]``: which wording means which indicator."""

    id: str
    indicator: Indicator
    kinds: tuple[str, ...]  # unit classes that fit
    phrases: tuple[str, ...]
    weak: tuple[str, ...]
    after: tuple[str, ...]
    needs: tuple[str, ...]
    avoid: tuple[str, ...]
    dims: tuple[tuple[str, str], ...]
    measure: str | None
    weight: float
    sign: int  # -1 where the wording makes the figure negative (赤字)


@dataclass(frozen=True, slots=True)
class RelationCue:
    """A wording that makes a percent a ``share`` or a ``completion`` of another figure.

    ``default`` is the indicator that it is about where no figure before it says.
    """

    measure: str
    default: str | None


@dataclass(frozen=True, slots=True)
class RoleCue:
    """A wording that makes a level ``budget``, ``target``, ``standard`` or ``actual``."""

    measure: str
    stage: str | None


@dataclass(frozen=True, slots=True)
class DimensionCue:
    """A wording that sets a dimension."""

    name: str
    value: str


CLASSES = 4  # groups of indicator phrases, by class of unit: of the catalogue, then of each pack

IndicatorHit = tuple[int, int, tuple[tuple[IndicatorRule, str], ...]]
RelationHit = tuple[int, int, tuple[RelationCue, ...]]
RoleHit = tuple[int, int, tuple[RoleCue, ...]]
DimensionHit = tuple[int, int, tuple[DimensionCue, ...]]
_Hit = TypeVar("_Hit", bound=tuple[int, int, Any])


@dataclass(frozen=True, slots=True)
class CueRules:
    """All vocabulary, compiled, and the settings of the scoring."""

    vocabulary: Matcher[Any]  # groups: indicators, relations, roles, dimensions
    groups: int  # how many of them are of indicators
    signs: Mapping[str, int]
    direction: re.Pattern[str]  # a direction word that ends right before the figure
    direction_ends: frozenset[str]  # the last characters of all that ``direction`` finds
    after_direction: re.Pattern[str]  # a direction word right behind a figure
    after_begins: frozenset[str]  # the first characters of these
    comparison: re.Pattern[str]
    alone: frozenset[str]  # directions that need no comparison
    against_budget: re.Pattern[str]
    role_after: re.Pattern[str]
    roles_behind: Mapping[str, str]
    behind_begins: frozenset[str]  # the first characters of these
    territory: re.Pattern[str]
    own_level: re.Pattern[str]
    project_always: frozenset[str]
    project_never: frozenset[str]
    project_also: frozenset[str]  # of the agency's own figures those that a project has too
    neutral: frozenset[str]
    wholes: frozenset[str]
    listing: frozenset[str]  # what consists of projects
    received: frozenset[str]  # what came in: what became of it is counted by itself
    parts: frozenset[str]  # what a heading may narrow 支出 down to
    introducers: re.Pattern[str]
    introduced_in: tuple[str, ...]
    settings: Mapping[str, float]
    by_id: Mapping[str, Indicator]
    subjects: SubjectRules
    wording: WordingRules
    narrow: NarrowRules


@dataclass(frozen=True, slots=True)
class Tags:
    """All hits in one copy, each kind in text order."""

    indicators: list[IndicatorHit]
    relations: list[RelationHit]
    roles: list[RoleHit]
    dimensions: list[DimensionHit]
    headings: dict[int, list[tuple[float, int, int, IndicatorRule]]]  # offers of headings, by node


def tag(text: str, rules: CueRules, parts: Sequence[tuple[int, int]] | None = None) -> Tags:
    """One pass over the copy, or the parts of it that matter, for all kinds of vocabulary."""
    spans = rules.vocabulary.spans(text, parts)
    indicators, (relations, roles, *dimensions) = spans[: rules.groups], spans[rules.groups :]
    return Tags(
        _merged(indicators[:CLASSES] + _left_over(indicators)),
        relations,
        _visible(roles),
        sorted((hit for hits in dimensions for hit in hits if _told(hit)), key=lambda hit: hit[:2]),
        {},
    )


def _told(hit: DimensionHit) -> bool:
    """Whether words set a dimension, and do not only look like it (本年度财政拨款收入)."""
    return hit[2][0].value != ""


def _left_over(groups: list[list[IndicatorHit]]) -> list[list[IndicatorHit]]:
    """The hits of packs without those inside a longer phrase of the catalogue of their class."""
    return [
        [hit for hit in hits if not _inside(hit, groups[number % CLASSES])] if hits else hits
        for number, hits in enumerate(groups[CLASSES:])
    ]


def _inside(hit: IndicatorHit, others: list[IndicatorHit]) -> bool:
    """Whether another hit covers this one and more; ``others`` in order, none inside another."""
    at = bisect_right(others, hit[0], key=itemgetter(0)) - 1
    if at < 0 or others[at][1] < hit[1]:
        return False
    return others[at][:2] != hit[:2]


def _merged(groups: list[list[IndicatorHit]]) -> list[IndicatorHit]:
    """The hits of several groups in text order; those on one span as one."""
    found: dict[tuple[int, int], tuple[tuple[IndicatorRule, str], ...]] = {}
    for hits in groups:
        for start, end, meanings in hits:
            known = found.get((start, end))
            found[start, end] = (
                meanings if known is None else tuple(dict.fromkeys(known + meanings))
            )
    return [(start, end, found[start, end]) for start, end in sorted(found)]


def _visible(hits: list[RoleHit]) -> list[RoleHit]:
    """Roles without those that begin inside a hiding phrase (预算 in 一般公共预算)."""
    kept: list[RoleHit] = []
    reach = -1
    for hit in hits:
        if not hit[2][0].measure:
            reach = max(reach, hit[1])
        elif hit[0] >= reach:
            kept.append(hit)
    return kept


def between(hits: list[_Hit], start: int, end: int) -> list[_Hit]:
    """The hits that lie wholly in ``start:end``."""
    at = bisect_left(hits, (start,))
    found = []
    while at < len(hits) and hits[at][0] < end:
        if hits[at][1] <= end:
            found.append(hits[at])
        at += 1
    return found
