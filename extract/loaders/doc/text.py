"""The text of a Word 97–2003 file: header (FIB), piece table, stories ([MS-DOC] 2.4.1).

A character position (cp) counts UTF-16 units through all stories: body, notes, running heads,
comments, endnotes, text boxes. The piece table says where in the stream each run of them stands.
"""

from __future__ import annotations

import codecs
import struct
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from extract.errors import DocumentError
from extract.loaders import limits

MAX_PIECES = 50_000
MAX_CHARACTERS = limits.DOC_CHARACTERS

Span = tuple[int, int]

_WORD97 = 193  # nFib from here on: text in pieces, Unicode
_STORIES = ("body", "notes", "heads", "macros", "comments", "endnotes", "boxes", "head_boxes")
# Windows-1252 as Word stores it: its five undefined bytes are the control characters.
_ANSI = "".join(bytes([i]).decode("cp1252", "ignore") or chr(i) for i in range(256))


class Fib(NamedTuple):
    """What the file's header says (File Information Block)."""

    version: int
    language: int
    is_complex: bool
    table_stream: str
    counts: tuple[int, ...]  # characters of each story, in the order of ``_STORIES``
    places: tuple[int, ...]  # offset and size of each structure in the table stream, by turns

    @property
    def is_old(self) -> bool:
        """Tell whether Word 6 or 95 wrote it: another layout altogether."""
        return self.version < _WORD97

    def part(self, table: bytes, number: int) -> bytes:
        """Return structure ``number`` of the table stream, empty where the file has none."""
        if 2 * number + 1 >= len(self.places):
            return b""
        offset, size = self.places[2 * number : 2 * number + 2]
        return table[offset : offset + size]

    def span(self, story: str) -> tuple[int, int]:
        """Character positions of a story."""
        number = _STORIES.index(story)
        start = sum(self.counts[:number])
        return start, start + self.counts[number]


def read_fib(stream: bytes) -> Fib:
    """Read the header of the stream ``WordDocument``.

    Raises:
        DocumentError: ``corrupt(doc)``, it is none; ``encrypted``, as all behind it.
        struct.error: it is cut short.
    """
    ident, version, _, language, _, flags = struct.unpack_from("<6H", stream)
    if ident not in {0xA5EC, 0xA5DC}:
        raise DocumentError("corrupt", "doc")
    if flags & 0x0100:
        raise DocumentError("encrypted")
    shape = version, language, bool(flags & 0x0004)
    table = "1Table" if flags & 0x0200 else "0Table"
    if version < _WORD97:
        counts = struct.unpack_from("<3i", stream, 0x34)
        return Fib(*shape, table, counts, ())
    (n_words,) = struct.unpack_from("<H", stream, 32)
    at_longs = 34 + 2 * n_words
    (n_longs,) = struct.unpack_from("<H", stream, at_longs)
    counts = struct.unpack_from("<8i", stream, at_longs + 2 + 12)
    at_places = at_longs + 2 + 4 * n_longs
    (n_places,) = struct.unpack_from("<H", stream, at_places)
    places = struct.unpack_from(f"<{2 * n_places}I", stream, at_places + 2)
    if any(not 0 <= count <= MAX_CHARACTERS for count in counts):
        raise DocumentError("corrupt", "doc")
    return Fib(*shape, table, counts, places)


class Piece(NamedTuple):
    """A run of characters that stand together in the stream."""

    start: int  # cp
    end: int
    offset: int  # of its first byte in the stream
    width: int  # bytes a character, 1 or 2
    changes: bytes  # properties laid over those of its paragraphs and characters


@dataclass(frozen=True, slots=True)
class Text:
    """All stories in one string, one character for each cp, surrogates apart."""

    chars: str
    pieces: tuple[Piece, ...]
    starts: tuple[int, ...]  # of the pieces

    def piece_at(self, cp: int) -> Piece:
        """Return the piece that holds a character."""
        return self.pieces[max(bisect_right(self.starts, cp) - 1, 0)]


def read_text(stream: bytes, clx: bytes) -> Text:
    """Put the pieces together.

    Raises:
        DocumentError: ``corrupt(doc)``, ``refused(size)``.
        struct.error: the piece table is cut short.
    """
    pieces = _pieces(clx)
    if sum(piece.end - piece.start for piece in pieces) > MAX_CHARACTERS:
        raise DocumentError("refused", "size")
    chars = "".join(_decode(stream, piece) for piece in pieces)
    return Text(chars, pieces, tuple(piece.start for piece in pieces))


def _pieces(clx: bytes) -> tuple[Piece, ...]:
    changes, at = _changes(clx)
    (size,) = struct.unpack_from("<I", clx, at + 1)
    count = (size - 4) // 12
    if not 0 < count <= MAX_PIECES:
        raise DocumentError("corrupt" if count < 1 else "refused", "doc" if count < 1 else "size")
    cps = struct.unpack_from(f"<{count + 1}i", clx, at + 5)
    if cps[0] != 0 or any(a > b for a, b in pairwise(cps)):
        raise DocumentError("corrupt", "doc")
    found = []
    for number, (start, end) in enumerate(pairwise(cps)):
        fc, prm = struct.unpack_from("<IH", clx, at + 5 + 4 * (count + 1) + 8 * number + 2)
        offset, width = fc & 0x3FFFFFFF, 2
        if fc & 0x40000000:
            offset, width = offset // 2, 1
        found.append(Piece(start, end, offset, width, _piece_changes(prm, changes)))
    return tuple(found)


def _changes(clx: bytes) -> tuple[list[bytes], int]:
    """Property lists that pieces refer to, and where the piece table begins behind them."""
    changes, at = [], 0
    while clx[at : at + 1] == b"\x01":
        (size,) = struct.unpack_from("<H", clx, at + 1)
        changes.append(clx[at + 3 : at + 3 + size])
        at += 3 + size
    if clx[at : at + 1] != b"\x02":
        raise DocumentError("corrupt", "doc")
    return changes, at


# Properties that a piece may set with one byte ([MS-DOC] 2.9.215 Prm0) → their own codes.
_SHORT = {0x0C: 0x260A, 0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x5C: 0x083C}


def _piece_changes(prm: int, changes: list[bytes]) -> bytes:
    if prm & 1:
        return changes[prm >> 1] if prm >> 1 < len(changes) else b""
    code = _SHORT.get(prm >> 1 & 0x7F)
    return struct.pack("<HB", code, prm >> 8) if code else b""


def _decode(stream: bytes, piece: Piece) -> str:
    size = (piece.end - piece.start) * piece.width
    raw = stream[piece.offset : piece.offset + size]
    if len(raw) < size:
        raise DocumentError("corrupt", "doc")
    if piece.width == 1:
        return codecs.charmap_decode(raw, "strict", _ANSI)[0]
    text = raw.decode("utf-16-le", "surrogatepass")
    # A character outside of the BMP is one in the string, but two positions in the file.
    return text if len(text) * 2 == size else _apart(text)


def _apart(text: str) -> str:
    return "".join(
        char
        if char <= "\uffff"
        else chr(0xD7C0 + (ord(char) >> 10)) + chr(0xDC00 + (ord(char) & 0x3FF))
        for char in text
    )


def cps_of(text: Text, runs: list[Span]) -> list[tuple[int, int, int]]:
    """Turn byte spans of the stream to character spans, as the pieces lie over them.

    Of spans that overlap the first holds. Each is returned with the number of its run.
    """
    if not runs:
        return []
    order = sorted(range(len(runs)), key=runs.__getitem__)
    starts, ends, at = [], [], 0
    for number in order:
        start, end = runs[number]
        starts.append(max(start, at))
        at = max(at, end)
        ends.append(at)
    found = []
    for piece in text.pieces:
        last = piece.offset + (piece.end - piece.start) * piece.width
        for place in range(bisect_right(ends, piece.offset), len(order)):
            first, stop = max(starts[place], piece.offset), min(ends[place], last)
            if first >= last:
                break
            cp = piece.start + (first - piece.offset) // piece.width
            end = piece.start + -(-(stop - piece.offset) // piece.width)
            if end > cp:
                found.append((cp, end, order[place]))
    return found
