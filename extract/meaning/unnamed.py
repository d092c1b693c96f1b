"""Parts of a total that nothing names (其中): 离退休人员103人，其中离休2人.

Where no indicator and no dimension tells a part from its total, both have the same key. The part
is flagged, so that it never stands for the total, nor contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.context.sense import Sense

PART = "part_of_total"

_OPENS = re.compile(r"其中|包括|\A（(?![^）]*）)")
_FIRST = re.compile(r"[（(]?其中")
_FAR = 60  # characters from a total to the sentence of its parts

_TOTAL = re.compile(r"(?:合计|共计|总计|总共)[^，。；0-9]{0,12}\Z")
_FEWEST = 2  # parts of a total behind them
_BACK = 16  # characters before a figure in which it is called a total

Key = tuple[object, ...]


def mark_parts(senses: Iterable[Sense], before: Sense | None, text: str) -> None:
    """Flag the levels of a sentence that are parts of one before them under the same key.

    ``before`` is the last level of the sentence before, whose parts a sentence may go on with.
    """
    wholes: dict[Key, Sense] = {}
    told: dict[Key, list[Sense]] = {}
    for sense in senses:
        if not wholes and before is not None and _goes_on(before, sense, text):
            wholes[_key(before)] = before
        if not sense.is_level or sense.indicator is None or sense.rejected or sense.compared:
            continue
        same = told.setdefault(_key(sense), [])
        _mark_summed(same, sense, text)
        same.append(sense)
        whole = wholes.setdefault(_key(sense), sense)
        if whole is sense or whole.figure.kind != sense.figure.kind:
            continue
        less = sense.figure.kind == "percent" or sense.figure.value < whole.figure.value
        if less and _OPENS.search(text, whole.figure.end, sense.at):
            sense.flags.append(PART)
        else:
            wholes[_key(sense)] = sense


def _mark_summed(parts: list[Sense], total: Sense, text: str) -> None:
    """Flag the levels that a total behind them sums up: 追回35万元，…追回51万元，合计86万元."""
    if len(parts) < _FEWEST or not _TOTAL.search(text, max(0, total.at - _BACK), total.at):
        return
    if sum(part.figure.value for part in parts) == total.figure.value:
        for part in (p for p in parts if PART not in p.flags):
            part.flags.append(PART)


def _goes_on(before: Sense, sense: Sense, text: str) -> bool:
    start = sense.sentence[0]
    near = 0 < start - before.figure.end < _FAR
    return near and _FIRST.match(text, start) is not None and before.indicator is not None


def _key(sense: Sense) -> Key:
    """What a total and a part that nothing names have in common."""
    return (
        sense.indicator and sense.indicator.id,
        sense.measure,
        sense.year,
        sense.stage,
        sense.period_kind == "ytd",
        sense.figure.per,
        frozenset(sense.dims.items()),
    )
