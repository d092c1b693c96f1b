"""What parent and workers say to each other (进程间消息): short frames of a kind and a length.

Nothing is pickled. A job goes out as JSON and raw bytes; its rows come back as files in a folder
that the parent names, and over the socket only what stands in them.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from io import BufferedReader
from typing import TYPE_CHECKING, Any

from extract.model import Source

if TYPE_CHECKING:
    from extract.batch import Job

HEAD = struct.Struct("<cQ")
NUMBER = struct.Struct("<Q")
TASK, STARTED, SIGN, WRITTEN, REFUSED = b"J", b"S", b"P", b"D", b"E"
MOST = 4096  # bytes of a frame from a worker
_PLAIN = tuple(f.name for f in fields(Source) if f.name not in ("data", "kept"))


class WireError(Exception):
    """A frame that no worker of ours would send."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a worker says of a file of rows: its documents, and whether it wants to go."""

    seconds: tuple[float, ...]  # that each of the documents took
    size: int  # bytes
    tired: bool = False

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(self.seconds)

    def frame(self) -> bytes:
        """As a frame."""
        return frame(WRITTEN, json.dumps(asdict(self)).encode())


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """One small frame."""
    return HEAD.pack(kind, len(body)) + body


def file_of(task: int, first: int) -> str:
    """The name of the rows of some documents of a task, ``first`` the number of the first."""
    return f"{task}-{first}.rows"


def task_of(job: Job, number: int, *, careful: bool) -> Iterator[memoryview]:
    """The frame of a task, then the bytes of its sources as they are."""
    told = [
        {name: getattr(s, name) for name in _PLAIN} | {"lengths": list(map(_length, _bytes(s)))}
        for s in job
    ]
    body = json.dumps({"number": number, "careful": careful, "sources": told}).encode()
    yield memoryview(frame(TASK, body))
    yield from (memoryview(data) for s in job for data in _bytes(s) if data)


def read_task(stream: BufferedReader) -> dict[str, Any] | None:
    """The next task, the bytes of its sources still in the stream; None at its end."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    task: dict[str, Any] = json.loads(stream.read(HEAD.unpack(head)[1]))
    return task


def read_source(stream: BufferedReader, told: dict[str, Any]) -> Source:
    """One source of a task; to be called in their order."""
    lengths = told.pop("lengths")
    data, kept = (None if length is None else stream.read(length) for length in lengths)
    return Source(**told, data=data, kept=kept)


def _bytes(source: Source) -> tuple[bytes | None, bytes | None]:
    return source.data, source.kept


def _length(data: bytes | None) -> int | None:
    return None if data is None else len(data)


def read_status(body: bytearray) -> Status:
    """What a worker says of its file.

    Raises:
        WireError: it is no such frame.
    """
    try:
        told = json.loads(body)
        seconds = tuple(map(float, told["seconds"]))
        size, tired = told["size"], told["tired"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError("status") from error
    if not (isinstance(size, int) and seconds):
        raise WireError("status")
    return Status(seconds, size, bool(tired))
