"""A dataset at an address, to be read (远程数据集): each object whole, or in large pieces."""

from __future__ import annotations

import hashlib
import io
from typing import Any, BinaryIO, cast

from extract.commit.manifest import Entry
from extract.errors import CorpusError
from extract.objects import patiently, reach, shown, why

_PIECE = 8 << 20  # bytes asked for at a time


class There:
    """The files below an address."""

    def __init__(self, address: str) -> None:
        """Reach the store; raises ``UsageError`` or ``CorpusError``."""
        self._address = shown(address)
        self._system, self._root = reach(address)

    def open(self, name: str) -> BinaryIO:
        """An object, to be read in pieces; raises ``OSError``."""
        return cast("BinaryIO", io.BufferedReader(_Object(self._system, self._path(name)), _PIECE))

    def whole(self, name: str, entry: Entry | None) -> BinaryIO:
        """The same, all in memory, and byte for byte what the manifest says."""
        data = _asked(self._system.cat_file, self._path(name))
        if entry is not None and hashlib.sha256(data).hexdigest() != entry.sha256:
            raise OSError("its SHA-256 is another than the manifest says")
        return io.BytesIO(data)

    def below(self, name: str) -> list[str]:
        """The object of a name, or all below it, sorted."""
        try:
            found = _asked(self._system.find, self._path(name))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise CorpusError(f"cannot list {self._address} ({why(error)})") from error
        return sorted(path[len(self._root) + 1 :] for path in found)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


class _Object(io.RawIOBase):
    """An object as a file."""

    def __init__(self, system: Any, path: str) -> None:  # noqa: ANN401  fsspec's
        self._system = system
        self._path = path
        told = _asked(system.info, path)
        if told["type"] == "directory":
            raise IsADirectoryError(path)
        self._size = int(told["size"])
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  whatever takes bytes
        stop = min(self._at + len(buffer), self._size)
        if stop <= self._at:
            return 0
        data = _asked(self._system.cat_file, self._path, start=self._at, end=stop)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _asked(call: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  fsspec has no types
    """What a store answers; raises ``OSError``, whatever kind of error it has."""
    try:
        return patiently(call, *args, **kwargs)
    except OSError:
        raise
    except Exception as error:  # each store has errors of its own
        raise OSError(why(error)) from error
