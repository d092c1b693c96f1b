"""Rows of jobs by name (行缓存): written by workers, taken over, kept for the next run.

A name is made of all that the rows depend on, so what is found under it is right, or damaged:
then it is not there. Without a folder nothing is kept beyond the run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from extract import checked
from extract.cache import shard
from extract.cache.shard import ShardError
from extract.commit.steps import Step, refused

if TYPE_CHECKING:
    from extract.batch import Batch
    from extract.cache.plan import Work
    from extract.errors import OutputError
    from extract.model import Source

SUFFIX = ".rows"
_SPOOL = "spool-"  # folders that live only while a run is under way
_MORE = 16 << 20  # bytes of a file besides its rows: header and checksum


class RowStore:
    """Rows in ``place``; a context manager, that makes and removes the spool."""

    def __init__(self, place: Path, version: str, most: int, *, keeps: bool) -> None:
        """Rows are made by ``version``; ``most`` are the bytes that a job's may take.

        Unless it ``keeps`` them, there are none of before, and none for later.
        """
        self.version = version
        self.spool = Path()
        self.place = place
        self.most = most
        self._keeps = keeps

    def __enter__(self) -> Self:
        with Step("keep" if self._keeps else "stage", self.place):
            self.place.mkdir(parents=True, exist_ok=True)
            for left in self.place.glob(f"{_SPOOL}*"):  # by a run that was killed
                shutil.rmtree(left, ignore_errors=True)
            self.spool = Path(tempfile.mkdtemp(prefix=_SPOOL, dir=self.place))
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.spool, ignore_errors=True)

    def find(self, name: str, sources: Sequence[Source]) -> Batch | None:
        """The rows of these sources, where they are there undamaged."""
        if not self._keeps:
            return None
        try:
            data = checked.read(self._file(name))
            return shard.unpacked(data, sources, self.version, self.most)
        except (OSError, ShardError):
            return None

    def read(self, name: str) -> tuple[list[shard.Plain], Batch] | None:
        """What stands under a name of this version, and the sources that it is about."""
        if not self._keeps:
            return None
        with suppress(OSError, ShardError):
            data = checked.read(self._file(name))
            return shard.opened(data, self.version, self.most)
        return None

    def taken(self, file: Path, size: int, sources: Sequence[Source], most: int) -> Batch:
        """The rows of these sources from a file that a worker has written.

        Raises:
            ShardError: it is not what it should be.
        """
        try:
            if size > most + _MORE:
                raise ShardError("size")
            return shard.unpacked(checked.read(file, size), sources, self.version, most)
        except OSError as error:
            raise ShardError("file") from error

    def kept(self, work: Work, batch: Batch, file: Path | None) -> Batch:
        """Keep the rows of a job; ``file`` is one that a worker has written with all of them."""
        if not self._keeps or work.stored:
            if file is not None:
                file.unlink(missing_ok=True)
            return batch
        target = self._file(work.name)
        with Step("keep", target), suppress(MemoryError):  # of rows that would not be taken back
            file = file or self._joined(batch, work.sources)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
        return batch

    def sweep(self, used: Collection[str]) -> None:
        """Remove all that is not among the ``used`` names."""
        for file in self._files():
            if file.parent.name + file.name.removesuffix(SUFFIX) not in used:
                file.unlink(missing_ok=True)

    def failure(self, number: int) -> OutputError:
        """The error of a worker that could not write; ``number`` is that of the system."""
        return refused(self.place, OSError(number, os.strerror(number)), kept=self._keeps)

    def _joined(self, batch: Batch, sources: Sequence[Source]) -> Path:
        """A file with the rows of several, or of some that were known."""
        file = self.spool / f"joined{SUFFIX}"
        pieces = shard.packed(batch, sources, self.version, self.most)
        with file.open("wb") as stream:
            stream.writelines(pieces)
        return file

    def _file(self, name: str) -> Path:
        return self.place / name[:2] / f"{name[2:]}{SUFFIX}"

    def _files(self) -> Iterable[Path]:
        return self.place.glob(f"[0-9a-f][0-9a-f]/*{SUFFIX}") if self._keeps else ()
