"""Figures that share a unit: ranges (3至5万元), and lists that close with it (3、5和8万元)."""

from __future__ import annotations

import re
from dataclasses import replace

from extract.numbers.figures import Figure, scaled

_HELD = r"(?:（[不]?含[^）]{0,3}）|以上)?"  # 80%（含）-90%
_RANGE = re.compile(_HELD + r"(?:[-—–~]{1,2}|至|到)\Z")
_SHARED = re.compile(r"(?:、|,|，|和|与|及|和?以及)\Z")
_WIDEST = 8  # characters between the two ends of a range


def joined(text: str, figures: list[Figure]) -> list[Figure]:
    """Ranges become one figure; a bare number takes the unit of the list that it opens."""
    result: list[Figure] = []
    for figure in reversed(figures):
        after = result[-1] if result else None
        gap = text[figure.end : after.start] if after else ""
        if after is None or after.unit is None or len(gap) > _WIDEST:
            result.append(figure)
        elif _is_range(text, figure, gap, after):
            result[-1] = _ranged(text, figure, after)
        elif (
            len(gap) <= 2 and figure.unit is None and not figure.unit_raw and _SHARED.fullmatch(gap)
        ):
            result.append(scaled(figure, after.unit, after.scale))
        else:
            result.append(figure)
    return result[::-1]


def _is_range(text: str, low: Figure, gap: str, high: Figure) -> bool:
    if not gap and low.unit is not None and text[high.start] == "-":
        return _same_kind(low, high) and abs(high.value) > low.value  # 80分-90分
    return _RANGE.fullmatch(gap) is not None and _same_kind(low, high)


def _same_kind(low: Figure, high: Figure) -> bool:
    if low.unit is None:
        return True
    return high.unit is not None and low.unit.base == high.unit.base


def _ranged(text: str, low: Figure, high: Figure) -> Figure:
    scale = high.scale if low.unit is None and low.scale == 1 else low.scale
    value = low.value if low.unit is not None or low.scale != 1 else low.value * scale
    negative = high.value < 0 and value < 0 and text[high.start] == "-" and low.end < high.start
    return replace(
        high,
        start=low.start,
        num_start=low.num_start,
        raw=low.raw,
        value=value,
        low=value,
        high=high.value if negative else abs(high.value),
        approx=low.approx or high.approx,
        bound="=",
        flags=(*low.flags, *high.flags, "range"),
    )
