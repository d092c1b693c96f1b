"""Tables with level rules only (三线表): columns are the gaps that all their lines keep free."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extract.loaders.pdf.cells import Strip as Line
from extract.loaders.pdf.cells import Words
from extract.loaders.pdf.grids import Grid
from extract.loaders.pdf.grids import Run as Rule

_ALIKE = 6.0  # points that the ends of rules of one table differ, at most
_LEAST_RULES = 3
_LEAST_WIDTH = 120.0  # points
_GAP = 0.7  # of a character's width: words that far apart stand in different columns
_SAME_ROW = 0.75  # of a character's width: lines nearer than that are one row
_WORD = re.compile(r"[^ \r\n]+")

Strip = tuple[float, float]  # from left to right


def open_grids(rules: Sequence[Rule], lines: Sequence[Line], words: Words, em: float) -> list[Grid]:
    """Grids of the tables that ``rules`` (level, touched by no upright one) set apart."""
    grids = []
    for group in _alike(rules):
        top, bottom = group[0][0], group[-1][0]
        inside = [line for line in lines if top < line.y < bottom]
        if len(inside) < 3:
            continue
        rows = _rows(inside, _SAME_ROW * em)
        if (grid := grid_between(group, rows, words, em)) is not None:
            grids.append(grid)
    return grids


def _alike(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Groups of three rules or more, one below the other, as long and from the same left."""
    groups: list[list[Rule]] = []
    for rule in rules:
        if rule[2] - rule[1] < _LEAST_WIDTH:
            continue
        for group in groups:
            if abs(group[0][1] - rule[1]) <= _ALIKE and abs(group[0][2] - rule[2]) <= _ALIKE:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(group) >= _LEAST_RULES]


def grid_between(
    rules: Sequence[Rule], lines: Sequence[Sequence[Line]], words: Words, em: float
) -> Grid | None:
    """The grid of rows of ``lines`` between the first and the last rule.

    The second rule closes its header.
    """
    rows = [strips_of(row, words, em) for row in lines]
    heights = [sum(line.y for line in row) / len(row) for row in lines]
    body = [strips for strips, y in zip(rows, heights, strict=True) if y > rules[1][0]]
    bands = _bands([strip for strips in body for strip in strips], _GAP * em)
    several = sum(len(strips) > 1 for strips in body)
    if len(bands) < 2 or len(body) < 2 or several * 5 < len(body) * 3:
        return None
    left, right = min(rule[1] for rule in rules), max(rule[2] for rule in rules)
    xs = [left, *((a[1] + b[0]) / 2 for a, b in pairwise(bands)), right]
    between = [(a + b) / 2 for a, b in pairwise(heights)]
    ys = [rules[0][0], *_starts(between, rows, bands, em), rules[-1][0]]
    if any(b <= a for a, b in pairwise(xs)) or any(b <= a for a, b in pairwise(ys)):
        return None
    return Grid(xs, ys, list(range((len(xs) - 1) * (len(ys) - 1))))


def _rows(lines: Sequence[Line], near: float) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y):
        if rows and line.y - rows[-1][-1].y < near:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def strips_of(row: Sequence[Line], words: Words, em: float) -> list[Strip]:
    """From where to where the cells of a row reach: words with a small gap between are one."""
    found = [m.span() for line in row for m in _WORD.finditer(words.text, line.start, line.end)]
    boxes = words.boxes([start for start, _ in found] + [end - 1 for _, end in found])
    lasts = boxes[len(found) :]
    return _bands([(a[0], b[2]) for a, b in zip(boxes, lasts, strict=False)], _GAP * em)


def _bands(strips: Sequence[Strip], gap: float) -> list[Strip]:
    bands: list[Strip] = []
    for left, right in sorted(strips):
        if bands and left - bands[-1][1] < gap:
            bands[-1] = (bands[-1][0], max(bands[-1][1], right))
        else:
            bands.append((left, right))
    return bands


def _starts(
    between: Sequence[float], rows: Sequence[list[Strip]], bands: Sequence[Strip], em: float
) -> list[float]:
    """Borders between rows; none before a line that only goes on with a wrapped first cell."""
    kept = []
    for y, before, row in zip(between, rows, rows[1:], strict=False):
        goes_on = (
            len(row) == 1
            and len(before) > 1
            and row[0][1] <= bands[0][1] + 1
            and before[0][1] > bands[0][1] - em
        )
        if not goes_on:
            kept.append(y)
    return kept
