"""What is under way (在办): jobs, the tasks that workers have of them, what workers have said."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract import wire
from extract.batch import Batch, joined
from extract.channel import Channel
from extract.loaders.limits import LOADED

if TYPE_CHECKING:
    import pyarrow as pa

    from extract.batch import Job as Sources
    from extract.launch import Process
    from extract.loaders.limits import Budget


class Job:
    """The documents of a job, and the rows that have come back."""

    def __init__(self, sources: Sources) -> None:
        """Hold the files until their rows are there."""
        self.sources = sources
        self.count = len(sources)
        self.size = _bytes_of(sources)  # bytes held: the files, and then the rows
        self.deaths: Counter[int] = Counter()  # of workers, by the document that they read
        self._parts: dict[int, Batch] = {}  # by the number of the first document
        self._done = 0  # documents

    def add(self, first: int, part: Batch) -> None:
        """Take over the rows of documents in a row, ``first`` the number of the first."""
        self._parts[first] = part
        self._done += len(part.documents["doc_id"])
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
    return sum(len(source.data or b"") for source in sources)


class Worker:
    """A process with what it was given, what it has said, and its two clocks."""

    def __init__(self, process: Process, now: float) -> None:
        self.process = process
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
        self.rows: dict[str, list[pa.Table]] = {}

    def give(self, task: Task, now: float) -> None:
        """Add a task."""
        if not self.tasks:
            self.heard = now
        self.tasks.append(task)
        self.fresh = False
        self.channel.post(wire.task_of(task.sources(), careful=task.alone))

    def take(self, kind: bytes, body: bytearray, now: float) -> bool:
        """What a frame says; True where the worker asks to be replaced.

        Raises:
            WireError: it is none that a worker of ours would send now.
        """
        if not self.tasks or self.tasks[0].job.is_done():
            raise wire.WireError("no task")
        if kind == wire.CLOSED:
            return self._close(body)
        if kind in wire.ROWS:
            self.rows.setdefault(wire.ROWS[kind], []).append(wire.read_rows(kind, body))
            return False
        (number,) = wire.NUMBER.unpack(body)
        if kind == wire.STARTED and self.flushed <= number < self.tasks[0].length():
            self.reading, self.began, self.pages, self.loaded = number, now, 0, False
        elif kind == wire.SIGN:
            self.loaded = number >= LOADED
            self.pages = (number & ~LOADED) or self.pages
        else:
            raise wire.WireError("kind")
        return False

    def _close(self, body: bytearray) -> bool:
        """Take over the rows of some documents, and the next task after the last of them."""
        task = self.tasks[0]
        documents, supporting, tired = wire.read_closing(body)
        first = task.start + self.flushed
        ids = [source.doc_id for source in task.job.sources[first : task.stop]]
        count = len(documents["doc_id"])
        if not count or documents["doc_id"] != ids[:count]:
            raise wire.WireError("documents")
        import pyarrow as pa  # noqa: PLC0415  whoever has rows has Arrow already

        tables = {name: pa.concat_tables(found) for name, found in self.rows.items()}
        task.job.add(first, Batch(tables, documents, supporting))
        self.flushed += count
        self.rows = {}
        if self.flushed == task.length():
            self.tasks.popleft()
            self.forget()
        return tired

    def overruns(self, now: float, budget: Budget) -> bool:
        """Whether a document takes too long, or the worker is silent for too long."""
        if not self.tasks:
            return False
        if now - self.heard > budget.silence and not self.loaded:
            return True
        return self.began is not None and now - self.began > budget.allowed(self.pages)
