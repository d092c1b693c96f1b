"""The tables of a page, out of its rules and lines; what stands in no cell stays a line."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from extract.loaders.pdf.bare_tables import bare_grids
from extract.loaders.pdf.cells import Run, Strip, Words, fill, table_of
from extract.loaders.pdf.frame import Box
from extract.loaders.pdf.grids import Grid, find_grids
from extract.loaders.pdf.lines import Spans, Stand, is_askew, lines_of, strip_of
from extract.loaders.pdf.open_tables import open_grids
from extract.loaders.pdf.parts import Line, Page

_SPARSE, _FILLED = 400, 20  # of more cells than that one in 20 is filled, or it is a drawing
_HEAD = 0.12  # share of a page's height: what stands higher may be a running head


def with_tables(page: Page, words: Words, spans: Spans, where: Stand, rules: Sequence[Box]) -> None:
    """Give ``page`` its lines and tables; ``rules`` are in the file's coordinates."""
    grids, loose = find_grids(words.frame.shown([edge for rule in rules for edge in rule]))
    strips, outside = _parted(grids, spans, where)
    lines = lines_of(words, page.number, spans, where, outside)
    if len(loose) >= 3 and lines:
        em = max(line.em for line in lines)
        grids += open_grids(loose, [strip_of(line, words) for line in lines], words, em)
    if grids:  # some lines were put together out of several heights, or stand in an open table
        inside = [line for line in lines if _meets(grids, line.box) and not is_askew(words, line)]
        strips += [strip_of(line, words) for line in inside]
        lines = [line for line in lines if line not in inside]
    page.lines = lines
    if not grids:
        return
    cells, restored = fill(grids, strips, words)
    for grid, filled in zip(grids, cells, strict=True):
        if _is_table(grid, len(filled), page):
            page.tables.append(table_of(grid, filled, words.text, page.number))
        else:
            restored += (run for runs in filled.values() for run in runs)
    if restored:
        page.lines += _restored(restored, words, page.number)
        page.lines.sort(key=lambda line: line.at)


def with_bare_tables(page: Page, words: Words) -> None:
    """Put the lines of a page without rules that are rows of a table in its cells."""
    em = median(line.em for line in page.lines)
    for grid in bare_grids(page.lines, words, em):
        inside = [line for line in page.lines if not line.tilted and _meets([grid], line.box)]
        cells, outside = fill([grid], [strip_of(line, words) for line in inside], words)
        if outside or not _is_table(grid, len(cells[0]), page):
            continue
        page.lines = [line for line in page.lines if line not in inside]
        page.tables.append(table_of(grid, cells[0], words.text, page.number))


def _parted(grids: Sequence[Grid], spans: Spans, where: Stand) -> tuple[list[Strip], list[int]]:
    """Lines that meet a grid, and the numbers of the others (and of those that may lean)."""
    strips, outside = [], []
    boxes = [grid.box for grid in grids]
    rows = zip(spans.starts, spans.ends, where.firsts, where.lasts, strict=True)
    for i, (start, end, first, last) in enumerate(rows):
        left, top, right, bottom = first
        y = (top + bottom) / 2
        if abs(last[1] - top) < 0.7 * (bottom - top) and any(
            b[1] <= y < b[3] and last[2] > b[0] and left < b[2] for b in boxes
        ):
            strips.append(Strip(start, end + 1, y, left, right, last[0], last[2]))
        else:
            outside.append(i)
    return strips, outside


def _meets(grids: Sequence[Grid], box: Box) -> bool:
    y = (box[1] + box[3]) / 2
    return any(
        grid.box[1] <= y < grid.box[3] and box[2] > grid.box[0] and box[0] < grid.box[2]
        for grid in grids
    )


def _is_table(grid: Grid, n_filled: int, page: Page) -> bool:
    """Tell tables from frames and drawings: those hold one text, or few in a thicket of rules."""
    if n_filled * _FILLED < len(grid.owners) - _SPARSE:
        return False
    return n_filled > 1 or (n_filled == 1 and _is_first(grid, page))


def _is_first(grid: Grid, page: Page) -> bool:
    """Tell whether nothing but a running head stands above: the rest of a table's last row."""
    head = page.height * _HEAD
    return all(line.top < head or line.top > grid.ys[0] for line in page.lines)


def _restored(runs: Sequence[Run], words: Words, number: int) -> list[Line]:
    """Runs that stand in no cell as lines again; those side by side with a blank are one."""
    found: list[Run] = []
    for run in sorted(runs, key=lambda run: run.start):
        before = found[-1] if found else None
        if before and before.y == run.y and run.start - before.end in (0, 1):
            before.end, before.right = run.end, run.right
        else:
            found.append(run)
    boxes = words.boxes([run.start for run in found])
    return [
        Line(
            words.text[run.start : run.end],
            number,
            run.start,
            *box[:2],
            run.right,
            box[3],
            0.8 * (box[3] - box[1]),
        )
        for run, box in zip(found, boxes, strict=True)
    ]
