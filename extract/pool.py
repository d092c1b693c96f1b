"""Jobs over worker processes, results in the order of the jobs (进程池).

A worker that dies takes no other document with it: its job is done again, one document at a time.
"""

from __future__ import annotations

import ctypes
import multiprocessing as mp
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module

from extract.batch import Batch, Job, Rules, crashed, load_rules, process

JOBS_PER_WORKER = 3  # submitted at once: enough to keep workers busy, few enough for memory
_PR_SET_PDEATHSIG = 1

_RULES: Rules | None = None  # what a forked worker inherits


def results(jobs: Iterator[Job], rules: Rules, workers: int) -> Iterator[Batch]:
    """The batch of every job, in order; a bounded number of jobs is under way at any time."""
    pool = _Pool(rules, workers)
    try:
        for job in jobs:
            pool.submit(job)
            if len(pool.pending) >= workers * JOBS_PER_WORKER:
                yield from pool.take()
        while pool.pending:
            yield from pool.take()
    finally:
        pool.stop()


class _Pool:
    """Submitted jobs in order, and the executor that works on them."""

    def __init__(self, rules: Rules, workers: int) -> None:
        self.pending: deque[tuple[Job, Future[Batch]]] = deque()
        self._rules = rules
        self._workers = workers
        self._others = set(mp.active_children())
        self._executor = _executor(rules, workers)

    def submit(self, job: Job) -> None:
        try:
            future = self._executor.submit(_process, job)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self.pending.append((job, future))

    def take(self) -> Iterator[Batch]:
        """The oldest job's result; several, where its documents had to be done one by one."""
        job, future = self.pending.popleft()
        try:
            yield future.result()
        except BrokenProcessPool:
            self._executor.shutdown()  # its threads have to end before anything can be forked
            yield from self._one_by_one(job)
            self._resume()

    def stop(self) -> None:
        """End the workers that this pool has started."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        for child in mp.active_children():
            if child not in self._others:
                child.terminate()
                child.join()

    def _one_by_one(self, job: Job) -> Iterator[Batch]:
        for source in job:
            with _executor(self._rules, 1) as executor:
                try:
                    yield executor.submit(_process, (source,)).result()
                except BrokenProcessPool:
                    yield crashed(source)

    def _resume(self) -> None:
        """Submit again what was waiting when the workers died."""
        self._executor = _executor(self._rules, self._workers)
        waiting = [job for job, _ in self.pending]
        self.pending.clear()
        for job in waiting:
            self.submit(job)


def _executor(rules: Rules, workers: int) -> ProcessPoolExecutor:
    """Forked workers inherit rules and modules; where threads run, a fork is not safe."""
    global _RULES  # noqa: PLW0603  the only way into a forked worker
    forks = sys.platform == "linux" and threading.active_count() == 1
    _RULES = rules
    if forks:
        _import_stages()
    return ProcessPoolExecutor(
        workers,
        mp_context=mp.get_context("fork" if forks else "spawn"),
        initializer=_start_worker,
        initargs=(rules.texts, os.getpid()),
    )


def _import_stages() -> None:
    """Import what every worker needs once, before they are forked."""
    for name in ("reader", "arrow"):
        import_module(f"extract.{name}")


def _start_worker(texts: bool, parent: int) -> None:
    """Leave interrupts to the parent, and end with it."""
    global _RULES  # noqa: PLW0603  set once in each worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    if _RULES is None:
        _RULES = load_rules(texts=texts)


def _process(job: Job) -> Batch:
    if _RULES is None:
        raise RuntimeError("a worker without rules")
    return process(job, _RULES)
