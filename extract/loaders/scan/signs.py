"""Signs that the recogniser takes for others: it reads ‰ as %, which is wrong by ten, and is sure.

The sign for a thousandth (千分号) has a second ring beside the lower one of the sign for a
hundredth. The rings are looked for in the picture, whichever font they are in.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from extract.loaders.scan.ocr import OcrLine, Picture

DOUBT = 0.5  # probability of a % that may be a ‰, at most

_SIGNS = "%％"
_LARGER = 4  # times that a sign is looked at: rings are three pixels wide within
_INK = 0.35, 0.5, 0.65  # of the way from black to paper: where strokes end, faint or bold
_LEFT, _RIGHT = 0.9, 1.4  # heights of the line looked at, from the middle of the sign
_CORE = 0.2  # of them within which the sign's own ink stands
# In heights of the sign, what lies within a lower ring and where it begins (a full stop, also a
# ring, is lower), and how far from the sign's middle.
_HEIGHTS, _WIDTHS, _TOPS, _PLACES = (0.12, 0.62), (0.05, 0.5), (0.33, 0.68), (-0.2, 1.3)
_ABOVE = 0.34  # right of the stroke there is nothing above the rings: 日 and 6 are no rings
_STROKE = 0.06
_LEVEL = 0.12  # rings of one sign differ at most by that


class _Hole(NamedTuple):
    """The inside of a ring, in heights of the sign."""

    x: float
    top: float
    height: float


def doubted(picture: Picture, line: OcrLine) -> OcrLine:
    """``line``, read from ``picture``, with each % that seems to be a ‰ in doubt: it stays."""
    scores = [
        min(score, DOUBT) if char in _SIGNS and _has_third_ring(picture, line, x) else score
        for char, x, score in zip(line.text, line.centres, line.scores, strict=True)
    ]
    return line._replace(scores=tuple(scores))


def _has_third_ring(picture: Picture, line: OcrLine, x: float) -> bool:
    """Whether two rings stand side by side below, at a sign whose middle is ``x``."""
    _, top, _, bottom = line.box
    height = bottom - top
    left = max(round(x - _LEFT * height), 0)
    cutout = picture[max(round(top), 0) : round(bottom), left : round(x + _RIGHT * height)]
    if min(cutout.shape) < 2:
        return False
    large = cv2.resize(cutout, None, fx=_LARGER, fy=_LARGER, interpolation=cv2.INTER_CUBIC)
    grey = large.astype(np.float32)
    black, paper = float(np.percentile(grey, 2)), float(np.median(grey))
    middle, core = (x - left) * _LARGER, _CORE * height * _LARGER
    for share in _INK:
        ink = grey < black + share * (paper - black)
        rows = np.flatnonzero(ink[:, max(round(middle - core), 0) : round(middle + core)].any(1))
        if not len(rows):
            continue
        holes = sorted(_holes(ink[rows[0] : rows[-1] + 1], middle))
        if any(_alike(a, b) for a, b in pairwise(holes)):
            return True
    return False


def _holes(ink: npt.NDArray[np.bool_], middle: float) -> Iterator[_Hole]:
    """Insides of lower rings; ``ink`` has the height of the sign, with its middle at that x."""
    whole = ink.shape[0]
    above, stroke = ink[: round(_ABOVE * whole)], max(round(_STROKE * whole), 1)
    found, nested = cv2.findContours(ink.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour, (_, _, _, parent) in zip(found, nested[0] if found else (), strict=True):
        if parent < 0:  # the outside of a stroke
            continue
        x, y, width, height = cv2.boundingRect(contour)
        hole = _Hole((x + width / 2 - middle) / whole, y / whole, height / whole)
        inside = (
            (hole.height, _HEIGHTS),
            (width / whole, _WIDTHS),
            (hole.top, _TOPS),
            (hole.x, _PLACES),
        )
        if not all(low <= size <= high for size, (low, high) in inside):
            continue
        if not above[:, x + width : x + width + stroke].any():
            yield hole


def _alike(a: _Hole, b: _Hole) -> bool:
    return abs(a.top - b.top) < _LEVEL and abs(a.height - b.height) < _LEVEL
