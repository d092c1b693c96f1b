"""Figures that share a unit: ranges (3至5万元), and lists that close with it (3、5和8万元)."""

from __future__ import annotations

import re
from dataclasses import replace

from .figures import Figure

_RANGE = re.compile(r"(?:[-—–~]{1,2}|至|到)\Z")
_SHARED = re.compile(r"(?:、|,|，|和|与|及|和?以及)\Z")


def joined(text: str, figures: list[Figure]) -> list[Figure]:
    """Ranges become one figure; a bare number takes the unit of the list that it opens."""
    result: list[Figure] = []
    for figure in reversed(figures):
        after = result[-1] if result else None
        gap = text[figure.end : after.start] if after else ""
        if after is None or after.unit is None or len(gap) > 2:
            result.append(figure)
        elif _RANGE.fullmatch(gap) and _same_kind(figure, after):
            result[-1] = _ranged(figure, after)
        elif figure.unit is None and not figure.unit_raw and _SHARED.fullmatch(gap):
            scale = after.scale
            result.append(replace(figure, unit=after.unit, scale=scale, value=figure.value * scale))
        else:
            result.append(figure)
    return result[::-1]


def _same_kind(low: Figure, high: Figure) -> bool:
    if low.unit is None:
        return True
    return high.unit is not None and low.unit.base == high.unit.base


def _ranged(low: Figure, high: Figure) -> Figure:
    scale = high.scale if low.unit is None and low.scale == 1 else low.scale
    value = low.value if low.unit is not None or low.scale != 1 else low.value * scale
    return replace(
        high,
        start=low.start,
        num_start=low.num_start,
        raw=low.raw,
        value=value,
        low=value,
        high=abs(high.value),
        approx=low.approx or high.approx,
        bound="=",
        flags=(*low.flags, *high.flags, "range"),
    )
