"""What a worker of a cluster does (集群工作进程): reads files at the corpus' address itself.

Tasks come as references and go as rows, in the form that the local pool's workers write. Documents
are read here as anywhere: in a process of their own, within limits; it is kept for the next task,
of any run that reads by the same version.
"""

from __future__ import annotations

import json
import socket
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.batch import AliasRows, Rules, aliases_of, load_rules
from extract.cache import shard
from extract.cache.plan import Work, is_wanted
from extract.cache.recipe import ours
from extract.cache.rowstore import RowStore
from extract.inputs.bundles import expanded
from extract.inputs.corpus import Corpus, Found, open_corpus, printable
from extract.loaders.limits import Budget
from extract.model import Source
from extract.processes.pool import Pool

if TYPE_CHECKING:
    from extract.batch import Batch

Reference = tuple[shard.Plain, str]  # a source without its bytes, and the file that it is in
Looked = tuple[str, list[shard.Plain]]  # signature of a file, and what is in it


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker has to know of a run."""

    run: str  # of this run alone
    address: str  # of the corpus
    first: list[Any]  # a file of it …
    seen: list[str | None]  # … with status and reason that it has for the machine of the run
    texts: bool
    budget: Budget
    version: str  # of the rows
    made: dict[str, str]  # digests of code, rules and packages
    aliases: AliasRows = field(default_factory=list)

    def told(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), sort_keys=True)


class VersionsDifferError(Exception):
    """This worker has other code, rules or packages than the run; it would make other rows."""


class UnseenError(Exception):
    """This worker does not see the corpus."""


def look(told: str, found: Sequence[list[Any]]) -> list[Looked]:
    """What is in each of some files: read, hashed, and left where it is.

    Raises as ``work`` does.
    """
    run = _run(told)
    looked: list[Looked] = []
    for source, signature in run.corpus.fetched([Found(*one) for one in found]):
        if source.status == "skipped":
            run.check()
        looked.append(
            (signature, [shard.plain(replace(one, data=None)) for one in expanded(source)])
        )
    return looked


def work(told: str, references: Sequence[Reference]) -> bytes:
    """The rows of some documents, as a file would hold them.

    Raises:
        VersionsDifferError: what is installed here is another version.
        UnseenError: the corpus is not to be seen from here.
    """
    run = _run(told)
    return _mine(told, run).rows_of(tuple(_sources(run, references)))


def release(told: str) -> None:
    """A run is over: end the processes that no other run has use for."""
    with _lock:
        _over.append(told)
        for other, run in [*_runs.items()]:
            if other == told or time.monotonic() - run.last > FORGOTTEN:
                del _runs[other]
        used = {run.setup.version for run in _runs.values()}
        ended = [_readers.pop(key) for key in [*_readers] if key[1] not in used]
    for reader in ended:
        reader.stop()


# --- what is kept between tasks ---------------------------------------------------------------

READERS = 2  # processes of a thread, for runs that read by different versions
FORGOTTEN = 900.0  # seconds after its last task: a run may be killed, and never say that it is over
_ENDED = "this run is over"

_lock = threading.Lock()
_runs: dict[str, _Run] = {}
_over: deque[str] = deque(maxlen=64)  # runs that have ended; a task of theirs may still begin
_readers: dict[tuple[int, str], _Reader] = {}  # by thread (they end with it) and version


@dataclass(slots=True)
class _Run:
    setup: Setup
    corpus: Corpus
    last: float = 0.0  # when it was heard of, on the clock that only goes forward

    def rules(self) -> Rules:
        return _rules(self.setup.texts, json.dumps(self.setup.aliases))

    def check(self) -> None:
        """Whether this worker sees the corpus; else files that it cannot find would be lost."""
        first = Found(*self.setup.first)
        source, _ = self.corpus.fetch(first)
        if [source.status, source.reason] != self.setup.seen:
            where = f"{first.path} in {self.corpus.address}"
            raise UnseenError(f"{socket.gethostname()} does not see {where} ({source.reason})")


def _run(told: str) -> _Run:
    with _lock:
        if told in _over:
            raise RuntimeError(_ENDED)
        run = _runs.get(told)
    run = run or _begun(told)
    run.last = time.monotonic()
    with _lock:
        _runs[told] = run
    return run


def _begun(told: str) -> _Run:
    said = json.loads(told)
    setup = Setup(**{**said, "budget": Budget(**said["budget"])})
    here = ours().told()
    other = [name for name, digest in setup.made.items() if here.get(name) != digest]
    if other:
        raise VersionsDifferError(
            f"{socket.gethostname()} has another version of: {', '.join(other)}"
        )
    run = _Run(setup, open_corpus(setup.address))
    run.check()
    return run


@lru_cache(4)
def _rules(texts: bool, aliases: str) -> Rules:
    return load_rules(texts=texts).knowing(aliases_of(json.loads(aliases)))


class _Passing(RowStore):
    """Rows that are handed on as the bytes of their file."""

    data = b""

    def kept(self, work: Work, batch: Batch, file: Path | None) -> Batch:
        """Take the bytes from the file of a worker, or make them of what several have written."""
        if file is not None:
            self.data = file.read_bytes()
            file.unlink()
        else:
            sources = [replace(source, data=None) for source in work.sources]
            most = self.most * len(sources)  # each by itself was small enough
            self.data = b"".join(shard.packed(batch, sources, self.version, most))
        return batch


class _Reader:
    """A process that reads documents for one thread of the worker."""

    def __init__(self, run: _Run) -> None:
        self.over = False
        self._busy = threading.Lock()
        self._stack = ExitStack()
        budget = run.setup.budget
        place = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="zhengju-")))
        self._rows = _Passing(place, run.setup.version, budget.reply, keeps=False)
        self._stack.enter_context(self._rows)
        self._pool = Pool(run.rules(), 1, budget, self._rows)
        self._stack.callback(self._pool.stop)

    def rows_of(self, sources: tuple[Source, ...]) -> bytes:
        try:
            with self._busy:
                works = () if self.over else (Work("", sources, {}),)
                for _ in self._pool.run(iter(works)):
                    pass
                return self._rows.data
        except BaseException:  # nobody knows what is under way
            self.over = True
            raise
        finally:
            if self.over:
                self.stop()

    def stop(self) -> None:
        """End it, now or when its task is done; any thread may ask for that."""
        self.over = True
        if self._busy.acquire(blocking=False):
            try:
                self._stack.close()
            finally:
                self._busy.release()


def _mine(told: str, run: _Run) -> _Reader:
    """The reader of this thread for a run; the one that was not used for longest makes room."""
    me, version = threading.get_ident(), run.setup.version
    with _lock:
        reader = _readers.pop((me, version), None)
        own = [key for key in _readers if key[0] == me]
        idle = [_readers.pop(key) for key in own[: max(0, len(own) - READERS + 1)]]
    for one in idle:
        one.stop()
    if reader is None or reader.over:
        reader = _Reader(run)
    with _lock:
        if told in _over:
            reader.over = True
        else:
            _readers[me, version] = reader
    return reader


# --- reading ----------------------------------------------------------------------------------


def _sources(run: _Run, references: Iterable[Reference]) -> Iterator[Source]:
    """The sources with their bytes; one that is another than it was is ``skipped(changed)``."""
    opened: tuple[str, Iterator[Source]] = "", iter(())
    for told, place in references:
        source = shard.source_of(told)
        if not is_wanted(source):
            yield source
            continue
        if opened[0] != place or source.path == printable(place):
            opened = place, expanded(run.corpus.read(place))
        again = next((one for one in opened[1] if one.path == source.path), None)
        if again is None or again.doc_id != source.doc_id or again.data is None:
            run.check()
            yield replace(source, doc_id="", status="skipped", reason="changed")
        else:
            yield replace(source, data=again.data)
