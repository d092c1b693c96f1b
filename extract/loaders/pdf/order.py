"""The order in which a page is read (阅读顺序), where the file's own order is none.

Most producers write lines from top to bottom. Where a line stands above the one before it the
page has columns, or boxes that were drawn at any time: then lines on both sides of a gutter are
read left before right, between the lines that go across it.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.loaders.pdf.parts import Line, Page, Table

Item = Line | Table
_GUTTER = 0.6  # of a character's width: no column is nearer to the next one
_LEAST = 3  # lines on each side of a gutter


def in_order(page: Page) -> list[list[Item]]:
    """Lines and tables of a page as they are read, in regions that go down: columns, or one."""
    lines = page.lines
    items: list[Item] = [*lines, *page.tables]
    if not items:
        return []
    if _goes_down(lines):
        if not page.tables:
            return [items]
        if _apart(page):
            return [sorted(items, key=_top_of)]
    return [region for region in _columns(items) if region]


def _goes_down(lines: Sequence[Line]) -> bool:
    height = -1e9
    right = 0.0
    for line in lines:
        middle, near = (line.top + line.bottom) / 2, line.em * 0.4
        if middle < height + near and (middle < height - near or line.left < right - line.em):
            return False
        height, right = middle, line.right
    return True


def _apart(page: Page) -> bool:
    """Tell whether nothing stands beside a table."""
    boxes = [table.box for table in page.tables]
    boxes += [line.box for line in page.lines]
    return not any(
        table.box is not box and box[1] < table.box[3] - 6 and box[3] > table.box[1] + 6
        for table in page.tables
        for box in boxes
    )


def _top_of(item: Item) -> float:
    return item.box[1]


def _columns(items: list[Item], depth: int = 3) -> list[list[Item]]:
    """Left column before right column between items that reach over the gutter."""
    gutter = _gutter(items) if depth else None
    if gutter is None:
        return [_by_rows(items)]
    ordered: list[list[Item]] = []
    across: list[Item] = []
    left: list[Item] = []
    right: list[Item] = []
    for item in sorted(items, key=_top_of):
        box = item.box
        if box[0] < gutter < box[2]:
            if left or right:
                ordered += [across, *_columns(left, depth - 1), *_columns(right, depth - 1)]
                across, left, right = [], [], []
            across.append(item)
        else:
            (left if box[2] <= gutter else right).append(item)
    return [*ordered, across, *_columns(left, depth - 1), *_columns(right, depth - 1)]


def _gutter(items: Sequence[Item]) -> float | None:
    """Where the widest gap between left and right lines is, if there are columns at all."""
    if len(items) < 2 * _LEAST:
        return None
    em = max((item.em for item in items if isinstance(item, Line)), default=10.0)
    best: tuple[int, float] | None = None
    for at in sorted({item.box[0] for item in items})[1:]:
        place = at - em * _GUTTER / 2
        lefts = [item for item in items if item.box[2] <= place]
        rights = [item for item in items if item.box[0] >= place]
        crossing = len(items) - len(lefts) - len(rights)
        if min(len(lefts), len(rights)) < _LEAST or crossing > len(items) // 2:
            continue
        if _beside(lefts, rights) and (best is None or crossing < best[0]):
            best = crossing, place
    return best[1] if best else None


def _beside(lefts: Sequence[Item], rights: Sequence[Item]) -> bool:
    """Tell whether columns stand side by side and hold lines of text, not words of rows."""
    top = max(min(item.box[1] for item in lefts), min(item.box[1] for item in rights))
    bottom = min(max(item.box[3] for item in lefts), max(item.box[3] for item in rights))
    if bottom <= top:
        return False
    return all(
        sum(len(item.text) for item in side if isinstance(item, Line)) >= 8 * len(side)
        for side in (lefts, rights)
    )


def _by_rows(items: Sequence[Item]) -> list[Item]:
    """From the top, and from the left where lines stand at the same height."""
    rows: list[list[Item]] = []
    for item in sorted(items, key=_middle):
        near = item.em * 0.4 if isinstance(item, Line) else 0.0
        if rows and _middle(item) - _middle(rows[-1][0]) < near:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: item.box[0])]


def _middle(item: Item) -> float:
    return item.middle if isinstance(item, Line) else item.box[1]
