"""Blanks that the recogniser leaves out, such as between two figures of a line, found by the ink.

Only what is clearly wider than the rest of its line counts: letters of a justified line stand apart
evenly, and Word puts a quarter of an em between Chinese and digits where nobody typed a blank.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from extract.loaders.scan.layout import em_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.loaders.scan.ocr import OcrLine
    from extract.loaders.scan.picture import Mask

_WIDE = 0.5  # ems without ink beside a digit, from which they are a blank; Word's quarter is not
_WIDER = 0.65  # between two Chinese characters, which keep more room within their own place
_USUAL = 0.15  # ems between two of those in a line that is not spread
_ENOUGH = 4  # pairs of Chinese characters that tell how far a line is spread
_TRIM = 0.15  # of the height, above and below, where neighbouring lines may reach in
_MAX_BLANKS = 40


class _Gap(NamedTuple):
    """Where nothing is drawn between two characters, in pixels."""

    middle: float
    width: float


def spaced(dark: Mask, line: OcrLine) -> OcrLine:
    """``line`` with the blanks that the page, whose ink is ``dark``, shows between figures."""
    if not any(char.isdigit() for char in line.text):
        return line
    em = em_of(line)
    gaps = _gaps(dark, line)
    both = [
        gap.width / em
        for gap, pair in zip(gaps, pairwise(line.text), strict=True)
        if all(map(_is_chinese, pair))
    ]
    if 0 < len(both) < _ENOUGH:  # a label spread over its cell looks like that too
        return line
    spread = max(median(both) - _USUAL, 0.0) if both else 0.0
    text, centres, scores = line.text[:1], [line.centres[0]], [line.scores[0]]
    for i, gap in enumerate(gaps, 1):
        least = _least(line.text[i - 1], line.text[i])
        if least and gap.width / em > least + spread:
            n = min(max(round(gap.width / em - _USUAL), 1), _MAX_BLANKS)
            text += " " * n
            centres += [gap.middle] * n
            scores += [1.0] * n
        text += line.text[i]
        centres.append(line.centres[i])
        scores.append(line.scores[i])
    return line._replace(text=text, centres=tuple(centres), scores=tuple(scores))


def _gaps(dark: Mask, line: OcrLine) -> Sequence[_Gap]:
    """The widest stretch without ink between the middles of any two neighbours."""
    left, top, right, bottom = line.box
    trim = _TRIM * (bottom - top)
    begin = max(round(left), 0)
    strip = dark[max(round(top + trim), 0) : round(bottom - trim), begin : round(right)]
    ink = np.flatnonzero(strip.any(axis=0)) + begin
    found = []
    for a, b in pairwise(line.centres):
        within = ink[np.searchsorted(ink, a) : np.searchsorted(ink, b)]
        edges = np.concatenate(([a], within, [b]))
        steps = np.diff(edges)
        widest = int(steps.argmax())
        found.append(_Gap(float(edges[widest] + edges[widest + 1]) / 2, float(steps[widest]) - 1))
    return found


def _least(before: str, after: str) -> float | None:
    """Ems that would be a blank between two characters; None where nothing tells."""
    if before in "%％" and _is_chinese(after):
        return _WIDE
    if before.isdigit():
        return _WIDE if after.isdigit() or _is_chinese(after) else None
    if _is_chinese(before):
        return _WIDER if _is_chinese(after) else _WIDE if after.isdigit() else None
    return None


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"
