"""A page's picture before it is read: put straight, and the rules (框线) of its tables.

Pictures are grey arrays of shape (height, width), 0 black; boxes are in their pixels.
"""

from __future__ import annotations

from contextlib import contextmanager
from math import atan2, degrees, radians, tan
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from extract.loaders.scan.ocr import Box, Picture

    Mask = npt.NDArray[np.uint8]
    Corners = npt.NDArray[np.float32]
    Matrix = npt.NDArray[np.float64]

_MAX_SKEW = 10.0  # degrees; what leans more is no page laid on a glass
_MIN_SKEW = 0.03  # less moves no line by a pixel of a stroke
_EVERY = 3  # columns of which one is looked at
_STEPS = 0.1, 0.02  # degrees, that angles are tried at
_TRIES = 6  # to both sides
_LONG = 6  # heights: lines shorter than that tell no angle
_RULE = 0.22  # of an inch: no stroke of a letter of the text is so long
_GAP = 0.06  # of an inch that a rule may be broken
_THICK = 0.06  # of an inch: what is thicker is no rule
_WINDOW = 31  # pixels around one that decide whether it is dark
_DARKER = 18  # grey levels
_EVENED = 3  # pixels
_FAINT = 12  # grey levels that an evened rule is darker, at least
_EDGE = 4.0  # pixels that a stroke may stand out of its line
_INSET = 0.03  # of an inch within a cell that its rules may take
_LETTER = 0.06, 0.3  # of an inch: heights of letters and digits
_MAX_RULES = 2_000


@contextmanager
def alone() -> Iterator[None]:
    """OpenCV in this thread only, as a run has a process for each core; its want of memory told."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError(str(error)) from error
        raise
    finally:
        cv2.setNumThreads(threads)


class Straight(NamedTuple):
    """A picture turned so that its lines lie level, and how to get back."""

    picture: Picture
    boxes: list[Box]
    back: Matrix  # (2, 3): a point of this picture to its place in the original one


def straighten(picture: Picture, lines: Sequence[Corners]) -> Straight:
    """Turn ``picture`` by the lean of its lines, given by their corners, shape (4, 2)."""
    height, width = picture.shape
    angle = skew(lines, darkness(picture))
    turn = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1), np.float64)
    if angle:
        turned = cv2.warpAffine(
            picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        picture = turned.astype(np.uint8)
    boxes = [_box(line @ turn[:, :2].T + turn[:, 2]) for line in lines]
    return Straight(picture, boxes, np.asarray(cv2.invertAffineTransform(turn), np.float64))


def skew(lines: Sequence[Corners], dark: Mask) -> float:
    """By how many degrees lines and rules lean, clockwise as shown; 0 where they do not.

    Of the angles near that of the long lines the one is taken at which the dark pixels gather in
    the fewest rows.
    """
    angles = []
    for line in lines:
        left, right = _ends(line)
        (dx, dy), tall = right - left, np.ptp(line[:, 1])
        if dx > _LONG * max(tall - abs(dy), 1):
            angles.append(degrees(atan2(dy, dx)))
    angle = median(angles) if angles else 0.0
    if abs(angle) > _MAX_SKEW:
        return 0.0
    ys, xs = np.nonzero(dark[:, ::_EVERY])
    for step in _STEPS:
        around_it = [angle + step * i for i in range(-_TRIES, _TRIES + 1)]
        angle = max(around_it, key=lambda a: (_gathered(ys, xs * _EVERY, a), -abs(a)))
    return angle if abs(angle) > _MIN_SKEW else 0.0


def _gathered(ys: npt.NDArray[np.intp], xs: npt.NDArray[np.intp], angle: float) -> float:
    """How much the points at ``xs``, ``ys`` gather in rows that lean by ``angle`` degrees."""
    rows = (ys - xs * tan(radians(angle))).astype(np.int64)
    counts = np.bincount(rows - rows.min()) if len(rows) else np.zeros(1)
    return float(np.square(counts.astype(np.float64)).sum())


def lie_tall(lines: Sequence[Corners]) -> bool:
    """Whether most lines stand on end: the page lies on its side."""
    tall = [float(np.ptp(line[:, 1]) - np.ptp(line[:, 0])) for line in lines]
    return sum(tall) > 0


def turn(picture: Picture, quarters: int) -> Picture:
    """``picture`` turned against the clock."""
    return np.ascontiguousarray(np.rot90(picture, quarters)) if quarters % 4 else picture


def turned_back(shape: tuple[int, ...], quarters: int) -> Matrix:
    """From a point of the turned picture to the one of ``shape`` that was given, (2, 3)."""
    height, width = shape[:2]
    return np.array(
        {
            0: [[1, 0, 0], [0, 1, 0]],
            1: [[0, -1, width], [1, 0, 0]],
            2: [[-1, 0, width], [0, -1, height]],
            3: [[0, 1, 0], [-1, 0, height]],
        }[quarters % 4],
        dtype=np.float64,
    )


def compose(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies ``first`` and then ``second``."""
    whole = second[:, :2] @ first
    whole[:, 2] += second[:, 2]
    return whole


def around(boxes: Sequence[Box]) -> Box:
    """The box around ``boxes``, of which there is one at least."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def darkness(picture: Picture, levels: int = _DARKER) -> Mask:
    """1 where a pixel is so many grey levels darker than those around it, else 0."""
    mean = cv2.ADAPTIVE_THRESH_MEAN_C
    dark = cv2.adaptiveThreshold(picture, 1, mean, cv2.THRESH_BINARY_INV, _WINDOW, levels)
    return dark.astype(np.uint8)


def rules(picture: Picture, lines: Sequence[Box], dpi: float) -> list[Box]:
    """Straight dark runs, level and upright, as boxes without height or width.

    Strokes of letters, which lie within one of ``lines`` of text, are left out.
    """
    upright = np.ascontiguousarray(picture.T)
    found = [(left, y, right, y) for left, y, right in _runs(picture, dpi)]
    found += [(x, top, x, bottom) for top, x, bottom in _runs(upright, dpi)]
    if len(found) > _MAX_RULES:
        return []
    text = np.array(lines or [(0, 0, 0, 0)]) + np.array((-_EDGE, -_EDGE, _EDGE, _EDGE))
    return [rule for rule in found if not _within(rule, text)]


def ink(dark: Mask, cell: Box, dpi: float) -> Box | None:
    """What stands in a cell in which no line was found, such as a single digit; None if nothing."""
    edge = _INSET * dpi
    left, top = round(cell[0] + edge), round(cell[1] + edge)
    inner = dark[top : max(round(cell[3] - edge), top), left : max(round(cell[2] - edge), left)]
    if not inner.any():
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(inner), connectivity=8)
    low, high = (size * dpi for size in _LETTER)
    marks = [(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:].tolist() if low <= h <= high]
    if not marks:
        return None
    x0, y0, x1, y1 = around(marks)
    if y1 - y0 > high:  # several lines, which would have been found: a stamp, a drawing
        return None
    room = (y1 - y0) * 0.3
    return left + x0 - room, top + y0 - room, left + x1 + room, top + y1 + room


def _runs(picture: Picture, dpi: float) -> list[tuple[float, float, float]]:
    """Level runs as left, y, right. Rules may be thin and faint: noise is evened out along them."""
    dark = darkness(cv2.blur(picture, (_EVENED, 1)).astype(np.uint8), _FAINT)
    thicker = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    solid = cv2.morphologyEx(thicker, cv2.MORPH_OPEN, np.ones((1, round(_RULE * dpi)), np.uint8))
    whole = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((1, round(_GAP * dpi)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    return [
        (float(x), y + (height - 1) / 2, float(x + width - 1))
        for x, y, width, height, _ in stats[1:].tolist()
        if height <= _THICK * dpi + 2 and width > 2 * height
    ]


def _within(rule: Box, text: npt.NDArray[np.float64]) -> bool:
    left, top, right, bottom = text.T
    x0, y0, x1, y1 = rule
    return bool(np.any((left <= x0) & (top <= y0) & (right >= x1) & (bottom >= y1)))


def _ends(line: Corners) -> tuple[npt.NDArray[np.float32], ...]:
    """Middles of the left and the right side."""
    order = line[np.argsort(line[:, 0])]
    return order[:2].mean(axis=0), order[2:].mean(axis=0)


def _box(line: npt.NDArray[np.floating]) -> Box:
    """The upright box of a line that nearly lies level: without what the lean adds."""
    xs, ys = np.sort(line[:, 0]), np.sort(line[:, 1])
    return (
        float(xs[:2].mean()),
        float(ys[:2].mean()),
        float(xs[2:].mean()),
        float(ys[2:].mean()),
    )
