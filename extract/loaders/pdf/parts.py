"""What a page is made of before it becomes blocks: lines and tables, with where they stand.

Boxes are left, top, right, bottom as shown, in points, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from extract.loaders.pdf.frame import Box

Part = tuple[str, int, int]  # words, their page, pdfium's index of the first; -1 put in by us
Cell = list[Part]


class Line(NamedTuple):
    """A line outside of tables, without blanks at its ends."""

    text: str
    page: int  # from 1
    at: int  # pdfium's index of its first character
    left: float
    top: float
    right: float
    bottom: float
    em: float  # the width of a Chinese character
    spaced: bool = False  # a blank stood behind it
    tilted: bool = False  # it does not run from left to right

    @property
    def middle(self) -> float:
        """The height it stands at."""
        return (self.top + self.bottom) / 2

    @property
    def box(self) -> Box:
        """All four edges."""
        return self.left, self.top, self.right, self.bottom


@dataclass(slots=True)
class Table:
    """A table of one page, or of several once they are put together."""

    page: int  # of its last row
    box: Box
    xs: list[float]  # borders of its columns
    rows: list[list[Cell]]
    room: list[float]  # ems left in the last line of each cell of the last row; none in no words
    pages: list[int]  # by row

    def text(self, row: int) -> list[str]:
        """The texts of the cells of a row."""
        return ["".join([part[0] for part in cell]) for cell in self.rows[row]]


@dataclass(slots=True)
class Page:
    """One page as read; ``scan`` pages have no usable text but something to look at."""

    number: int  # from 1
    width: float = 0.0
    height: float = 0.0
    lines: list[Line] = field(default_factory=list)  # in the order of the file
    tables: list[Table] = field(default_factory=list)
    furniture: list[Line] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    drawn: bool = False  # it shows something
    scan: bool = False
    ruled: bool = False  # it draws rules
    cut: bool = False  # it has more text than a page may have
