"""The corpus: a folder of files of any kind, walked and read once.

Every file that is no dot-file is found, whatever its suffix, and gets its row in ``documents``;
what cannot or must not be read says why. Parsers and the hash see the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path

from extract.errors import CorpusError
from extract.loaders import limits
from extract.model import Source

MAX_SIZE = limits.FILE
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def discover(corpus: Path) -> list[str]:
    """Paths of all files below ``corpus``, relative to it, with ``/``, sorted; or the one file.

    Names that are no UTF-8 come as Python gives them, so that they can be opened;
    ``Source.path`` is the form to print. Folders that cannot be listed are among the paths.

    Raises:
        CorpusError: there is no such folder or file, or it holds no files.
    """
    if corpus.is_file():
        return [corpus.name]
    if not corpus.is_dir():
        raise CorpusError(
            f"no such folder or file: {corpus}; name the folder that holds the reports"
        )
    paths = sorted(_walk(corpus))
    if paths == ["."]:
        raise CorpusError(f"cannot list {corpus}; check its permissions")
    if not paths:
        raise CorpusError(f"no files in {corpus}; put reports (Word, PDF, text, web pages …) there")
    return paths


def read_source(root: Path, path: str) -> Source:
    """Read one discovered file; never raises, the outcome stands in ``status`` and ``reason``.

    ``root`` is what ``discover`` was given.
    """
    name = printable(path)
    file = (root.parent if root.is_file() else root) / path
    for _ in range(2):  # a file that changed under our hands gets a second chance
        data, size, outcome = _read(file)
        if outcome != ("skipped", "changed"):
            break
    if data is None:
        return Source(name, "", size, status=outcome[0], reason=outcome[1])
    doc_id = hashlib.sha256(data).hexdigest()
    if not data:
        return Source(name, doc_id, 0, data, status="empty", reason="zero_bytes")
    return Source(name, doc_id, size, data)


def printable(path: str) -> str:
    r"""Escape what no table or log line can hold: raw bytes and control characters, as ``\xe9``."""
    return _UNPRINTABLE.sub(lambda m: f"\\x{ord(m[0]) & 0xFF:02x}", path)


def _walk(corpus: Path) -> list[str]:
    found: list[Path] = []
    closed: list[str] = []
    for folder, folders, files in os.walk(corpus, onerror=lambda e: closed.append(e.filename)):
        here = Path(folder)
        # A linked folder is not followed, it might lead out or in circles; it is shown instead.
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".") and name not in links]
        found += [here / name for name in (*files, *links) if not name.startswith(".")]
    found += [Path(name) for name in closed]
    return [path.relative_to(corpus).as_posix() for path in found]


def _read(file: Path) -> tuple[bytes | None, int, tuple[str, str]]:
    """Return bytes, size, and what came of it; bytes are None unless all of them were read."""
    try:
        before = file.lstat()
        if outcome := _refusal(before):
            return None, before.st_size, outcome
        # Between the look and the opening a link or pipe may take the file's place.
        handle = os.open(
            file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
        with os.fdopen(handle, "rb") as stream:
            data = stream.read(MAX_SIZE + 1)
            after = os.fstat(stream.fileno())
    except PermissionError:
        return None, 0, ("skipped", "permission")
    except FileNotFoundError:
        return None, 0, ("skipped", "vanished")
    except OSError:
        return None, 0, ("skipped", "changed")
    if _version(before) != _version(after) or len(data) != before.st_size:
        return None, after.st_size, ("skipped", "changed")
    return data, len(data), ("ok", "")


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
