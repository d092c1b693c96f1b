"""What a worker process does (工作进程): one document after the other, within its limits.

It reads nothing but its socket, the rules and what loaders need, writes rows to files where its
parent has told it to, replies with a few words on them, and ends with its parent. Whatever happens
to it, the parent knows which document was being read.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import json
import os
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from extract.batch import aliases_of, batch_of, load_rules, rows_of
from extract.cache import shard
from extract.errors import ZhengjuError
from extract.loaders import limits
from extract.loaders.limits import Budget
from extract.processes import wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from io import BufferedReader

    from extract.batch import AliasRows, Rules
    from extract.checked import Buffer
    from extract.model import Source
    from extract.tables import Columns

try:
    import resource
except ImportError:  # no Unix: no workers either, see ``pool.available``
    resource = None  # type: ignore[assignment]

OUT_OF_MEMORY = 77  # exit code: not a document but joining its rows took too much
_PR_SET_PDEATHSIG = 1
_FLUSH = 2.0  # seconds of reading whose rows may be lost with the worker


@dataclass(frozen=True, slots=True)
class Start:
    """What a worker has to know before its first task."""

    texts: bool
    parent: int  # process id
    folder: str  # for temporary files; the parent removes it
    budget: Budget
    spool: str  # for rows; the parent takes them from there
    version: str  # of all that makes rows
    aliases: AliasRows = field(default_factory=list)
    loaded: str | None = None  # folder in which loaded documents are kept

    def told(self) -> str:
        """As JSON, for a worker that is started from scratch."""
        return json.dumps(asdict(self))


def main(descriptor: int, told: str) -> NoReturn:
    """A worker started from scratch: ``descriptor`` is its socket, ``told`` a ``Start`` as JSON."""
    said = json.loads(told)
    start = Start(**{**said, "budget": Budget(**said["budget"])})
    try:
        rules = load_rules(texts=start.texts).knowing(aliases_of(start.aliases))
        rules = replace(rules, loaded=start.loaded)
    except ZhengjuError:  # the parent has loaded them: they changed meanwhile
        os._exit(1)
    serve(socket.socket(fileno=descriptor), rules, start)


def serve(link: socket.socket, rules: Rules, start: Start) -> NoReturn:
    """Work on tasks until there are no more, and end the process."""
    code = 1
    try:
        _confine(start)
        gc.freeze()  # what came from the parent stays shared with it
        worker = _Worker(link, rules, start)
        with link.makefile("rb") as stream:
            while worker.work(stream):
                pass
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


class _Worker:
    """The rows of a task while they grow, and the way back to the parent."""

    def __init__(self, link: socket.socket, rules: Rules, start: Start) -> None:
        self._link = link
        self._rules = rules
        self._budget = start.budget
        self._spool = Path(start.spool)
        self._version = start.version
        self._pid = os.getpid()
        self._task = self._first = 0  # numbers of the task, and of its first document not written
        self._rows: list[Mapping[str, Columns]] = []
        self._sources: list[Source] = []
        self._seconds: list[float] = []  # that each of them took
        self._read = 0  # documents
        self._most = _peak() + self._budget.growth

    def work(self, stream: BufferedReader) -> bool:
        """One task; False where there is none, or where a new worker should do the next."""
        task = wire.read_task(stream)
        if task is None:
            return False
        self._task, self._first = task["number"], 0
        flushed = monotonic()
        tired = False
        for number, told in enumerate(task["sources"]):
            source = wire.read_source(stream, told)
            self._send(wire.frame(wire.STARTED, wire.NUMBER.pack(number)))
            self._begin(careful=task["careful"])
            began = monotonic()
            rows = rows_of(source, self._rules)
            limits.end()
            now = monotonic()
            self._seconds.append(round(now - began, 3))
            self._rows.append(rows)
            self._sources.append(replace(source, data=None, kept=None))
            self._read += 1
            tired = self._is_tired(rows)
            if tired or now - flushed > _FLUSH:
                self._flush(tired=tired)
                flushed = now
            if tired:
                return False
        if self._rows:
            tired = self._read >= self._budget.documents
            self._flush(tired=tired)
        return not tired

    def _begin(self, *, careful: bool) -> None:
        """Start the clocks of a document: the parent's, the loaders', and the system's."""
        limits.begin(self._budget, self._sign, careful=careful)
        used = resource.getrusage(resource.RUSAGE_SELF)
        cores = os.cpu_count() or 1  # engines may use all of them
        seconds = int(used.ru_utime + used.ru_stime + self._budget.most * cores) + 2
        _limit(resource.RLIMIT_CPU, seconds, last=False)

    def _is_tired(self, rows: Mapping[str, Columns]) -> bool:
        """Whether memory is used up, or children are left over that only the parent can end."""
        if rows["documents"]["status"][0] == "memory" or _peak() > self._most:
            return True
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            return True
        return False

    def _sign(self, pages: int) -> None:
        self._send(wire.frame(wire.SIGN, wire.NUMBER.pack(pages)))

    def _flush(self, *, tired: bool) -> None:
        """Write the rows that are there, and say so."""
        self._leave_if_forked()
        batch = batch_of(self._rows)
        # More than the parent would take is out of memory.
        pieces = shard.packed(batch, self._sources, self._version, self._budget.reply)
        path = self._spool / wire.file_of(self._task, self._first)
        try:
            size = _write(path, pieces)
        except OSError as error:
            self._send(wire.frame(wire.REFUSED, wire.NUMBER.pack(error.errno or 0)))
            os._exit(1)  # a full disk, or a user's limit, is no document's fault: the run ends
        self._send(wire.Status(tuple(self._seconds), size, tired).frame())
        self._first += len(self._rows)
        self._rows, self._sources, self._seconds = [], [], []

    def _send(self, data: bytes | memoryview) -> None:
        self._leave_if_forked()
        self._link.sendall(data)

    def _leave_if_forked(self) -> None:
        if os.getpid() != self._pid:
            os._exit(0)  # a child that a document forked: only one of them may speak


def _write(path: Path, pieces: Iterable[Buffer]) -> int:
    """A new file of these pieces; its bytes."""
    with path.open("xb") as file:
        return sum(file.write(piece) for piece in pieces)


def belong(parent: int, folder: str) -> None:
    """Leave interrupts to the parent, end with it, print nothing; temporary files in ``folder``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(PermissionError):  # it may have been started as a leader
        os.setsid()  # all that loaders start can be found by the session, and ended with us
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    _hush()
    tempfile.tempdir = os.environ["TMPDIR"] = folder


def _confine(start: Start) -> None:
    """Set all limits that the system can keep."""
    belong(start.parent, start.folder)
    os.environ.pop("CMAP_PATH", None)  # pdfminer would load what lies there
    budget = start.budget
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, budget.file_size)
    _limit(resource.RLIMIT_NOFILE, budget.open_files)
    if size := _address_space():
        # Not for ever: an engine that maps more than it uses may ask for room of its own.
        _limit(resource.RLIMIT_AS, size + budget.memory, last=False)


def _hush() -> None:
    """Nobody reads what loaders and their engines print; a full pipe would stop them."""
    faulthandler.disable()
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _limit(which: int, most: int, *, last: bool = True) -> None:
    """Lower a limit of this process; ``last`` keeps it from being raised again."""
    hard = resource.getrlimit(which)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):  # some systems know a limit and refuse to set it
        resource.setrlimit(which, (soft, soft if last else hard))


def _address_space() -> int | None:
    """Bytes of address space that this process has; None where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  nothing of ours, and cheaper
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _peak() -> int:
    """The most memory that this process has had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
