"""A minimal writer of OLE containers (MS-CFB version 3): streams of one storage, nothing else."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTOR = 512
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_SMALL = 4096  # shorter streams would go elsewhere, so all are filled up to that


def ole_of(streams: Mapping[str, bytes | None]) -> bytes:
    """A container with ``streams``; null makes a storage of that name."""
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        start = len(sectors)
        count = -(-len(data) // _SECTOR)
        padded = data.ljust(count * _SECTOR, b"\0")
        sectors.extend(padded[i : i + _SECTOR] for i in range(0, len(padded), _SECTOR))
        fat.extend([*range(start + 1, start + count), _END])
        return start

    entries = []
    for number, (name, data) in enumerate(streams.items(), 1):
        follows = number + 1 if number < len(streams) else _NONE
        if data is None:
            entries.append(_entry(name, 1, follows, 0, 0))
        else:
            whole = data.ljust(_SMALL, b"\0")
            entries.append(_entry(name, 2, follows, put(whole), len(whole)))
    root = _entry("Root Entry", 5, _NONE, _END, 0, child=1 if streams else _NONE)
    directory = put(b"".join([root, *entries]))
    n_fat = 1
    while n_fat * _SECTOR // 4 < len(sectors) + n_fat:
        n_fat += 1
    table = [*fat, *[_FAT] * n_fat]
    table += [_FREE] * (n_fat * _SECTOR // 4 - len(table))
    places = range(len(sectors), len(sectors) + n_fat)
    sectors.append(struct.pack(f"<{len(table)}I", *table))
    header = struct.pack(
        "<8s16sHHHHHHIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0),
        *(n_fat, directory, 0, _SMALL, _END, 0, _END, 0),
    )
    header += struct.pack("<109I", *places, *[_FREE] * (109 - n_fat))
    return header + b"".join(sectors)


def _entry(
    name: str, kind: int, follows: int, start: int, size: int, *, child: int = _NONE
) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack(
        "<HBBIII", len(raw) + 2, kind, 1, _NONE, follows, child
    )
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)
