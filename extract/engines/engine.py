"""Who does the work of a run (执行引擎): the processes of this machine, or a cluster.

An engine looks at files, and makes batches of jobs, both in order. Whatever it is, the batches are
the same to the byte.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from secrets import token_hex
from typing import TYPE_CHECKING

from extract.cache.plan import Engine, Looked, process
from extract.inputs.bundles import expanded
from extract.processes.workers import isolates

if TYPE_CHECKING:
    from extract.batch import Batch, Rules
    from extract.cache.plan import Work
    from extract.cache.recall import Known
    from extract.cache.rowstore import RowStore
    from extract.inputs.corpus import Corpus, Found
    from extract.loaders.limits import Budget


def opened(
    known: Known, rules: Rules, workers: int, scheduler: str | None
) -> AbstractContextManager[Engine]:
    """Who does the work: the cluster of a scheduler, or the processes of this machine."""
    order = known.order
    if scheduler is None:
        return nullcontext(Local(order.corpus, known.rules(rules), workers, order.budget))
    from extract.engines.cluster import Cluster  # noqa: PLC0415  only where there is one
    from extract.engines.far import Setup  # noqa: PLC0415

    first = order.listing[0]
    seen, _ = order.corpus.fetch(first)
    setup = Setup(
        token_hex(8), order.corpus.told(), [first.path, first.signature, first.size],
        [seen.status, seen.reason], rules.texts, order.budget, known.rows.version,
        dict(known.fingerprint["versions"]), rules.aliases(),
    )  # fmt: skip
    return Cluster(scheduler, setup)


class Local:
    """Processes of this machine, or where it cannot limit them none."""

    carries = True
    group = 64
    unsettled = False

    def __init__(self, corpus: Corpus, rules: Rules, workers: int, budget: Budget) -> None:
        """No process is started before a document has to be read."""
        self._corpus = corpus
        self._rules = rules
        self.workers = workers
        self._budget = budget

    def looked(self, listed: Iterable[Found]) -> Iterator[Looked]:
        """The files with their bytes, and the members of archives behind them."""
        for source, signature in self._corpus.fetched(listed):
            yield signature, expanded(source)

    def results(self, works: Iterator[Work], store: RowStore) -> Generator[Batch, None, None]:
        """The batch of every job; raises as ``pool.results`` does."""
        if isolates():
            from extract.processes.pool import results  # noqa: PLC0415  only where processes are started

            return results(works, self._rules, self.workers, self._budget, store)
        return (store.kept(work, process(work, self._rules), None) for work in works)
