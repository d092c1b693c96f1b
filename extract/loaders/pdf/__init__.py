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
from extract.loaders import standin
from extract.loaders.blocks import Piece, join
from extract.loaders.pdf.fallback import read_pages
from extract.loaders.pdf.flow import flow
from extract.loaders.pdf.furniture import set_aside
from extract.loaders.pdf.page import read_page
from extract.loaders.pdf.parts import Line, Page
from extract.loaders.pdf.places import Map, Places
from extract.loaders.pdf.scans import ScanLine, read_scans, scanned
from extract.loaders.txt import join_surrogates
from extract.model import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_PAGES = 5_000  # the yearbook of a province has 1,000
_MOST_DAMAGED = 50  # pages in a row: the file says that it has more than it has
_LOCKED = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)


def load(data: bytes) -> Document:
    """Read the text layer of all pages.

    Raises:
        DocumentError: ``encrypted``, ``corrupt(pdf)``, ``empty(scanned|no_text)``.
    """
    standin.install()
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in _LOCKED:
            raise DocumentError("encrypted") from error
        pages = list(read_pages(data).values())
        if not pages:
            raise DocumentError("corrupt", "pdf") from error
        return _document(pages, Map(), data, len(pages), title=None, reason=None)
    with closing(pdf):
        count = len(pdf)
        pages, reason = _pages(pdf, data, min(count, MAX_PAGES))
        if count and not pages:
            raise DocumentError("corrupt", "pdf")
        written = Map()
        if _add_scans(pdf, pages, written):
            reason = reason or "scanned"
        title = pdf.get_metadata_value("Title").strip() or None
    reason = "limit" if count > MAX_PAGES or any(page.cut for page in pages) else reason
    return _document(pages, written, data, count, title=title, reason=reason)


def _pages(pdf: pdfium.PdfDocument, data: bytes, count: int) -> tuple[list[Page], str | None]:
    """The pages that can be read, and ``page_errors`` where some cannot."""
    found: dict[int, Page] = {}
    damaged: list[int] = []
    ruled = False
    for index in range(count):
        try:
            found[index + 1] = page = read_page(pdf, index, ruled=ruled)
            ruled = page.ruled
        except pdfium.PdfiumError:
            damaged.append(index + 1)
            if damaged[-_MOST_DAMAGED:] == list(range(index + 2 - _MOST_DAMAGED, index + 2)):
                break
    if damaged:
        found.update(read_pages(data, damaged, len(pdf)))
    pages = [found[number] for number in sorted(found)]
    return pages, "page_errors" if any(number not in found for number in damaged) else None


def _add_scans(pdf: pdfium.PdfDocument, pages: Sequence[Page], written: Map) -> bool:
    """Put in what can be read of pictures; tells whether some picture is left unread."""
    numbers = scanned(pages)
    if not numbers:
        return False
    read = read_scans(pdf, numbers) or {}
    for page in pages:
        for line in read.get(page.number, []):
            page.lines.append(_line(line, page.number, written.scan(line)))
    return any(number not in read for number in numbers)


def _line(scan: ScanLine, number: int, at: int) -> Line:
    width = scan.box[2] - scan.box[0]
    ems = sum([1.0 if c >= "\u2e80" else 0.55 for c in scan.text])
    return Line(scan.text, number, at, *scan.box, em=width / max(ems, 1.0))


def _document(
    pages: Sequence[Page],
    written: Map,
    data: bytes,
    count: int,
    *,
    title: str | None,
    reason: str | None,
) -> Document:
    flags = sorted({flag for page in pages for flag in page.flags})
    set_aside(pages)
    pieces = [
        Piece(words, draft.page, draft.table, draft.row, draft.kind)
        for draft in flow(pages)
        if (words := written.write(draft.parts))
    ]
    if not pieces:
        drawn = any(page.drawn for page in pages)
        raise DocumentError("empty", "scanned" if drawn else "no_text")
    text, blocks = join(pieces)
    return Document(
        text=join_surrogates(text)[0],
        format="pdf",
        pages=count,
        blocks=blocks,
        status="partial" if reason else "ok",
        reason=reason,
        flags=tuple(flags),
        title=title,
        ocr_confidence=_confidence(written.scans),
        unsure=written.unsure(),
        places=Places(data, written),
    )


def _confidence(lines: Sequence[ScanLine]) -> float | None:
    """The mean over the characters of all lines."""
    total = sum(len(line.text) for line in lines)
    if not total:
        return None
    return round(sum(line.confidence * len(line.text) for line in lines) / total, 4)
