"""A dataset held open (持有): one set of files, whatever is published meanwhile.

The folder is opened once, so that an exchange of folders leaves its reader with the old set. Where
files are replaced one by one the manifest changes first, and is looked at again after each table;
so too where the files are objects of a store.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from extract.commit import manifest
from extract.commit.manifest import Entry, Manifest, ManifestError
from extract.errors import CorpusError, DamageError, ReplacedError
from extract.objects import is_remote

_HOLDS = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")


class Files(Protocol):
    """Where the files of a dataset lie; printed, it is what the user calls it."""

    def open(self, name: str) -> BinaryIO:
        """A file, to be read; raises ``OSError``."""

    def whole(self, name: str, entry: Entry | None) -> BinaryIO:
        """The same, and what the manifest says of it holds as far as that is cheap to tell.

        Raises:
            OSError: it cannot be read, or is another one.
        """

    def below(self, name: str) -> list[str]:
        """The file of a name, or all files in the folder of that name; none where it is not there.

        As paths below the dataset's folder, sorted.
        """


class Held:
    """The files of one dataset, by the names that they had when it was opened.

    ``manifest`` is None for a dataset of an earlier version, which comes with no promise. Raises
    ``ReplacedError`` where a dataset is just being put there, ``DamageError`` where its manifest is
    damaged.
    """

    def __init__(self, folder: Path | str) -> None:
        """Open the folder, or the address, and read its manifest."""
        self.name = str(folder)
        self._files = _files(folder)
        self.open = self._files.open
        self.below = self._files.below
        self._written = self.bytes(manifest.NAME)
        self.manifest = self._understood()

    def bytes(self, name: str) -> bytes | None:
        """All of a small file; None where it is not there."""
        try:
            with self._files.whole(name, None) as file:  # in one request, or it is cut in two
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def parts(self, table: str) -> list[str]:
        """The files of a table, in order, as paths below the folder; none where it is lacking."""
        if self.manifest is not None:
            return self.manifest.parts(table)
        return self.below(f"{table}.parquet")

    def table(self, name: str) -> pa.Table:
        """All rows of a table; its checksums are verified.

        Raises:
            CorpusError: the dataset lacks it.
            DamageError: it is damaged.
            ReplacedError: it is that of another dataset, which was put there meanwhile.
        """
        parts = [self._read(part) for part in self._some(name)]
        self.check()
        return pa.concat_tables(parts)

    def schema(self, name: str) -> pa.Schema:
        """The columns of a table; raises as ``table`` does."""
        first = self._some(name)[0]
        with self._reading(first), self.open(first) as file:
            return pq.read_schema(file)

    def check(self) -> None:
        """Raise ``ReplacedError`` where this is no longer the set that was opened."""
        if self._written is not None and self.bytes(manifest.NAME) != self._written:
            raise ReplacedError(f"{self.name} was replaced while you read; load it again")

    def _some(self, table: str) -> list[str]:
        parts = self.parts(table)
        if not parts:
            raise CorpusError(f"no table {table} in {self.name}; run again, with all tables")
        return parts

    def _read(self, part: str) -> pa.Table:
        entry = self.manifest.files[part] if self.manifest else None
        with self._reading(part), self._files.whole(part, entry) as file:
            return pq.read_table(file, page_checksum_verification=True)

    @contextmanager
    def _reading(self, part: str) -> Iterator[None]:
        """What goes wrong with a file: another dataset took its place, or it is damaged."""
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            self.check()
            raise DamageError(
                f"{self.name}/{part} is damaged ({error}); remove it and run again, or see what "
                "zhengju verify says"
            ) from error

    def _understood(self) -> Manifest | None:
        if self._written is None:
            return None
        try:
            found = manifest.read(self._written)
        except ManifestError as error:
            raise DamageError(
                f"{self.name}/{manifest.NAME} is not to be trusted ({error}); remove it and run "
                "again"
            ) from error
        if not found.done:
            raise ReplacedError(
                f"{self.name} is just being replaced; load it again in a moment, and if that "
                "does not help run again: the last run did not end"
            )
        return found


class _Folder:
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        """Open it, so that an exchange of folders changes nothing."""
        self._folder = folder
        self._descriptor: int | None = None
        if _HOLDS and folder.is_dir():
            self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            weakref.finalize(self, os.close, self._descriptor)

    def open(self, name: str) -> BinaryIO:
        """A file, to be read; raises ``OSError``."""
        if self._descriptor is None:
            return (self._folder / name).open("rb")
        return os.fdopen(os.open(name, os.O_RDONLY, dir_fd=self._descriptor), "rb")

    def whole(self, name: str, entry: Entry | None) -> BinaryIO:
        """The same, of the size that it should have; its pages have checksums."""
        file = self.open(name)
        if entry is not None and os.fstat(file.fileno()).st_size != entry.bytes:
            file.close()
            raise OSError("of another size than the manifest says")
        return file

    def below(self, name: str) -> list[str]:
        """The file of a name, or all files in the folder of that name, sorted."""
        try:
            inner = self._names(name)
        except NotADirectoryError:
            return [name]
        except FileNotFoundError:
            return []
        return sorted(file for one in inner for file in self.below(f"{name}/{one}"))

    def _names(self, folder: str) -> list[str]:
        """The names in a folder below; raises ``OSError`` where there is none."""
        if self._descriptor is None:
            return [path.name for path in (self._folder / folder).iterdir()]
        inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._descriptor)
        try:
            return os.listdir(inner)  # noqa: PTH208  a path would not be the folder held open
        finally:
            os.close(inner)


def _files(folder: Path | str) -> Files:
    if is_remote(folder):
        from extract.commit.there import There  # noqa: PLC0415  only where there is one

        return There(str(folder))
    return _Folder(Path(folder))


def hold(folder: Path | str) -> Held:
    """The dataset in a folder; raises ``CorpusError`` where there is none, and as ``Held`` does."""
    held = Held(folder)
    if not held.parts("mentions"):
        raise CorpusError(f"no dataset in {folder}; make one: zhengju run CORPUS --output DIR")
    return held
