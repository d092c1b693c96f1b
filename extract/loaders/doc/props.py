"""Properties of paragraphs and characters in a Word 97–2003 file ([MS-DOC] 2.6, 2.9.114).

They lie in pages of 512 bytes, each a list of byte spans of the text with what holds for them: a
style and a run of changes to it (sprm = code and operand).
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.grid import MAX_COLUMNS, Shape

if TYPE_CHECKING:
    from extract.loaders.doc.styles import Styles

_PAGE = 512
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # of an operand, by the upper bits of the code; 0: it says so
_HUGE = frozenset({0x6645, 0x6646})  # the real list lies in the stream "Data"
_LONG = frozenset({0xD608, 0xD606})  # table definitions count their bytes in two
_MAX_DEPTH = 32  # of tables in tables
_STYLE = 0x4600
_OF_STYLES = (0x2640, 0x460B, 0x260A)  # outline, list and its level


class Paragraph(NamedTuple):
    """What holds for a paragraph, by its style and by what it says itself."""

    depth: int = 0  # of tables that it stands in
    ends_cell: bool = False  # of an inner table; outer ones have a mark of their own
    ends_row: bool = False
    shape: Shape | None = None  # of the row that it ends
    kind: str = "paragraph"  # "heading", or "furniture" for a table of contents (目录)
    level: int | None = None  # of a heading, from 1
    list_use: int = 0  # 0: none
    list_level: int | None = None  # from 0
    style: int = 0


def sprms(changes: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk over a property list: code and operand; ends where the list is damaged."""
    at, end = 0, len(changes)
    while at + 3 <= end:
        code = changes[at] | changes[at + 1] << 8
        size = _SIZES[code >> 13]
        if not size:
            size = _own_size(code, changes, at + 2)
        yield code, changes[at + 2 : at + 2 + size]
        at += 2 + size


def _own_size(code: int, changes: bytes, at: int) -> int:
    size = changes[at]
    if code in _LONG:
        return int.from_bytes(changes[at : at + 2], "little") + 1
    if code == 0xC615 and size == 255:  # tab stops: deleted ones, then added ones
        deleted = changes[at + 1] if at + 1 < len(changes) else 0
        place = at + 2 + 4 * deleted
        return 2 + 4 * deleted + 1 + 3 * (changes[place] if place < len(changes) else 0)
    return 1 + size


class Pages:
    """Where the properties of each byte of the text stand, over all pages of one kind."""

    def __init__(self, stream: bytes, plc: bytes) -> None:
        count = max((len(plc) - 4) // 8, 0)
        used = min(count, len(stream) // _PAGE)
        numbers = struct.unpack_from(f"<{used}I", plc, 4 * (count + 1)) if used else ()
        self.pages = [
            stream[place : place + _PAGE]
            for place in ((number & 0x3FFFFF) * _PAGE for number in numbers)
            if place + _PAGE <= len(stream)
        ]


class ParagraphPages(Pages):
    """Properties of paragraphs: the one that holds for a byte."""

    def __init__(self, stream: bytes, plc: bytes, data: bytes, styles: Styles) -> None:
        super().__init__(stream, plc)
        self._styles = styles
        self._data = data
        self._starts: list[int] = []
        self._changes: list[bytes] = []
        for page in self.pages:
            count = page[-1]
            if count * 17 + 5 > _PAGE:
                continue
            self._starts += struct.unpack_from(f"<{count}I", page)
            words = page[4 * (count + 1) : 4 * (count + 1) + 13 * count : 13]
            self._changes += [_papx(page, 2 * word) for word in words]
        self._found: list[Paragraph | None] = [None] * len(self._starts)
        self._known: dict[tuple[bytes, bytes], Paragraph] = {}

    def at(self, offset: int, changes: bytes = b"") -> tuple[int, Paragraph]:
        """Return the entry for the paragraph whose mark stands at ``offset``: number, content."""
        number = bisect_right(self._starts, offset) - 1
        found = None if changes or number < 0 else self._found[number]
        if found is None:
            found = self._read(self._changes[number] if number >= 0 else b"", changes)
            if not changes and number >= 0:
                self._found[number] = found
        return number, found

    def _read(self, own: bytes, changes: bytes) -> Paragraph:
        known = self._known.get((own, changes))
        if known is None:
            whole = (own or b"\0\0") + changes
            known = self._known[own, changes] = _paragraph(whole, self._data, self._styles)
        return known


def _papx(page: bytes, at: int) -> bytes:
    """Style and changes of one entry: their size is given in words, half a word less if odd."""
    if not at:
        return b""
    size = page[at]
    if size:
        return page[at + 1 : at + 2 * size]
    return page[at + 2 : at + 2 + 2 * page[at + 1]] if at + 1 < _PAGE else b""


def _paragraph(own: bytes, data: bytes, styles: Styles) -> Paragraph:
    numbers: dict[int, int] = {}
    shape = None
    for code, operand in _changes(own[2:], data):
        if code == 0xD608:
            shape = _shape(operand)
        elif code == 0xD62B and shape and len(operand) > 2:
            shape = _merged(shape, operand[1], operand[2])
        elif len(operand) <= 4:
            numbers[code] = int.from_bytes(operand, "little")
            if code == _STYLE:  # a style given anew takes back what was said before
                for taken in _OF_STYLES:
                    numbers.pop(taken, None)
    in_table = numbers.get(0x2416) or numbers.get(0x2417)
    depth = min(max(numbers.get(0x6649, 0), 1), _MAX_DEPTH) if in_table else 0
    number = numbers.get(_STYLE, int.from_bytes(own[:2], "little"))
    style = styles.style(number)
    outline = numbers.get(0x2640)
    level = style.level if outline is None else outline + 1
    is_heading = level is not None and 1 <= level <= 9
    return Paragraph(
        depth,
        depth > 1 and bool(numbers.get(0x244B)),
        bool(numbers.get(0x244C if depth > 1 else 0x2417)),
        shape,
        "furniture" if style.is_contents else "heading" if is_heading else "paragraph",
        level if is_heading and not style.is_contents else None,
        numbers.get(0x460B, style.list_use or 0),
        numbers.get(0x260A, style.list_level),
        number,
    )


def _changes(own: bytes, data: bytes) -> Iterator[tuple[int, bytes]]:
    for code, operand in sprms(own):
        yield code, operand
        if code in _HUGE:
            at = int.from_bytes(operand, "little")
            size = int.from_bytes(data[at : at + 2], "little")
            yield from sprms(data[at + 2 : at + 2 + size])


def _shape(operand: bytes) -> Shape | None:
    count = operand[2] if len(operand) > 2 else 0
    if not 0 < count <= MAX_COLUMNS or len(operand) < 5 + 2 * count:
        return None
    edges = struct.unpack_from(f"<{count + 1}h", operand, 3)
    at = 3 + 2 * (count + 1)
    flags = [
        int.from_bytes(operand[place : place + 2], "little")
        for place in range(at, min(at + 20 * count, len(operand)), 20)
    ]
    aside = frozenset(i for i, flag in enumerate(flags) if flag & 3 == 1)
    below = frozenset(i for i, flag in enumerate(flags) if flag >> 5 & 3 == 1)
    return Shape(edges, aside, below)


def _merged(shape: Shape, cell: int, flag: int) -> Shape:
    below = shape.below | {cell} if flag & 3 == 1 else shape.below - {cell}
    return shape._replace(below=below)


# --- characters -------------------------------------------------------------------------------

HIDES = re.compile(b"\x3c\x08[\x01\x81]")  # as the property list of a style says it
_OPPOSITE, _SHOWN = b"\x3c\x08\x81", b"\x3c\x08\x00"
_DELETED, _HIDDEN, _RAISED, _SYMBOL = 0x0800, 0x083C, 0x2A48, 0x6A09
# Operands that switch it on: 0x81 is the opposite of what the style says.
_ON = {b"\1", b"\x81"}
_KINDS = {_DELETED: _ON, _HIDDEN: _ON, _RAISED: {b"\1"}, _SYMBOL: set[bytes]()}
_FONTS = frozenset({0x4A4F, 0x4A51})  # of Western and of other characters
_MARKS = re.compile(b"[\x00\x3c]\x08[\x01\x81]|\x48\x2a\x01|\x09\x6a")


class Characters(NamedTuple):
    """Byte spans of characters that are not what they seem."""

    deleted: list[tuple[int, int]]  # by a tracked change
    hidden: list[tuple[int, int]]
    raised: list[tuple[int, int]]
    symbols: list[tuple[int, int, int, int]]  # with number of font and character


def read_characters(pages: Pages, *, styles_hide: bool = False) -> Characters:
    """Find such characters; pages that have none are not looked at closely.

    Where ``styles_hide``, the opposite of what the style says is taken for shown.
    """
    found = Characters([], [], [], [])
    plain = {b""}  # property lists that tell nothing of this
    for page in pages.pages:
        count = page[-1]
        if count * 5 + 4 >= _PAGE or not _MARKS.search(page):
            continue
        offsets = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            at = 2 * page[4 * (count + 1) + number]
            changes = page[at + 1 : at + 1 + page[at]] if at else b""
            if changes in plain:
                continue
            own = changes.replace(_OPPOSITE, _SHOWN) if styles_hide else changes
            if not sort_out(found, own, offsets[number], offsets[number + 1]):
                plain.add(changes)
    return found


def sort_out(found: Characters, changes: bytes, start: int, end: int) -> bool:
    """Note the characters from ``start`` to ``end`` for what their properties make of them."""
    told = False
    for code, operand in sprms(changes):
        kind = _KINDS.get(code)
        if kind is None:
            continue
        if code == _SYMBOL and len(operand) == 4:
            found.symbols.append((start, end, *struct.unpack("<HH", operand)))
            told = True
        elif operand[:1] in kind:
            spans = (
                found.deleted
                if code == _DELETED
                else found.hidden
                if code == _HIDDEN
                else found.raised
            )
            spans.append((start, end))
            told = True
    return told


def read_fonts_of(pages: Pages) -> list[tuple[int, int, int]]:
    """Find which characters have a font of their own: start, end, number of the font."""
    found = []
    for page in pages.pages:
        count = page[-1]
        if count * 5 + 4 >= _PAGE:
            continue
        offsets = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            at = 2 * page[4 * (count + 1) + number]
            changes = page[at + 1 : at + 1 + page[at]] if at else b""
            fonts = [operand for code, operand in sprms(changes) if code in _FONTS]
            if fonts:
                font = int.from_bytes(fonts[-1], "little")
                found.append((offsets[number], offsets[number + 1], font))
    return found
