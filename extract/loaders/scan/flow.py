"""Read pages to the pieces of a document (段落): lines joined to paragraphs, tables over pages.

A line goes on in the next one where it had no room for more and the next one is not indented.
What stands at the edge of pages and is a number, or the same on several of them, is furniture.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from statistics import median
from typing import NamedTuple
from unicodedata import normalize

from extract.loaders.blocks import Piece
from extract.loaders.pdf.furniture import CAPTION
from extract.loaders.scan.layout import Glyph, Line, Table, goes_on, joined

_EDGE = 0.1  # of the page's height, above and below, where furniture stands
_PAGE_NUMBER = re.compile(
    r"[-—–－_·.~\s]{0,6}第?\s?[\dOoIl|]{1,4}\s?页?[-—–－_·.~\s]{0,6}"
    r"(?:[/／共，]\D{0,3}\d{1,4}\s?页?)?"
)
_LISTED = re.compile(
    r"\s{0,4}(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、"
    r"|\d{1,2}[、．.](?!\d)|第[一二三四五六七八九十\d]{1,3}[章节条]|[①-⑳]|附件|注[：:])"
)
_INDENT = 1.2  # ems from which a line begins a paragraph
_NARROW = 0.4  # of the page's width: no shorter line reaches the right margin
_PITCH = 1.7  # of the usual distance between lines, at most
_SIZES = 1.3  # letters of one paragraph differ at most by that
_ENOUGH = 3  # long lines that tell a page's margins
_MARGIN = 0.12  # of the page's width, where no page tells
_SHIFT = 0.02  # of the page's width that a page may lie elsewhere on the glass
_HEADERS = 3  # rows that may be repeated on the next page
_ALIKE = 0.9
_BORDERS = 0.015  # of the page's width that borders of a table may move on the next page


class Page(NamedTuple):
    """One page: its parts from top to bottom, its size in points, its number from 1."""

    parts: Sequence[Line | Table]
    width: float
    height: float
    number: int


class ScanPiece(NamedTuple):
    """A piece, and what was read for each character of its text."""

    piece: Piece
    glyphs: tuple[Glyph | None, ...]


class _Margins(NamedTuple):
    left: float
    right: float
    pitch: float  # usual distance between two lines


_Item = tuple[Page, Line | Table]


def pieces(pages: Sequence[Page]) -> list[ScanPiece]:
    """All pieces of ``pages``; tables are counted from 0."""
    heads = _running_heads(pages)
    items: list[_Item] = [(page, part) for page in pages for part in page.parts]
    aside = {i for i, item in enumerate(items) if _is_furniture(*item, heads)}
    margins = _margins(pages, [item for i, item in enumerate(items) if i not in aside])
    groups: list[list[int]] = []
    for i, item in enumerate(items):
        if i in aside:
            continue
        if groups and _continues(items[groups[-1][-1]], item, margins):
            groups[-1].append(i)
        else:
            groups.append([i])
    return list(_in_order(items, groups, aside))


def glyphs(page: Page) -> Iterator[Glyph]:
    """All characters of a page."""
    for part in page.parts:
        rows = part.rows if isinstance(part, Table) else [[part]]
        yield from (glyph for row in rows for line in row if line for glyph in line.glyphs if glyph)


def _in_order(
    items: Sequence[_Item], groups: Sequence[Sequence[int]], aside: set[int]
) -> Iterator[ScanPiece]:
    """Furniture waits until what goes on over the end of its page is whole."""
    begins = {group[0]: group for group in groups}
    end, n_tables = -1, 0
    late: list[int] = []
    for i, (page, part) in enumerate(items):
        if i in aside:
            late.append(i)
        elif i in begins:
            group = [items[k] for k in begins[i]]
            end = begins[i][-1]
            if isinstance(part, Table):
                yield from _rows(group, n_tables)
                n_tables += 1
            else:
                yield _paragraph(group, page)
        if i >= end:
            yield from (_furniture(items[k]) for k in late)
            late.clear()


def _paragraph(group: Sequence[_Item], page: Page) -> ScanPiece:
    whole: Line | None = None
    for _, part in group:
        if isinstance(part, Line):
            whole = joined(whole, part)
    return _piece(whole, Piece("", page.number))


def _furniture(item: _Item) -> ScanPiece:
    page, part = item
    return _piece(
        part if isinstance(part, Line) else None, Piece("", page.number, kind="furniture")
    )


def _piece(line: Line | None, piece: Piece) -> ScanPiece:
    if line is None:
        return ScanPiece(piece, ())
    return ScanPiece(piece._replace(text=line.text), line.glyphs)


def _rows(group: Sequence[_Item], table: int) -> Iterator[ScanPiece]:
    """Rows of one table; its header, repeated on the next page, is furniture."""
    heads: list[str] = []
    number = 0
    for page, part in group:
        repeats = bool(heads)
        for at, row in enumerate(part.rows if isinstance(part, Table) else ()):
            cells = _row(row)
            repeats = repeats and at < len(heads) and _alike(cells.piece.text, heads[at])
            if repeats:
                yield cells._replace(piece=cells.piece._replace(page=page.number, kind="furniture"))
                continue
            if page is group[0][0] and at < _HEADERS:
                heads.append(cells.piece.text)
            yield cells._replace(
                piece=cells.piece._replace(page=page.number, table=table, row=number)
            )
            number += 1


def _row(cells: Sequence[Line | None]) -> ScanPiece:
    text = "\t".join(cell.text if cell else "" for cell in cells)
    glyphs: list[Glyph | None] = []
    for cell in cells:
        glyphs += [*(cell.glyphs if cell else ()), None]
    return ScanPiece(Piece(text), tuple(glyphs[:-1]))


def _alike(a: str, b: str) -> bool:
    """Whether two readings are of the same words."""
    a, b = re.sub(r"\s", "", a), re.sub(r"\s", "", b)
    return bool(a) and (a == b or SequenceMatcher(None, a, b, autojunk=False).ratio() > _ALIKE)


def _continues(a: _Item, b: _Item, margins: Mapping[int, _Margins]) -> bool:
    (page, part), (other, following) = a, b
    if other.number - page.number not in (0, 1):
        return False
    if isinstance(part, Table) and isinstance(following, Table):
        return page is not other and _same_borders(part, following, page.width)
    if isinstance(part, Line) and isinstance(following, Line):
        return _flows(page, part, other, following, margins)
    return False


def _same_borders(table: Table, following: Table, width: float) -> bool:
    """Borders stand at the same places, but for where the page was laid on the glass."""
    if len(table.borders) != len(following.borders):
        return False
    moves = [y - x for x, y in zip(table.borders, following.borders, strict=True)]
    return max(moves) - min(moves) < 2 * _BORDERS * width


def _flows(
    page: Page, line: Line, other: Page, following: Line, margins: Mapping[int, _Margins]
) -> bool:
    if (line.column is None) != (following.column is None):
        return False
    here, there = margins[page.number], margins[other.number]
    begin, end = following.column[0] if following.column else there.left, here.right
    room = page.width
    if line.column:
        end, room = line.column[1], line.column[1] - line.column[0]
    if page is other and following.box[1] - line.box[1] > _PITCH * here.pitch:
        return False
    if max(line.em, following.em) > _SIZES * min(line.em, following.em):
        return False
    if _LISTED.match(following.text) or line.box[2] - line.box[0] < _NARROW * room:
        return False
    if following.box[0] - begin > _INDENT * following.em:
        return False
    return goes_on(end - line.box[2], line, following)


def _margins(pages: Sequence[Page], body: Sequence[_Item]) -> dict[int, _Margins]:
    """Where text begins and ends on each page; a page with little text takes the usual place."""
    own: dict[int, tuple[float, float]] = {}
    pitches: list[float] = []
    for page in pages:
        lines = [part for owner, part in body if owner is page and isinstance(part, Line)]
        wide = [line.box for line in lines if line.box[2] - line.box[0] > _NARROW * page.width]
        if len(wide) >= _ENOUGH:
            lefts = sorted(box[0] for box in wide)
            own[page.number] = lefts[len(lefts) // 10], max(box[2] for box in wide)
        pitches += [b.box[1] - a.box[1] for a, b in pairwise(lines) if b.box[1] > a.box[1]]
    pitch = median(pitches) if pitches else 0.0
    found = {}
    for page in pages:
        alike = [own[p.number] for p in pages if p.number in own and _same_size(p, page)]
        left = median([x for x, _ in alike]) if alike else _MARGIN * page.width
        right = median([x for _, x in alike]) if alike else (1 - _MARGIN) * page.width
        begins, ends = own.get(page.number, (left, right))
        near = _SHIFT * page.width
        found[page.number] = _Margins(min(begins, left + near), max(ends, right - near), pitch)
    return found


def _same_size(a: Page, b: Page) -> bool:
    return (
        abs(a.width - b.width) < _SHIFT * a.width and abs(a.height - b.height) < _SHIFT * a.height
    )


def _running_heads(pages: Sequence[Page]) -> frozenset[str]:
    """Words, without digits, that stand at the edge of several pages."""
    seen = Counter(
        text
        for page in pages
        for text in {
            _bare(part.text)
            for part in page.parts
            if isinstance(part, Line) and _at_edge(part, page)
        }
    )
    enough = 2 if len(pages) <= 6 else 3
    return frozenset(
        text for text, n in seen.items() if text and n >= enough and not CAPTION.match(text)
    )


def _is_furniture(page: Page, part: Line | Table, heads: frozenset[str]) -> bool:
    if not isinstance(part, Line) or not _at_edge(part, page):
        return False
    plain = normalize("NFKC", part.text).strip()  # small digits are read as raised ones
    return bool(_PAGE_NUMBER.fullmatch(plain)) or _bare(part.text) in heads


def _at_edge(line: Line, page: Page) -> bool:
    middle = (line.box[1] + line.box[3]) / 2 / page.height
    return not _EDGE < middle < 1 - _EDGE


def _bare(text: str) -> str:
    return re.sub(r"[\d\s]", "", text)
