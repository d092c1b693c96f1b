"""From the file's coordinates to the page as shown: points, from the top left corner, y down.

A page may be turned (/Rotate) and its visible part may begin anywhere (/CropBox).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Box = tuple[float, float, float, float]


class Frame(NamedTuple):
    """The visible part of a page in the file's coordinates, and its turn in degrees, clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0

    @property
    def width(self) -> float:
        """Of the page as shown."""
        return self.top - self.bottom if self.turn % 180 else self.right - self.left

    @property
    def height(self) -> float:
        """Of the page as shown."""
        return self.right - self.left if self.turn % 180 else self.top - self.bottom

    def shown(self, flat: Sequence[float]) -> list[Box]:
        """Boxes (left, top, right, bottom) as shown, of boxes in the file of the same order."""
        lefts, tops, rights, bottoms = flat[0::4], flat[1::4], flat[2::4], flat[3::4]
        x0, y0, x1, y1, turn = self
        if turn == 90:
            return [
                (bottom - y0, left - x0, top - y0, right - x0)
                for left, top, right, bottom in zip(lefts, tops, rights, bottoms, strict=True)
            ]
        if turn == 180:
            return [
                (x1 - right, bottom - y0, x1 - left, top - y0)
                for left, top, right, bottom in zip(lefts, tops, rights, bottoms, strict=True)
            ]
        if turn == 270:
            return [
                (y1 - top, x1 - right, y1 - bottom, x1 - left)
                for left, top, right, bottom in zip(lefts, tops, rights, bottoms, strict=True)
            ]
        return [
            (left - x0, y1 - top, right - x0, y1 - bottom)
            for left, top, right, bottom in zip(lefts, tops, rights, bottoms, strict=True)
        ]
