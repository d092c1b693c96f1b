"""HTML: the article of a portal's page, or a whole page as an office program writes it.

Menus, footers, scripts and all that a browser does not show are left out; the line with date and
source stays as furniture. Title, date, address and linked files become fields of the document.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.blocks import Piece, join
from extract.loaders.html.article import Article, find_article, left_out_of
from extract.loaders.html.blocks import blocks
from extract.loaders.html.meta import (
    address_of,
    attachments_of,
    metas,
    published_on,
    shown_title,
    title_of,
    window_title,
)
from extract.loaders.html.portals import PortalRules, rules
from extract.loaders.html.table import Item, Paragraph
from extract.loaders.html.tree import MAX_SIZE, parse
from extract.loaders.txt import decode
from extract.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_CHARSET = re.compile(rb"charset\s{0,4}=\s{0,4}[\"']?\s{0,4}([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_BIG5 = ("big5", "big5-hkscs", "big5hkscs", "x-x-big5", "cn-big5")
_LOST = 0.995  # of the article's characters, below which the document is flagged
_ERROR_LENGTH = 200  # characters of an error page at most
_HEAD = 15  # paragraphs among which the line with date and source stands
_OPENING = 6  # paragraphs among which an article has a title of its own
_FACTS = 150  # characters of that line at most


def load(data: bytes) -> Document:
    """Read the article of a page.

    Raises:
        DocumentError: ``empty(no_text)``, ``refused(size|depth)``.
    """
    if len(data) > MAX_SIZE:
        raise DocumentError("refused", "size")
    text, encoding, n_replaced = decoded(data)
    return read(text, encoding, n_replaced)


def decoded(data: bytes, declared: str = "") -> tuple[str, str, int]:
    """Text, encoding and number of undecodable characters of a page.

    What a page declares is often false (gb2312 stands for GB18030, pages moved to UTF-8 keep
    their old line), so the bytes decide; only Big5, hard to tell in a short page, is believed.
    """
    text, encoding, n_replaced = decode(data)
    match = _CHARSET.search(data, 0, 4_096)
    name = declared.lower() or (match[1].decode("ascii").lower() if match else "")
    if encoding == "gb18030" and name in _BIG5:
        try:
            return data.decode("big5hkscs"), "big5hkscs", 0
        except UnicodeDecodeError:
            pass
    return text, encoding, n_replaced


def read(text: str, encoding: str | None = None, n_replaced: int = 0) -> Document:
    """The document of a decoded page; raises as ``load`` does."""
    known = rules()
    page = parse(text)
    body = page.body
    if body is None:  # a page of frames
        raise DocumentError("empty", "no_text")
    left_out = left_out_of(body, known)
    article = find_article(body, left_out, known)
    items, n_shown = blocks(article.roots, left_out)
    named, window = metas(page), window_title(page, known)
    shown = None if article.is_page else shown_title(page, article.head, window, known)
    kept = list(_kept(items, known))
    pieces = [*_head(article, kept, shown, known), *_pieces(kept, known)]
    _refuse_empty(pieces, known)
    full, placed = join(pieces)
    share = _share(items, n_shown)
    return Document(
        text=full,
        format="html",
        encoding=encoding,
        n_replaced=n_replaced,
        blocks=placed,
        text_share=share,
        flags=("text_loss",) if share < _LOST else (),
        title=title_of(named, window, shown or _title_within(kept, known), known),
        url=address_of(page, named, text, known),
        published=published_on(named, _lines(article, kept, known), known),
        attachments=attachments_of(page, known),
    )


def _kept(items: Sequence[Item], known: PortalRules) -> Iterator[Item]:
    """Without the buttons and links of the portal."""
    for item in items:
        if isinstance(item, Paragraph) and (item.listed or known.lines_out.fullmatch(item.text)):
            continue
        yield item


def _head(
    article: Article, items: Sequence[Item], shown: str | None, known: PortalRules
) -> Iterator[Piece]:
    """The title and the line with date and source, where they stand above the article."""
    first = [" ".join(words.split()) for words in _first_words(items)]
    if shown and _bare(shown) not in _bare("".join(first)):
        titled = any(map(known.own_title.fullmatch, first[:_OPENING]))
        yield Piece(shown, kind="furniture") if titled else Piece(shown, kind="heading", level=1)
    for run in article.head:
        if _is_fact(run.text, known) and not known.lines_out.fullmatch(run.text):
            yield Piece(" ".join(run.text.split()), kind="furniture")


def _bare(text: str) -> str:
    return "".join(text.split())


def _first_words(items: Sequence[Item]) -> Iterator[str]:
    yield from (item.text for item in items[:_HEAD] if isinstance(item, Paragraph))


def _title_within(items: Sequence[Item], known: PortalRules) -> str | None:
    """The first heading, or the line right above the one with date and source."""
    heads = [item for item in items[:_HEAD] if isinstance(item, Paragraph)]
    for item, below in pairwise([*heads, Paragraph("")]):
        if item.level or (_is_fact(below.text, known) and not _is_fact(item.text, known)):
            return " ".join(item.text.split())
    return None


def _lines(article: Article, items: Sequence[Item], known: PortalRules) -> Iterator[str]:
    """Lines that may tell when the page was published."""
    yield from (run.text for run in article.head if len(run.text) <= _FACTS)
    yield from (text for text in _first_words(items) if _is_fact(text, known))


def _is_fact(text: str, known: PortalRules) -> bool:
    return len(text) <= _FACTS and known.facts.match(text) is not None


def _pieces(items: Sequence[Item], known: PortalRules) -> Iterator[Piece]:
    table = -1
    for number, item in enumerate(items):
        if isinstance(item, Paragraph):
            fact = number < _HEAD and _is_fact(item.text, known)
            if item.furniture or fact:
                yield Piece(item.text, kind="furniture")
            elif item.level:
                yield Piece(" ".join(item.text.split()), kind="heading", level=item.level)
            else:
                yield Piece(item.text)
        elif item.rows[0][0] in known.register:
            yield from (Piece("\t".join(row), kind="furniture") for row in item.rows)
        else:
            table += 1
            yield from (Piece("\t".join(row), None, table, n) for n, row in enumerate(item.rows))


def _refuse_empty(pieces: Sequence[Piece], known: PortalRules) -> None:
    length = sum(len(piece.text) for piece in pieces if piece.kind != "furniture")
    if not length:
        raise DocumentError("empty", "no_text")
    if length <= _ERROR_LENGTH and any(known.error.search(piece.text) for piece in pieces):
        raise DocumentError("empty", "no_text")


def _share(items: Sequence[Item], n_shown: int) -> float:
    """Characters that came out per character that the article shows, blanks not counted."""
    n_read = sum(len(word) for item in items for text in _texts(item) for word in text.split())
    return min(1.0, round(n_read / n_shown, 4)) if n_shown else 1.0


def _texts(item: Item) -> Iterator[str]:
    if isinstance(item, Paragraph):
        yield item.text
    else:
        yield from (text for row in item.rows for text in row)
