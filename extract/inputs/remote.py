"""A corpus elsewhere (远程语料): object stores and whatever else fsspec reaches.

An object is read in one go, and looked at again behind it: bytes count only where it was the same
before and after. Some reads are under way at any time, since each waits for the network.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from extract.errors import CorpusError
from extract.inputs.corpus import FETCHED, MAX_SIZE, Found, printable, source_of
from extract.model import Source
from extract.objects import patiently, reach, shown, version, why

READERS = 16  # under way at a time
BYTES_AHEAD = 64 << 20  # of files that wait to be used
MOST_LOST = 2 * READERS  # files in a row that cannot be reached: then the store is gone
_UNKNOWN = 1 << 20  # bytes, counted for a file of unknown size


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A small file of the user's, read whole."""

    system: Any
    path: str
    address: str

    @property
    def name(self) -> str:
        """Its name without the folders."""
        return self.path.rpartition("/")[2]

    def read_bytes(self) -> bytes:
        """All of it; raises ``OSError``."""
        try:
            return bytes(patiently(self.system.cat_file, self.path))
        except OSError:
            raise
        except Exception as error:  # each store has errors of its own
            raise OSError(why(error)) from error

    def __str__(self) -> str:
        return self.address


class RemoteCorpus:
    """The files below an address, or the one file there."""

    def __init__(self, address: str) -> None:
        """Reach the store; raises ``UsageError`` or ``CorpusError``."""
        self.address = shown(address)
        self._told = address
        self._system, self._root = reach(address)
        self._alone = False if address.endswith("/") else None  # whether it is one file

    def told(self) -> str:
        """By what another machine opens the same corpus."""
        return self._told

    def listing(self) -> list[Found]:
        """All files, sorted by path; raises ``CorpusError``."""
        try:
            found = sorted(patiently(self._listed), key=lambda one: one.path)
        except FileNotFoundError as error:
            raise CorpusError(f"nothing at {self.address}; name what holds the reports") from error
        except Exception as error:  # each store has errors of its own
            raise CorpusError(
                f"cannot list {self.address} ({why(error)}); check address and rights"
            ) from error
        if not found:
            raise CorpusError(
                f"no files in {self.address}; put reports (Word, PDF, text, web pages …) there"
            )
        return found

    def read(self, path: str) -> Source:
        """One file, in a single request: whoever has a hash of it can tell whether it changed.

        Never raises, the outcome stands in ``status`` and ``reason``.
        """
        try:
            data = self._bytes(Found(path))
        except Exception:  # noqa: BLE001  what it was is found out with patience
            return self.fetch(Found(path))[0]
        if len(data) > MAX_SIZE:
            return _lost(path, len(data), "refused", "size")[0]
        return source_of(printable(path), data)

    def fetch(self, found: Found) -> FETCHED:
        """The same for a listed file, with the signature that it had when it was read."""
        try:
            return patiently(self._fetch, found)
        except (FileNotFoundError, NotADirectoryError):
            reason = "vanished"
        except (PermissionError, IsADirectoryError):
            reason = "permission"
        except Exception:  # noqa: BLE001  one file must not end the run
            reason = "unreachable"
        return _lost(found.path, found.size, "skipped", reason)

    def fetched(self, found: Iterable[Found]) -> Iterator[FETCHED]:
        """Listed files in order, the next ones under way.

        Raises:
            CorpusError: many in a row cannot be reached.
        """
        lost = 0
        for source, signature in self._ahead(found):
            lost = lost + 1 if source.reason == "unreachable" else 0
            if lost == MOST_LOST:
                raise CorpusError(f"{self.address} does not answer any more; run again later")
            yield source, signature

    def _ahead(self, found: Iterable[Found]) -> Iterator[FETCHED]:
        readers = ThreadPoolExecutor(READERS, thread_name_prefix="zhengju-read")
        ahead: deque[tuple[int, Future[FETCHED]]] = deque()
        held = 0
        try:
            for one in found:
                size = min(_UNKNOWN if one.size is None else one.size, MAX_SIZE)
                ahead.append((size, readers.submit(self.fetch, one)))
                held += size
                while ahead and (len(ahead) > READERS or held > BYTES_AHEAD):
                    size, first = ahead.popleft()
                    held -= size
                    yield first.result()
            while ahead:
                yield ahead.popleft()[1].result()
        finally:
            readers.shutdown(cancel_futures=True)

    def beside(self, name: str) -> RemoteFile | None:
        """A file of that name in the folder that holds the corpus; a whole bucket has none."""
        folder, slash, _ = self._root.rpartition("/")
        if not slash:
            return None
        path = f"{folder}/{name}"
        try:
            told = patiently(self._system.info, path)
        except FileNotFoundError:
            return None
        except Exception as error:  # it may be there and hold what the run needs
            raise CorpusError(
                f"cannot look for {name} beside {self.address} ({why(error)})"
            ) from error
        beside = f"{self.address.rstrip('/').rpartition('/')[0]}/{name}"
        return RemoteFile(self._system, path, beside) if told["type"] == "file" else None

    def _listed(self) -> list[Found]:
        """Of each folder below the root all at once: few requests, and no listing of everything."""
        told = self._system.info(self._root)
        if self._alone is None:
            self._alone = told["type"] == "file"
        if self._alone:
            return [_found(told, self._root.rpartition("/")[2])]
        entries = self._system.ls(self._root, detail=True)
        folders = [entry["name"] for entry in entries if entry["type"] == "directory"]
        found = [
            _found(entry, self._below(entry["name"]))
            for entry in entries
            if entry["type"] != "directory"
        ]
        if f"{self._root}/" in folders:  # one without a name, which cannot be asked for
            folders, found = [self._root], []
        else:
            folders = [path for path in folders if self._below(path)[:1] not in ("", ".")]
        for folder in folders:
            inside = self._system.find(folder, detail=True)
            found += (_found(one, self._below(path)) for path, one in inside.items())
        return [one for one in found if not _is_hidden(one)]

    def _below(self, path: str) -> str:
        """The path below the root; "" of what is not there: a page may link anywhere."""
        root = f"{self._root}/"
        return path.removeprefix(root) if path.startswith(root) else ""

    def _key(self, path: str) -> str:
        if self._alone is None:
            self._alone = self._system.isfile(self._root)
        return self._root if self._alone else f"{self._root}/{path}"

    def _look(self, path: str) -> Found:
        told = self._system.info(self._key(path))
        if told["type"] == "directory":
            raise IsADirectoryError(path)
        return _found(told, path)

    def _fetch(self, found: Found) -> FETCHED:
        before = found if found.signature else self._look(found.path)
        for _ in range(2):  # an object that was replaced meanwhile gets a second chance
            if before.size is not None and before.size > MAX_SIZE:
                return _lost(found.path, before.size, "refused", "size")
            data = self._bytes(before)
            if len(data) > MAX_SIZE:
                return _lost(found.path, len(data), "refused", "size")
            after = self._look(found.path)
            whole = len(data) == (len(data) if before.size is None else before.size)
            if whole and after.signature == before.signature:
                return source_of(printable(found.path), data), after.signature
            before = after
        return _lost(found.path, before.size, "skipped", "changed")

    def _bytes(self, found: Found) -> bytes:
        if found.size == 0:  # no range of it can be asked for
            return b""
        most = MAX_SIZE if found.size is None else found.size
        return bytes(self._system.cat_file(self._key(found.path), start=0, end=most + 1))


def _found(told: dict[str, Any], path: str) -> Found:
    size = told.get("size")
    return Found(path, version(told), size if size is None else int(size))


def _is_hidden(found: Found) -> bool:
    """Dot-files, files in dot-folders, and the empty objects that stand for a folder."""
    path = found.path
    stands = path.endswith("/") and not found.size
    return stands or not path or path.startswith(".") or "/." in path


def _lost(path: str, size: int | None, status: str, reason: str) -> FETCHED:
    return Source(printable(path), "", size or 0, status=status, reason=reason), ""
