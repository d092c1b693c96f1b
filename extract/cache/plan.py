"""What has to be read (计划): the files of the corpus against the ledger and the rows of before.

A file with the signature of the ledger is not opened; a job whose rows are there is not read; of
the others only those documents are that have no rows in a job of the last run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Protocol

from extract.batch import Batch, Rules, batch_of, joined, rows_of
from extract.cache.jobs import jobs
from extract.cache.ledger import Ledger, Past, Placed, Record
from extract.cache.rowstore import RowStore
from extract.cache.shard import name_of, plain
from extract.inputs.bundles import expanded
from extract.inputs.corpus import Corpus, Found, printable
from extract.loaders.frozen import Shelf, needs_file
from extract.model import Source

QUARANTINED = frozenset({"crash", "memory", "timeout"})  # statuses of poison, not read each time
_OPEN = 4  # jobs of the last run whose rows are held, at most
Looked = tuple[str, Iterator[Source]]  # signature of a file as it was read, and what is in it


@dataclass(frozen=True, slots=True)
class Work:
    """A job: its documents, the name of their rows, and those that are known.

    ``known`` are rows by the number of their first document; ``stored`` means that all of them
    stand under the name already. Sources carry bytes where they have to be read.
    """

    name: str
    sources: tuple[Source, ...]
    known: Mapping[int, Batch]
    stored: bool = False
    places: tuple[str, ...] = ()  # the file of the corpus that each source is, or is in

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Documents in a row without rows: from, to."""
        at = 0
        for first in sorted(self.known):
            if first > at:
                yield at, first
            at = first + len(self.known[first].documents["doc_id"])
        if at < len(self.sources):
            yield at, len(self.sources)

    def joined(self) -> Batch:
        """All rows, in order, once they are known."""
        return joined([self.known[first] for first in sorted(self.known)])


class Engine(Protocol):
    """Who does the work of a run."""

    carries: bool  # jobs are to carry the bytes of what has to be read
    group: int  # files that are looked at together
    unsettled: bool  # a file changed meanwhile: the next run has to look again
    workers: int  # documents that are read at a time

    def looked(self, listed: Iterable[Found]) -> Iterator[Looked]:
        """What is in each file, in order."""

    def results(self, works: Iterator[Work], store: RowStore) -> Generator[Batch, None, None]:
        """The batch of every job, in order, kept in the store; a bounded number is under way."""


def process(work: Work, rules: Rules) -> Batch:
    """All rows of a job: those that are known, and those of the documents that are read now."""
    parts = dict(work.known)
    at = 0
    while at < len(work.sources):
        if at not in parts:
            parts[at] = batch_of([rows_of(work.sources[at], rules)])
        at += len(parts[at].documents["doc_id"])
    return joined([parts[first] for first in sorted(parts)])


class Plan:
    """The works of a run, one after the other; they are noted in the record as they go."""

    def __init__(
        self,
        corpus: Corpus,
        ledger: Ledger,
        store: RowStore,
        record: Record,
        told: Callable[[str], dict[str, str]],
        *,
        engine: Engine,
        shelf: Shelf | None = None,
        retry: bool = False,
    ) -> None:
        """``told`` answers what the user says of a path; ``retry`` reads poison again.

        On the ``shelf`` stand documents as they were loaded before.
        """
        self._shelf = shelf
        self._corpus = corpus
        self._engine = engine
        self._store = store
        self._record = record
        self._told = told
        self._retry = retry
        self._past = Past(ledger)
        self._earlier = _Earlier(ledger, store)
        self.firsts: dict[str, str] = {}  # doc_id → path of the first file that has it
        self._found: dict[str, Found] = {}  # of the sources on their way, by path
        self.reused = 0  # documents whose rows are known
        self._unsettled = False
        self._archive: tuple[str, Iterator[Source]] = ("", iter(()))

    @property
    def unsettled(self) -> bool:
        """A file changed meanwhile: the next run has to look again."""
        return self._unsettled or self._engine.unsettled

    def works(self, listing: Iterable[Found]) -> Iterator[Work]:
        """All jobs, in order."""
        sources = (self._known_as(source) for source in self._sources(listing))
        for job in jobs(sources):
            yield self._work(job)

    def _sources(self, listing: Iterable[Found]) -> Iterator[Source]:
        """Files, and the members of archives behind them; without bytes if they are unchanged."""
        for group in _grouped(listing, self._engine.group):
            entries = {found.path: self._past.of(found.path) for found in group}
            clean = {p for p, e in entries.items() if e and e.signature}
            clean = {f.path for f in group if f.path in clean and _same(f, entries[f.path])}
            looked = self._engine.looked(f for f in group if f.path not in clean)
            for found in group:
                entry = entries[found.path]
                if entry is not None and found.path in clean:
                    sources, signature = iter(entry.sources), entry.signature
                else:
                    signature, sources = next(looked)
                seen = []
                for source in sources:
                    seen.append(replace(source, data=None))
                    self._found[source.path] = found
                    yield source
                self._record.file(found, signature, seen)

    def _known_as(self, source: Source) -> Source:
        """With what the user says; a copy of bytes seen before names the first path instead."""
        said = self._told(source.path)
        source = replace(source, told=said) if said else source
        first = self.firsts.setdefault(source.doc_id, source.path) if source.doc_id else ""
        if first in ("", source.path):
            return source
        return replace(source, duplicate_of=first, data=None)

    def _work(self, job: tuple[Source, ...]) -> Work:
        name = name_of(self._store.version, job)
        places = [self._found[source.path].path for source in job]
        whole = self._store.find(name, job)
        if whole is not None and not (self._retry and _is_poisoned(whole)):
            self.reused += len(job)
            work = Work(name, job, {0: whole}, stored=True)
        else:
            known = self._known(job, places, whole)
            read = [source for index, source in enumerate(job) if index not in known]
            self.reused += len(known)
            if self._engine.carries:
                bytes_ = {source.path: source for source in self._read(read)}
                job = tuple(bytes_.get(source.path, source) for source in job)
                name = name_of(self._store.version, job)  # a file may have changed meanwhile
            work = Work(name, job, _runs(known), places=tuple(places))
        self._record.job(places[0], places[-1], work.name)
        for source in job:
            self._found.pop(source.path, None)
        return work

    def _known(
        self, job: Sequence[Source], places: Sequence[str], whole: Batch | None
    ) -> dict[int, Batch]:
        """The rows of single documents, from jobs of the last run."""
        found: dict[int, Batch] = {}
        for index, source in enumerate(job):
            if whole is not None:
                part: Batch | None = whole.part(index, index + 1)
            else:
                part = self._earlier.rows_of(source, places[0], places[-1])
            if part is not None and not (self._retry and _is_poisoned(part)):
                found[index] = part
        return found

    def _read(self, sources: Iterable[Source]) -> Iterator[Source]:
        """The sources with what is wanted of them: their bytes, or the document on the shelf."""
        for source in sources:
            if not is_wanted(source):
                yield source
                continue
            kept = self._shelf.find(source.doc_id) if self._shelf is not None else None
            if kept is not None and not needs_file(kept):
                yield replace(source, data=None, kept=kept)
                continue
            whole = source if source.data is not None else self._with_bytes(source)
            yield replace(whole, kept=kept) if whole.data is not None else whole

    def _with_bytes(self, source: Source) -> Source:
        found = self._found[source.path]
        again = next((s for s in self._members(found, source.path) if s.path == source.path), None)
        if again is None or again.doc_id != source.doc_id or again.data is None:
            self._unsettled = True
            return replace(source, doc_id="", status="skipped", reason="changed")
        return replace(source, data=again.data)

    def _members(self, found: Found, path: str) -> Iterator[Source]:
        """The file, or what is left of the archive since it was asked for the last time."""
        if path == printable(found.path):
            return iter([self._corpus.read(found.path)])
        if self._archive[0] != found.path:
            self._archive = found.path, expanded(self._corpus.read(found.path))
        return self._archive[1]


class _Earlier:
    """Documents of the last run by path, to be asked for in path order."""

    def __init__(self, ledger: Ledger, store: RowStore) -> None:
        same = ledger.head.get("version") == store.version
        self._jobs = ledger.jobs() if same else iter(())
        self._next: Placed | None = next(self._jobs, None)
        self._read = lru_cache(_OPEN)(store.read)
        self._at: dict[str, tuple[Placed, int]] = {}  # by path of the source

    def rows_of(self, source: Source, first: str, last: str) -> Batch | None:
        """Its rows, if they were made; it is in a job of the files from ``first`` to ``last``."""
        self._advance(first, last)
        if source.path not in self._at:
            return None
        job, index = self._at[source.path]
        read = self._read(job.name)
        if read is None or read[0][index] != plain(source):
            return None
        return read[1].part(index, index + 1)

    def _advance(self, first: str, last: str) -> None:
        if self._next is None or self._next.first > last:
            return
        self._at = {path: at for path, at in self._at.items() if at[0].last >= first}
        while self._next is not None and self._next.first <= last:
            job, self._next = self._next, next(self._jobs, None)
            read = self._read(job.name) if job.last >= first else None
            for index, told in enumerate(read[0] if read else ()):
                self._at[told[0]] = job, index


def _same(found: Found, entry: object) -> bool:
    return bool(found.signature) and found.signature == getattr(entry, "signature", None)


def is_wanted(source: Source) -> bool:
    """Whether the bytes of a source are read."""
    return source.status == "ok" and source.duplicate_of is None and source.format is None


def _grouped(listing: Iterable[Found], size: int) -> Iterator[list[Found]]:
    for _, group in groupby(enumerate(listing), lambda pair: pair[0] // size):
        yield [found for _, found in group]


def _is_poisoned(batch: Batch) -> bool:
    """Whether a document took its process down, or was not read to its end for want of time."""
    documents = batch.documents
    pairs = zip(documents["status"], documents["reason"], strict=True)
    return any(s in QUARANTINED or (s == "partial" and r in QUARANTINED) for s, r in pairs)


def _runs(known: Mapping[int, Batch]) -> dict[int, Batch]:
    """Rows of single documents, joined where they follow each other."""
    found: dict[int, list[Batch]] = {}
    start = -1
    for index in sorted(known):
        if index - 1 not in known:
            start = index
        found.setdefault(start, []).append(known[index])
    return {first: joined(parts) for first, parts in found.items()}
