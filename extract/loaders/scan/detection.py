"""From the detector's map of probabilities to lines of text, as differentiable binarisation has it.

The map shows lines shrunken, so that neighbours stay apart; each is grown back by its own size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_DARK = 0.3  # probability from which a pixel belongs to a line
_SURE = 0.5  # mean probability that a line must have
_GROWTH = 1.6  # times area by perimeter, in pixels
_MIN_SIDE = 3  # pixels, shrunken
_MAX_LINES = 3_000  # of one page


def corners(probable: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
    """Corners of each line in a map of shape (height, width): as many arrays of shape (4, 2)."""
    mask = cv2.dilate((probable > _DARK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    lines = []
    for contour in contours[:_MAX_LINES]:
        middle, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < _MIN_SIDE:
            continue
        shrunken = cv2.boxPoints((middle, (width, height), angle)).astype(np.float32)
        if _mean(probable, shrunken) < _SURE:
            continue
        growth = _GROWTH * width * height / (2 * (width + height))
        grown = (width + 2 * growth, height + 2 * growth)
        lines.append(cv2.boxPoints((middle, grown, angle)).astype(np.float32))
    return lines


def _mean(probable: npt.NDArray[np.float32], line: npt.NDArray[np.float32]) -> float:
    """Mean probability within a line."""
    height, width = probable.shape
    left, top = np.clip(np.floor(line.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(np.ceil(line.max(axis=0)), 0, (width - 1, height - 1)).astype(int)
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(line - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(probable[top : bottom + 1, left : right + 1], mask)[0])
