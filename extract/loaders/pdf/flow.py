"""Pages to one flow of paragraphs and rows: what goes on over lines and pages is one.

What belongs to the page stands behind the paragraph or table that it would have interrupted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import NamedTuple

from extract.loaders.pdf.order import Item, in_order
from extract.loaders.pdf.paragraphs import Measure, glue, goes_on, measure
from extract.loaders.pdf.parts import Cell, Line, Page, Part, Table
from extract.loaders.pdf.stitch import continues, extend
from extract.loaders.scan.text import ScanText

_left, _right = attrgetter("left"), attrgetter("right")
_LEAST, _FEW = 8, 3  # lines that tell the measures of a page of its own, of a column beside others
_UP = 6.0  # points: what stands that much higher than the line before it begins a column
_ENOUGH = 6  # pages that tell the measures of a document
_SHIFT = 40.0  # points: what lies that much further inside has measures of its own


class Draft(NamedTuple):
    """A block to be: its words in parts, each with where it stood."""

    parts: list[Part]
    page: int
    kind: str = "paragraph"
    table: int | None = None
    row: int | None = None
    read: ScanText | None = None  # where its words were read from a picture


@dataclass(slots=True)
class _Flow:
    """What is written, and what may still go on."""

    drafts: list[Draft] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    table: Table | None = None
    held: list[Draft] = field(default_factory=list)  # furniture met on the way
    n_tables: int = 0

    def put(self, drafts: Sequence[Draft]) -> None:
        """Write what stands for whole pages: its tables are counted on."""
        self.close()
        base = self.n_tables
        for draft in drafts:
            table = None if draft.table is None else base + draft.table
            self.drafts.append(draft._replace(table=table))
            self.n_tables = self.n_tables if table is None else table + 1

    def close(self) -> None:
        """Write what was open, then the furniture."""
        if self.lines:
            self.drafts.append(_paragraph(self.lines))
        elif self.table is not None:
            self.drafts += _rows(self.table, self.n_tables)
            self.n_tables += 1
        self.lines, self.table = [], None
        if self.held:
            self.drafts += self.held
            self.held = []

    def add(self, region: Sequence[Item], measures: tuple[Measure, Measure], *, near: bool) -> None:
        """Go on with the lines and tables of a region, or begin anew with them.

        ``measures`` are those for its first line, which may go on from the region before, and its
        own; ``near`` where that line stands below the one before.
        """
        usual, own = measures
        for item in region:
            if not isinstance(item, Line):
                self.add_table(item, near=near)
            elif self.lines and goes_on(self.lines[-1], item, usual, near=near):
                self.lines.append(item)
            else:
                if len(self.lines) == 1 and not self.held:  # most are paragraphs of one line
                    self.drafts.append(_alone(self.lines[0]))
                else:
                    self.close()
                self.lines = [item]
            near, usual = True, own

    def add_table(self, item: Table, *, near: bool) -> None:
        """Go on with a table, or begin anew with it."""
        if self.table is not None and not near and continues(self.table, item):
            heads = extend(self.table, item)
            self.held += (Draft(_tabbed(cells), item.page, "furniture") for cells in heads)
            return
        self.close()
        cells = [cell for row in item.rows for cell in row if cell]
        if len(cells) > 1:
            self.table = item
        else:  # the rest of a row, but of no table before it
            self.drafts += [Draft(cell, item.page) for cell in cells]


def flow(pages: Sequence[Page], scans: Mapping[int, Sequence[Draft]]) -> list[Draft]:
    """All pages' paragraphs, rows and furniture in reading order; ``scans`` by page."""
    width = Counter([page.width for page in pages]).most_common(1)[0][0] if pages else 0.0
    some = pages[:: len(pages) // _ENOUGH + 1]
    usual = measure([line for page in some for line in page.lines], width)
    written = _Flow()
    before = usual  # the measures of the line before
    for page in pages:
        if page.scan and not page.lines:
            written.put(scans.get(page.number, ()))
        top, bottom = _heads_and_feet(page)
        written.held += top
        regions = in_order(page)
        least = _LEAST if len(regions) == 1 else _FEW
        above = 1e9
        for region in regions:
            own = _own_measure(region, usual, page, least)
            crossing = own if before == own else replace(own, right=before.right)
            written.add(region, (crossing, own), near=region[0].box[1] >= above - _UP)
            above, before = region[-1].box[1], own
        written.held += bottom
    written.close()
    return written.drafts


def _heads_and_feet(page: Page) -> tuple[list[Draft], list[Draft]]:
    lines = sorted(page.furniture, key=lambda line: (line.top, line.left))
    drafts = [Draft([(line.text, line.page, line.at)], line.page, "furniture") for line in lines]
    n_above = sum(line.middle < page.height / 2 for line in lines)
    return drafts[:n_above], drafts[n_above:]


def _own_measure(region: Sequence[Item], usual: Measure, page: Page, least: int) -> Measure:
    """The measures of a column or of a page of another width; of all others the usual ones."""
    lines = [item for item in region if isinstance(item, Line)]
    if len(lines) < 2:
        return usual
    left, right = min(map(_left, lines)), max(map(_right, lines))
    if right > usual.right + _SHIFT and left < usual.left + _SHIFT:
        return measure(lines, page.width)
    if right > usual.right - _SHIFT and left < usual.left + 3 * _SHIFT:
        return usual
    full = sum([line.right > right - 1.5 * line.em for line in lines])
    return measure(lines) if len(lines) >= least and full * 3 > len(lines) else usual


def _alone(line: Line) -> Draft:
    page = line.page
    parts = [(line.text, page, line.at)]
    # Past the generated method, which takes twice as long.
    return tuple.__new__(Draft, (parts, page, "paragraph", None, None, None))


def _paragraph(lines: Sequence[Line]) -> Draft:
    if len(lines) == 1:
        return _alone(lines[0])
    before = lines[0]
    parts: list[Part] = [(before.text, before.page, before.at)]
    for line in lines[1:]:
        if between := glue(before.text, line.text, spaced=before.spaced):
            parts.append((between, before.page, -1))
        parts.append((line.text, line.page, line.at))
        before = line
    return Draft(parts, lines[0].page)


def _rows(table: Table, number: int) -> Iterator[Draft]:
    for row, (cells, page) in enumerate(zip(table.rows, table.pages, strict=True)):
        if any(cells):
            yield Draft(_tabbed(cells), page, "row", number, row)


def _tabbed(cells: Sequence[Cell]) -> list[Part]:
    parts = list(cells[0])
    for cell in cells[1:]:
        parts.append(("\t", 0, -1))
        parts += cell
    return parts
