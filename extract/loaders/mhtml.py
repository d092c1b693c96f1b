"""MHTML: a page saved in one file, as browsers and office programs write it (RFC 2557).

The page is read, or the pages that its frames show; pictures and styles are not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from email.parser import BytesParser
from typing import TYPE_CHECKING, NamedTuple

from extract.errors import DocumentError
from extract.loaders import html, limits
from extract.loaders.blocks import Piece, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import Message

    from extract.model import Document

_MAX_SIZE = limits.MHTML
_MAX_PARTS = 5_000
_MAX_PAGES = 50
_FRAMES = re.compile(rb"<frameset\b", re.IGNORECASE)
_DAMAGED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


class _Page(NamedTuple):
    body: bytes
    charset: str


def load(data: bytes) -> Document:
    """Read the page inside.

    Raises:
        DocumentError: ``corrupt(mhtml)``, ``refused(size|depth|zip_members)``, ``empty(no_text)``.
    """
    if len(data) > _MAX_SIZE:
        raise DocumentError("refused", "size")
    if data.count(b"\n--") > 2 * _MAX_PARTS:
        raise DocumentError("refused", "zip_members")
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(
            data.lstrip(b"\xef\xbb\xbf\r\n\t ")
        )
        pages = list(_pages(message))
    except _DAMAGED as error:
        raise DocumentError("corrupt", "mhtml") from error
    if not pages:
        raise DocumentError("corrupt", "mhtml")
    first = pages[0]
    shown = pages[1:] if len(pages) > 1 and _FRAMES.search(first.body) else [first]
    document = _joined(list(_documents(shown)))
    return replace(
        document,
        format="mhtml",
        url=document.url or _address(message),
        title=document.title or _subject(message),
    )


def _pages(message: Message) -> Iterator[_Page]:
    """The parts that are HTML, in order, their coding undone."""
    found = 0
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and body.strip():
                found += 1
                yield _Page(body, part.get_content_charset() or "")
        if found == _MAX_PAGES:
            return


def _documents(pages: Sequence[_Page]) -> Iterator[Document]:
    """What the pages hold; a page without words costs nothing as long as another one has some."""
    failure: DocumentError | None = None
    found = 0
    for page in pages:
        try:
            yield html.read(*html.decoded(page.body, page.charset))
            found += 1
        except DocumentError as error:
            failure = failure or error
    if not found and failure is not None:
        raise failure


def _joined(documents: Sequence[Document]) -> Document:
    """One document of several pages, tables counted on."""
    if len(documents) == 1:
        return documents[0]
    pieces: list[Piece] = []
    tables = 0
    for document in documents:
        for block in document.blocks:
            table = None if block.table is None else block.table + tables
            text = document.text[block.start : block.end]
            pieces.append(Piece(text, None, table, block.row, block.kind, block.level))
        tables += len({block.table for block in document.blocks} - {None})
    text, blocks = join(pieces)
    shares = [document.text_share for document in documents if document.text_share is not None]
    flags = tuple(dict.fromkeys(flag for document in documents for flag in document.flags))
    return replace(
        documents[0], text=text, blocks=blocks, text_share=min(shares, default=None), flags=flags
    )


def _address(message: Message) -> str | None:
    for name in ("Snapshot-Content-Location", "Content-Location"):
        url = str(message.get(name) or "").strip()
        if url.startswith("http"):
            return url[:2_000]
    return None


def _subject(message: Message) -> str | None:
    try:
        subject = str(make_header(decode_header(str(message.get("Subject") or ""))))
    except (ValueError, LookupError, TypeError):
        return None
    return " ".join(subject.split())[:200] or None
