"""Pictures of a DOC file without words: pages that somebody scanned and pasted ([MS-ODRAW] 2.2.23).

They are taken in the order in which they are stored, which is that of the text where Word saved the
whole file; most stand in a stream of their own, those that float behind the text's bytes.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Instance and type of a record that holds a JPEG, PNG or TIFF file, then its length. Odd instances
# have two identifiers of 16 bytes before the file, all have one byte more.
_RECORD = re.compile(
    rb"(?:([\xa0\xb0])\x46|([\x20\x30])\x6e)\x1d\xf0|([\x00\x10])\x6e\x1e\xf0|([\x40\x50])\x6e\x29\xf0"
)
_HEAD = 8
_UID = 16
_ODD = 0x10
_MOST = 1_000


def pictures(*streams: bytes) -> Iterator[bytes]:
    """Bytes of the picture files in ``streams``, each once."""
    known: set[bytes] = set()
    for stream in streams:
        at = 0
        while len(known) < _MOST and (found := _RECORD.search(stream, at)):
            at = found.start() + 1
            if found.start() + _HEAD + _UID > len(stream):
                return
            (length,) = struct.unpack_from("<I", stream, found.start() + 4)
            body = found.start() + _HEAD
            two = any(mark and mark[0] & _ODD for mark in found.groups())
            start, end = body + (2 * _UID if two else _UID) + 1, body + length
            uid = stream[body : body + _UID]
            if start < end <= len(stream):
                at = end
                if uid not in known:
                    known.add(uid)
                    yield stream[start:end]
