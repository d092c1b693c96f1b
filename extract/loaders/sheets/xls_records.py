"""The records of an old workbook (BIFF8, MS-XLS 2.4), one after the other, and its strings."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import olefile

from extract.errors import DocumentError
from extract.loaders import limits

CONTINUE, STRINGS = 0x3C, 0xFC
_MAX_STREAM = limits.XLS_STREAM
_MAX_STRINGS = 2_000_000
_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08
_DAMAGED = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error)

Record = tuple[int, int, bytes]  # offset in the stream, kind, body


def stream_of(data: bytes) -> bytes:
    """The stream that holds the workbook.

    Raises:
        DocumentError: ``corrupt(ole)``, ``refused(size)``.
    """
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            name = next((n for n in ("Workbook", "Book") if file.exists(n)), None)
            if name is None:
                raise DocumentError("corrupt", "ole")
            if file.get_size(name) > _MAX_STREAM:
                raise DocumentError("refused", "size")
            stream: bytes = file.openstream(name).read()
    except (*_DAMAGED, RecursionError) as error:
        raise DocumentError("corrupt", "ole") from error
    return stream


def records(stream: bytes) -> Iterator[Record]:
    """All records up to the end of the stream."""
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def short_string(body: bytes) -> str:
    """A string behind its length in one byte, as names of sheets are."""
    return _simple(body[1:], body[0] if body else 0)


def string(body: bytes) -> str:
    """A string behind its length in two bytes."""
    return _simple(body[2:], struct.unpack_from("<H", body)[0])


def _simple(body: bytes, length: int) -> str:
    if body and body[0] & _WIDE:
        return body[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return body[1 : 1 + length].decode("latin-1")


def shared_strings(bodies: Sequence[bytes]) -> list[str]:
    """The strings of the whole workbook, out of their record and those that continue it.

    A damaged one ends the list.
    """
    reader = _Reader(bodies)
    found: list[str] = []
    try:
        n = min(struct.unpack("<II", reader.take(8))[1], _MAX_STRINGS)
        while len(found) < n:
            found.append(reader.string())
    except (struct.error, EOFError):
        pass
    return found


@dataclass(slots=True)
class _Reader:
    """Bytes that may go on in the next record."""

    bodies: Sequence[bytes]
    number: int = 0
    at: int = 0

    def _left(self) -> int:
        """Bytes up to the end of this record; moves on to the next one where there are none."""
        while self.number < len(self.bodies):
            if left := len(self.bodies[self.number]) - self.at:
                return left
            self.number, self.at = self.number + 1, 0
        raise EOFError

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        parts = []
        while size:
            n = min(size, self._left())
            parts.append(self.bodies[self.number][self.at : self.at + n])
            self.at += n
            size -= n
        return b"".join(parts)

    def string(self) -> str:
        """The next string: length, flags, then its characters, runs and readings."""
        length, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & _RICH else 0
        extra = struct.unpack("<I", self.take(4))[0] if flags & _EXTENDED else 0
        text = self._characters(length, wide=bool(flags & _WIDE))
        self.take(4 * runs)
        self.take(extra)
        return text

    def _characters(self, length: int, *, wide: bool) -> str:
        """Characters; where a record ends among them, the next one says anew how wide they are."""
        parts: list[str] = []
        while length:
            record = self.number
            left = self._left()
            if self.number != record and parts:
                wide = bool(self.take(1)[0] & _WIDE)
                left = self._left()
            width = 2 if wide else 1
            n = min(length, max(1, left // width))
            raw = self.take(n * width)
            parts.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
            length -= n
        return "".join(parts)
