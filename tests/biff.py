"""Old workbooks (XLS) made in memory: the few records that a reader needs, in an OLE container."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

Cell = tuple[int, int, str | float, int]  # row, column, value, style
Merge = tuple[int, int, int, int]  # rows from and to, columns from and to


def xls_of(
    sheets: Sequence[tuple[str, Sequence[Cell]]],
    *,
    formats: Sequence[str] = (),
    merged: Sequence[Merge] = (),
    hidden: Sequence[int] = (),
) -> bytes:
    """A workbook; style 0 is general, style n the n-th of ``formats``; ``merged`` on each sheet."""
    bodies = [_sheet(cells, merged) for _, cells in sheets]
    start = len(_globals([(name, 0, 0) for name, _ in sheets], formats))
    starts = [start + sum(map(len, bodies[:n])) for n in range(len(bodies))]
    listed = [
        (name, at, n in hidden)
        for n, ((name, _), at) in enumerate(zip(sheets, starts, strict=True))
    ]
    return ole_of("Workbook", _globals(listed, formats) + b"".join(bodies))


def ole_of(name: str, stream: bytes) -> bytes:
    """An OLE container with one stream, padded so that it needs no short sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    n = len(stream) // _SECTOR
    fat = [_FAT, _END, *range(3, n + 2), _END]
    assert len(fat) <= _SECTOR // 4
    header = struct.pack(
        "<8s16x5H6x10I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, _END, 0, _END, 0, 0),
    )
    header = header.ljust(_SECTOR, b"\xff")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff")
    root = _entry("Root Entry", 5, 1, _END, 0)
    return (
        header
        + table
        + (root + _entry(name, 2, _FREE, 2, len(stream))).ljust(_SECTOR, b"\0")
        + stream
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    links = (_FREE, _FREE, child)
    return struct.pack("<64sHBB3I16xI16xIQ", raw, len(raw) + 2, kind, 1, *links, 0, start, size)


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _wide(text: str, length: str) -> bytes:
    return struct.pack(f"<{length}B", len(text), 1) + text.encode("utf-16-le")


def _globals(sheets: Sequence[tuple[str, int, bool | int]], formats: Sequence[str]) -> bytes:
    styles = [0, *range(164, 164 + len(formats))]
    return b"".join(
        [
            _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)),
            _record(0x42, struct.pack("<H", 1200)),
            *(
                _record(0x41E, struct.pack("<H", 164 + n) + _wide(c, "H"))
                for n, c in enumerate(formats)
            ),
            *(_record(0xE0, struct.pack("<HH16x", 0, style)) for style in styles),
            *(
                _record(0x85, struct.pack("<IBB", at, int(h), 0) + _wide(name, "B"))
                for name, at, h in sheets
            ),
            _record(0x0A),
        ]
    )


def _sheet(cells: Sequence[Cell], merged: Sequence[Merge]) -> bytes:
    ranges = b"".join(struct.pack("<4H", *merge) for merge in merged)
    return b"".join(
        [
            _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)),
            *(_cell(*cell) for cell in cells),
            *([_record(0xE5, struct.pack("<H", len(merged)) + ranges)] if merged else []),
            _record(0x0A),
        ]
    )


def _cell(row: int, column: int, value: str | float, style: int) -> bytes:
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, str):
        return _record(0x204, place + _wide(value, "H"))
    return _record(0x203, place + struct.pack("<d", value))
