"""What rows depend on besides the documents (版本): code, rules, packages, options, as digests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.catalogue import patterns_folder
from extract.commit.versions import packages
from extract.native import PACKAGE
from extract.version import VERSION

if TYPE_CHECKING:
    from extract.loaders.limits import Budget

_OFFICE = ("soffice", "libreoffice")
# What a loader uses besides its own folder.
_OF_LOADERS = (
    "catalogue.py", "checked.py", "errors.py", "kept.py", "literals.py", "model.py", "native.py",
    "schema.py",
)  # fmt: skip
_RULES_OF_LOADERS = ("portals.toml",)
# What no row of a document depends on: it comes after them.
_AFTER = (
    "agency", "audit", "commands", "compare", "diff", "discover", "explain", "export", "gates",
    "panel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """A digest of each of the things that a row may depend on."""

    code: str  # all modules: SHA-256
    rows: str  # those that make the rows of a document
    loaders: str  # those that make its text, with their rules
    rules: str  # SHA-256
    packages: str  # and the interpreter

    def told(self) -> dict[str, str]:
        """By name, for the ledger."""
        return asdict(self)

    def of_texts(self, budget: Budget) -> str:
        """The version of loaded documents."""
        return digest([self.loaders, self.packages, asdict(budget)])

    def of_rows(self, budget: Budget, aliases: Iterable[Any], *, texts: bool) -> str:
        """The version of the rows of documents."""
        return digest([
            self.rows, self.loaders, self.rules, self.packages, asdict(budget), list(aliases),
            texts,
        ])  # fmt: skip

    def of_groups(self) -> str:
        """The version of what is worked out of the rows of all documents of an agency."""
        return digest([self.code, self.rules, self.packages])


@cache
def ours() -> Recipe:
    """What this process runs; to be asked for before it loads any rule, for it keeps them."""
    return recipe(patterns_folder())


def recipe(patterns: Path, *, package: Path = PACKAGE) -> Recipe:
    """The digests of this installation as it is on the disk now, in some 20 ms."""
    modules = _files(package, ".py")
    rules = _files(patterns, ".toml", ".csv")
    loading = {n: b for n, b in modules.items() if n.startswith("loaders/") or n in _OF_LOADERS}
    loading |= {f"patterns/{name}": rules[name] for name in _RULES_OF_LOADERS if name in rules}
    others = (*_AFTER, "loaders")
    rows = {n: b for n, b in modules.items() if n.partition("/")[0] not in others}
    return Recipe(
        _sha256(modules), _hash(rows), _hash(loading), _sha256(rules), digest(_packages())
    )


def _files(folder: Path, *suffixes: str) -> dict[str, bytes]:
    """The bytes of all files of these kinds below a folder, by path."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in suffixes)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def digest(told: Any) -> str:  # noqa: ANN401  whatever has a plain form
    """A short digest of plain values."""
    return blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _hash(files: Mapping[str, bytes]) -> str:
    found = blake2b(VERSION.encode(), digest_size=16)
    for name, data in files.items():
        found.update(name.encode() + b"\0" + len(data).to_bytes(8, "little") + data)
    return found.hexdigest()


def _sha256(files: Mapping[str, bytes]) -> str:
    """Over the names and bytes of all files."""
    found = sha256()
    for name, data in files.items():
        found.update(name.encode() + b"\0" + data)
    return found.hexdigest()


def _packages() -> list[Any]:
    return [*packages().items(), ("python", sys.version), *map(_program, _OFFICE)]


def _program(name: str) -> tuple[str, int, int] | None:
    """Where a program stands; an update gives its file another time or size."""
    path = Path(shutil.which(name) or "").resolve()
    if not path.is_file():
        return None
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns
