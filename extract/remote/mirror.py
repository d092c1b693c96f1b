"""An output elsewhere (远程输出): built on this machine, then brought there object by object.

Each object is replaced whole. A mark stands in the place of the manifest meanwhile, and the new
manifest comes last, so that whoever reads it first gets one set, or is told to wait.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from extract.commit import manifest
from extract.commit.interrupts import Interrupted
from extract.commit.manifest import MARK, NAME, OWNED, REPORT, Entry, Manifest, ManifestError
from extract.commit.publish import remove
from extract.commit.sealed import seal, unseal
from extract.errors import OutputError, ZhengjuError
from extract.objects import patiently, reach, shown, version, why
from extract.remote.lease import Lease

LOCK = "lock"
_LARGE = "texts.parquet"  # no gate reads it, and the next run writes all of it


@contextmanager
def opened(address: str) -> Iterator[Mirror]:
    """The folder here that stands for an address, as it is there, under its lease."""
    system, root = reach(address)
    folder = folder_of(address)
    with Lease(system, _state(root), shown(address)) as lease:
        mirror = Mirror(shown(address), system, root, folder, lease)
        mirror.pull()
        yield mirror


def is_as_here(address: str) -> bool:
    """Whether the set at an address is the one that this machine has brought there last."""
    return Mirror(shown(address), *reach(address), folder_of(address)).is_pushed()


def folder_of(address: str) -> Path:
    """Where the dataset of an address is built: kept, so that the next run knows the last one."""
    try:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError as error:  # a user without a name and a home, as in containers
        raise OutputError("set XDG_CACHE_HOME: the dataset is built there") from error
    plain = shown(address).rstrip("/")
    name = plain.rpartition("/")[2]
    return Path(home) / "zhengju" / f"{name}-{_short(plain)}" / "dataset"


class _Seen(NamedTuple):
    """An object as its store shows it."""

    size: int
    version: str


@dataclass(frozen=True, slots=True)
class Mirror:
    """A dataset at an address, and the folder here that is to be the same."""

    address: str
    system: Any
    root: str
    folder: Path
    lease: Lease | None = None  # without it nothing is written

    def pull(self) -> None:
        """Bring the set that is there here, unless it is: the next one is held against it.

        One that is damaged, or just in between, is left where it is.
        """
        new = self.folder.with_name("fetched")
        with _building(self.folder):
            remove(new)  # what a killed run has left
            new.mkdir(parents=True)
        theirs = self._theirs()
        if theirs is not None and theirs.done and theirs != self._ours():
            seen = self._seen()
            if self._fetched(theirs, new):
                versions = {n: one.version for n, one in seen.items() if (new / n).exists()}
                with _building(self.folder):
                    remove(self.folder)
                    new.rename(self.folder)
                self._remember(versions)
        remove(new)

    def is_pushed(self) -> bool:
        """Whether the set that is there is the one here, and no object was replaced since."""
        theirs = self._theirs()
        if theirs is None or theirs != self._ours():
            return False
        return not self._changed(theirs, theirs, self._seen())

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
        there = self._seen()
        changed = self._changed(ours, theirs, there)
        gone = sorted(there.keys() - ours.files.keys() - {NAME, REPORT})
        self._check_lease()
        if changed or gone or theirs != ours:
            self._write(NAME, MARK)
        for name in [*changed, *(n for n in (REPORT,) if (self.folder / n).exists())]:
            self._check_lease()
            patiently(self._put, name)
        for name in gone:
            with suppress(FileNotFoundError):
                patiently(self.system.rm_file, self._path(name))
        self._check(ours.files)
        if changed or gone or theirs != ours:
            self._check_lease()
            self._write(NAME, (self.folder / NAME).read_bytes())

    def _changed(self, ours: Manifest, theirs: Manifest, there: Mapping[str, _Seen]) -> list[str]:
        """Objects that are not what they should be, or no more the ones that were brought there."""
        known = self._known()
        return [
            name
            for name, entry in ours.files.items()
            if theirs.files.get(name) != entry
            or there.get(name) != _Seen(entry.bytes, known.get(name, "unknown"))
        ]

    def _check_lease(self) -> None:
        if self.lease is not None:
            self.lease.check()

    def _put(self, name: str) -> None:
        self.system.put_file(str(self.folder / name), self._path(name))

    def _write(self, name: str, data: bytes) -> None:
        patiently(self.system.pipe_file, self._path(name), data)

    def _check(self, files: Mapping[str, Entry]) -> None:
        """All objects are there, as long as they should be."""
        there = self._seen()
        for name, entry in files.items():
            size = there[name].size if name in there else 0
            if size != entry.bytes:
                raise OSError(f"{name} has {size} bytes there, not {entry.bytes}")
        self._remember({name: there[name].version for name in files})

    def _known(self) -> dict[str, str]:
        """The versions of the objects that this machine has brought there, or fetched."""
        try:
            return dict(unseal(self._versions.read_bytes()))
        except (OSError, ValueError):
            return {}

    def _remember(self, versions: Mapping[str, str]) -> None:
        with suppress(OSError):  # then all objects are replaced the next time
            self._versions.write_bytes(seal(versions))

    @property
    def _versions(self) -> Path:
        return self.folder.with_name("objects.json")

    def _seen(self) -> dict[str, _Seen]:
        """Our objects by name; what else lies there is the user's."""
        try:
            found = patiently(self.system.find, self.root, detail=True)
        except FileNotFoundError:
            return {}
        except Exception as error:  # each store has errors of its own
            raise OutputError(f"{self.address} cannot be listed ({why(error)})") from error
        named = {path[len(self.root) + 1 :]: told for path, told in found.items()}
        return {
            name: _Seen(int(told["size"]), version(told))
            for name, told in named.items()
            if name.partition("/")[0] in OWNED
        }

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
            except Exception as error:  # each store has errors of its own
                raise OutputError(f"{self.address} cannot be read ({why(error)})") from error
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


@contextmanager
def _building(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{folder}, where the dataset is built, cannot be written ({why(error)}); set "
            "XDG_CACHE_HOME to another place"
        ) from error


def _state(root: str) -> str:
    """Where the lease lies: beside the output; of a whole bucket, in it."""
    folder, slash, name = root.rpartition("/")
    return f"{folder}/.{name}.zhengju/{LOCK}" if slash and folder else f"{root}/.zhengju/{LOCK}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
