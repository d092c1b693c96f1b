"""The stories of a Word 97–2003 file: body, notes, text boxes, running heads, in reading order."""

from __future__ import annotations

import re
import struct
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.blocks import Piece, n_visible
from extract.loaders.doc.lists import Lists
from extract.loaders.doc.props import Pages, Paragraph, ParagraphPages
from extract.loaders.doc.shown import read_shown
from extract.loaders.doc.styles import Styles
from extract.loaders.nesting import Gatherer, Hung, Item, emit
from extract.loaders.numbering import labelled
from extract.loaders.txt import join_surrogates

if TYPE_CHECKING:
    from extract.loaders.doc.text import Fib, Text

# Structures of the table stream, by their place in the header.
_STYLES, _HEADS, _BOXES, _SHAPES, _SCHEMES, _USES = 1, 11, 56, 40, 73, 74
_CHARACTERS, _PARAGRAPHS, _FONTS = 12, 13, 15
_NOTES = (("notes", 2, 3), ("endnotes", 46, 47))  # with the places of their marks and their texts
_END = re.compile("[\r\x07\x0c]")  # of a paragraph, a cell, a section or page
# Marks of pictures, notes, comments, drawings, fields, soft hyphens; NUL is what was masked.
_MARKS = re.compile("[\x00-\x06\x08\x0e-\x1d\x1f]+")
_ODD = re.compile("[\x00-\x06\x08\x0e-\x1d\x1f\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SEPARATORS = 6  # first of the running heads: lines between text and notes
_MAX_HUNG = 20_000  # notes and boxes, each


class _Anchor(NamedTuple):
    """Where a note or a text box hangs, and the characters of its story."""

    cp: int
    start: int
    end: int
    is_box: bool


class Body:
    """Reads the stories of one document; its lists count on the way."""

    def __init__(self, fib: Fib, text: Text, stream: bytes, table: bytes, data: bytes) -> None:
        self._fib = fib
        self._table = table
        self._text = text
        styles = Styles(self._part(_STYLES))
        self._paragraphs = ParagraphPages(stream, self._part(_PARAGRAPHS), data, styles)
        self._lists: Lists | None = None
        pages = Pages(stream, self._part(_CHARACTERS))
        self._shown = read_shown(fib, text, pages, self._part(_FONTS), self._part(_STYLES))
        self._anchors, self._loose = self._hanging()
        self.n_labels = 0  # characters of list numbers, which no story has
        self.n_replaced = 0

    def _part(self, number: int) -> bytes:
        return self._fib.part(self._table, number)

    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        """Return all that a reader sees but running heads and feet; then those."""
        items = self._story(*self._fib.span("body"), hang=True)
        # Then what hangs on nothing that we know.
        items += [self._hung(anchor) for anchor in [*self._anchors, *self._loose]]
        return emit(items), self._running()

    def n_shown(self) -> int:
        """Characters that the file shows besides running heads, blanks and marks not counted."""
        found = 0
        for story in ("body", "notes", "endnotes", "boxes"):
            start, end = self._fib.span(story)
            missing = max(end - max(start, len(self._shown)), 0)
            chars = "".join(self._shown[start:end].split())
            found += len(chars) - chars.count("\x07") + missing
            if _ODD.search(chars):
                found -= len(_ODD.findall(chars)) - len(_SURROGATE.findall(chars)) // 2
        return found

    # --- paragraphs ---------------------------------------------------------------------------

    def _story(self, start: int, end: int, *, hang: bool = False) -> list[Item]:
        gatherer = Gatherer()
        chars, at, piece = self._shown, start, self._text.piece_at(start)
        is_plain = not _ODD.search(chars, start, end)
        before = -1  # entry of the paragraph before, where a page break has cut this one in two
        for match in _END.finditer(chars, start, end):
            cp, mark = match.start(), match[0]
            if cp >= piece.end:
                piece = self._text.piece_at(cp)
            offset = piece.offset + (cp - piece.start) * piece.width
            entry, found = self._paragraphs.at(offset, piece.changes)
            text = chars[at:cp] if is_plain else self._words(chars[at:cp])
            if found.ends_row:
                gatherer.end_row(found.depth, found.shape)
            else:
                # Half a paragraph has no number of its own.
                if found.list_use and entry != before and (text or mark == "\r" or found.depth):
                    text = self._labelled(text, found)
                item = Piece(text, None, None, None, found.kind, found.level)
                hung: list[Item] = []
                if hang and self._anchors and self._anchors[-1].cp <= cp:
                    hung = self._hung_on(cp)
                is_cell = mark == "\x07"
                if found.depth or is_cell:
                    ends_cell = found.ends_cell or is_cell
                    gatherer.add(found.depth or 1, [item, *hung], ends_cell=ends_cell)
                else:
                    gatherer.put(item, *hung)
            at, before = cp + 1, entry if mark == "\x0c" and text else -1
        if at < end:
            gatherer.put(Piece(self._words(chars[at:end])))
        return gatherer.finish()

    def _words(self, raw: str) -> str:
        text = _MARKS.sub("", raw)
        if _SURROGATE.search(text):
            text, lost = join_surrogates(text)
            self.n_replaced += lost
        return text

    def _labelled(self, text: str, found: Paragraph) -> str:
        """The text behind its number. Alone it counts in cells only (序号)."""
        if self._lists is None:
            self._lists = _lists(self._fib, self._table)
        label, follow = self._lists.label(found)
        shown = labelled(label, follow, text) or (label if found.depth else "")
        self.n_labels += n_visible(shown) - n_visible(text)
        return shown

    # --- what hangs on paragraphs -------------------------------------------------------------

    def _hung_on(self, cp: int) -> list[Item]:
        found: list[Item] = []
        while self._anchors and self._anchors[-1].cp <= cp:
            found.append(self._hung(self._anchors.pop()))
        return found

    def _hung(self, anchor: _Anchor) -> Hung:
        return Hung(self._story(anchor.start, anchor.end), anchor.is_box)

    def _hanging(self) -> tuple[list[_Anchor], list[_Anchor]]:
        """Notes and boxes, the first at the end; then those of which the anchor is unknown."""
        anchors: list[_Anchor] = []
        loose: list[_Anchor] = []
        for story, marks, texts in _NOTES:
            cps = _cps(self._part(marks), 2)
            spans = self._spans(story, _cps(self._part(texts), 0))
            anchors += [
                _Anchor(cp, *span, is_box=False) for cp, span in zip(cps[:-1], spans, strict=False)
            ]
        shapes = self._part(_SHAPES)
        cps = _cps(shapes, 26)
        names = [shapes[at : at + 4] for at in range(4 * len(cps), len(shapes), 26)]
        places = dict(zip(names, cps, strict=False))
        boxes = self._part(_BOXES)
        cps = _cps(boxes, 22)
        for number, span in enumerate(self._spans("boxes", cps)):
            at = 4 * len(cps) + 22 * number
            if boxes[at + 8 : at + 10] != b"\0\0":  # a spare one
                continue
            cp = places.get(boxes[at + 14 : at + 18])
            (loose if cp is None else anchors).append(_Anchor(cp or 0, *span, is_box=True))
        return sorted(anchors, reverse=True), loose

    def _spans(self, story: str, cps: tuple[int, ...]) -> list[tuple[int, int]]:
        """Spans of the parts of a story; none reaches out of it, or into the part before."""
        start, end = self._fib.span(story)
        found, last = [], start
        for a, b in pairwise(cps[: _MAX_HUNG + 1]):
            first, stop = max(start + a, last), min(start + b, end)
            found.append((first, max(first, stop)))
            last = max(first, stop)
        return found

    def _running(self) -> list[Piece]:
        """Running heads and feet, each said once however many sections repeat it."""
        spans = self._spans("heads", _cps(self._part(_HEADS), 0))[_SEPARATORS:]
        texts: dict[str, None] = {}
        for span in [*spans, self._fib.span("head_boxes")]:
            texts.update((piece.text, None) for piece in emit(self._story(*span)))
        return [Piece(text, kind="furniture") for text in texts]


def _cps(plc: bytes, size: int) -> tuple[int, ...]:
    """Character positions of a list whose entries have ``size`` bytes; one more than entries."""
    count = max((len(plc) - 4) // (4 + size), 0)
    return struct.unpack_from(f"<{count + 1}i", plc) if count else ()


def _lists(fib: Fib, table: bytes) -> Lists:
    if len(fib.places) <= 2 * _USES + 1 or not fib.places[2 * _USES + 1]:
        return Lists()
    return Lists(table, fib.places[2 * _SCHEMES], fib.part(table, _USES))
