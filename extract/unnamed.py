"""Parts of a total that nothing names (其中): 离退休人员103人，其中离休2人.

Where no indicator and no dimension tells a part from its total, both have the same key. The part
is flagged, so that it never stands for the total, nor contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .sense import Sense

PART = "part_of_total"

_OPENS = re.compile(r"其中|包括|\A（(?![^）]*）)")
_FIRST = re.compile(r"[（(]?其中")
_FAR = 60  # characters from a total to the sentence of its parts

Key = tuple[object, ...]


def mark_parts(senses: Iterable[Sense], before: Sense | None, text: str) -> None:
    """Flag the levels of a sentence that are parts of one before them under the same key.

    ``before`` is the last level of the sentence before, whose parts a sentence may go on with.
    """
    wholes: dict[Key, Sense] = {}
    for sense in senses:
        if not wholes and before is not None and _goes_on(before, sense, text):
            wholes[_key(before)] = before
        if not sense.is_level or sense.indicator is None or sense.rejected or sense.compared:
            continue
        whole = wholes.setdefault(_key(sense), sense)
        if whole is sense or whole.figure.kind != sense.figure.kind:
            continue
        less = sense.figure.kind == "percent" or sense.figure.value < whole.figure.value
        if less and _OPENS.search(text, whole.figure.end, sense.at):
            sense.flags.append(PART)
        else:
            wholes[_key(sense)] = sense


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
