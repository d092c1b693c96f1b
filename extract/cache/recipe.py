"""What rows depend on besides the documents (版本): code, rules, packages, options, as digests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.commit.versions import packages
from extract.native import PACKAGE
from extract.version import VERSION

if TYPE_CHECKING:
    from extract.loaders.limits import Budget

_OFFICE = ("soffice", "libreoffice")
# What a loader uses besides its own folder.
_OF_LOADERS = (
    "catalogue.py", "errors.py", "kept.py", "literals.py", "model.py", "native.py", "schema.py",
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

    code: str  # all modules
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


def recipe(patterns: Path, *, package: Path = PACKAGE) -> Recipe:
    """The digests of this installation; sources are read each time, that takes some 20 ms."""
    modules = {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in sorted(package.rglob("*.py"))
    }
    rules = {
        path.relative_to(patterns).as_posix(): path.read_bytes()
        for path in sorted(p for p in patterns.rglob("*") if p.suffix in (".toml", ".csv"))
    }
    loading = {n: b for n, b in modules.items() if n.startswith("loaders/") or n in _OF_LOADERS}
    loading |= {f"patterns/{name}": rules[name] for name in _RULES_OF_LOADERS if name in rules}
    others = (*_AFTER, "loaders")
    rows = {n: b for n, b in modules.items() if n.partition("/")[0] not in others}
    return Recipe(
        _hash(modules), _hash(rows), _hash(loading), _of_rules(rules), digest(_packages())
    )


def digest(told: Any) -> str:  # noqa: ANN401  whatever has a plain form
    """A short digest of plain values."""
    return blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _hash(files: Mapping[str, bytes]) -> str:
    found = blake2b(VERSION.encode(), digest_size=16)
    for name, data in files.items():
        found.update(name.encode() + b"\0" + len(data).to_bytes(8, "little") + data)
    return found.hexdigest()


def _of_rules(rules: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and bytes of all rule files."""
    found = sha256()
    for name, data in rules.items():
        found.update(name.encode() + b"\0" + data)
    return found.hexdigest()


def _packages() -> list[tuple[str, str | None]]:
    others = [("python", sys.version), *((name, shutil.which(name)) for name in _OFFICE)]
    return [*packages().items(), *others]
