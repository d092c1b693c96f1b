"""The agency stage over processes (多进程汇总): results of the buckets, in their order.

A process that dies takes nothing with it: its bucket is done again by another one, and the run ends
with a message where that does not help. The results are the same for any number of processes.
"""

from __future__ import annotations

import os
import selectors
from collections import Counter, deque
from collections.abc import Generator, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from extract.agency import groups
from extract.agency.joiner import BROKEN, BUCKET, DONE, REFUSED, Start, serve
from extract.commit.steps import Step
from extract.errors import OutputError, ZhengjuError
from extract.processes import wire
from extract.processes.channel import Channel
from extract.processes.launch import begin, forks

if TYPE_CHECKING:
    from extract.agency.groups import Bucket
    from extract.agency.stage import StageRules
    from extract.cache.groupstore import GroupStore
    from extract.processes.launch import Process

Buckets = tuple[int, "Iterator[Bucket]"]  # how many there are; made when they are asked for
TRIES = 3  # of a bucket whose process ended
_GIVEN = 2  # buckets that a process has: one under way, and one that waits
_AHEAD = 64  # results that may wait on the disk for one before them
_LONGEST = 1 << 20  # bytes of an answer
_LAST_BREATH = 1.0  # seconds between the end of a process's socket and its own


def results(
    buckets: Buckets,
    folder: Path,
    rules: StageRules,
    workers: int,
    kept: GroupStore | None = None,
) -> Generator[Path]:
    """The file of results of each bucket, in order.

    Rows are in ``folder``, and so are the results unless a store, ``kept``, is there for them. A
    single bucket, or ``workers`` 0, needs no process.

    Raises:
        OutputError: a result cannot be written.
        ZhengjuError: processes cannot be started, or always end over a bucket.
    """
    total, each = buckets
    if total <= 1 or not workers:
        yield from (groups.work(bucket, folder, rules, kept) for bucket in each)
        return
    joiners = _Joiners(buckets, folder, rules, min(workers, total), kept)
    try:
        yield from joiners.run()
    finally:
        joiners.stop()


class _Joiner:
    """A process, and the buckets that it has been given."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.channel = Channel(process.link)
        self.given: deque[Bucket] = deque()

    def give(self, bucket: Bucket) -> None:
        self.given.append(bucket)
        self.channel.post([memoryview(wire.frame(BUCKET, bucket.told()))])


class _Joiners:
    def __init__(
        self,
        buckets: Buckets,
        folder: Path,
        rules: StageRules,
        count: int,
        kept: GroupStore | None,
    ) -> None:
        self._total, self._more = buckets
        self._waiting: deque[Bucket] = deque()  # those of processes that ended, and the next one
        self._folder = folder
        self._rules = rules
        self._count = count
        self._kept = (str(kept.folder), kept.version) if kept else ("", "")
        self._started = 0
        self._joiners: list[_Joiner] = []
        self._done: dict[int, Path] = {}
        self._deaths: Counter[int] = Counter()
        self._selector = selectors.DefaultSelector()

    def run(self) -> Iterator[Path]:
        for number in range(self._total):
            while number not in self._done:
                self._feed(number)
                self._step()
            yield self._done[number]

    def stop(self) -> None:
        for joiner in list(self._joiners):
            self._end(joiner)
        self._selector.close()

    def _feed(self, first: int) -> None:
        """Give out what waits, but not too far ahead of the ``first`` that is not done."""
        while self._has_more() and self._waiting[0].number < first + _AHEAD:
            joiner = min(self._joiners, key=lambda j: len(j.given), default=None)
            if len(self._joiners) < self._count and (joiner is None or joiner.given):
                try:
                    joiner = self._start()
                except ZhengjuError:  # the system has room for no more of them now
                    if joiner is None:
                        raise
                    self._count = len(self._joiners)
            if joiner is None or len(joiner.given) >= _GIVEN:
                return
            joiner.give(self._waiting.popleft())

    def _has_more(self) -> bool:
        self._waiting.extend(islice(self._more, not self._waiting))
        return bool(self._waiting)

    def _start(self) -> _Joiner:
        self._started += 1
        room = self._folder / f"joiner-{self._started}"
        with Step("create", room):
            room.mkdir()
        start = Start(os.getpid(), str(room), str(self._folder), *self._kept)
        own = partial(serve, rules=self._rules, start=start) if forks() else None
        joiner = _Joiner(begin("agency.joiner", start.told(), room, own))
        self._joiners.append(joiner)
        self._selector.register(joiner.process.link, selectors.EVENT_READ, joiner)
        return joiner

    def _end(self, joiner: _Joiner, patience: float = 0.0) -> int:
        self._joiners.remove(joiner)
        self._selector.unregister(joiner.process.link)
        return joiner.process.end(patience=patience)

    def _step(self) -> None:
        """Wait for an answer."""
        for joiner in self._joiners:
            joiner.channel.send()
        for key, _ in self._selector.select(0.05 if self._posting() else None):
            joiner = key.data
            try:
                for kind, body in joiner.channel.frames(_LONGEST):
                    self._hear(joiner, kind, body)
            except EOFError:
                self._lose(joiner)

    def _posting(self) -> bool:
        return any(joiner.channel.out for joiner in self._joiners)

    def _hear(self, joiner: _Joiner, kind: bytes, body: bytearray) -> None:
        if kind == DONE:
            self._done[joiner.given.popleft().number] = Path(os.fsdecode(bytes(body)))
        elif kind == REFUSED:
            raise OutputError(body.decode())
        elif kind == BROKEN:
            raise RuntimeError(body.decode())

    def _lose(self, joiner: _Joiner) -> None:
        """A process is gone; what it had is given to others."""
        code = self._end(joiner, _LAST_BREATH)
        self._waiting.extendleft(reversed(joiner.given))
        if not joiner.given:
            return
        first = joiner.given[0]
        self._deaths[first.number] += 1
        if self._deaths[first.number] == TRIES:
            raise ZhengjuError(
                f"processes that join the figures of {first.name} end before they are done "
                f"(exit {code}); free some memory, or use fewer --workers"
            )
