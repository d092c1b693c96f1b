"""What is known from earlier runs (记忆): the ledger, the rows by name, and what made them.

The cache belongs to one output, and is of use only to it. It is never needed: without it, or
behind its back, the same documents are read again and give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.cache.changes import SAME, differences, is_current, published
from extract.cache.groupstore import GroupStore
from extract.cache.home import claimed
from extract.cache.ledger import Ledger, Record
from extract.cache.plan import Plan
from extract.cache.recipe import Recipe, digest, ours, recipe
from extract.cache.rowstore import RowStore
from extract.catalogue import patterns_folder
from extract.loaders.frozen import Shelf, sweep
from extract.objects import is_remote

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.batch import Rules
    from extract.cache.plan import Engine
    from extract.commit.staging import Staging
    from extract.inputs.corpus import Corpus, Found
    from extract.inputs.usertables import UserFile
    from extract.loaders.limits import Budget

LOADED = "loaded"  # folder of loaded documents
GROUPS = "groups"  # folder of the results of the agency stage
NONE = "none"  # in the place of a folder: nothing is kept, and nothing used


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is told, as far as its dataset depends on it."""

    corpus: Corpus
    listing: Sequence[Found]
    budget: Budget
    texts: bool
    limit: int | None
    isolated: bool
    tables: Mapping[str, UserFile | None]  # the user's own

    def fingerprint(self, made: Recipe) -> dict[str, Any]:
        """All that it depends on besides the documents."""
        options = [self.texts, self.limit, asdict(self.budget), self.isolated]
        tables = {name: file_digest(path) for name, path in self.tables.items()}
        return {"versions": made.told(), "options": digest(options), "tables": tables}


class Recall:
    """What earlier runs have left for this one."""

    def __init__(self, order: Order, folder: Path | None) -> None:
        """Without a ``folder`` nothing is known, and nothing will be."""
        self.made = ours()
        self.ledger = Ledger(folder)
        self._order = order
        self._folder = folder
        self._fingerprint = order.fingerprint(self.made)

    def unchanged(self, output: Path) -> dict[str, Any] | None:
        """What the last run has said, if this one would publish the same again."""
        if not is_current(self.ledger, self._fingerprint, output):
            return None
        seen = differences(self._order.corpus, self._order.listing, self.ledger)
        if any(what != SAME for _, what in seen):
            return None
        report = self.ledger.head["report"]
        return {**report, "warnings": tuple(report["warnings"])}

    @contextmanager
    def opened(self, staging: Staging, rules: Rules) -> Iterator[Known]:
        """The rows of before, for a run that writes to ``staging``."""
        order = self._order
        version = self.made.of_rows(order.budget, rules.aliases(), texts=order.texts)
        place = self._folder or staging.scratch()
        with (
            claimed(place, ours=place == staging.state.cache) if self._folder else nullcontext(),
            RowStore(place, version, order.budget.reply, keeps=self._folder is not None) as rows,
            Record(self._folder, rows.spool) as record,
        ):
            kept = GroupStore(place / GROUPS, self.made.of_groups()) if self._folder else None
            yield Known(
                order, self.ledger, rows, kept, record, self._fingerprint, self._shelf()
            )  # fmt: skip

    def _shelf(self) -> Shelf | None:
        """Loaded documents; their text is kept only where the dataset has it too."""
        if self._folder is None or not self._order.texts:
            return None
        version = self.made.of_texts(self._order.budget)
        return Shelf(self._folder / LOADED / version)


@dataclass(frozen=True, slots=True)
class Known:
    """Rows of before and of this run, and the ledger that this run writes."""

    order: Order
    ledger: Ledger
    rows: RowStore
    groups: GroupStore | None
    record: Record
    fingerprint: Mapping[str, Any]
    shelf: Shelf | None

    def plan(self, engine: Engine, told: Callable[[str], dict[str, str]], *, retry: bool) -> Plan:
        """What is to be read; see ``Plan``."""
        return Plan(
            self.order.corpus, self.ledger, self.rows, self.record, told, engine=engine,
            shelf=self.shelf, retry=retry,
        )  # fmt: skip

    def rules(self, rules: Rules) -> Rules:
        """The rules, with the place of loaded documents."""
        return replace(rules, loaded=str(self.shelf.folder) if self.shelf is not None else None)

    def publish(self, plan: Plan, output: Path, report: Mapping[str, Any]) -> None:
        """Remember what was published, and forget what it has no use for.

        Rules or code that were edited meanwhile may have made any of it: then nothing is kept.
        """
        sure = recipe(patterns_folder()).told() == self.fingerprint["versions"]
        with suppress(OSError):  # then the next run has more to do
            self.record.publish({
                "corpus": _absolute(self.order.corpus.address),
                "limit": self.order.limit,
                "tables": {
                    name: _absolute(str(path)) for name, path in self.order.tables.items() if path
                },
                "version": self.rows.version,
                "fingerprint": self.fingerprint if sure and not plan.unsettled else None,
                "output": published(output),
                "report": report,
            })  # fmt: skip
            self.rows.sweep(self.record.names if sure else ())
            sweep(self.rows.place / LOADED, self.shelf, plan.firsts if sure else ())
            if self.groups is not None:
                self.groups.sweep(keep=sure)


def _absolute(address: str) -> str:
    return address if is_remote(address) else str(Path(address).resolve())


def file_digest(path: UserFile | None) -> str | None:
    """SHA-256 of a user's file; None where there is none."""
    try:
        return sha256(path.read_bytes()).hexdigest() if path is not None else None
    except OSError:  # whoever reads the table says so
        return None
