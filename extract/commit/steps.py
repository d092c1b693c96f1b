"""Steps (步骤): every write of a run to disk has a name and a path.

What the system refuses within one becomes a single line that says which path could not be written;
a disk that is full or broken is found at a step, and nowhere between two.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import TracebackType
from typing import Literal, get_args

from extract.errors import OutputError

Name = Literal[
    "lock",  # the lock file: who writes
    "clear",  # what an earlier run has left is removed
    "stage",  # the folder for the next dataset
    "keep",  # rows for the next run
    "create",  # a table, or what is kept of one for a while
    "rows",  # of a table, a group at a time
    "footer",  # the end of a table
    "codebook",
    "report",
    "manifest",
    "sync",  # a file or folder to the disk itself
    "exchange",  # the next dataset takes the place of the last one, all at once …
    "adopt",  # … and files of the user follow
    "bring",  # where that cannot be: the new files, under other names, to where they will stand …
    "mark",  # … a sign that the dataset is in between …
    "replace",  # … and each takes its place
    "remove",  # tables that the new dataset does not have
    "aside",  # a dataset that a gate refused
]
STEPS: tuple[Name, ...] = get_args(Name)


class Step:
    """A context manager around one write; raises ``OutputError`` where the system refuses it."""

    __slots__ = ("name", "path")

    def __init__(self, name: Name, path: Path) -> None:
        """``path`` is what is written."""
        self.name = name
        self.path = path

    def __enter__(self) -> None:
        """Nothing has happened yet."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError):
            raise refused(self.path, error, kept=self.name == "keep") from error


def refused(path: Path | str, error: OSError, *, kept: bool = False) -> OutputError:
    """The error of a path that cannot be written; ``kept`` is what stands in the cache."""
    why = os.strerror(error.errno) if error.errno else error.strerror or str(error)
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    advice = "make room there" if full else "see to its permissions and its disk"
    other = "another folder, or none, with --cache" if kept else "another folder with --output"
    return OutputError(f"{path} cannot be written ({why}); {advice}, or name {other}")
