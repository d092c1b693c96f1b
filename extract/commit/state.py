"""Where a run keeps what is not the dataset itself (状态目录): beside the output, hidden.

OUTPUT stays a plain folder of plain files; lock, next and previous dataset and cache stand in
``.NAME.zhengju`` beside it, so that nothing half-written ever lies where a reader looks.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".zhengju"


@dataclass(frozen=True, slots=True)
class State:
    """The state folder of one output; naming it touches nothing on disk.

    ``lock`` and ``staging`` belong to the run under way, ``previous`` is the set that was published
    before and stays until the next run begins, ``cache`` survives.
    """

    output: Path
    folder: Path

    @property
    def lock(self) -> Path:
        """The file that the run under way holds locked."""
        return self.folder / "lock"

    @property
    def staging(self) -> Path:
        """The folder in which the next dataset is built."""
        return self.folder / "staging"

    @property
    def previous(self) -> Path:
        """The set of files that the last publication has replaced."""
        return self.folder / "previous"

    @property
    def cache(self) -> Path:
        """What the next run need not work out again."""
        return self.folder / "cache"

    @property
    def inside(self) -> bool:
        """Whether it stands within the output, which then cannot be swapped as a whole."""
        return self.folder.parent == self.output


def state_of(output: Path) -> State:
    """The state folder of an output that may not be there yet.

    It is a sibling, ``.NAME.zhengju``, on the same file system; where there can be none (the parent
    is not to be written, the output is a mount point) it is ``NAME/.zhengju``.
    """
    output = output.resolve()
    sibling = output.parent / f".{output.name}{SUFFIX}"
    if output.is_dir() and not (_same_device(output, output.parent) and _has_room(sibling)):
        return State(output, output / SUFFIX)
    return State(output, sibling)


def _same_device(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev and not one.is_mount()


def _has_room(folder: Path) -> bool:
    """Whether the folder is there, or can be made, and can be written."""
    return os.access(folder if folder.is_dir() else folder.parent, os.W_OK | os.X_OK)
