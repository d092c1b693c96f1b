"""The corpus (语料): files of any kind below an address, listed and read once.

Every file that is no dot-file is found, whatever its suffix, and gets its row in ``documents``;
what cannot or must not be read says why. Parsers and the hash see the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from extract.errors import CorpusError
from extract.loaders import limits
from extract.model import Source
from extract.objects import is_remote
from extract.streams import by_number

if TYPE_CHECKING:
    from extract.inputs.usertables import UserFile

MAX_SIZE = limits.FILE
FETCHED = tuple[Source, str]  # a file, and the signature of what was read, "" if it was not
# Besides what cannot be printed: what would look like such a sign, or like a member of an archive.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff]|\\\\(?=x[0-9a-f]{2}|u[0-9a-f]{4})|!(?=/)"
)
_SETTLED = 3 * 10**9  # ns: the coarsest clock of a file system ticks every two seconds


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the corpus before it is read.

    As long as the ``signature`` is the same, so are its bytes; "" where nothing tells.
    """

    path: str  # below the corpus, with ``/``; names that are no UTF-8 as Python gives them
    signature: str = ""
    size: int | None = None  # bytes, None where unknown


class Corpus(Protocol):
    """A folder of files, or one file, on this machine or elsewhere."""

    address: str

    def told(self) -> str:
        """By what another machine opens the same corpus; it may hold a password."""

    def listing(self) -> list[Found]:
        """All files, sorted by path; raises ``CorpusError`` where there are none."""

    def read(self, path: str) -> Source:
        """One file; never raises, the outcome stands in ``status`` and ``reason``."""

    def fetch(self, found: Found) -> FETCHED:
        """The same for a listed file, with the signature that it had when it was read."""

    def fetched(self, found: Iterable[Found]) -> Iterator[FETCHED]:
        """Listed files in order; elsewhere some are under way at any time."""

    def beside(self, name: str) -> UserFile | None:
        """A file of the user's beside the corpus, if there is one of that name."""


def open_corpus(address: str | Path) -> Corpus:
    """The corpus at an address: a path, or ``s3://…`` and others that fsspec knows.

    Raises:
        UsageError: what reads such an address is not installed, or there is no such kind.
        CorpusError: it cannot be reached.
    """
    if not is_remote(address):
        try:
            return Folder(Path(address))
        except OSError as error:
            raise CorpusError(f"{address} cannot be reached ({error.strerror})") from error
    from extract.inputs.remote import RemoteCorpus  # noqa: PLC0415  only where there is one

    return RemoteCorpus(str(address))


def discover(corpus: Path) -> list[str]:
    """Paths of all files below a folder, or of the one file; see ``Folder.listing``."""
    return [found.path for found in Folder(corpus).listing()]


def read_source(root: Path, path: str) -> Source:
    """Read one file below ``root``; see ``Folder.fetch``."""
    return Folder(root).read(path)


def printable(path: str) -> str:
    r"""Escape what no table or log line can hold: raw bytes and control characters, as ``\xe9``.

    Different paths stay different, and none is that of a member of an archive.
    """
    return _UNPRINTABLE.sub(by_number, path)


def source_of(path: str, data: bytes) -> Source:
    """A file that was read whole."""
    doc_id = hashlib.sha256(data).hexdigest()
    if not data:
        return Source(path, doc_id, 0, data, status="empty", reason="zero_bytes")
    return Source(path, doc_id, len(data), data)


class Folder:
    """A folder on this machine, or one file."""

    def __init__(self, root: Path) -> None:
        """Name it; nothing is looked at yet."""
        self.address = str(root)
        self._root = root
        self._folder = root.parent if root.is_file() else root
        self._prefix = os.path.join(self._folder, "")  # noqa: PTH118  paths cost more than reading

    def told(self) -> str:
        """Its whole path: the machines of a cluster have it under the same one."""
        return str(self._root.resolve())

    def listing(self) -> list[Found]:
        """All files below the folder, sorted; also folders that cannot be listed.

        Raises:
            CorpusError: there is no such folder or file, or it holds no files.
        """
        root = self._root
        if root.is_file():
            return [_found(self._folder / root.name, root.name)]
        if not root.is_dir():
            raise CorpusError(
                f"no such folder or file: {root}; name the folder that holds the reports"
            )
        found = sorted(_walk(str(root)), key=lambda one: one.path)
        if found == [Found(".")]:
            raise CorpusError(f"cannot list {root}; check its permissions")
        if not found:
            raise CorpusError(
                f"no files in {root}; put reports (Word, PDF, text, web pages …) there"
            )
        return found

    def read(self, path: str) -> Source:
        """One file; never raises, the outcome stands in ``status`` and ``reason``."""
        return self.fetch(Found(path))[0]

    def fetch(self, found: Found) -> FETCHED:
        """The same, with the signature of the file that was read, whatever it was when listed."""
        now = time.time_ns()
        for _ in range(2):  # a file that changed under our hands gets a second chance
            data, status, outcome = _read(f"{self._prefix}{found.path}")
            if outcome != ("skipped", "changed"):
                break
        name = printable(found.path)
        if data is None or status is None:
            size = status.st_size if status else 0
            return Source(name, "", size, status=outcome[0], reason=outcome[1]), ""
        return source_of(name, data), _signature(status) if _is_settled(status, now) else ""

    def fetched(self, found: Iterable[Found]) -> Iterator[FETCHED]:
        """One after the other."""
        return map(self.fetch, found)

    def beside(self, name: str) -> Path | None:
        """A file of that name in the folder that holds the corpus."""
        path = self._root.resolve().parent / name
        return path if path.is_file() else None


def _walk(root: str) -> Iterator[Found]:
    """All files; folders that cannot be listed count as one, and so do links to folders."""
    folders = [""]
    while folders:
        below = folders.pop()
        try:
            with os.scandir(f"{root}/{below}") as entries:
                inside = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError:
            yield Found(below.removesuffix("/") or ".")
            continue
        for entry in inside:
            if _is_folder(entry):
                folders.append(f"{below}{entry.name}/")
            else:
                yield _found(entry, below + entry.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A linked folder is not followed, it might lead out or in circles; it is shown instead."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _found(file: Path | os.DirEntry[str], path: str) -> Found:
    try:
        status = file.stat(follow_symlinks=False)
    except OSError:
        return Found(path)
    return Found(path, _signature(status), status.st_size)


def _signature(status: os.stat_result) -> str:
    """What changes with the bytes: the time of the last change cannot be set back by a copy."""
    parts = status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns
    return "-".join(map(str, parts))


def _is_settled(status: os.stat_result, now: int) -> bool:
    """Whether a change after ``now``, when reading began, is sure to give another signature.

    Within a tick of the file system's clock it may not; nor where clocks have been set back.
    """
    return max(status.st_mtime_ns, status.st_ctime_ns) < now - _SETTLED


def _read(file: str) -> tuple[bytes | None, os.stat_result | None, tuple[str, str]]:
    """Return bytes, state, and what came of it; bytes are None unless all of them were read."""
    try:
        before = os.lstat(file)
        if outcome := _refusal(before):
            return None, before, outcome
        # Between the look and the opening a link or pipe may take the file's place.
        handle = os.open(
            file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
        with os.fdopen(handle, "rb") as stream:
            data = stream.read(before.st_size + 1)  # no more: room for all of it is taken at once
            after = os.fstat(stream.fileno())
    except PermissionError:
        return None, None, ("skipped", "permission")
    except FileNotFoundError:
        return None, None, ("skipped", "vanished")
    except OSError:
        return None, None, ("skipped", "changed")
    if _version(before) != _version(after) or len(data) != before.st_size:
        return None, after, ("skipped", "changed")
    return data, after, ("ok", "")


def _refusal(status: os.stat_result) -> tuple[str, str] | None:
    if stat.S_ISLNK(status.st_mode):
        return "skipped", "symlink"
    if stat.S_ISDIR(status.st_mode):  # only folders that could not be listed come here
        return "skipped", "permission"
    if not stat.S_ISREG(status.st_mode):
        return "skipped", "special"
    return ("refused", "size") if status.st_size > MAX_SIZE else None


def _version(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns
