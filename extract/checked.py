"""Files that end with the checksum of all before (校验尾): a damaged one is as good as none."""

from __future__ import annotations

import os
import stat
from hashlib import blake2b
from pathlib import Path

SIZE = 32  # bytes of the checksum
Buffer = bytes | memoryview
_PLAIN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def checksum(*pieces: Buffer) -> bytes:
    """What ends a file of these pieces."""
    digest = blake2b(digest_size=SIZE)
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def content(data: Buffer) -> memoryview | None:
    """All before the checksum of a file; None where that is not right."""
    body, end = memoryview(data)[:-SIZE], memoryview(data)[-SIZE:]
    return body if end == checksum(body) else None


def read(path: Path, size: int | None = None) -> bytes:
    """All bytes of a plain file, of just ``size`` if that is known; raises ``OSError``."""
    handle = os.open(path, _PLAIN)
    with os.fdopen(handle, "rb") as stream:
        told = os.fstat(handle)
        if not stat.S_ISREG(told.st_mode) or size not in (None, told.st_size):
            raise OSError(f"not the file that was told: {path}")
        return stream.read()
