"""What the last run saw (台账): each file with its signature and what was in it, and its jobs.

Files and jobs stand in path order and are read one after the other, so that neither the ledger
nor its reading grows in memory with the corpus. A ledger that is damaged, or was not finished, is
none: files are then hashed again, and rows are still found by their names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

from extract.inputs.corpus import Found, printable
from extract.model import Source

HEAD = "ledger.json"
_FILES, _JOBS = "files.jsonl", "jobs.jsonl"
_FORMAT = 1  # of all three
_OF_FILE = ("doc_id", "size", "status", "reason", "format")
_CHUNK = 1 << 20


class Entry(NamedTuple):
    """A file as it was seen: its own source, and of an archive those of its members behind it."""

    path: str
    signature: str
    sources: list[Source]


class Placed(NamedTuple):
    """A job: the files that it begins and ends with, and the name of its rows."""

    first: str
    last: str
    name: str


class Ledger:
    """The ledger of the last finished run, or an empty one."""

    def __init__(self, folder: Path | None) -> None:
        """Read the head, and check the rest against it."""
        self.head: dict[str, Any] = {}
        self._folder = folder
        if folder is None:
            return
        try:
            head = json.loads((folder / HEAD).read_bytes())
            sums = [_checksum(folder / name) for name in (_FILES, _JOBS)]
        except (OSError, ValueError):
            return
        if isinstance(head, dict) and (head.get("format"), head.get("checksums")) == (
            _FORMAT,
            sums,
        ):
            self.head = head

    def files(self) -> Iterator[Entry]:
        """All files, in path order."""
        for path, signature, *members in self._lines(_FILES):
            sources = [
                Source(name or printable(path), **dict(zip(_OF_FILE, rest, strict=True)))
                for name, *rest in members
            ]
            yield Entry(path, signature, sources)

    def jobs(self) -> Iterator[Placed]:
        """All jobs, in path order."""
        return (Placed(*line) for line in self._lines(_JOBS))

    def _lines(self, name: str) -> Iterator[list[Any]]:
        if self._folder is not None and self.head:
            with (self._folder / name).open(encoding="ascii") as file:
                yield from map(json.loads, file)


class Past:
    """The files of a ledger, to be asked for in path order."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin before the first file."""
        self._files = ledger.files()
        self._next = next(self._files, None)

    def of(self, path: str) -> Entry | None:
        """The file as it was seen; those before it will not be asked for any more."""
        while self._next is not None and self._next.path < path:
            self._next = next(self._files, None)
        return self._next if self._next is not None and self._next.path == path else None


class Record:
    """The ledger of this run while it grows."""

    def __init__(self, folder: Path | None, spool: Path) -> None:
        """It is written in ``spool``, and ends in ``folder``, or nowhere."""
        self._folder = folder
        self._spool = spool
        self._out: dict[str, IO[str]] = {}
        if folder is not None:
            self._out = {
                name: (spool / name).open("w", encoding="ascii") for name in (_FILES, _JOBS)
            }
        self.names: set[str] = set()  # of the rows of all jobs

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._out.values():
            file.close()

    def file(self, found: Found, signature: str, sources: Sequence[Source]) -> None:
        """Add a file."""
        members = [
            ["" if one.path == printable(found.path) else one.path]
            + [getattr(one, name) for name in _OF_FILE]
            for one in sources
        ]
        self._write(_FILES, [found.path, signature, *members])

    def job(self, first: str, last: str, name: str) -> None:
        """Add a job."""
        self.names.add(name)
        self._write(_JOBS, [first, last, name])

    def publish(self, head: dict[str, Any]) -> None:
        """Put it in the place of the last one."""
        if self._folder is None:
            return
        for file in self._out.values():
            file.close()
        sums = [_checksum(self._spool / name) for name in (_FILES, _JOBS)]
        told = json.dumps({**head, "format": _FORMAT, "checksums": sums}, indent=1, sort_keys=True)
        (self._spool / HEAD).write_text(told + "\n", encoding="ascii")
        for name in (_FILES, _JOBS, HEAD):
            os.replace(self._spool / name, self._folder / name)  # noqa: PTH105

    def _write(self, name: str, line: list[Any]) -> None:
        if self._out:
            self._out[name].write(json.dumps(line) + "\n")


def _checksum(path: Path) -> str:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
