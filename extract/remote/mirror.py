"""An output elsewhere (远程输出): built on this machine, then brought there object by object.

Each object is replaced whole. A mark stands in the place of the manifest meanwhile, and the new
manifest comes last, so that whoever reads it first gets one set, or is told to wait.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.commit import manifest
from extract.commit.interrupts import Interrupted
from extract.commit.manifest import MARK, NAME, OWNED, REPORT, Entry, Manifest, ManifestError
from extract.commit.publish import remove
from extract.errors import OutputError, ZhengjuError
from extract.objects import patiently, reach, shown, why
from extract.remote.lease import Lease

LOCK = "lock"
_LARGE = "texts.parquet"  # no gate reads it, and the next run writes all of it


@contextmanager
def opened(address: str) -> Iterator[Mirror]:
    """The folder here that stands for an address, as it is there, under its lease."""
    system, root = reach(address)
    with Lease(system, _state(root), shown(address)) as lease:
        mirror = Mirror(shown(address), system, root, lease, folder_of(address))
        mirror.pull()
        yield mirror


def folder_of(address: str) -> Path:
    """Where the dataset of an address is built: kept, so that the next run knows the last one."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    plain = shown(address).rstrip("/")
    name = plain.rpartition("/")[2]
    return Path(home) / "zhengju" / f"{name}-{_short(plain)}" / "dataset"


@dataclass(frozen=True, slots=True)
class Mirror:
    """A dataset at an address, and the folder here that is to be the same."""

    address: str
    system: Any
    root: str
    lease: Lease
    folder: Path

    def pull(self) -> None:
        """Bring the set that is there here, unless it is: the next one is held against it.

        One that is damaged, or just in between, is left where it is.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        theirs = self._theirs()
        if theirs is None or not theirs.done or theirs == self._ours():
            return
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as place:
            new = Path(place) / "dataset"
            new.mkdir()
            if not self._fetched(theirs, new):
                return
            remove(self.folder)
            new.rename(self.folder)

    def push(self) -> None:
        """Replace there what is another here; raises ``OutputError`` or ``OutputLockedError``."""
        ours = self._ours()
        if ours is None:
            raise OutputError(f"{self.folder} holds no dataset to be brought to {self.address}")
        try:
            self._push(ours)
        except ZhengjuError:
            raise
        except KeyboardInterrupt:
            again = "the same command completes it"
            raise Interrupted(f"interrupted while {self.address} was written; {again}") from None
        except Exception as error:  # each store has errors of its own
            raise OutputError(
                f"{self.address} cannot be written ({why(error)}); the same command completes it"
            ) from error

    def _push(self, ours: Manifest) -> None:
        theirs = self._theirs() or Manifest(done=False)
        there = self._sizes()
        changed = [
            name
            for name, entry in ours.files.items()
            if theirs.files.get(name) != entry or there.get(name) != entry.bytes
        ]
        gone = sorted(there.keys() - ours.files.keys() - {NAME, REPORT})
        self.lease.check()
        if changed or gone or theirs != ours:
            self._write(NAME, MARK)
        for name in [*changed, *(n for n in (REPORT,) if (self.folder / n).exists())]:
            patiently(self._put, name)
        for name in gone:
            with suppress(FileNotFoundError):
                patiently(self.system.rm_file, self._path(name))
        self._check(ours.files)
        if changed or gone or theirs != ours:
            self.lease.check()
            self._write(NAME, (self.folder / NAME).read_bytes())

    def _put(self, name: str) -> None:
        self.system.put_file(str(self.folder / name), self._path(name))

    def _write(self, name: str, data: bytes) -> None:
        patiently(self.system.pipe_file, self._path(name), data)

    def _check(self, files: Mapping[str, Entry]) -> None:
        """All objects are there, as long as they should be."""
        there = self._sizes()
        for name, entry in files.items():
            if there.get(name) != entry.bytes:
                raise OSError(f"{name} has {there.get(name)} bytes there, not {entry.bytes}")

    def _sizes(self) -> dict[str, int]:
        """Bytes of our objects by name; what else lies there is the user's."""
        try:
            found = patiently(self.system.find, self.root, detail=True)
        except FileNotFoundError:
            return {}
        named = {path[len(self.root) + 1 :]: told["size"] for path, told in found.items()}
        return {name: size for name, size in named.items() if name.partition("/")[0] in OWNED}

    def _fetched(self, theirs: Manifest, new: Path) -> bool:
        """Bring the files of a set, each checked; False where one is not what it should be."""
        for name in [*theirs.files, REPORT]:
            if name.partition("/")[0] == _LARGE:
                continue
            path = new / name
            path.parent.mkdir(exist_ok=True)
            try:
                patiently(self.system.get_file, self._path(name), str(path))
            except FileNotFoundError:
                if name == REPORT:
                    continue
                return False
            if name != REPORT and manifest.digest(path) != theirs.files[name].sha256:
                return False
        (new / NAME).write_bytes(theirs.written())
        return True

    def _ours(self) -> Manifest | None:
        try:
            return manifest.read((self.folder / NAME).read_bytes())
        except (OSError, ManifestError):
            return None

    def _theirs(self) -> Manifest | None:
        try:
            return manifest.read(patiently(self.system.cat_file, self._path(NAME)))
        except (FileNotFoundError, ManifestError):
            return None
        except Exception as error:  # each store has errors of its own
            raise OutputError(f"{self.address} cannot be read ({why(error)})") from error

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"


def _state(root: str) -> str:
    """Where the lease lies: beside the output; of a whole bucket, in it."""
    folder, slash, name = root.rpartition("/")
    return f"{folder}/.{name}.zhengju/{LOCK}" if slash and folder else f"{root}/.zhengju/{LOCK}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
