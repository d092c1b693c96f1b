"""Pages that are pictures (扫描件): which they are, and the one place where their words come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2 as pdfium

from extract.loaders import limits
from extract.loaders.pdf.flow import Draft
from extract.loaders.pdf.parts import Page
from extract.loaders.scan import ocr

if TYPE_CHECKING:
    from extract.loaders.blocks import Piece
    from extract.loaders.scan.ocr import Picture
    from extract.loaders.scan.pages import ScannedPage
    from extract.loaders.scan.text import ScanText

_POINTS = 72.0  # in an inch


class Scans(NamedTuple):
    """What was read of the pages that are pictures."""

    # By the first page of each run of such pages: a paragraph or table may go on over all of it.
    drafts: dict[int, list[Draft]]
    reason: str | None  # why some were not read


NO_SCANS = Scans({}, None)


def scanned(pages: Iterable[Page]) -> list[int]:
    """Numbers (from 1) of the pages that show something and have no usable text."""
    return [page.number for page in pages if page.scan]


def read_scans(pdf: pdfium.PdfDocument, numbers: Sequence[int]) -> Scans:
    """Read pages ``numbers`` (from 1) where the extra ``ocr`` is installed."""
    if not numbers:
        return NO_SCANS
    if not ocr.available():
        return Scans({}, "scanned")
    from extract.loaders.scan.pages import pieces  # noqa: PLC0415 needs the extra

    drafts: dict[int, list[Draft]] = {}
    reason = "limit" if len(numbers) > ocr.MAX_PAGES else None
    limits.expect(len(pdf) + limits.SCAN * len(numbers))
    for run in _runs(numbers[: ocr.MAX_PAGES]):
        pages = []
        for number in run:
            if limits.expired():
                reason = "timeout"
                break
            page = _read(pdf, number)
            if page:
                pages.append(page)
            else:
                reason = reason or "page_errors"
        drafts[run[0]] = [_draft(piece, read) for piece, read in pieces(pages)]
    return Scans(drafts, reason)


def _draft(piece: Piece, read: ScanText) -> Draft:
    page = piece.page or 0
    return Draft([(piece.text, page, -1)], page, piece.kind, piece.table, piece.row, read)


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Numbers that follow each other."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _read(pdf: pdfium.PdfDocument, number: int) -> ScannedPage | None:
    """One page; None where it is damaged."""
    from extract.loaders.scan.pages import read_page  # noqa: PLC0415 needs the extra

    drawn = _draw(pdf, number)
    return read_page(*drawn, number) if drawn else None


def _draw(pdf: pdfium.PdfDocument, number: int) -> tuple[Picture, float] | None:
    """The page in grey, and its dots per inch."""
    try:
        with closing(pdf[number - 1]) as page:
            width, height = page.get_size()
            dpi = min(ocr.DPI, _POINTS * (ocr.MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
            with closing(page.render(scale=dpi / _POINTS, grayscale=True)) as bitmap:
                rows = bitmap.to_numpy().reshape(bitmap.height, -1)
                picture: Picture = rows[:, : bitmap.width].copy()
    except pdfium.PdfiumError:
        return None
    return picture, dpi
