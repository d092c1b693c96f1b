"""Publication (发布): the next dataset takes the place of the last one, all of it at once.

Two folders are exchanged in one step; a reader that has the old one open keeps it until the next
run begins. Where folders cannot be exchanged each file is replaced whole, while a mark in the place
of the manifest tells that the set is in between; what goes wrong then is undone.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from extract.commit import manifest
from extract.commit.manifest import OWNED
from extract.commit.steps import Step
from extract.commit.swap import exchange

if TYPE_CHECKING:
    from extract.commit.state import State

SCRATCH = ".scratch"  # in the staging folder: what is not published
_MARK = f"{manifest.NAME}.mark"
# Of file systems on which a folder cannot be opened, or brought to the disk by itself.
_NO_SYNC = {errno.EACCES, errno.EPERM, errno.EISDIR, errno.EBADF, errno.EINVAL, errno.ENOTSUP}
_NEW = ".new"  # behind the hidden name under which a file waits beside the one that it replaces


def publish(state: State) -> None:
    """Put what is staged, and on the disk already, in the place of the dataset.

    Files of the user stay. Nothing but the end of the process may come between these steps.

    Raises:
        OutputError: a path cannot be written. Then the dataset is as it was; or the new one, and
            files of the user wait in the staging folder for the next run.
    """
    if not state.output.exists():
        with Step("exchange", state.output):
            state.staging.rename(state.output)
    elif state.inside or _holds_cwd(state.output) or not _exchanged(state):
        _replaced(state)
    for folder in (state.output, state.folder, state.output.parent):
        _sync(folder)


def settle(folder: Path) -> None:
    """Bring a folder with all that is in it to the disk itself."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            settle(path)
        else:
            _sync(path)
    _sync(folder)


def clear(state: State) -> None:
    """Remove what the last run has left; files of the user that a killed one holds go home."""
    with Step("clear", state.folder):
        if state.staging.is_dir():
            adopt(state.staging, state.output)
            remove(state.staging)
        # Files that a reader has open cannot go on some network drives; the next run tries again.
        shutil.rmtree(state.previous, ignore_errors=True)
        for name in (*OWNED, _MARK):
            remove(_waiting(state.output, name))


def adopt(old: Path, new: Path) -> None:
    """Move all that is not ours from one folder to another that has no such name."""
    for entry in sorted(old.iterdir()):
        if entry.name not in (*OWNED, SCRATCH) and new.is_dir() and not (new / entry.name).exists():
            with Step("adopt", new / entry.name):
                entry.rename(new / entry.name)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, where it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _exchanged(state: State) -> bool:
    """Swap the folders. False, with nothing changed, where the system cannot."""
    with Step("exchange", state.output):
        if not exchange(state.staging, state.output):
            return False
    adopt(state.staging, state.output)
    with suppress(OSError):  # readers of the old set then have what they have open
        if any(state.staging.iterdir()):
            state.staging.rename(state.previous)
    return True


def _replaced(state: State) -> None:
    """The way without a swap: each file in one step, under the mark, the manifest last."""
    new = sorted(path.name for path in state.staging.iterdir())
    output = state.output
    try:
        for name in new:
            with Step("bring", _waiting(output, name)):
                move(state.staging / name, _waiting(output, name))
        _sync(output)
        kept = _keep(output, state.previous)
        try:
            _put(output, new)
        except BaseException:
            if kept:
                _restore(state.previous, output, new)
            raise
    finally:
        for name in (*new, _MARK):
            remove(_waiting(output, name))


def _put(output: Path, new: list[str]) -> None:
    """Give every waiting file its name, and remove the tables that there are no more."""
    mark = output / manifest.NAME
    waiting = _waiting(output, _MARK)
    with Step("mark", mark):
        waiting.write_bytes(manifest.MARK)
        _sync(waiting)
        waiting.replace(mark)
    _sync(output)
    for name in sorted(OWNED - set(new)):
        with Step("remove", output / name):
            remove(output / name)
    for name in sorted(new, key=lambda name: (name == manifest.NAME, name)):
        if name == manifest.NAME:
            _sync(output)
        with Step("replace", output / name):
            _take_place(_waiting(output, name), output / name)


def move(path: Path, target: Path) -> None:
    """Move a file or folder, to another file system too; what is copied is brought to the disk."""
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        if path.is_dir():
            shutil.copytree(path, target)
            settle(target)
        else:
            shutil.copyfile(path, target)
            _sync(target)


def _take_place(new: Path, old: Path) -> None:
    if old.is_dir() or new.is_dir():
        if old.exists() and exchange(new, old):
            return  # the old one is removed with what else has waited
        remove(old)
    new.replace(old)


def _keep(output: Path, previous: Path) -> bool:
    """Keep the files of the old set under second names, so that they can be put back."""
    names = [name for name in sorted(OWNED) if (output / name).exists()]
    try:
        previous.mkdir()
        for name in names:
            path = output / name
            if path.is_dir():
                shutil.copytree(path, previous / name, copy_function=os.link)
            else:
                os.link(path, previous / name)
    except (OSError, shutil.Error):  # the file system has no second names
        shutil.rmtree(previous, ignore_errors=True)
        return False
    return True


def _restore(previous: Path, output: Path, new: list[str]) -> None:
    """Put the old set back, its manifest last."""
    old = {path.name for path in previous.iterdir()}
    with suppress(OSError):
        for name in {*new, manifest.NAME} - old:
            remove(output / name)
        for name in sorted(old, key=lambda name: (name == manifest.NAME, name)):
            _take_place(previous / name, output / name)


def _waiting(output: Path, name: str) -> Path:
    return output / f".{name}{_NEW}"


def _holds_cwd(folder: Path) -> bool:
    """A folder that someone stands in is not swapped away from under them."""
    with suppress(OSError):
        return Path.cwd().is_relative_to(folder)
    return False


def _sync(path: Path) -> None:
    with Step("sync", path):
        try:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno not in _NO_SYNC or not path.is_dir():
                raise
