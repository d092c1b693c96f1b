"""Word 6 and 95, files saved in one go: the text stands in one run, in bytes of a code page.

Of the properties only those of tables are read. Headings and list numbers
are as typed.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders.blocks import Piece
from extract.loaders.doc.shown import blank_fields
from extract.loaders.nesting import Gatherer, emit

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.loaders.doc.text import Fib

_PAGE = 512
_TEXT, _PARAGRAPHS = 0x18, 0xC0  # where the header says where those are
_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]?")
_MARKS = re.compile("[\x00-\x08\x0e-\x1d\x1f]+")
_NON_ASCII = re.compile(b"[\x80-\xff]")
# The commonest 3755 characters, which pairs of Western letters rarely make.
_COMMON = re.compile(b"[\xb0-\xd7][\xa1-\xfe]")
# By language and country, else by language alone; English and the like may be wrong, so not here.
_CODECS = {
    0x0404: "big5hkscs", 0x0C04: "big5hkscs", 0x1404: "big5hkscs", 0x04: "gb18030",
    0x11: "cp932", 0x12: "cp949", 0x19: "cp1251", 0x22: "cp1251", 0x02: "cp1251",
    0x05: "cp1250", 0x0E: "cp1250", 0x15: "cp1250", 0x1B: "cp1250", 0x1F: "cp1254",
}  # fmt: skip
_IN_TABLE, _ROW_END = b"\x18\x01", b"\x19\x01"  # sprmPFInTable, sprmPFTtp


def read_old(stream: bytes, fib: Fib) -> list[Piece] | None:
    """Return body and notes; None where the file was saved in pieces.

    Raises:
        DocumentError: ``corrupt(doc)``, the text reaches out of the file.
    """
    if fib.is_complex:
        return None
    start, stop = struct.unpack_from("<2I", stream, _TEXT)
    size = sum(fib.counts[:2])
    if min(fib.counts) < 0 or start + size > min(stop, len(stream)):
        raise DocumentError("corrupt", "doc")
    chars = stream[start : start + size].decode("latin-1")
    chars = blank_fields(chars, [(0, fib.counts[0]), (fib.counts[0], size)])
    codec = _codec(fib.language, stream[start : start + size])
    holds = _properties(stream)
    gatherer = Gatherer()
    for match in _PARAGRAPH.finditer(chars):
        raw = match[0]
        if not raw:
            continue
        own, is_cell = holds(start + match.end() - 1), raw[-1] == "\x07"
        if is_cell and _ROW_END in own:
            gatherer.end_row(1)
        else:
            depth = int(is_cell or _IN_TABLE in own)
            gatherer.add(depth, [Piece(_words(raw, codec))], ends_cell=is_cell)
    return emit(gatherer.finish())


def _words(raw: str, codec: str) -> str:
    text = _MARKS.sub("", raw.rstrip("\r\x07\x0c"))
    text = text.encode("latin-1").decode(codec, "replace")
    return text.replace("\t", " ").replace("\x0b", "\n")


def _properties(stream: bytes) -> Callable[[int], bytes]:
    """Return what tells the properties of the paragraph whose mark stands at an offset."""
    at, size = struct.unpack_from("<2I", stream, _PARAGRAPHS)
    count = max((size - 4) // 6, 0)
    numbers = struct.unpack_from(f"<{count}H", stream, at + 4 * (count + 1)) if count else ()
    starts: list[int] = []
    found: list[bytes] = []
    for number in numbers:
        page = stream[number * _PAGE : (number + 1) * _PAGE]
        runs = page[-1] if len(page) == _PAGE else 0
        if runs * 11 + 5 > _PAGE:
            continue
        starts += struct.unpack_from(f"<{runs}I", page)
        words = page[4 * (runs + 1) : 4 * (runs + 1) + 7 * runs : 7]
        found += [page[2 * w + 1 : 2 * w + 1 + 2 * page[2 * w]] if w else b"" for w in words]

    def holds(offset: int) -> bytes:
        number = bisect_right(starts, offset) - 1
        return found[number] if number >= 0 else b""

    return holds


def _codec(language: int, raw: bytes) -> str:
    """The code page: by language, but English may only be that of the program."""
    known = _CODECS.get(language) or _CODECS.get(language & 0xFF)
    if known is not None:
        return known
    common, foreign = len(_COMMON.findall(raw)), len(_NON_ASCII.findall(raw))
    return "gb18030" if 2 * common > 0.6 * foreign else "cp1252"
