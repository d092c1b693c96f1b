"""PDF with a text layer, read by pdfium.

Each page's lines come in the order of the file and end in LF, pages are joined by LF; page
furniture and wrapped lines stay as they are. A ruled table stands where it stands on the page,
one block per row.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extract.errors import DocumentError
from extract.loaders.blocks import Piece, join
from extract.loaders.pdf_drawing import Drawing, look
from extract.loaders.pdf_layout import arrange, read_glyphs
from extract.loaders.pdf_tables import as_shown, find_grids
from extract.loaders.txt import join_surrogates
from extract.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCKED = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
# Marks that pdfium leaves where a word was hyphenated at the end of a line.
_HYPHEN_MARKS = str.maketrans("", "", "\ufffe\x02\xad")


def load(data: bytes) -> Document:
    """Read the text layer of all pages.

    Raises:
        DocumentError: ``encrypted``, ``corrupt(pdf)``, ``empty(scanned|no_text)``.
    """
    with closing(_open(data)) as pdf:
        pages = [_read_page(pdf, number) for number in range(len(pdf))]
    pieces = [piece for page in pages if page for piece in page[0]]
    drawings = [page[1] for page in pages if page]
    n_textless = sum(page is not None and not page[0] and page[1].has_image for page in pages)
    if not pieces:
        _refuse_empty(drawings, n_pages=len(pages))
    text, blocks = join(list(_counted(pieces)))
    reason = "page_errors" if None in pages else "scanned" if n_textless else None
    return Document(
        text=text,
        format="pdf",
        pages=len(pages),
        blocks=blocks,
        status="partial" if reason else "ok",
        reason=reason,
    )


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in _LOCKED:
            raise DocumentError("encrypted") from error
        raise DocumentError("corrupt", "pdf") from error


def _refuse_empty(drawings: list[Drawing], *, n_pages: int) -> None:
    if n_pages and not drawings:
        raise DocumentError("corrupt", "pdf")
    drawn = any(drawing.n_objects for drawing in drawings)
    raise DocumentError("empty", "scanned" if drawn else "no_text")


def _read_page(pdf: pdfium.PdfDocument, number: int) -> tuple[list[Piece], Drawing] | None:
    """Pieces and drawing of page ``number`` (from 0); None where the page is damaged."""
    try:
        with closing(pdf[number]) as page, closing(page.get_textpage()) as words:
            drawing = look(page)
            shown = as_shown(page.get_rotation())
            grids = find_grids([shown(rule) for rule in drawing.rules]) if drawing.rules else []
            if grids:
                pieces = arrange(read_glyphs(words, shown), grids)
            else:
                pieces = [Piece(words.get_text_range().replace("\r\n", "\n").replace("\r", "\n"))]
    except pdfium.PdfiumError:
        return None
    cleaned = (piece._replace(text=_cleaned(piece.text), page=number + 1) for piece in pieces)
    return [piece for piece in cleaned if piece.text.strip()], drawing


def _cleaned(text: str) -> str:
    return join_surrogates(text.translate(_HYPHEN_MARKS))[0]


def _counted(pieces: list[Piece]) -> Iterator[Piece]:
    """Number tables through the document; pages count theirs from 0."""
    seen: dict[tuple[int | None, int], int] = {}
    for piece in pieces:
        if piece.table is None:
            yield piece
        else:
            key = (piece.page, piece.table)
            yield piece._replace(table=seen.setdefault(key, len(seen)))
