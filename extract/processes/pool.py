"""Documents read in processes of their own, results in the order of the jobs (进程池).

The parent always knows which document a worker reads. A worker that overruns a limit, or dies, is
killed with all that it started and replaced; its other documents are read again, and that one is a
row: ``timeout`` at once, ``crash`` and ``memory`` after a second try, alone in a fresh worker.
"""

from __future__ import annotations

import selectors
import signal
import struct
import time
from collections import deque
from collections.abc import Generator, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from extract.batch import Batch, failed
from extract.errors import ZhengjuError
from extract.processes import wire
from extract.processes.crew import Job, Task, Worker
from extract.processes.launch import Launcher
from extract.processes.worker import OUT_OF_MEMORY
from extract.streams import warn

if TYPE_CHECKING:
    from extract.batch import Rules
    from extract.cache.plan import Work
    from extract.cache.rowstore import RowStore
    from extract.loaders.limits import Budget

JOBS_AHEAD = 64  # for each worker: a slow document does not keep its neighbours waiting …
BYTES_AHEAD = 16 << 20  # … but sources that wait, and rows, stay few enough for memory
SMALL = 1 << 20  # bytes of a task that a busy worker is given in advance
TRIES = 2  # of a document whose worker died
_TICK = 0.25  # seconds between two looks at the clocks
_LONGEST_STEP = 1.0  # seconds: time in which the parent itself was away counts for nobody
_LAST_BREATH = 1.0  # seconds between the end of a worker's socket and its own
_AT_ONCE = 1_000  # frames: more than a socket holds, and no worker keeps us from the others
_MOST_DEATHS = 5  # of workers in a row before any of them began to read

Verdict = tuple[str, str]  # status and reason


def results(
    jobs: Iterator[Work], rules: Rules, workers: int, budget: Budget, store: RowStore
) -> Generator[Batch, None, None]:
    """The batch of every job, in order; a bounded number of jobs is under way at any time.

    Raises:
        ZhengjuError: workers cannot be started at all.
        OutputError: rows cannot be written.
    """
    pool = Pool(rules, workers, budget, store)
    try:
        yield from pool.run(jobs)
    finally:
        pool.stop()


class Pool:
    """The jobs under way, and the workers; it may be run again and again until it is stopped."""

    def __init__(self, rules: Rules, workers: int, budget: Budget, store: RowStore) -> None:
        self._launcher: Launcher | None = None  # until a document has to be read
        self._store = store
        self._rules = rules
        self._budget = budget
        self._count = workers
        self._workers: list[Worker] = []
        self._queue: deque[Task] = deque()
        self._order: deque[Job] = deque()
        self._selector = selectors.PollSelector()
        self._now = 0.0
        self._looked = self._last = time.monotonic()
        self._deaths = 0

    def run(self, jobs: Iterator[Work]) -> Iterator[Batch]:
        """Work until all jobs are done."""
        more = True
        while more or self._order:
            if self._order and self._order[0].is_done():
                job = self._order.popleft()
                yield self._store.kept(job.work, job.batch(), job.file)
            elif more and self._has_room():
                work = next(jobs, None)
                more = work is not None
                if work is not None:
                    self._accept(Job(work))
                self._step(0.0)
            else:
                self._step(_TICK)

    def stop(self) -> None:
        """End all workers, whatever they do."""
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()
        if self._launcher is not None:
            self._launcher.stop()

    def _has_room(self) -> bool:
        if len(self._order) >= JOBS_AHEAD * self._count:
            return False
        return sum(job.size for job in self._order) < BYTES_AHEAD * self._count

    def _accept(self, job: Job) -> None:
        self._order.append(job)
        self._queue.extend(Task(job, start, stop) for start, stop in job.work.gaps())
        self._feed()

    def _feed(self) -> None:
        """Give the workers what waits, in order; start workers while there are too few."""
        while self._queue:
            worker = self._free_for(self._queue[0])
            if worker is None:
                return
            worker.give(self._queue.popleft(), self._now)
            self._watch(worker)

    def _free_for(self, task: Task) -> Worker | None:
        idle = [w for w in self._workers if not w.tasks and (w.fresh or not task.alone)]
        if idle:
            return idle[0]
        if len(self._workers) < self._count:
            try:
                return self._start()
            except ZhengjuError as error:  # the system has room for no more of them now
                if not self._workers:
                    raise
                self._count = len(self._workers)
                warn(f"zhengju: goes on with {self._count} processes: {error}")
        if task.alone:
            used = [worker for worker in self._workers if not worker.tasks]
            return self._replaced(used[0]) if used else None
        if len(self._queue) <= self._count:
            return None
        busy = (w for w in self._workers if len(w.tasks) == 1 and not w.tasks[0].alone)
        worker = next(busy, None)
        return worker if worker is not None and task.size() <= SMALL else None

    def _start(self) -> Worker:
        if self._launcher is None:
            self._launcher = Launcher(
                self._rules, self._budget, self._store.spool, self._store.version
            )
        worker = Worker(self._launcher.start(), self._store, self._budget.reply, self._now)
        self._workers.append(worker)
        self._selector.register(worker.process.link, selectors.EVENT_READ, worker)
        return worker

    def _replaced(self, worker: Worker) -> Worker:
        self._end(worker)
        return self._start()

    def _end(self, worker: Worker, patience: float = 0.0) -> int:
        self._workers.remove(worker)
        self._selector.unregister(worker.process.link)
        return worker.process.end(patience=patience)

    def _watch(self, worker: Worker) -> None:
        writes = selectors.EVENT_WRITE if worker.channel.out else 0
        events = selectors.EVENT_READ | writes
        if self._selector.get_key(worker.process.link).events != events:
            self._selector.modify(worker.process.link, events, worker)

    def _step(self, seconds: float) -> None:
        """Wait for words of workers, at most so long, and look at the clocks now and then."""
        for key, events in self._selector.select(seconds):
            worker = key.data
            if worker not in self._workers:  # replaced a moment ago
                continue
            if events & selectors.EVENT_WRITE:
                worker.channel.send()
                self._watch(worker)
            if events & selectors.EVENT_READ:
                self._listen(worker)
        now = time.monotonic()
        self._now += min(now - self._last, _LONGEST_STEP)
        self._last = now
        if now - self._looked >= _TICK:
            self._looked = now
            for worker in list(self._workers):
                self._look_at(worker)
        self._feed()

    def _listen(self, worker: Worker) -> None:
        worker.heard = self._now
        try:
            for kind, body in islice(worker.channel.frames(wire.MOST), _AT_ONCE):
                tired = worker.take(kind, body, self._now)
                if kind == wire.STARTED:
                    self._deaths = 0
                if tired:
                    self._lose(worker, None)
                    return
                if not worker.tasks:
                    self._feed()
                    if worker not in self._workers:  # idle, it has made room for a fresh one
                        return
        except EOFError:
            self._lose(worker, _verdict(self._end(worker, _LAST_BREATH)))
        except (wire.WireError, struct.error):
            self._lose(worker, ("crash", "reply"))

    def _look_at(self, worker: Worker) -> None:
        if worker.process.has_ended():  # a child that it left keeps its socket open
            self._listen(worker)
            if worker in self._workers:
                self._lose(worker, _verdict(self._end(worker)))
        elif worker.overruns(self._now, self._budget):
            stopped = worker.process.is_stopped()
            self._lose(worker, ("crash", "SIGSTOP") if stopped else ("timeout", ""))

    def _lose(self, worker: Worker, verdict: Verdict | None) -> None:
        """End a worker; what it had goes back to the queue, but for a document that is judged."""
        if worker in self._workers:
            self._end(worker)
        tasks = list(worker.tasks)
        if tasks:
            first, begin = tasks[0], tasks[0].start + worker.flushed
            at = begin if worker.reading is None else first.start + worker.reading
            if verdict is None or worker.reading is None or at < begin:
                tasks[0] = Task(first.job, begin, first.stop, first.alone)
                self._deaths += verdict is not None
            else:
                again = self._judged(first.job, at, verdict)
                rest = [Task(first.job, begin, at), *again, Task(first.job, at + 1, first.stop)]
                tasks[:1] = [task for task in rest if task.length()]
        self._queue.extendleft(reversed(tasks))
        if self._deaths > _MOST_DEATHS:
            raise ZhengjuError("worker processes end before they read anything; free some memory")

    def _judged(self, job: Job, at: int, verdict: Verdict) -> list[Task]:
        """A second try for a document whose worker died, else its row."""
        job.deaths[at] += 1
        if verdict[0] != "timeout" and job.deaths[at] < TRIES:
            return [Task(job, at, at + 1, alone=True)]
        job.add(at, failed(job.sources[at], self._rules, *verdict))
        return []


def _verdict(code: int) -> Verdict:
    """Status and reason of a document, by how its worker ended."""
    if code == OUT_OF_MEMORY:
        return "memory", ""
    if code >= 0:
        return "crash", "exit"
    if -code == signal.SIGXCPU:
        return "timeout", ""
    names = {number.value: number.name for number in signal.Signals}
    return "crash", names.get(-code, "signal")
