"""Pages set in two columns (分栏): the left one is read before the right one.

Rows of a table without rules look much the same, and read in columns their figures lose their
labels. So a page is parted only where both sides are running text: many long lines that begin and
end at the same margins, and nothing across the gutter between the first and the last of them.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from extract.loaders.scan.layout import Line, side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

_MIDDLE = 0.35, 0.65  # of the page's width, where the gutter is looked for
_TRIES = 13  # places there
_ENOUGH = 8  # long lines of each column
_LONG = 10  # characters of a long line
_MOST = 0.6  # of a column's lines that are long
_FULL = 0.7  # of its long lines that end at its margin; the rest end paragraphs
_NEAR = 1.6  # ems around a margin: punctuation may stand out or be left over
_INDENT = 2.5  # ems
_TALL = 0.5  # of the page's height that both columns reach over
_GUTTER = 1.2  # ems


def in_turn(lines: Sequence[Line], width: float, height: float) -> tuple[Line, ...] | None:
    """All ``lines`` of a page as they are read; None where it is not set in two columns."""
    if len(lines) < 2 * _ENOUGH:
        return None
    low, high = (share * width for share in _MIDDLE)
    places = [low + (high - low) * i / (_TRIES - 1) for i in range(_TRIES)]
    gutter = min(places, key=lambda x: sum(line.box[0] < x < line.box[2] for line in lines))
    left = _long([line for line in lines if line.box[2] <= gutter])
    right = _long([line for line in lines if line.box[0] >= gutter])
    if not (_is_running(left) and _is_running(right)) or not _face(left, right, height):
        return None
    top = min(line.box[1] for line in left + right)
    bottom = max(line.box[3] for line in left + right)
    above = [line for line in lines if line.box[3] <= top + line.em / 2]
    below = [line for line in lines if line.box[1] >= bottom - line.em / 2]
    body = [line for line in lines if line not in above and line not in below]
    sides = (
        [line for line in body if line.box[2] <= gutter],
        [line for line in body if line.box[0] >= gutter],
    )
    if sum(map(len, sides)) < len(body) or any(
        len(longer) < _MOST * len(side) for longer, side in zip((left, right), sides, strict=True)
    ):
        return None
    within = [
        [line._replace(column=_margins(longer)) for line in side_by_side(side)]
        for longer, side in zip((left, right), sides, strict=True)
    ]
    return (*side_by_side(above), *within[0], *within[1], *side_by_side(below))


def _long(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if len(line.text) >= _LONG]


def _is_running(lines: Sequence[Line]) -> bool:
    """Whether long lines are text that runs from one margin to the other."""
    if len(lines) < _ENOUGH:
        return False
    begin, end = (median(line.box[side] for line in lines) for side in (0, 2))
    em = median(line.em for line in lines)
    n_full = sum(
        abs(line.box[2] - end) < _NEAR * em and abs(line.box[0] - begin) < _INDENT * em
        for line in lines
    )
    return n_full >= _FULL * len(lines)


def _face(left: Sequence[Line], right: Sequence[Line], height: float) -> bool:
    """Whether both columns stand side by side down the page, apart from one another."""
    em = median(line.em for line in left)
    apart = min(line.box[0] for line in right) - max(line.box[2] for line in left)
    tops, bottoms = zip(
        *(
            (min(line.box[1] for line in side), max(line.box[3] for line in side))
            for side in (left, right)
        ),
        strict=True,
    )
    return apart > _GUTTER * em and min(bottoms) - max(tops) > _TALL * height


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    return min(line.box[0] for line in lines), max(line.box[2] for line in lines)
