"""What a worker of a cluster does (集群工作进程): reads files at the corpus' address itself.

Tasks come as references and go as rows, in the form that the local pool's workers write. Documents
are read here as anywhere: in a process of their own, within limits; it is kept for the next task.
"""

from __future__ import annotations

import json
import tempfile
import threading
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

    address: str  # of the corpus
    texts: bool
    budget: Budget
    version: str  # of the rows
    made: dict[str, str]  # digests of code, rules and packages
    aliases: AliasRows = field(default_factory=list)

    def told(self) -> str:
        """As JSON, the same for the same run."""
        return json.dumps(asdict(self), sort_keys=True)


class VersionsDifferError(Exception):
    """This worker has other code, rules or packages than the run; it would make other rows."""


class UnseenError(Exception):
    """This worker does not see the corpus."""


def check(told: str, first: list[Any]) -> None:
    """Whether this worker can take part; ``first`` is a file of the corpus.

    Raises:
        VersionsDifferError: what is installed here is another version.
        UnseenError: the file is not there.
    """
    source, _ = _run(told).corpus.fetch(Found(*first))
    if source.reason in ("vanished", "unreachable"):
        raise UnseenError(f"{first[0]} in {_run(told).setup.address}")


def look(told: str, found: Sequence[list[Any]]) -> list[Looked]:
    """What is in each of some files: read, hashed, and left where it is."""
    listed = [Found(*one) for one in found]
    fetched = _run(told).corpus.fetched(listed)
    return [
        (signature, [shard.plain(replace(one, data=None)) for one in expanded(source)])
        for source, signature in fetched
    ]


def work(told: str, references: Sequence[Reference]) -> bytes:
    """The rows of some documents, as a file would hold them."""
    run = _run(told)
    sources = tuple(_sources(run.corpus, references))
    return _mine(told).rows_of(sources)


def release() -> None:
    """End the processes that this worker keeps."""
    with _lock:
        for reader in _readers.values():
            reader.stop()
        _readers.clear()
    _run.cache_clear()


# --- what is kept between tasks ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    setup: Setup
    corpus: Corpus
    rules: Rules


@lru_cache(4)
def _run(told: str) -> _Run:
    said = json.loads(told)
    setup = Setup(**{**said, "budget": Budget(**said["budget"])})
    here = ours().told()
    other = [name for name, digest in setup.made.items() if here.get(name) != digest]
    if other:
        raise VersionsDifferError(", ".join(other))
    rules = load_rules(texts=setup.texts).knowing(aliases_of(setup.aliases))
    return _Run(setup, open_corpus(setup.address), rules)


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
        self._stack = ExitStack()
        budget = run.setup.budget
        place = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="zhengju-")))
        self._rows = _Passing(place, run.setup.version, budget.reply, keeps=False)
        self._stack.enter_context(self._rows)
        self._pool = Pool(run.rules, 1, budget, self._rows)
        self._stack.callback(self._pool.stop)

    def rows_of(self, sources: tuple[Source, ...]) -> bytes:
        work = Work("", sources, {})
        for _ in self._pool.run(iter([work])):
            pass
        return self._rows.data

    def stop(self) -> None:
        self._stack.close()


_lock = threading.Lock()
_readers: dict[int, _Reader] = {}  # by thread: the processes of a thread end with it
_of = threading.local()


def _mine(told: str) -> _Reader:
    """The reader of this thread; that of another run is ended."""
    me = threading.get_ident()
    with _lock:
        reader = _readers.get(me)
    if reader is not None and getattr(_of, "told", None) == told:
        return reader
    if reader is not None:
        reader.stop()
    reader = _Reader(_run(told))
    with _lock:
        _readers[me] = reader
    _of.told = told
    return reader


# --- reading ----------------------------------------------------------------------------------


def _sources(corpus: Corpus, references: Iterable[Reference]) -> Iterator[Source]:
    """The sources with their bytes; one that is another than it was is ``skipped(changed)``."""
    opened: tuple[str, Iterator[Source]] = "", iter(())
    for told, place in references:
        source = shard.source_of(told)
        if not is_wanted(source):
            yield source
            continue
        if opened[0] != place or source.path == printable(place):
            opened = place, expanded(corpus.read(place))
        again = next((one for one in opened[1] if one.path == source.path), None)
        if again is None or again.doc_id != source.doc_id or again.data is None:
            yield replace(source, doc_id="", status="skipped", reason="changed")
        else:
            yield replace(source, data=again.data)
