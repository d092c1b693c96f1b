"""Answers paired with what was read, and how far each pair agrees.

Levels as in the shared scorer, each asking for all before it: ``figure`` (span, value, unit),
``indicator``, ``measure`` (and year), ``full`` (all dimensions, approximation, bound). A figure
outside the catalogue counts as full there as soon as it is found. ``right`` asks for what
``confidence`` promises: value, unit, indicator (none where there is none), measure, year and the
coded dimensions. Answers speak of the contract's catalogue: where one has no indicator, that of a
pack is none either.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract import rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.model import Mention

    from .answers import Answer

LEVELS = ("figure", "indicator", "measure", "full")
CODED = ("scheme", "care", "benefit", "fund_source", "institution")
NAMES = ("project", "function", "item", "region")
OPTIONAL = ("item", "region")  # asked for only where the answer has them
SAME_UNIT = {
    "名": "人", "位": "人", "所": "家", "个": "家", "起": "件", "例": "件", "宗": "件",
    "批": "批次", "个月": "月",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """An answer and the mention that it was paired with; one of the two may be missing."""

    answer: int | None
    mention: int | None
    level: int  # how many of LEVELS hold
    right: bool


def pairs_of(answers: Sequence[Answer], mentions: Sequence[Mention]) -> list[Pair]:
    """Each answer with at most one mention whose span overlaps, best level first."""
    options = []
    ends = [m.end for m in mentions]  # mentions are in text order and do not overlap
    for i, answer in enumerate(answers):
        for j in range(bisect_left(ends, answer.start + 1), len(mentions)):
            if mentions[j].start >= answer.end:
                break
            shared = min(answer.end, mentions[j].end) - max(answer.start, mentions[j].start)
            options.append((level_of(answer, mentions[j]), shared, i, j))
    options.sort(reverse=True)
    taken_i: set[int] = set()
    taken_j: set[int] = set()
    pairs = []
    for level, _, i, j in options:
        if i not in taken_i and j not in taken_j:
            taken_i.add(i)
            taken_j.add(j)
            pairs.append(Pair(i, j, level, is_right(answers[i], mentions[j])))
    pairs += [Pair(i, None, 0, right=False) for i in range(len(answers)) if i not in taken_i]
    pairs += [Pair(None, j, 0, right=False) for j in range(len(mentions)) if j not in taken_j]
    return pairs


def level_of(answer: Answer, mention: Mention) -> int:
    """How many of LEVELS hold for this pair."""
    if not _same_quantity(answer, mention):
        return 0
    if answer.indicator is None:
        return 4
    if answer.indicator != mention.indicator:
        return 1
    if answer.measure != mention.measure or answer.year != mention.year:
        return 2
    alike = _same_dims(answer.dims, mention.dims) and answer.approx == mention.approx
    return 4 if alike and answer.bound == mention.bound else 3


def is_right(answer: Answer, mention: Mention) -> bool:
    """Whether everything holds that the confidence of the mention speaks of."""
    return (
        _same_quantity(answer, mention)
        and _same_indicator(answer, mention)
        and answer.measure == mention.measure
        and answer.year == mention.year
        and (
            answer.indicator is None
            or all(answer.dims.get(d) == mention.dims.get(d) for d in CODED)
        )
    )


def faults(answer: Answer, mention: Mention) -> list[str]:
    """What differs of all that ``right`` asks for, in words."""
    parts = {
        "value": _same_value(answer, mention),
        "unit": _unit(answer.unit) == _unit(mention.unit),
        "indicator": _same_indicator(answer, mention),
        "measure": answer.measure == mention.measure,
        "year": answer.year == mention.year,
    }
    if answer.indicator is not None:
        parts |= {d: answer.dims.get(d) == mention.dims.get(d) for d in CODED}
    return [name for name, same in parts.items() if not same]


def _same_quantity(answer: Answer, mention: Mention) -> bool:
    return _same_value(answer, mention) and _unit(answer.unit) == _unit(mention.unit)


def _same_indicator(answer: Answer, mention: Mention) -> bool:
    if answer.indicator is None and mention.indicator is not None:
        return bool(rulebook.load().catalogue[mention.indicator].pack)
    return answer.indicator == mention.indicator


def _same_value(answer: Answer, mention: Mention) -> bool:
    return math.isclose(answer.value, float(mention.value), rel_tol=1e-6, abs_tol=1e-6)


def _unit(name: str) -> str:
    return SAME_UNIT.get(name, name)


def _same_dims(answer: Mapping[str, str], mention: Mapping[str, str]) -> bool:
    for name in (*CODED, *NAMES):
        wanted, got = answer.get(name), mention.get(name)
        if wanted == got or (name in OPTIONAL and not wanted):
            continue
        if not wanted or not got or name not in NAMES:
            return False
        if _plain(wanted) not in _plain(got) and _plain(got) not in _plain(wanted):
            return False
    return True


def _plain(name: str) -> str:
    return "".join(name.split()).removesuffix("项目").strip('“”"')
