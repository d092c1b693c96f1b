"""Starting and ending worker processes (起止进程): forked where that is safe, else from scratch."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import ZhengjuError
from extract.processes.worker import Start, serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from extract.batch import Rules
    from extract.loaders.limits import Budget

_MAIN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[3]);"
    "from extract.lean import import_arrow; import_arrow();"
    "from extract.{module} import main; main(int(sys.argv[1]), open(sys.argv[2]).read())"
)
_TOLD = "told"  # file in the folder of a process: an argument could not be as long
_PATIENCE = 5.0  # seconds for a killed process to be gone


@dataclass(slots=True)
class Process:
    """A worker process and our end of its socket."""

    pid: int
    link: socket.socket
    folder: Path
    popen: subprocess.Popen[bytes] | None = None
    status: int | None = None  # of ``waitpid``, once it has ended

    def has_ended(self) -> bool:
        """Whether it is gone; it can still be asked for what it said last."""
        if self.status is not None:
            return True
        try:
            if hasattr(os, "waitid"):
                look = os.WEXITED | os.WNOWAIT | os.WNOHANG
                return os.waitid(os.P_PID, self.pid, look) is not None
            pid, status = os.waitpid(self.pid, os.WNOHANG)  # macOS: no look without taking
        except ChildProcessError:
            return True
        self.status = status if pid else None
        return bool(pid)

    def is_stopped(self) -> bool:
        """Whether it has been stopped by a signal: then its silence is nobody's fault."""
        with suppress(OSError):
            return _told_of(self.pid)[0] in (b"T", b"t")
        return False

    def end(self, *, patience: float = 0.0) -> int:
        """Kill it and all that it has started; how it ended, negative for a signal.

        ``patience`` gives it some seconds to end by itself, so that its own reason is seen.
        """
        last = time.monotonic() + patience
        while not self.has_ended() and time.monotonic() < last:
            time.sleep(0.005)
        # Before it is waited for: until then nobody else can have its number.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        for pid in (self.pid, *_session(self.pid)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        code = self._wait()
        self.link.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return code

    def _wait(self) -> int:
        last = time.monotonic() + _PATIENCE
        while self.status is None and time.monotonic() < last:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # someone else in this program has waited for it
                pid, status = self.pid, 0
            if pid:
                self.status = status
                break
            time.sleep(0.001)
        code = os.waitstatus_to_exitcode(self.status or 0)
        if self.popen is not None:
            self.popen.returncode = code
        return code


def _session(leader: int) -> list[int]:
    """Processes of the session that ``leader`` has opened: LibreOffice, say, and its helpers."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):  # it has ended meanwhile
            if int(_told_of(int(folder.name))[3]) == leader:
                found.append(int(folder.name))
    return found


def _told_of(pid: int) -> list[bytes]:
    """What the system tells of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()


class Launcher:
    """Starts workers that read by the same rules within the same budget."""

    def __init__(self, rules: Rules, budget: Budget, spool: Path, version: str) -> None:
        """Import what every worker needs, so that forked ones have it."""
        self._rules = rules
        self._budget = budget
        self._spool = str(spool)
        self._version = version
        self._folder: Path | None = None
        self._started = 0
        # Forked workers inherit rules and modules; where threads run, a fork is not safe.
        self._forks = forks()
        if self._forks:
            # likewise its dictionary, which takes a tenth of a second to load, and most texts need
            for name in ("extract.reader", "extract.arrow", "rjieba"):
                import_module(name)

    def start(self) -> Process:
        """A new worker.

        Raises:
            ZhengjuError: the system lets no process start.
        """
        try:
            folder = self._room()
        except OSError as error:
            raise _unable(error) from error
        start = Start(
            self._rules.texts, os.getpid(), str(folder), self._budget, self._spool, self._version,
            self._rules.aliases(), self._rules.loaded,
        )  # fmt: skip
        own = partial(serve, rules=self._rules, start=start) if self._forks else None
        return begin("processes.worker", start.told(), folder, own)

    def stop(self) -> None:
        """Remove what workers may have left."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _room(self) -> Path:
        self._folder = self._folder or Path(tempfile.mkdtemp(prefix="zhengju-"))
        self._started += 1
        folder = self._folder / str(self._started)
        folder.mkdir(parents=True)  # whoever cleans up /tmp may have taken the one above
        return folder


def forks() -> bool:
    """Whether processes are forked, and inherit rules and modules; unsafe where threads run."""
    return sys.platform == "linux" and threading.active_count() == 1


def begin(
    module: str,
    told: str,
    folder: Path,
    own: Callable[[socket.socket], NoReturn] | None,
) -> Process:
    """A process that works at its end of a socket and has ``folder`` for its temporary files.

    It holds no other file of ours but the lock. Forked it does ``own``; where that is None, or
    unsafe, it starts from scratch with ``main`` of a module, which is ``told`` what it needs.

    Raises:
        ZhengjuError: the system lets no process start.
    """
    try:
        ours, theirs = socket.socketpair()
        with theirs:
            if own is not None and forks():
                process = _fork(ours, theirs, folder, own)
            else:
                process = _spawn(ours, theirs, folder, module, told)
    except OSError as error:
        raise _unable(error) from error
    ours.setblocking(False)
    return process


def _unable(error: OSError) -> ZhengjuError:
    why = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)
    return ZhengjuError(
        f"no process can be started ({why}); free some memory, or room for temporary files, "
        "or use fewer --workers"
    )


def _fork(
    ours: socket.socket,
    theirs: socket.socket,
    folder: Path,
    own: Callable[[socket.socket], NoReturn],
) -> Process:
    pid = os.fork()
    if pid == 0:
        try:
            _let_go(theirs.fileno())
            own(theirs)
        finally:
            os._exit(1)
    return Process(pid, ours, folder)


def _let_go(link: int) -> None:
    """Close the tables and sockets of our parent, and whatever is not meant to be inherited."""
    for number in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208  only numbers
        with suppress(OSError):  # the folder itself was open a moment ago
            if number != link and not os.get_inheritable(number):
                os.close(number)


def _spawn(
    ours: socket.socket, theirs: socket.socket, folder: Path, module: str, told: str
) -> Process:
    number = theirs.fileno()
    (folder / _TOLD).write_text(told)
    main = _MAIN.format(module=module)
    popen = subprocess.Popen(  # noqa: S603  our own interpreter and code
        [sys.executable, "-c", main, str(number), folder / _TOLD, json.dumps(sys.path)],
        pass_fds=[number],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return Process(popen.pid, ours, folder, popen)
