"""The run (运行): corpus in, dataset out. The stages are plain calls; nothing here knows a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from extract import runreport
from extract.batch import Batch, Rules, load_rules
from extract.cache.recall import NONE, Order, Recall
from extract.commit import manifest, versions
from extract.commit.staging import Staging
from extract.commit.state import state_of
from extract.engines.engine import opened
from extract.errors import CorpusError, UsageError
from extract.identity import identify
from extract.inputs.claims import ALIASES, SOURCES, Claims, read_aliases, read_claims
from extract.inputs.corpus import open_corpus, printable
from extract.loaders.limits import usual_budget
from extract.objects import is_remote
from extract.panel.frame import NAME as FRAME
from extract.panel.frame import Frame, Matching, match, read_frame
from extract.processes.workers import isolates, worker_count
from extract.runreport import Clock, RunReport
from extract.sight import Sight
from extract.tables import Columns

if TYPE_CHECKING:
    from extract.agency.stage import StageRules
    from extract.agency.store import Store
    from extract.gates.verdict import Verdict
    from extract.identity import Alias
    from extract.inputs.corpus import Corpus
    from extract.inputs.usertables import UserFile
    from extract.loaders.limits import Budget

OK = ("ok", None)
Failures = dict[str, tuple[str, str | None]]  # by doc_id: copies share the outcome


@dataclass(frozen=True, slots=True)
class _Told:
    """The user's own tables: what is known of files and names, and which agencies to expect."""

    claims: Claims
    names: Mapping[str, tuple[Alias, ...]]
    frame: Frame | None
    digests: Mapping[str, str]  # SHA-256 by name


def run(
    corpus: str | Path,
    output: Path,
    *,
    workers: int | None = None,
    limit: int | None = None,
    texts: bool = True,
    progress: bool | None = None,
    budget: Budget | None = None,
    sources: UserFile | None = None,
    aliases: UserFile | None = None,
    frame: UserFile | None = None,
    accept: str | None = None,
    scheduler: str | None = None,
    cache: str | Path | None = None,
    retry: bool = False,
) -> RunReport:
    """Extract every document of ``corpus`` (a folder, one file, an address) into ``output``.

    ``workers`` None means as many as pay; ``limit`` reads the first N documents only; without
    ``texts`` that table is left out; ``progress`` None shows a bar on a terminal only; ``budget``
    is what one document may take, None the usual. ``sources``, ``aliases`` and ``frame`` (the list
    of expected agencies) are the user's own tables, None those beside ``corpus``. ``accept`` says
    why the dataset is published though it falls behind the last one. ``cache`` is the folder of
    what the next run need not read again, None beside the output, "none" for nothing of the kind;
    ``retry`` reads the documents again that ended in a crash, a timeout or out of memory.
    ``scheduler`` is the address of a Dask cluster that reads the documents, None for processes of
    this machine.

    Raises ``RulebookError``, ``CorpusError``, ``UsageError``, ``OutputLockedError`` or
    ``OutputError`` before anything is read, and ``GateError`` where a gate of ``gates.toml``
    refuses; until the last step, whatever happens leaves the previous dataset as it was.
    """
    clock = Clock()
    place = open_corpus(corpus)
    kept = _cache_of(cache, output)
    _apart(place, output, kept)
    found = place.listing()[:limit]
    if not found:
        raise CorpusError(f"nothing to read in {corpus}; put reports there, or raise --limit")
    named = {SOURCES: sources, ALIASES: aliases, FRAME: frame}
    tables = {name: file or place.beside(name) for name, file in named.items()}
    order = Order(place, found, budget or usual_budget(), texts, limit, isolates(), tables)
    recall = Recall(order, kept)
    if not retry and (last := recall.unchanged(output)):
        return RunReport(**last, seconds=clock.total(), output=output.resolve(), unchanged=True)
    rules = load_rules(texts=texts)
    user = _told(tables, rules)
    rules = rules.knowing(user.names)
    with Staging(output) as staging, recall.opened(staging, rules) as known:
        count = worker_count(workers, found)
        with Sight(len(found), progress=progress) as sight:
            with opened(known, rules, count, scheduler) as engine:
                plan = known.plan(engine, user.claims.of, retry=retry)
                with closing(engine.results(plan.works(found), known.rows)) as batches:
                    store = _read_all(staging, batches, sight, texts=texts)
            clock.lap("read")
            matching = _matched(user.frame, store, rules)
            joiners = count if isolates() else 0
            rows = store.finish(
                _stage_rules(rules), matching.expected, joiners, known.groups, sight.over
            )
        clock.lap("facts")
        verdict = _judged(staging)
        clock.lap("gates")
        report = RunReport(
            documents=dict(sorted(sight.statuses.items())),
            mentions=rows["mentions"],
            facts=rows["facts"],
            rejections=rows["rejected"],
            seconds=clock.total(),
            output=staging.output,
            warnings=() if limit else tuple(user.claims.warnings()),
            unread_scans=sight.scans,
            isolated=isolates(),
            accepted=len(verdict.broken),
            frame=matching.told(user.frame.table) if user.frame else None,
            reused=plan.reused,
        )
        work = {
            **sight.told(),
            "corpus": printable(place.address),
            "workers": engine.workers,
            "rows": rows,
            "reused": plan.reused,
            "frame": report.frame,
            "isolated": isolates(),
            "user_files": user.digests,
            "gates": verdict.told(accept),
        }
        runreport.write(staging.path(manifest.REPORT), work, clock, recall.made)
        options = {"texts": texts, "limit": limit, "user_files": user.digests}
        manifest.write(staging.folder, versions.made(recall.made.code, recall.made.rules, options))
        if verdict.broken and accept is None:
            raise verdict.refusal(staging.output, staging.set_aside())
        staging.publish()
        known.publish(plan, staging.output, report.kept())
    return replace(report, seconds=clock.total())


def _apart(corpus: Corpus, output: Path, cache: Path | None) -> None:
    """Raise ``UsageError`` where what is written would be read, or reports moved with a dataset."""
    if is_remote(corpus.address):
        return
    reports, dataset = Path(corpus.address).resolve(), output.resolve()
    for place in (dataset, *([cache.resolve()] if cache else [])):
        if place.is_relative_to(reports) and not _is_hidden(place.relative_to(reports)):
            raise UsageError(f"{place} lies in the corpus, {reports}; name a folder outside")
    if reports.is_relative_to(dataset):
        raise UsageError(f"{reports}, the corpus, lies in the output, {dataset}; name another")


def _is_hidden(path: Path) -> bool:
    """Whether no listing shows what is there."""
    return any(part.startswith(".") for part in path.parts)


def _told(tables: Mapping[str, UserFile | None], rules: Rules) -> _Told:
    """The user's tables, read; raises ``UsageError`` where one cannot be."""
    claims = read_claims(tables[SOURCES], rules.rulebook.identity)
    aliases, names = read_aliases(tables[ALIASES])
    file = tables[FRAME]
    frame = read_frame(file) if file else None
    read = (claims.table, aliases, frame.table if frame else None)
    return _Told(claims, names, frame, {table.name: table.sha256 for table in read if table})


def _cache_of(named: str | Path | None, output: Path) -> Path | None:
    """Where rows are kept for the next run."""
    return None if str(named) == NONE else Path(named or state_of(output).cache)


def _judged(staging: Staging) -> Verdict:
    """The next dataset held against the last one."""
    from extract.gates import rules, verdict  # noqa: PLC0415  brings Arrow: after the first batch

    return verdict.check(staging.output, staging.folder, rules.load())


def _matched(frame: Frame | None, store: Store, rules: Rules) -> Matching:
    """The expected agencies among those that the documents name."""
    if frame is None:
        return Matching()
    return match(frame, store.roster, lambda name: identify(name, "", rules.rulebook.identity))


def _read_all(staging: Staging, batches: Iterable[Batch], sight: Sight, *, texts: bool) -> Store:
    """Write the streamed tables batch by batch."""
    failures: Failures = {}
    store: Store | None = None
    try:
        for batch in batches:
            store = store or _open_store(staging, texts=texts)
            _complete_copies(batch.documents, failures)
            sight.saw(batch.documents, batch.seconds)
            store.write(batch)
    except BaseException:
        if store is not None:
            store.close()
        raise
    return store or _open_store(staging, texts=texts)


def _stage_rules(rules: Rules) -> StageRules:
    from extract.agency.stage import StageRules  # noqa: PLC0415  brings Arrow: after the first batch
    from extract.panel import coverage  # noqa: PLC0415

    return StageRules(rules.rulebook.catalogue, coverage.load(), rules.rulebook.checks)


def _open_store(staging: Staging, *, texts: bool) -> Store:
    from extract.agency.store import Store  # noqa: PLC0415  Arrow is slow to import: after the first batch

    return Store(staging, texts=texts)


def _complete_copies(documents: Columns, failures: Failures) -> None:
    """A copy of a file ends as the first one did."""
    for index, doc_id in enumerate(documents["doc_id"]):
        if documents["duplicate_of"][index] is not None:
            status, reason = failures.get(doc_id, OK)
            documents["status"][index], documents["reason"][index] = status, reason
        elif doc_id and documents["status"][index] != "ok":
            failures[doc_id] = documents["status"][index], documents["reason"][index]
