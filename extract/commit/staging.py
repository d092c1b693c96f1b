"""All tables appear at once, or none (整体发布).

A run writes to a folder beside the output, under a lock, and then swaps the two. Whatever the
user keeps in the output folder survives; a run that fails leaves the previous dataset as it was.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from extract.commit import publish
from extract.commit.interrupts import Interrupted, held
from extract.commit.lock import Lock, take
from extract.commit.manifest import OWNED, REPORT
from extract.commit.publish import SCRATCH
from extract.commit.state import state_of
from extract.commit.steps import Step, refused
from extract.errors import OutputError

REFUSED = ".refused"  # behind the name of the output: what a gate refused to publish


class Staging:
    """The folder in which a run builds the next dataset; a context manager.

    Raises ``OutputLockedError`` where another run writes to the same output and ``OutputError``
    where a path cannot be written, which it names.
    """

    def __init__(self, output: Path) -> None:
        """Name the places; nothing is touched before ``with``."""
        self.state = state_of(output)
        self.output = self.state.output
        self.folder = self.state.staging
        self.refused = self.output.parent / f"{self.output.name}{REFUSED}"
        self.published = False
        self._lock: Lock | None = None
        self._temporary: str | None = None

    def __enter__(self) -> Self:
        if self.output.exists() and not self.output.is_dir():
            raise OutputError(f"{self.output} is a file; name a folder with --output")
        if any("\ud800" <= c <= "\udfff" for c in str(self.output)):  # Arrow writes no such path
            raise OutputError(f"{self.output} is no name in UTF-8; name another with --output")
        try:
            with held():
                self._lock = take(self.state.lock, self.output)
                # All temporary files, those of workers too, stand where the next run looks.
                self._temporary, tempfile.tempdir = tempfile.tempdir, str(self._lock.room)
            publish.clear(self.state)
            self._start()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(_interrupted(self.output, published=self.published)) from error
        if isinstance(error, OSError):  # what was read back of what had been written, say
            raise refused(error.filename or self.output, error) from error

    def path(self, name: str) -> Path:
        """Where a file of the next dataset is written."""
        return self.folder / name

    def scratch(self) -> Path:
        """A folder for what is not published."""
        folder = self.folder / SCRATCH
        with Step("stage", folder):
            folder.mkdir(exist_ok=True)
        return folder

    def publish(self) -> None:
        """Put the next dataset in the place of the previous one, in one step.

        Raises ``OutputError`` where the state folder was removed: there another run may write now.
        """
        if self._lock is None or not self._lock.holds():
            raise OutputError(f"{self.state.folder} was removed while the run wrote; run again")
        shutil.rmtree(self.folder / SCRATCH, ignore_errors=True)
        publish.settle(self.folder)
        with held():
            publish.publish(self.state)
            self.published = True
            _drop_refused(self.refused)

    def set_aside(self) -> Path:
        """Keep the next dataset beside the output instead, where one can look at it."""
        with Step("aside", self.refused), held():
            shutil.rmtree(self.folder / SCRATCH, ignore_errors=True)
            self.refused.mkdir(exist_ok=True)
            for name in OWNED:
                publish.remove(self.refused / name)
            for path in sorted(self.folder.iterdir()):
                publish.move(path, self.refused / path.name)
        return self.refused

    def _start(self) -> None:
        if self.output.is_dir() and not os.access(self.output, os.W_OK | os.X_OK):
            raise refused(self.output, PermissionError(errno.EACCES, ""))
        with Step("stage", self.folder):
            self.folder.mkdir()
            if self.output.is_dir():
                shutil.copymode(self.output, self.folder)

    def _leave(self) -> None:
        """Remove what is not published, and let go of the lock."""
        if self._lock is None:  # the folder is that of another run
            return
        with held():
            try:
                if self._lock.holds() and self.folder.is_dir():
                    publish.adopt(self.folder, self.output)
                    shutil.rmtree(self.folder, ignore_errors=True)
            finally:
                tempfile.tempdir = self._temporary
                self._lock.release()
                self._lock = None
                with suppress(OSError):  # nothing of it is left for the next run
                    self.state.folder.rmdir()


def _interrupted(output: Path, *, published: bool) -> str:
    if published:
        return f"interrupted when all was done: {output} is the new dataset"
    return f"interrupted; {output} is as it was, and the same command goes on with what is kept"


def _drop_refused(folder: Path) -> None:
    """What was refused before is of no use behind a published dataset; only our own files go."""
    if (folder / REPORT).is_file():
        with suppress(OSError):  # the user keeps something there
            for name in OWNED:
                publish.remove(folder / name)
            folder.rmdir()
