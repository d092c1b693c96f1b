"""The run (运行): corpus in, dataset out. The stages are plain calls; nothing here knows a rule."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract import manifest, native, versions
from extract.batch import Batch, Rules, load_rules
from extract.claims import ALIASES, SOURCES, read_aliases, read_claims
from extract.corpus import open_corpus
from extract.engine import opened
from extract.errors import CorpusError
from extract.identity import identify
from extract.loaders.limits import usual_budget
from extract.panel.frame import NAME as FRAME
from extract.panel.frame import Frame, Matching, match, read_frame
from extract.recall import NONE, Order, Recall
from extract.sealed import seal
from extract.sight import Sight
from extract.staging import Staging
from extract.state import state_of
from extract.steps import Step
from extract.tables import Columns
from extract.version import VERSION
from extract.workers import isolates, worker_count

if TYPE_CHECKING:
    from extract.agencies import StageRules
    from extract.gates.verdict import Verdict
    from extract.loaders.limits import Budget
    from extract.recipe import Recipe
    from extract.store import Store
    from extract.usertables import UserFile

try:
    import resource
except ImportError:  # no Unix: the report has no memory
    resource = None  # type: ignore[assignment]

OK = ("ok", None)
Failures = dict[str, tuple[str, str | None]]  # by doc_id: copies share the outcome


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: documents by status, rows of the main tables, seconds of wall time."""

    documents: Mapping[str, int]
    mentions: int
    facts: int
    rejections: int
    seconds: float
    output: Path | str  # or its address
    warnings: tuple[str, ...] = ()  # rows of ``sources.csv`` that named no file
    unread_scans: int = 0  # documents with pages that are only pictures, for want of OCR
    isolated: bool = True  # documents were read in processes of their own, within limits
    accepted: int = 0  # groups that broke a gate, and were accepted
    frame: Mapping[str, Any] | None = None  # what became of the user's list of agencies
    reused: int = 0  # documents whose rows were known from earlier runs
    unchanged: bool = False  # nothing was to be done; what is told was found by an earlier run


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
    clock = _Clock()
    place = open_corpus(corpus)
    found = place.listing()[:limit]
    if not found:
        raise CorpusError(f"nothing to read in {corpus}; put reports there, or raise --limit")
    budget = budget or usual_budget()
    sources, aliases = sources or place.beside(SOURCES), aliases or place.beside(ALIASES)
    frame = frame or place.beside(FRAME)
    tables = {SOURCES: sources, ALIASES: aliases, FRAME: frame}
    order = Order(place, found, budget, texts, limit, isolates(), tables)
    recall = Recall(order, _cache_of(cache, output))
    if not retry and (last := recall.unchanged(output)):
        return RunReport(**last, seconds=clock.total(), output=output.resolve(), unchanged=True)
    rules = load_rules(texts=texts)
    claims = read_claims(sources, rules.rulebook.identity)
    table, names = read_aliases(aliases)
    rules = rules.knowing(names)
    expected = read_frame(frame) if frame else None
    with Staging(output) as staging, recall.opened(staging, rules) as known:
        count = worker_count(workers, found)
        with (
            opened(known, rules, count, scheduler) as engine,
            Sight(len(found), progress=progress) as sight,
        ):
            plan = known.plan(engine, claims.of, retry=retry)
            with closing(engine.results(plan.works(found), known.rows)) as batches:
                store = _read_all(staging, batches, sight, texts=texts)
        clock.lap("read")
        matching = _matched(expected, store, rules)
        joiners = count if isolates() else 0
        rows = store.finish(_stage_rules(rules), matching.expected, joiners, known.groups)
        clock.lap("facts")
        work = {"corpus": place.address, "workers": engine.workers, "rows": rows, **sight.told()}
        work["reused"] = plan.reused
        matched = matching.told(expected.table) if expected else None
        work["frame"] = matched
        work["isolated"] = isolates()
        told = {t.name: t.sha256 for t in (claims.table, table) if t}
        work["user_files"] = told
        verdict = _judged(staging)
        clock.lap("gates")
        work["gates"] = verdict.told(accept)
        _write_report(staging, {**work, **clock.told(), **_versions(recall.made)})
        if expected:
            told = {**told, expected.table.name: expected.table.sha256}
        options = {"texts": texts, "limit": limit, "user_files": told}
        manifest.write(staging.folder, versions.made(recall.made.rules, options))
        if verdict.broken and accept is None:
            raise verdict.refusal(staging.output, staging.set_aside())
        staging.publish()
        said = {
            "documents": work["documents"],
            "mentions": rows["mentions"],
            "facts": rows["facts"],
            "rejections": rows["rejected"],
            "warnings": () if limit else tuple(claims.warnings()),
            "unread_scans": sight.scans,
            "isolated": isolates(),
            "frame": matched,
            "accepted": len(verdict.broken),
        }
        known.publish(plan, staging.output, said)
    return RunReport(**said, seconds=clock.total(), output=staging.output, reused=plan.reused)


def _cache_of(named: str | Path | None, output: Path) -> Path | None:
    """Where rows are kept for the next run."""
    return None if named == NONE else Path(named or state_of(output).cache)


def _judged(staging: Staging) -> Verdict:
    """The next dataset held against the last one."""
    from extract.gates import rules, verdict  # noqa: PLC0415  brings Arrow: after the first batch

    return verdict.check(staging.output, staging.folder, rules.load())


def _matched(frame: Frame | None, store: Store, rules: Rules) -> Matching:
    """The expected agencies among those that the documents name."""
    if frame is None:
        return Matching()
    return match(frame, store.roster, lambda name: identify(name, "", rules.rulebook.identity))


class _Clock:
    """Wall and CPU seconds of the phases of a run."""

    def __init__(self) -> None:
        self.started = time.time()
        self.laps: dict[str, float] = {}
        self._begin = self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now

    def total(self) -> float:
        return time.perf_counter() - self._begin

    def told(self) -> dict[str, Any]:
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.started))
        return {"started": started, "seconds": self.laps}


def _read_all(staging: Staging, batches: Iterable[Batch], sight: Sight, *, texts: bool) -> Store:
    """Write the streamed tables batch by batch."""
    failures: Failures = {}
    store: Store | None = None
    try:
        for batch in batches:
            store = store or _open_store(staging, texts=texts)
            _complete_copies(batch.documents, failures)
            sight.saw(batch.documents)
            store.write(batch)
    except BaseException:
        if store is not None:
            store.close()
        raise
    return store or _open_store(staging, texts=texts)


def _stage_rules(rules: Rules) -> StageRules:
    from extract.agencies import StageRules  # noqa: PLC0415  brings Arrow: after the first batch
    from extract.panel import coverage  # noqa: PLC0415

    return StageRules(rules.rulebook.catalogue, coverage.load(), rules.rulebook.checks)


def _open_store(staging: Staging, *, texts: bool) -> Store:
    from extract.store import Store  # noqa: PLC0415  Arrow is slow to import: after the first batch

    return Store(staging, texts=texts)


def _complete_copies(documents: Columns, failures: Failures) -> None:
    """A copy of a file ends as the first one did."""
    for index, doc_id in enumerate(documents["doc_id"]):
        if documents["duplicate_of"][index] is not None:
            status, reason = failures.get(doc_id, OK)
            documents["status"][index], documents["reason"][index] = status, reason
        elif doc_id and documents["status"][index] != "ok":
            failures[doc_id] = documents["status"][index], documents["reason"][index]


def _write_report(staging: Staging, report: Mapping[str, Any]) -> None:
    """``run_report.json``: what happened, and all that is not reproducible."""
    path = staging.path(manifest.REPORT)
    with Step("report", path):
        path.write_bytes(seal(report))


def _versions(made: Recipe) -> dict[str, Any]:
    return {
        "version": VERSION,
        "compiled": native.running(),
        "rules": made.rules,
        "python": platform.python_version(),
        "pyarrow": import_module("pyarrow").__version__,
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "peak_memory_mb": _peak_memory(),
    }


def _peak_memory() -> dict[str, float] | None:
    """Peak resident MiB of this process and of its largest worker; None where unknown."""
    if resource is None:
        return None
    who = {"main": resource.RUSAGE_SELF, "worker": resource.RUSAGE_CHILDREN}
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {name: round(resource.getrusage(w).ru_maxrss / unit, 1) for name, w in who.items()}
