"""All tables appear at once, or none (整体发布).

A run writes to a folder beside the output, under a lock, and then swaps the two. Whatever the
user keeps in the output folder survives; a run that fails leaves the previous dataset as it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from extract.columns import TABLES
from extract.errors import OutputError, OutputLockedError
from extract.state import state_of
from extract.swap import exchange

try:
    import fcntl
except ImportError:  # a system without Unix locks: two runs at once are the user's to avoid
    fcntl = None  # type: ignore[assignment]

REFUSED = ".refused"  # behind the name of the output: what a gate refused to publish
OWNED = frozenset({f"{t}.parquet" for t in TABLES} | {"codebook.csv", "run_report.json"})
SCRATCH = ".scratch"  # a folder that lives only while a run is under way


class Staging:
    """The folder in which a run builds the next dataset; a context manager.

    Raises ``OutputLockedError`` where another run writes to the same output and ``OutputError``
    where the folder cannot be made.
    """

    def __init__(self, output: Path) -> None:
        """Name the places; nothing is touched before ``with``."""
        self.state = state_of(output)
        self.output = self.state.output
        self.folder = self.state.staging
        self.refused = self.output.parent / f"{self.output.name}{REFUSED}"
        self._lock: int | None = None

    def __enter__(self) -> Self:
        with _blamed(self.output):
            if self.output.exists() and not self.output.is_dir():
                raise OutputError(f"{self.output} is a file; name a folder with --output")
            self._lock = acquire(self.state.lock, self.output)
            try:
                self._start()
            except BaseException:
                self._release()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            _clear(self.folder, self.output)
        finally:
            self._release()
        if isinstance(error, OSError):  # a full disk, say, while a table was written
            raise _output_error(self.output, error) from error

    def path(self, name: str) -> Path:
        """Where a file of the next dataset is written."""
        return self.folder / name

    def scratch(self) -> Path:
        """A folder for what is not published."""
        folder = self.folder / SCRATCH
        folder.mkdir(exist_ok=True)
        return folder

    def publish(self) -> None:
        """Put the next dataset in the place of the previous one, in one step."""
        with _blamed(self.output):
            shutil.rmtree(self.folder / SCRATCH, ignore_errors=True)
            for path in sorted(self.folder.iterdir()):
                _sync(path)
            _sync(self.folder)
            if not self.output.exists():
                self.folder.rename(self.output)
            elif self.state.inside or _holds_cwd(self.output) or not self._exchange():
                self._replace_files()
            _sync(self.output.parent)
            _drop_refused(self.refused)

    def set_aside(self) -> Path:
        """Keep the next dataset beside the output instead, where one can look at it."""
        with _blamed(self.refused):
            shutil.rmtree(self.folder / SCRATCH, ignore_errors=True)
            self.refused.mkdir(exist_ok=True)
            new = sorted(self.folder.iterdir())
            for path in new:
                path.replace(self.refused / path.name)
            for name in OWNED - {path.name for path in new}:
                (self.refused / name).unlink(missing_ok=True)
        return self.refused

    def _start(self) -> None:
        _clear(self.folder, self.output)
        self.folder.mkdir()
        if self.output.is_dir():
            shutil.copymode(self.output, self.folder)
            if not os.access(self.output, os.W_OK | os.X_OK):
                raise PermissionError(13, "no right to write")

    def _exchange(self) -> bool:
        """Swap the folders; what is not ours moves back. False where the system cannot."""
        if not exchange(self.folder, self.output):
            return False
        _adopt(self.folder, self.output)
        return True

    def _replace_files(self) -> None:
        """The way without a swap: each file in one step, the run report last."""
        new = {path.name for path in self.folder.iterdir()}
        for name in sorted(new, key=lambda name: (name == "run_report.json", name)):
            (self.folder / name).replace(self.output / name)
        for name in OWNED - new:
            (self.output / name).unlink(missing_ok=True)

    def _release(self) -> None:
        if self._lock is None:
            return
        with suppress(OSError):
            self.state.lock.unlink()  # while still locked, so nobody waits on a dead file
        os.close(self._lock)
        self._lock = None
        with suppress(OSError):  # nothing of it is left for the next run
            self.state.folder.rmdir()


def acquire(path: Path, output: Path) -> int:
    """An open, locked descriptor of the lock file.

    A file that its last holder removed while we waited to lock it is no lock: try again.
    """
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)  # the last holder has removed it, if empty
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            continue
        if fcntl is None:
            return descriptor
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
            os.close(descriptor)
        except FileNotFoundError:
            os.close(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            raise OutputLockedError(
                f"{output} is being written by another run; wait for it, or name another --output"
            ) from None


@contextmanager
def _blamed(output: Path) -> Iterator[None]:
    """System errors as one line that names the output."""
    try:
        yield
    except OSError as error:
        raise _output_error(output, error) from error


def _output_error(output: Path, error: OSError) -> OutputError:
    why = error.strerror or str(error)
    return OutputError(f"{output} cannot be written ({why}); name another folder with --output")


def _clear(leftover: Path, output: Path) -> None:
    """Remove a staging folder; files of the user that a killed run left in it go home first."""
    if leftover.is_dir():
        _adopt(leftover, output)
        shutil.rmtree(leftover, ignore_errors=True)


def _adopt(old: Path, new: Path) -> None:
    for entry in sorted(old.iterdir()):
        if entry.name not in (*OWNED, SCRATCH) and new.is_dir() and not (new / entry.name).exists():
            entry.rename(new / entry.name)


def _drop_refused(folder: Path) -> None:
    """What was refused before is of no use behind a published dataset; only our own files go."""
    if (folder / "run_report.json").is_file():
        for name in OWNED:
            (folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # the user keeps something there
            folder.rmdir()


def _holds_cwd(folder: Path) -> bool:
    """A folder that someone stands in is not swapped away from under them."""
    with suppress(OSError):
        return Path.cwd().is_relative_to(folder)
    return False


def _sync(path: Path) -> None:
    with suppress(PermissionError):  # some systems cannot open a folder
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
