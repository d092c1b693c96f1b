"""A run on a cluster (集群): the same jobs, their documents read by the workers of Dask.

Work goes out as references, and rows come back in the order of the jobs, the same to the byte as
those of the local pool. A task of a worker that dies is done again by another.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from extract.cache import shard
from extract.cache.plan import Work
from extract.cache.shard import ShardError, name_of
from extract.commit.steps import Step
from extract.engines import far
from extract.errors import UsageError, ZhengjuError
from extract.inputs.corpus import Found
from extract.model import Source
from extract.objects import why

if TYPE_CHECKING:
    from extract.batch import Batch
    from extract.cache.rowstore import RowStore

INSTALL = "--engine dask needs a package that is not installed; pip install 'zhengju[dask]'"
FILES_A_LOOK = 32  # files that are looked at in one task
AHEAD = 8  # tasks under way for each thread of the cluster, at most
BYTES_AHEAD = 256 << 20  # of rows that are known and wait for those before them
SECONDS = 30.0  # until a scheduler has answered, and there is a worker


class Cluster:
    """The workers of a Dask scheduler, set up for one run; a context manager.

    Raises ``UsageError`` where Dask is not installed, and ``ZhengjuError`` where the scheduler does
    not answer, has no workers, or these cannot take part.
    """

    carries = False  # the workers read the files themselves
    group = 4096
    workers = 0

    def __init__(self, scheduler: str, setup: far.Setup) -> None:
        """Nobody is asked before ``with``."""
        self._scheduler = scheduler
        self._setup = setup
        self._told = setup.told()
        self._client: Any = None
        self.unsettled = False  # a file changed meanwhile: the next run has to look again

    def __enter__(self) -> Self:
        try:
            import distributed  # noqa: PLC0415  an extra
        except ImportError as error:
            raise UsageError(INSTALL) from error
        kind = "scheduler_file" if self._scheduler.endswith(".json") else "address"
        if kind == "scheduler_file":
            _awaited(Path(self._scheduler))
        try:
            client: Any = distributed.Client
            self._client = client(**{kind: self._scheduler}, timeout=SECONDS)
            self._client.wait_for_workers(1, timeout=SECONDS)
        except Exception as error:  # of several kinds, by what is wrong with the address
            self._close()
            raise ZhengjuError(f"no workers at {self._scheduler} ({why(error)})") from error
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):  # some may be gone, or never answer
            self._client.run(far.release, self._told, on_error="ignore", callback_timeout=SECONDS)
        self._close()

    def looked(self, listed: Iterable[Found]) -> Iterator[tuple[str, Iterator[Source]]]:
        """Signature of each file, and what is in it, without the bytes."""
        groups = _groups(([f.path, f.signature, f.size] for f in listed), FILES_A_LOOK)
        for group in self._ordered(far.look, groups):
            for signature, told in group:
                yield signature, iter([shard.source_of(one) for one in told])

    def results(self, works: Iterator[Work], store: RowStore) -> Generator[Batch, None, None]:
        """The batch of every job, in order; see ``pool.results``."""
        ahead: deque[_Job] = deque()
        held = 0
        try:
            for work in works:
                job = _Job(work, self._begun(work))
                ahead.append(job)
                held += job.bytes
                while ahead and (ahead[0].is_done() or self._is_full(len(ahead), held)):
                    job = ahead.popleft()
                    held -= job.bytes
                    yield self._batch(job, store)
            while ahead:
                yield self._batch(ahead.popleft(), store)
        finally:
            self._cancel([job.future for job in ahead if job.future is not None])

    def _is_full(self, tasks: int, held: int) -> bool:
        return tasks > AHEAD * self._threads() or held > BYTES_AHEAD

    def _threads(self) -> int:
        self.workers = max(1, sum(map(int, _asked(self._client.nthreads).values())))
        return self.workers

    def _begun(self, work: Work) -> Any:  # noqa: ANN401  a future of Dask
        references = [
            (shard.plain(work.sources[index]), work.places[index])
            for start, stop in work.gaps()
            for index in range(start, stop)
        ]
        return self._submit(far.work, references) if references else None

    def _batch(self, job: _Job, store: RowStore) -> Batch:
        """The rows of a job: those that were known, and those that have come back."""
        work = job.work
        file: Path | None = None
        if job.future is not None:
            data = self._result(job.future)
            try:
                told, rows = shard.opened(data, store.version, store.most * len(work.sources))
                work = self._completed(work, told, rows)
            except ShardError as error:
                raise ZhengjuError(f"a worker sent rows that are damaged ({error})") from error
            if len(told) == len(work.sources):
                file = store.spool / "far.rows"
                with Step("keep", file):
                    file.write_bytes(data)
        return store.kept(work, work.joined(), file)

    def _completed(self, work: Work, told: Sequence[shard.Plain], rows: Batch) -> Work:
        """A job with the rows that have come; a document may have changed meanwhile.

        Raises:
            ShardError: they are of other documents.
        """
        sources, known = list(work.sources), dict(work.known)
        at = 0
        if len(told) != sum(stop - start for start, stop in work.gaps()):
            raise ShardError("sources")
        for start, stop in work.gaps():
            for index in range(start, stop):
                sources[index] = self._agreed(sources[index], told[at + index - start])
            known[start] = rows.part(at, at + stop - start)
            at += stop - start
        name = name_of(self._setup.version, sources)
        return replace(work, name=name, sources=tuple(sources), known=known)

    def _agreed(self, source: Source, told: shard.Plain) -> Source:
        if told == shard.plain(source):
            return source
        changed = replace(source, doc_id="", status="skipped", reason="changed")
        if told != shard.plain(changed):
            raise ShardError("sources")
        self.unsettled = True
        return changed

    def _ordered(self, call: Callable[..., Any], items: Iterable[Any]) -> Iterator[Any]:
        """What ``call`` makes of each item, in order; some are under way."""
        ahead: deque[Any] = deque()
        try:
            for item in items:
                ahead.append(self._submit(call, item))
                while len(ahead) > 2 * self._threads():
                    yield self._result(ahead.popleft())
            while ahead:
                yield self._result(ahead.popleft())
        finally:
            self._cancel(list(ahead))

    def _submit(self, call: Callable[..., Any], item: Any) -> Any:  # noqa: ANN401  Dask's
        return _asked(self._client.submit, call, self._told, item, pure=False)

    def _result(self, future: Any) -> Any:  # noqa: ANN401  Dask's
        """What a task has brought; Dask itself would wait for workers for ever."""
        lost = 0
        while not _is_done(future):
            lost = 0 if _asked(self._client.nthreads) else lost + 1
            if lost == 2:  # looks in a row: others may just be starting
                raise ZhengjuError(
                    f"no workers are left at {self._scheduler}; the same command goes on with what "
                    "is kept"
                )
        return _asked(future.result)

    def _cancel(self, futures: list[Any]) -> None:
        with suppress(Exception):  # of a scheduler that is gone, say
            self._client.cancel(futures)

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()


@dataclass(frozen=True, slots=True)
class _Job:
    """A job under way; without a future all of its rows are known."""

    work: Work
    future: Any

    @property
    def bytes(self) -> int:
        """Of the rows that are known."""
        return sum(
            rows.nbytes for part in self.work.known.values() for rows in part.tables.values()
        )

    def is_done(self) -> bool:
        """Whether its rows are there."""
        return self.future is None or bool(self.future.done())


def _groups(items: Iterable[list[Any]], size: int) -> Iterator[list[list[Any]]]:
    left = iter(items)
    while group := list(islice(left, size)):
        yield group


def _awaited(file: Path) -> None:
    """Wait for the file of a scheduler that is just starting; Dask would wait for ever."""
    last = time.monotonic() + SECONDS
    while not file.is_file():
        if time.monotonic() > last:
            raise ZhengjuError(
                f"no scheduler file {file}; dask scheduler --scheduler-file makes it"
            )
        time.sleep(0.1)


def _is_done(future: Any) -> bool:  # noqa: ANN401  Dask's
    """Whether a task ends within ``SECONDS``."""
    wait: Any = import_module("distributed").wait
    with suppress(TimeoutError):
        wait(future, timeout=SECONDS)
    return bool(future.done())


def _asked(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  Dask's
    """What Dask answers, or a worker; raises ``ZhengjuError`` whatever goes wrong."""
    again = "the same command goes on with what is kept"
    try:
        return call(*args, **kwargs)
    except far.VersionsDifferError as error:
        raise ZhengjuError(
            f"worker {error}; install on all machines of the cluster what is installed here"
        ) from error
    except far.UnseenError as error:
        raise ZhengjuError(
            f"worker {error}; all machines of the cluster must read the corpus under this path or "
            f"address; {again}"
        ) from error
    except ImportError as error:
        raise ZhengjuError(
            f"a machine of the cluster cannot take part ({why(error)}); install there what is "
            "installed here"
        ) from error
    except Exception as error:
        raise ZhengjuError(
            f"the cluster could not do its part ({type(error).__name__}: {why(error)}); {again}"
        ) from error
