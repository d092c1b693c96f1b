"""Rows of tables whose cells a converter parted by ``|``, whatever became of their lines.

Portals leave a row per line (``项目 | 金额 |``), an empty cell as a line break (``|`` alone), or
one cell per line; merged cells and lost rows make the lines differ in width.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

Span = tuple[int, int]
Rows = list[list[Span]]

MARK = "|"
_LONE = 0.7  # share of lines with at most one cell that makes a table one of a cell per line
_CAPTION = 40  # characters of a line between rows that can be a caption
_MOST = 16  # columns of a table of one cell per line
_BLANKS = " \t\n"


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without blanks at its ends."""
    while start < end and text[start] in _BLANKS:
        start += 1
    while end > start and text[end - 1] in _BLANKS:
        end -= 1
    return start, end


def opens(line: str, following: Sequence[str]) -> bool:
    """Whether a table of pipes begins with ``line``: borders at the ends of lines, or several."""
    if MARK not in line:
        return False
    if line.count(MARK) >= 2:
        return True
    return line.rstrip(" ").endswith(MARK) and any(
        other.rstrip(" ").endswith(MARK) for other in following
    )


def lone(text: str, group: Sequence[Span]) -> bool:
    """Whether a table has one cell per line, each with its border."""
    lines = [text[s:e] for s, e in group if text[s:e].strip()]
    single = sum(line.count(MARK) <= 1 for line in lines)
    return single >= _LONE * len(lines)


def flow(text: str, group: Sequence[Span]) -> list[Span]:
    """All cells in reading order, empty ones too: what stands between two borders."""
    start, end = group[0][0], group[-1][1]
    cells: list[Span] = []
    at = start
    for mark in re.finditer(r"\|", text[start:end]):
        cells.append(trimmed(text, at, start + mark.start()))
        at = start + mark.end()
    last = trimmed(text, at, end)
    return [*cells, last] if last[0] < last[1] else cells


def rows(text: str, group: Sequence[Span]) -> Rows:
    """One row for each line, mended where a cell broke over lines or an empty one began a line."""
    parts = list(_lines(text, group))
    counts = Counter(len(cells) for cells, _ in parts if len(cells) > 1)
    width = max(counts, key=lambda n: (counts[n], n), default=0)
    leading = sum(text[s : s + 1] == MARK for s, _ in group) * 2 > len(group)
    found: Rows = []
    for cells, begins in parts:
        goes_on = (
            found
            and begins != "row"
            and not leading
            and len(found[-1]) < width
            and len(found[-1]) + len(cells) <= width
        )
        whole = goes_on and len(found[-1]) + len(cells) == width
        if goes_on and (begins == "border" or (whole and not _digits(text, found[-1]))):
            found[-1] += cells
        else:
            found.append(cells)
    return [_cut_to(row, width) for row in found]


def _cut_to(row: list[Span], width: int) -> list[Span]:
    """The row without the empty cells at its end that the table has no columns for."""
    end = len(row)
    while end > max(width, 1) and row[end - 1][0] == row[end - 1][1]:
        end -= 1
    return row[:end]


def _lines(text: str, group: Sequence[Span]) -> Iterator[tuple[list[Span], str]]:
    """Cells of each line with how it begins: ``border``, ``cell``, or ``row`` for a caption.

    A line without a border is the beginning of the cell that ends on a later line, unless it
    reads as a caption.
    """
    held: int | None = None
    for start, end in group:
        line = text[start:end]
        if not line.strip():
            continue
        if MARK not in line:
            if held is None and len(line) <= _CAPTION and _captions(line):
                yield [trimmed(text, start, end)], "row"
            elif held is None:
                held = start
            continue
        begin = start if held is None else held
        held = None
        cells = [trimmed(text, s, e) for s, e in _cut(text, begin, end)]
        yield cells, "border" if line.lstrip(" ")[0] == MARK else "cell"
    if held is not None:
        yield [trimmed(text, held, group[-1][1])], "row"


_CAPTIONS = re.compile(
    r"单位[：:]|表(?:[（(][^）)]{0,20}[）)])?[.。]?$|^[一二三四五六七八九十]{1,3}、|^[（(]"
)


def _captions(line: str) -> bool:
    return _CAPTIONS.search(line) is not None


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    marks = [m.start() + start for m in re.finditer(r"\|", text[start:end])]
    for a, b in pairwise([start - 1, *marks]):
        yield a + 1, b
    if text[marks[-1] + 1 : end].strip():
        yield marks[-1] + 1, end


def _digits(text: str, cells: Sequence[Span]) -> bool:
    return any("0" <= c <= "9" for s, e in cells for c in text[s:e])


def periodic(
    texts: Sequence[str], at: int, value: re.Pattern[str], is_header: Callable[[str], bool]
) -> tuple[int, int, int] | None:
    """``(first, width, last)`` of the next table from ``at`` on whose rows are lost.

    The header is a run of words; each row has as many cells, words first, a number among them,
    and numbers in the same columns. None where no width makes at least two such rows.
    """
    best: tuple[int, int, int] | None = None
    most = 0
    while at < len(texts):
        if not _word(texts[at], value):
            at += 1
            continue
        run = at
        while run < len(texts) and _word(texts[run], value):
            run += 1
        for first in range(at, min(run, at + 4)):
            for width in range(max(2, run - first - 2), min(run - first, _MOST) + 1):
                if not any(map(is_header, texts[first : first + width])):
                    continue
                count, last = _regular(texts, first + width, width, value)
                if count > most:
                    most, best = count, (first, width, last)
        if best is not None:
            return best
        at = run
    return None


def _regular(texts: Sequence[str], at: int, width: int, value: re.Pattern[str]) -> tuple[int, int]:
    """How many values stand in regular rows from ``at`` on, and where these rows end."""
    count = rows = 0
    columns: set[int] = set()
    while at + width <= len(texts):
        row = texts[at : at + width]
        numbers = {i for i, t in enumerate(row) if _number(t, value)}
        named = _word(row[0], value) or (0 in numbers and _word(row[1], value))
        words = {i for i, t in enumerate(row) if i > 0 and _word(t, value)}
        if not named or not numbers - {0} or (columns and words & columns):
            break
        columns |= numbers - {0}
        count += len(numbers - {0})
        rows += 1
        at += width
    return (count, at) if rows >= 2 or count >= 2 else (0, at)


def _word(text: str, value: re.Pattern[str]) -> bool:
    return bool(text) and value.match(text) is None


def _number(text: str, value: re.Pattern[str]) -> bool:
    return any("0" <= c <= "9" for c in text) and value.match(text) is not None
