"""Results of buckets by their key (汇总缓存): kept for the next run, in the cache beside the rows.

A key is made of all that the results depend on, so what is found under it is right, or damaged:
then it is not there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from extract import checked

_SUFFIX = ".joined"


@dataclass(frozen=True, slots=True)
class GroupStore:
    """Results that are made by ``version``, of code and rules, in ``folder``."""

    folder: Path
    version: str
    used: set[str] = field(default_factory=set)  # names of files that this run has use for

    def file(self, key: str) -> Path:
        """Where the results of a key stand, if they are there."""
        return self.folder / f"{key}{_SUFFIX}"

    def sweep(self, *, keep: bool = True) -> None:
        """Remove all that this run has no use for, or unless it shall ``keep`` that, all."""
        with suppress(FileNotFoundError):  # no agency has a figure
            for file in self.folder.iterdir():
                if not keep or file.name not in self.used:
                    file.unlink(missing_ok=True)


def is_whole(file: Path) -> bool:
    """Whether the file is there, undamaged."""
    with suppress(OSError):
        return checked.content(checked.read(file)) is not None
    return False
