"""``manifest.json`` (清单): which files are the dataset, and what it was made with.

It is the only sign that a dataset is done, and reproducible like the tables: no time, host or path
stands in it. Where files are replaced one by one, a mark stands in its place meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from extract.columns import TABLES
from extract.commit.sealed import seal, unseal
from extract.commit.steps import Step

NAME = "manifest.json"
REPORT = "run_report.json"  # not reproducible, so it has its own checksum
CODEBOOK = "codebook.csv"
RELEASE = "RELEASE.json"  # of a release: what it was made from, and the hash of each file
OWNED = frozenset({f"{table}.parquet" for table in TABLES} | {CODEBOOK, REPORT, NAME})
_FORMAT = 1


class ManifestError(ValueError):
    """The manifest is damaged, or of a format that this version does not know."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its size in bytes, its SHA-256, and, of a table, its rows."""

    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files by path below the folder, with ``/``; ``made`` says by what and how."""

    files: Mapping[str, Entry] = field(default_factory=dict)
    made: Mapping[str, Any] = field(default_factory=dict)
    done: bool = True  # False: the files are just being replaced

    def written(self) -> bytes:
        """The bytes of ``manifest.json``."""
        files = {name: asdict(entry) for name, entry in self.files.items()}
        return seal({"format": _FORMAT, "done": self.done, "files": files, "made": dict(self.made)})

    def parts(self, table: str) -> list[str]:
        """The files of a table, in order; none where the dataset lacks it."""
        name = f"{table}.parquet"
        return [name] if name in self.files else sorted(f for f in self.files if _top(f) == name)


MARK = Manifest(done=False).written()


def read(data: bytes) -> Manifest:
    """What the bytes say; raises ``ManifestError``."""
    try:
        told = unseal(data)
    except (ValueError, RecursionError) as error:
        raise ManifestError(str(error)) from error
    if told.get("format") != _FORMAT:
        raise ManifestError(f"format {told.get('format')} is of another version")
    try:
        files = {name: Entry(**entry) for name, entry in told["files"].items()}
        found = Manifest(files, told["made"], told["done"])
    except (AttributeError, KeyError, TypeError) as error:
        raise ManifestError("it is none of ours") from error
    if strange := [name for name in files if not _is_below(name)]:
        raise ManifestError(f"{strange[0]!r} is no file of a dataset")
    return found


def write(folder: Path, made: Mapping[str, Any]) -> Manifest:
    """Write the manifest of what stands in the folder."""
    files = {name: _entry(folder / name) for name in sorted(owned(folder)) if name != REPORT}
    manifest = Manifest(files, made)
    path = folder / NAME
    with Step("manifest", path):
        path.write_bytes(manifest.written())
    return manifest


def owned(folder: Path) -> Iterator[str]:
    """The files of ours in a folder, by path below it; the manifest itself is none of them."""
    for name in sorted(OWNED - {NAME}):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            yield from (f"{name}/{part.relative_to(path).as_posix()}" for part in _files(path))
        elif path.exists():
            yield name


def digest(path: Path) -> str:
    """SHA-256 of a file, read a piece at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_below(name: str) -> bool:
    """Whether a name cannot lead out of the folder: who fetches a set writes files of that name."""
    return not ({"", ".", ".."} & {*name.split("/")} or {"\\", ":"} & {*name})


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _entry(path: Path) -> Entry:
    rows = None
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq  # noqa: PLC0415  whoever reads a manifest needs no Arrow

        rows = pq.read_metadata(path).num_rows
    return Entry(path.stat().st_size, digest(path), rows)


def _top(name: str) -> str:
    return name.partition("/")[0]
