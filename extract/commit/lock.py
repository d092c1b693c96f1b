"""One run at a time writes to an output (锁): the lock, and who holds it.

The system's own lock ends with its holder, however that ends. Where a file system has none, a file
that only one can make stands for it.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import socket
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from extract.commit.steps import Step, refused
from extract.errors import OutputLockedError

try:
    import fcntl
except ImportError:  # no Unix
    fcntl = None  # type: ignore[assignment]

LEASE = ".lease"  # behind the name of the lock: the file that stands for one
_NO_LOCKS = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL}
_ROOM = "zhengju-"  # before the name of a folder for temporary files
_PATIENCE = 5.0  # seconds in which the workers of a killed run end, and let go of its lock
_LOOK = 0.05


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes: host, process and when it began (UTC).

    ``ticks`` tells it from a later process of the same number; 0 where the system does not say.
    ``room`` is the folder of its temporary files, for whoever comes after it.
    """

    host: str
    pid: int
    started: str
    ticks: int = 0
    room: str = ""

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.started}"

    def is_dead(self) -> bool:
        """Whether it has certainly ended; of another host nobody knows."""
        if self.host != socket.gethostname() or os.name == "nt":
            return False
        with suppress(PermissionError):  # it runs, for someone else
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                return True
        state, ticks = _process(self.pid)
        return state == "Z" or (ticks != self.ticks and 0 not in (ticks, self.ticks))


@dataclass(slots=True)
class Lock:
    """A lock that is held."""

    path: Path
    descriptor: int
    room: Path  # for temporary files; made with the lock, removed with it

    def holds(self) -> bool:
        """Whether it still keeps others out: not where someone has removed its file."""
        try:
            return os.fstat(self.descriptor).st_ino == self.path.stat().st_ino
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let go of it; the file goes first, so that nobody waits for a dead one."""
        shutil.rmtree(self.room, ignore_errors=True)
        with suppress(OSError):
            if self.holds():
                self.path.unlink()
        os.close(self.descriptor)


def take(path: Path, place: Path, option: str = "--output") -> Lock:
    """The lock of a ``place``, which an ``option`` names; the folder of ``path`` is made.

    Raises:
        OutputLockedError: another run holds it; the message says who.
        OutputError: the file cannot be written.
    """
    last = time.monotonic() + _PATIENCE
    while True:
        try:
            with Step("lock", path):
                return _taken(path)
        except _Busy as busy:
            holder = busy.holder
            if holder is None or not holder.is_dead() or time.monotonic() > last:
                raise OutputLockedError(_words(place, option, busy)) from None
            time.sleep(_LOOK)


class _Busy(Exception):  # noqa: N818  not an error yet
    """Someone holds the lock; ``lease`` is the file that stands for it, if one does."""

    def __init__(self, holder: Holder | None, lease: Path | None = None) -> None:
        super().__init__()
        self.holder = holder
        self.lease = lease


def _words(place: Path, option: str, busy: _Busy) -> str:
    who = f" ({busy.holder})" if busy.holder else ""
    hint = f"; if that one has ended, remove {busy.lease}" if busy.lease else ""
    return (
        f"{place} is being written by another run{who}; wait for it, or name another {option}"
        + hint
    )


def _taken(path: Path) -> Lock:
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)  # the last holder has removed it, if empty
        if fcntl is None:
            return _leased(path.with_name(path.name + LEASE))
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A file that its last holder removed while we waited to lock it is no lock: try again.
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return _told(path, descriptor, _holder(path))
            os.close(descriptor)
        except FileNotFoundError:
            os.close(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            raise _Busy(_holder(path)) from None
        except OSError as error:
            os.close(descriptor)
            if error.errno not in _NO_LOCKS:
                raise
            path.unlink(missing_ok=True)
            return _leased(path.with_name(path.name + LEASE))


def _leased(path: Path) -> Lock:
    """The file that only one can make; that of a process which has ended is taken over."""
    found: Holder | None = None
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            found = _holder(path)
            if found is None or not found.is_dead():
                raise _Busy(found, path) from None
            _take_away(path, found)
            continue
        return _told(path, descriptor, found)


def _take_away(path: Path, dead: Holder) -> None:
    """Remove the lease of a dead process, but not that of a run which was faster than we are."""
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        path.rename(mine)
        if _holder(mine) != dead:
            with suppress(FileExistsError):
                os.link(mine, path)
        mine.unlink()


def _told(path: Path, descriptor: int, last: Holder | None) -> Lock:
    """The lock, with who we are written into it; what the last holder has left is removed."""
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    room = Path(tempfile.gettempdir(), f"{_ROOM}{secrets.token_hex(8)}")
    me = Holder(
        socket.gethostname(), os.getpid(), started, _process(os.getpid())[1], str(room)
    )  # fmt: skip
    lock = Lock(path, descriptor, room)
    try:
        os.set_inheritable(descriptor, True)  # workers hold it as well: until they have ended
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(asdict(me)).encode() + b"\n")
        room.mkdir(mode=0o700)
    except OSError as error:
        lock.release()
        raise refused(error.filename or path, error) from error
    if last is not None and last.host == me.host:
        _sweep(Path(last.room))
    return lock


def _sweep(room: Path) -> None:
    """Remove the temporary files of a run that was killed: a folder of ours, by name and owner."""
    with suppress(OSError):
        if (
            room.name.startswith(_ROOM)
            and not room.is_symlink()
            and room.stat().st_uid == os.getuid()
        ):
            shutil.rmtree(room, ignore_errors=True)


def _holder(path: Path) -> Holder | None:
    """Who holds the lock; None where the file does not say."""
    try:
        return Holder(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _process(pid: int) -> tuple[str, int]:
    """State of a process, and the tick at which it was started, where the system tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return fields[0].decode(), int(fields[19])
    except (OSError, ValueError, IndexError):
        return "", 0
