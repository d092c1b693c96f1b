"""What is under way (在办): jobs, the tasks that workers have of them, what workers have said."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from errno import errorcode
from itertools import count
from typing import TYPE_CHECKING

from extract.batch import Batch, joined
from extract.cache.shard import ShardError
from extract.loaders.limits import LOADED
from extract.processes import wire
from extract.processes.channel import Channel

if TYPE_CHECKING:
    from pathlib import Path

    from extract.batch import Job as Sources
    from extract.cache.plan import Work
    from extract.cache.rowstore import RowStore
    from extract.loaders.limits import Budget
    from extract.processes.launch import Process


class Job:
    """The documents of a job, and the rows that are there already or have come back."""

    def __init__(self, work: Work) -> None:
        """Hold the files until their rows are there."""
        self.work = work
        self.sources = work.sources
        self.count = len(work.sources)
        self.size = _bytes_of(work.sources)  # bytes held: the files, and then the rows
        self.deaths: Counter[int] = Counter()  # of workers, by the document that they read
        self.file: Path | None = None  # that a worker has written, where it holds all rows
        self._parts: dict[int, Batch] = {}  # by the number of the first document
        self._done = 0  # documents
        for first, part in work.known.items():
            self.add(first, part)

    def add(self, first: int, part: Batch, file: Path | None = None) -> None:
        """Take over the rows of documents in a row, ``first`` the number of the first."""
        count = len(part.documents["doc_id"])
        self._parts[first] = part
        self._done += count
        if file is not None and count == self.count:
            self.file = file
        elif file is not None:
            file.unlink(missing_ok=True)
        if self.is_done():
            self.sources = ()
            parts = self._parts.values()
            self.size = sum(rows.nbytes for part in parts for rows in part.tables.values())

    def is_done(self) -> bool:
        """Whether the rows of all documents are there."""
        return self._done == self.count

    def batch(self) -> Batch:
        """All rows, in order."""
        return joined([self._parts[first] for first in sorted(self._parts)])


@dataclass(frozen=True, slots=True)
class Task:
    """What one worker does at a time: some documents of a job, in order."""

    job: Job
    start: int
    stop: int
    alone: bool = False  # the document has killed a worker
    number: int = field(default_factory=count().__next__)  # of all tasks of this process

    def sources(self) -> Sources:
        """The files, with their bytes."""
        return self.job.sources[self.start : self.stop]

    def length(self) -> int:
        """How many documents."""
        return self.stop - self.start

    def size(self) -> int:
        """Bytes of the files."""
        return _bytes_of(self.sources())


def _bytes_of(sources: Sources) -> int:
    return sum(len(s.data or b"") + len(s.kept or b"") for s in sources)


class Worker:
    """A process with what it was given, what it has said, and its two clocks."""

    def __init__(self, process: Process, store: RowStore, most: int, now: float) -> None:
        """``most`` bytes of rows are taken from it at a time."""
        self.process = process
        self._store = store
        self._most = most
        self.channel = Channel(process.link)
        self.tasks: deque[Task] = deque()  # the first is under way, one more may wait
        self.fresh = True
        self.heard = now  # the last sign of life
        self.forget()

    def forget(self) -> None:
        """Nothing is known of the task that comes next."""
        self.flushed = 0  # documents of the task whose rows are back
        self.reading: int | None = None  # the document of the task that is being read
        self.began: float | None = None  # when it was
        self.pages = 0
        self.loaded = False  # only our own code is left to run

    def give(self, task: Task, now: float) -> None:
        """Add a task."""
        if not self.tasks:
            self.heard = now
        self.tasks.append(task)
        self.fresh = False
        self.channel.post(wire.task_of(task.sources(), task.number, careful=task.alone))

    def take(self, kind: bytes, body: bytearray, now: float) -> bool:
        """What a frame says; True where the worker asks to be replaced.

        Raises:
            WireError: it is none that a worker of ours would send now.
            OutputError: it could not write.
        """
        if not self.tasks or self.tasks[0].job.is_done():
            raise wire.WireError("no task")
        if kind == wire.WRITTEN:
            return self._take_over(wire.read_status(body))
        (number,) = wire.NUMBER.unpack(body)
        following = 0 if self.reading is None else self.reading + 1
        if kind == wire.STARTED and number == following < self.tasks[0].length():
            self.reading, self.began, self.pages, self.loaded = number, now, 0, False
        elif kind == wire.SIGN:
            self.loaded = number >= LOADED
            self.pages = (number & ~LOADED) or self.pages
        elif kind == wire.REFUSED and number in errorcode:
            raise self._store.failure(number)
        else:
            raise wire.WireError("kind")
        return False

    def _take_over(self, status: wire.Status) -> bool:
        """The rows of some documents, and the next task after the last of them."""
        task = self.tasks[0]
        first = task.start + self.flushed
        sources = task.job.sources[first : min(first + status.documents, task.stop)]
        file = self._store.spool / wire.file_of(task.number, self.flushed)
        if len(sources) != status.documents:
            raise wire.WireError("documents")
        try:
            rows = self._store.taken(file, status.size, sources, self._most)
        except ShardError as error:
            raise wire.WireError("rows") from error
        task.job.add(first, replace(rows, seconds=status.seconds), file)
        self.flushed += status.documents
        if self.flushed == task.length():
            self.tasks.popleft()
            self.forget()
        return status.tired

    def overruns(self, now: float, budget: Budget) -> bool:
        """Whether a document takes too long, or the worker is silent for too long."""
        if not self.tasks:
            return False
        if now - self.heard > budget.silence and not self.loaded:
            return True
        return self.began is not None and now - self.began > budget.allowed(self.pages)
