"""Our end of a worker's socket (通道): neither side ever waits for the other here."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from extract.processes import wire

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Iterator

_GATHERED = 64  # pieces that leave in one call


class Channel:
    """Bytes on their way to a worker, and frames that come from it."""

    def __init__(self, link: socket.socket) -> None:
        """Take a socket that does not block."""
        self.link = link
        self.out: deque[memoryview] = deque()
        self._head = bytearray(wire.HEAD.size)
        self._body: bytearray | None = None
        self._filled = 0

    def post(self, pieces: Iterable[memoryview]) -> None:
        """Add to what leaves; the other end takes it when it wants."""
        self.out.extend(pieces)
        self.send()

    def send(self) -> None:
        """Write as much as the worker takes now; a worker that is gone is noticed by reading."""
        with suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
            while self.out:
                sent = self.link.sendmsg(list(islice(self.out, _GATHERED)))
                while self.out and sent >= len(self.out[0]):
                    sent -= len(self.out.popleft())
                if sent:
                    self.out[0] = self.out[0][sent:]

    def frames(self, most: int) -> Iterator[tuple[bytes, bytearray]]:
        """Whole frames that have come.

        Raises:
            EOFError: the worker's end is closed.
            WireError: a frame is longer than ``most`` bytes.
        """
        while True:
            target = self._head if self._body is None else self._body
            if self._filled < len(target):
                try:
                    count = self.link.recv_into(memoryview(target)[self._filled :])
                except BlockingIOError:
                    return
                except OSError as error:
                    raise EOFError from error
                if count == 0:
                    raise EOFError
                self._filled += count
                continue
            self._filled = 0
            if self._body is None:
                length = wire.HEAD.unpack(self._head)[1]
                if length > most:
                    raise wire.WireError("length")
                self._body = bytearray(length)
            else:
                body, self._body = self._body, None
                yield bytes(self._head[:1]), body
