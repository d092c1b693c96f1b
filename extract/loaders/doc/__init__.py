"""DOC: Word 97–2003, and WPS files that are the same under another name, read by ourselves.

All that a reader sees comes out: body, notes and text boxes behind the paragraph that they hang on,
running heads as furniture, list numbers as Word counts them. What was deleted or hidden, codes of
fields and comments don't. A file without words is read from its pictures of pages. What this
reader does not know goes to LibreOffice where there is one.
"""

from __future__ import annotations

import struct
from dataclasses import replace

from extract.errors import DocumentError
from extract.loaders import office
from extract.loaders.blocks import Piece, join, n_visible
from extract.loaders.doc.body import Body
from extract.loaders.doc.old import read_old
from extract.loaders.doc.pictures import pictures
from extract.loaders.doc.text import Fib, read_fib, read_text
from extract.loaders.ole import Container
from extract.model import Document

_BROKEN = (struct.error, IndexError, ValueError, OverflowError)
_CLX = 33  # the piece table's place in the header
_ENOUGH = 0.995  # of the characters; below that the document is flagged


def load(data: bytes) -> Document:
    """Read a Word file of the time before DOCX.

    Raises:
        DocumentError: ``corrupt(ole|doc)``, ``encrypted``, ``refused(size)``,
            ``empty(scanned|no_text)``, ``unsupported(doc)`` where only LibreOffice could read it
            and is not installed.
    """
    try:
        return _load(data)
    except _BROKEN as error:
        raise DocumentError("corrupt", "doc") from error


def _load(data: bytes) -> Document:
    with Container(data) as file:
        stream = file.read("WordDocument")
        fib = read_fib(stream)
        flags = ("macro",) if file.has_macros else ()
        if not fib.is_old:
            return _modern(file, fib, stream, flags)
        pieces, title = read_old(stream, fib), file.title()
    if pieces is None:
        return office.load(data, "doc")
    text, blocks = join(_some(pieces))
    return Document(text=text, format="doc", blocks=blocks, title=title, flags=flags)


def _modern(file: Container, fib: Fib, stream: bytes, flags: tuple[str, ...]) -> Document:
    """Read a file of Word 97 or later."""
    table = file.read(fib.table_stream)
    text = read_text(stream, fib.part(table, _CLX))
    data = file.read("Data") if file.has("Data") else b""
    body = Body(fib, text, stream, table, data)
    pieces, furniture = body.pieces()
    if all(piece.kind == "furniture" for piece in pieces):
        from extract.loaders.image import load_album  # noqa: PLC0415 rarely needed

        album = load_album(pictures(data, stream), "doc")
        return replace(album, title=file.title(), flags=flags)
    share = _share(body, pieces)
    if share is not None and share < _ENOUGH:
        flags = (*flags, "text_loss")
    whole, blocks = join([*pieces, *furniture])
    return Document(
        text=whole,
        format="doc",
        blocks=blocks,
        n_replaced=body.n_replaced,
        title=file.title(),
        text_share=share,
        flags=flags,
    )


def _some(pieces: list[Piece]) -> list[Piece]:
    if all(piece.kind == "furniture" for piece in pieces):
        raise DocumentError("empty", "no_text")
    return pieces


def _share(body: Body, pieces: list[Piece]) -> float | None:
    """Characters that came out per character that the file shows, 0 to 1."""
    shown, out = body.n_shown(), sum(n_visible(piece.text) for piece in pieces)
    return min(1.0, round((out - body.n_labels) / shown, 4)) if shown else None
