"""PDF: the text layer, read by pdfium, as paragraphs and tables in reading order.

Lines become paragraphs over line and page breaks, ruled tables rows, also over pages; what belongs
to the page is ``furniture``. Text that only the file holds and no page shows is furniture too,
unless it lies behind a scan, where it is an earlier reader's work. What pdfium cannot read goes to
pdfplumber.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extract.errors import DocumentError
from extract.errors import scanned as scanned_error
from extract.loaders import limits, standin, titles
from extract.loaders.blocks import Piece, join
from extract.loaders.pdf.fallback import read_pages
from extract.loaders.pdf.flow import flow
from extract.loaders.pdf.furniture import set_aside
from extract.loaders.pdf.page import read_page
from extract.loaders.pdf.parts import Page
from extract.loaders.pdf.places import Map, Places
from extract.loaders.pdf.scans import NO_SCANS, Scans, read_scans, scanned
from extract.loaders.scan.text import Readings
from extract.loaders.txt import join_surrogates
from extract.model import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.loaders.scan.text import ScanText

MAX_PAGES = limits.PAGES
_MOST_DAMAGED = 50  # pages in a row: the file says that it has more than it has
_LOCKED = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)


def load(data: bytes) -> Document:
    """Read the text layer of all pages.

    Raises:
        DocumentError: ``encrypted``, ``corrupt(pdf)``, ``empty(scanned|no_text)``.
    """
    standin.install()
    try:
        pdf = _opened(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in _LOCKED:
            raise DocumentError("encrypted") from error
        pages = list(read_pages(data).values())
        if not pages:
            raise DocumentError("corrupt", "pdf") from error
        return _document(pages, NO_SCANS, data, len(pages), title=None, reason=None)
    with closing(pdf):
        count = len(pdf)
        limits.expect(min(count, MAX_PAGES))
        pages, reason = _pages(pdf, data, min(count, MAX_PAGES))
        if count and not pages:
            raise DocumentError("corrupt", "pdf")
        scans = read_scans(pdf, scanned(pages))
        if scans.drafts:  # the marks on such pages were read with them
            for page in pages:
                page.furniture = [] if page.scan else page.furniture
        reason = reason or scans.reason
        title = titles.of_file(pdf.get_metadata_value("Title"))
    reason = "limit" if count > MAX_PAGES or any(page.cut for page in pages) else reason
    return _document(pages, scans, data, count, title=title, reason=reason)


def _opened(data: bytes) -> pdfium.PdfDocument:
    if limits.careful():  # pdfium ends the process that it runs in when memory runs out
        raise pdfium.PdfiumError("it has ended a process")
    return pdfium.PdfDocument(data)


def _pages(pdf: pdfium.PdfDocument, data: bytes, count: int) -> tuple[list[Page], str | None]:
    """The pages that can be read, and ``page_errors`` where some cannot."""
    found: dict[int, Page] = {}
    damaged: list[int] = []
    ruled = False
    for index in range(count):
        if found and limits.expired():
            return [found[number] for number in sorted(found)], "timeout"
        try:
            found[index + 1] = page = read_page(pdf, index, ruled=ruled)
            ruled = page.ruled
        except MemoryError:
            if not found:
                raise
            return [found[number] for number in sorted(found)], "memory"
        except pdfium.PdfiumError:
            damaged.append(index + 1)
            if damaged[-_MOST_DAMAGED:] == list(range(index + 2 - _MOST_DAMAGED, index + 2)):
                break
    if damaged:
        found.update(read_pages(data, damaged, len(pdf)))
    pages = [found[number] for number in sorted(found)]
    return pages, "page_errors" if any(number not in found for number in damaged) else None


def _document(
    pages: Sequence[Page],
    scans: Scans,
    data: bytes,
    count: int,
    *,
    title: str | None,
    reason: str | None,
) -> Document:
    flags = sorted({flag for page in pages for flag in page.flags})
    set_aside(pages)
    written = Map()
    pieces: list[Piece] = []
    readings: list[tuple[int, ScanText]] = []  # by the number of the piece
    new = tuple.__new__  # past the generated method, which takes twice as long
    for parts, page, kind, table, row, read in flow(pages, scans.drafts):
        if words := written.write(parts):
            if read:
                readings.append((len(pieces), read))
            pieces.append(new(Piece, (words, page, table, row, kind, None)))
    if all(piece.kind == "furniture" for piece in pieces):
        raise scanned_error() if scans.reason == "scanned" else DocumentError("empty", "no_text")
    text, blocks = join(pieces)
    seen = Readings((blocks[number].start, read) for number, read in readings)
    return Document(
        text=join_surrogates(text)[0],
        format="pdf",
        n_replaced=text.count("\ufffd"),
        pages=count,
        blocks=blocks,
        status="partial" if reason else "ok",
        reason=reason,
        flags=tuple(flags),
        title=title,
        ocr_confidence=seen.confidence(),
        unsure=seen.unsure(),
        places=seen.places(Places(data, written)),
    )
