"""Pictures of pages to the pieces of a document, with what is known of each character (扫描件).

Everything that a scanned page goes through, whichever file it came in: its lines found, put
straight, read and laid out. Coordinates leave here in points of the page as it was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extract.errors import DocumentError
from extract.loaders.blocks import join
from extract.loaders.scan import flow, layout, ocr
from extract.loaders.scan.blanks import spaced
from extract.loaders.scan.columns import in_turn
from extract.loaders.scan.picture import (
    alone,
    compose,
    darkness,
    ink,
    lie_tall,
    rules,
    straighten,
    turn,
    turned_back,
)
from extract.loaders.scan.signs import doubted
from extract.loaders.scan.tables import find_cells
from extract.loaders.scan.text import Readings, ScanText
from extract.model import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.loaders.blocks import Piece
    from extract.loaders.scan.ocr import Box, OcrLine, Picture
    from extract.loaders.scan.picture import Corners
    from extract.loaders.scan.text import Matrix

_POINTS = 72.0  # in an inch
_BAD = 0.75  # mean probability below which a page may stand on its head


class ScannedPage(NamedTuple):
    """A page as read."""

    page: flow.Page
    back: Matrix  # from a point as read to its place on the page as given, both in points


def read_page(picture: Picture, dpi: float, number: int) -> ScannedPage:
    """Read a page: ``picture`` as ``ocr`` has it, ``dpi`` dots per inch, ``number`` from 1.

    A page that lies on its side is turned; one that reads badly is tried upside down too.

    Raises:
        MemoryError: there is too little.
    """
    with alone():
        lines = ocr.detect(picture)
        quarters = 1 if lie_tall(lines) else 0
        first = _read(picture, None if quarters else lines, dpi, number, quarters)
        sure = _confidence(first)
        if not lines or (sure or 0.0) >= _BAD:
            return first
        second = _read(picture, None, dpi, number, quarters + 2)
        return max(first, second, key=lambda page: _confidence(page) or 0.0)


def _read(
    given: Picture, lines: list[Corners] | None, dpi: float, number: int, quarters: int
) -> ScannedPage:
    """Read ``given`` turned by ``quarters`` of a circle; its ``lines`` where they are known."""
    picture = turn(given, quarters)
    straight = straighten(picture, ocr.detect(picture) if lines is None else lines)
    scale = _POINTS / dpi
    dark = darkness(straight.picture)
    drawn = rules(straight.picture, straight.boxes, dpi)
    grids = find_cells([_times(rule, scale) for rule in drawn])
    cut = layout.cut([_times(box, scale) for box in straight.boxes], grids)
    boxes = [_times(box, 1 / scale) for box in cut]
    empty = (_times(cell, 1 / scale) for cell in layout.empty(cut, grids))
    boxes += [box for cell in empty if (box := ink(dark, cell, dpi))]
    read = [
        spaced(dark, doubted(straight.picture, line)) for line in ocr.read(straight.picture, boxes)
    ]
    lines_read = layout.lines((_in_points(line, scale) for line in read), number)
    height, width = (side * scale for side in picture.shape)
    parts: tuple[layout.Line | layout.Table, ...] | None
    parts = None if grids else in_turn(lines_read, width, height)
    if parts is None:
        parts = tuple(layout.in_order(*layout.split(lines_read, grids)))
    page = flow.Page(parts, width, height, number)
    back = compose(straight.back, turned_back(given.shape, quarters))
    back[:, 2] *= scale
    a, b, c, d, e, f = back.ravel().tolist()
    return ScannedPage(page, (a, b, c, d, e, f))


def pieces(pages: Sequence[ScannedPage]) -> list[tuple[Piece, ScanText]]:
    """The pieces of consecutive pages, each with what was read; tables are counted from 0."""
    backs = {page.page.number: page.back for page in pages}
    return [
        (found.piece, ScanText(found.piece.text, found.glyphs, backs))
        for found in flow.pieces([page.page for page in pages])
    ]


def document(
    pages: Sequence[ScannedPage], *, kind: str, n_pages: int, reason: str | None
) -> Document:
    """The document of a file that is nothing but pictures of pages.

    Raises:
        DocumentError: ``empty(no_text)``.
    """
    found = pieces(pages)
    text, blocks = join([piece for piece, _ in found])
    if not text.strip():
        raise DocumentError("empty", "no_text")
    read = Readings((block.start, words) for block, (_, words) in zip(blocks, found, strict=True))
    return Document(
        text=text,
        format=kind,
        pages=n_pages,
        blocks=blocks,
        status="partial" if reason else "ok",
        reason=reason,
        ocr_confidence=read.confidence(),
        unsure=read.unsure(),
        places=read.places(),
    )


def _confidence(page: ScannedPage) -> float | None:
    scores = [glyph.score for glyph in flow.glyphs(page.page)]
    return sum(scores) / len(scores) if scores else None


def _times(box: Box, scale: float) -> Box:
    left, top, right, bottom = box
    return left * scale, top * scale, right * scale, bottom * scale


def _in_points(line: OcrLine, scale: float) -> OcrLine:
    centres = tuple(x * scale for x in line.centres)
    return line._replace(box=_times(line.box, scale), centres=centres)
