"""DOCX, DOCM, DOTX: a Word file in document order, read from its XML (ECMA-376 part 1, §17).

Headings carry their level and, as lists, the number that Word shows before them. Footnotes and
endnotes stand behind the paragraph that refers to them, headers and footers at the end, each once,
as furniture; charts are tables. Comments, deleted and hidden words are not read. White space
inside words is only blank or LF: a TAB is always the border of a cell. A file without words whose
pictures are as large as pages is read from those.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders import load as load_any
from extract.loaders import titles
from extract.loaders.blocks import Piece, join, n_visible
from extract.loaders.docx_annex import Annexes
from extract.loaders.docx_lazy import without_looks
from extract.loaders.docx_numbering import Numbering
from extract.loaders.docx_parts import Parts
from extract.loaders.docx_pictures import pictures
from extract.loaders.docx_story import Story
from extract.loaders.docx_styles import Styles
from extract.loaders.docx_words import Tally, Words
from extract.loaders.docx_xml import (
    Acts,
    attribute,
    child,
    local,
    n_stored,
    n_words,
)
from extract.loaders.package import open_package, parse_xml, read_part
from extract.loaders.sniff import sniff
from extract.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_WHOLE = 0.995  # a smaller share of the words is flagged
_EDGES = ("headerReference", "footerReference")


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Do without the search for cycles: there are none in a tree, but thousands of elements.

    By default each 700 of them start a search, which costs a third of the time to load.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_no_cycles()
def load(data: bytes, *, inner: bool = False) -> Document:
    """Read a Word file. In an ``inner`` one no further Word file is looked for.

    Raises:
        DocumentError: ``corrupt``, ``refused``, ``encrypted`` or ``empty(scanned|no_text)``.
    """
    with open_package(data) as package:
        parts = Parts(package)
        data, careful = without_looks(read_part(package, parts.main))
        root = parse_xml(data)
        tally = Tally()
        annexes = Annexes(parts, tally, partial(_load_other, inner=inner))
        try:
            pieces = _pieces(parts, root, annexes, tally, careful=careful)
        except RecursionError as error:
            raise DocumentError("refused", "depth") from error
        title = _title(parts)
        flags = parts.flags()
        if all(piece.kind == "furniture" for piece in pieces):
            from extract.loaders.image import load_album  # noqa: PLC0415 rarely needed

            album = load_album(pictures(parts, root), "docx")
            return replace(album, title=title, flags=tuple(sorted(flags)))
    text, blocks = join(pieces)
    share = _share(tally, text)
    if annexes.lost or (share is not None and share < _WHOLE):
        flags.add("text_loss")
    return Document(
        text=text,
        format="docx",
        blocks=blocks,
        text_share=share,
        title=title,
        flags=tuple(sorted(flags)),
    )


def _load_other(data: bytes, *, inner: bool) -> Document:
    """Read a file that stands in this one."""
    if sniff(data) != "docx":
        return load_any(data)
    if inner:
        raise DocumentError("refused", "depth")
    return load(data, inner=True)


def _pieces(
    parts: Parts, root: Element, annexes: Annexes, tally: Tally, *, careful: bool
) -> list[Piece]:
    styles = Styles(parts)
    numbering = Numbering(parts, styles)
    words = Words(Acts(), tally, styles, careful)
    story = Story(words, styles, numbering, annexes)
    story.part = parts.main
    for part in root:
        if local(part.tag) == "body":
            story.read(part)
    tally.stored += n_stored(root, words.acts)
    body = list(story.pieces)
    return body + _edges(parts, story, tally)


def _edges(parts: Parts, story: Story, tally: Tally) -> list[Piece]:
    """Headers and footers, each distinct one once."""
    relations = parts.relations(parts.main)
    names = {
        relations[found].target: None
        for section in story.sections
        for mark in section
        if local(mark.tag) in _EDGES and (found := attribute(mark, "id") or "") in relations
    }
    known: set[tuple[str, ...]] = set()
    pieces: list[Piece] = []
    for name in names:
        root = parts.root(name)
        if root is None:
            continue
        story.part, story.pieces = name, []
        tally.stored += n_words(root)
        story.read(root)
        texts = tuple(piece.text.replace("\t", " ").strip() for piece in story.pieces)
        if texts in known:
            tally.hidden += n_words(root)
        else:
            known.add(texts)
            pieces += [Piece(text, kind="furniture") for text in texts if text]
    return pieces


def _share(tally: Tally, text: str) -> float | None:
    """Characters that came out per character that the file shows, 0 to 1; null without any."""
    shown = tally.stored - tally.hidden
    if shown <= 0:
        return None
    return max(0.0, min(1.0, round((n_visible(text) - tally.added) / shown, 4)))


def _title(parts: Parts) -> str | None:
    """The title in the file's properties."""
    name = parts.target("", "core-properties") or "docProps/core.xml"
    if name not in parts.names:
        return None
    root = parts.root(name)
    found = child(root, "title")
    return None if found is None else titles.of_file(found.text or "")
