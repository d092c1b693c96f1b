"""A stand-in for Chinese fonts that a PDF names without embedding them.

pdfium asks the system for such a font. Where there is none, glyphs have no size: text that is
placed character by character, and a lone character in a table's cell, then vanish from the page
without a word. Where there is one, boxes depend on the machine. So pdfium is given a font of
boxes instead: all characters of Chinese, Japanese and Korean fill their em, ASCII half of it.
Nothing is ever drawn with it; it is made in memory.
"""

from __future__ import annotations

import ctypes
import struct
from functools import cache
from typing import Any, TypeAlias

import pypdfium2.raw as pdfium_c

_Raw: TypeAlias = Any  # whatever ctypes hands over
_CHARSETS = frozenset({128, 129, 134, 136})  # Shift-JIS, Hangul, GB2312, Big5 as Windows counts
_HANDLE = 0x5A4A  # any number that is no pointer; pdfium only hands it back
_EM, _TOP, _FOOT = 1000, 859, -140  # as the usual fonts for Chinese have them
_HALVES = (0x20, 0x7E)
_FULL = ((0xA0, 0xD7FF), (0xE000, 0xFFFD), (0x20000, 0x3FFFF))


@cache
def install() -> None:
    """Let pdfium find the stand-in; once in a process, before the first document is opened."""
    usual = pdfium_c.FPDF_GetDefaultSystemFontInfo()
    if not usual:  # a build without fonts: nothing to put ourselves before
        return
    info = pdfium_c.FPDF_SYSFONTINFO()
    info.version = usual.contents.version
    for name, function in _functions(usual.contents, usual, font()).items():
        setattr(info, name, function)
    pdfium_c.FPDF_SetSystemFontInfo(ctypes.byref(info))
    _KEPT.append(info)  # pdfium calls it for as long as the process lives


_KEPT: list[object] = []


def _functions(usual: _Raw, itself: _Raw, data: bytes) -> dict[str, object]:
    """What pdfium calls: the usual functions, but for fonts with Chinese, Japanese or Korean."""

    def find(_: _Raw, *asked: _Raw) -> _Raw:  # weight, italic, charset, pitch, face, exact
        return _HANDLE if asked[2] in _CHARSETS else usual.MapFont(itself, *asked)

    def read(_: _Raw, handle: _Raw, table: int, buffer: _Raw, size: int) -> int:
        if handle == _HANDLE:
            return 0 if table else _copy(data, buffer, size)
        return int(usual.GetFontData(itself, handle, table, buffer, size))

    def name(_: _Raw, handle: _Raw, buffer: _Raw, size: int) -> int:
        if handle == _HANDLE:
            return _copy(b"standin\0", buffer, size)
        return int(usual.GetFaceName(itself, handle, buffer, size))

    def charset_of(_: _Raw, handle: _Raw) -> int:
        return 134 if handle == _HANDLE else int(usual.GetFontCharset(itself, handle))

    def delete(_: _Raw, handle: _Raw) -> None:
        if handle != _HANDLE:
            usual.DeleteFont(itself, handle)

    made = {
        "MapFont": find,
        "GetFont": lambda _, face: usual.GetFont(itself, face),
        "GetFontData": read,
        "GetFaceName": name,
        "GetFontCharset": charset_of,
        "DeleteFont": delete,
        "EnumFonts": lambda _, mapper: usual.EnumFonts(itself, mapper),
    }
    types = dict(pdfium_c.FPDF_SYSFONTINFO._fields_)
    return {field: types[field](function) for field, function in made.items()}


def _copy(data: bytes, buffer: _Raw, size: int) -> int:
    """Copy where there is room, and say how much there is to copy."""
    if buffer and size >= len(data):
        ctypes.memmove(buffer, data, len(data))
    return len(data)


def font() -> bytes:
    """A TrueType font of two boxes, one glyph for all ASCII and one for everything wider."""
    half, full = _box(_EM // 2), _box(_EM)
    tables = {
        b"cmap": _character_map(),
        b"glyf": half + half + full,  # the first one stands for what has no glyph
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh",
            0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, _FOOT, _EM, _TOP, 0, 8, 2, 0, 0,
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, _TOP, _FOOT, 0, _EM, *[0] * 11, 3),
        b"hmtx": struct.pack(">6H", _EM // 2, 0, _EM // 2, 0, _EM, 0),
        b"loca": struct.pack(">4H", *(n * len(half) // 2 for n in range(4))),
        b"maxp": struct.pack(">I14H", 0x10000, 3, 4, 1, 0, 0, 1, *[0] * 8),
    }  # fmt: skip
    entries = bytearray()
    body = bytearray()
    for tag, table in tables.items():
        at = 12 + 16 * len(tables) + len(body)
        entries += tag + struct.pack(">III", 0, at, len(table))
        body += table + bytes(-len(table) % 4)
    return struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 48) + bytes(entries + body)


def _box(width: int) -> bytes:
    """The outline of a glyph: a box a little narrower than its advance."""
    side = width // 20
    across, up = width - 2 * side, _TOP - _FOOT
    head = struct.pack(">hhhhh", 1, side, _FOOT, width - side, _TOP)
    corners = struct.pack(">HH4B", 3, 0, 1, 1, 1, 1)
    return head + corners + struct.pack(">8h", side, 0, across, 0, _FOOT, up, 0, -up)


def _character_map() -> bytes:
    """Format 13: many characters, one glyph."""
    groups = [(*_HALVES, 1), *((first, last, 2) for first, last in _FULL)]
    rows = b"".join(struct.pack(">III", *group) for group in groups)
    head = struct.pack(">HHHHI", 0, 1, 3, 10, 12)
    return head + struct.pack(">HHIII", 13, 0, 16 + len(rows), 0, len(groups)) + rows
