"""Plain text for a terminal: one line each, aligned by display width, private names masked.

Masks keep the length, so offsets into a masked text are those of the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from extract.masking import mask
from extract.streams import one_line

_BEFORE, _AFTER = 80, 40  # characters shown around a marked span


def marked(text: str, start: int, end: int, first: int, last: int) -> str:
    """The surroundings of ``first:last`` within ``start:end``, with that span in 【】."""
    left, right = max(start, first - _BEFORE), max(last, min(end, last + _AFTER))
    before = ("…" if left > start else "") + text[left:first]
    after = text[last:right] + ("…" if right < end else "")
    return one_line(f"{before}【{text[first:last]}】{after}")


def fields(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each name and value."""
    return (f"  {name:<11} {one_line(mask(value))}" for name, value in pairs)


def table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows of equal length with their columns aligned."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells)


def width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
