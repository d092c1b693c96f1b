"""What a run would do, and why (展望): the corpus, the rules and the dataset against the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.cache.changes import CHANGED, NEW, REMOVED, SAME, differences, published
from extract.cache.ledger import Ledger
from extract.cache.plan import QUARANTINED
from extract.cache.recipe import ours
from extract.errors import CorpusError
from extract.inputs.corpus import open_corpus
from extract.objects import is_remote
from extract.streams import one_line

SHOWN = 5  # paths of a kind
_KINDS = (NEW, CHANGED, REMOVED, SAME)
_PARTS = ("rules", "loaders", "rows", "packages", "code")
_WORDS = {"rows": "the code that reads texts", "code": "code behind the documents' rows"}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of the next run of an output, with the options of the last one."""

    corpus: str
    counts: Counter[str]  # files by what became of them
    paths: dict[str, list[str]]  # the first of each kind
    poison: dict[str, int]  # documents that are not tried again, by status
    parts: tuple[str, ...]  # of what makes the rows, those that have changed
    tables: tuple[str, ...]  # the user's own, those that have changed
    intact: bool  # the dataset is as it was published
    settled: bool  # no file changed while the last run read it

    @property
    def current(self) -> bool:
        """Whether there is nothing to do."""
        same = self.counts.total() == self.counts[SAME]
        return same and self.intact and self.settled and not self.parts and not self.tables

    def told(self) -> Iterator[str]:
        """Line by line."""
        yield f"corpus     {one_line(self.corpus)}"
        yield "files      " + ", ".join(f"{self.counts[kind]} {kind}" for kind in _KINDS)
        for kind in (NEW, CHANGED, REMOVED):
            for path in self.paths.get(kind, ()):
                yield f"  {kind:<9}{one_line(path)}"
            if more := self.counts[kind] - len(self.paths.get(kind, ())):
                yield f"  {kind:<9}… and {more} more"
        if self.poison:
            names = ", ".join(f"{count} {status}" for status, count in self.poison.items())
            yield f"poison     {names}: not tried again, unless by run --retry"
        if self.parts or self.tables:
            yield "changed    " + ", ".join([*self._parts(), *self.tables])
        if not self.intact:
            yield "dataset    not as it was published: it is made again"
        yield f"a run      {self._deed()}"

    def _parts(self) -> Iterator[str]:
        only = [part for part in self.parts if part != "code" or len(self.parts) == 1]
        return (_WORDS.get(part, part) for part in only)

    def _deed(self) -> str:
        known = self.counts[SAME]
        if self.current:
            return "does nothing: all is as it was"
        if {"loaders", "packages"} & {*self.parts}:
            return "loads and reads all files"
        if {"rules", "rows"} & {*self.parts}:
            return f"reads all files, {known} of them from the text as it was loaded"
        count = self.counts[NEW] + self.counts[CHANGED]
        user = "; those that your tables are about;" if self.tables else ","
        files = "1 file" if count == 1 else f"{count} files"
        return f"reads {files}{user} and makes the tables anew"


def outlook(output: Path, cache: Path, corpus: str | None = None) -> Outlook:
    """What the next run would do.

    Raises:
        CorpusError: nothing is known of a run before, or the corpus cannot be listed.
    """
    ledger = Ledger(cache)
    head = ledger.head
    if not head:
        raise CorpusError(f"nothing is known of a run to {output}; a run reads all files")
    place = open_corpus(corpus or head["corpus"])
    counts: Counter[str] = Counter()
    paths: dict[str, list[str]] = {}
    listing = place.listing()[: head["limit"]]
    for path, what in differences(place, listing, ledger):
        counts[what] += 1
        if what != SAME and counts[what] <= SHOWN:
            paths.setdefault(what, []).append(path)
    before = head["fingerprint"] or {"versions": {}, "tables": {}}
    made = ours().told()
    parts = tuple(name for name in _PARTS if made[name] != before["versions"].get(name))
    documents = head["report"]["documents"]
    return Outlook(
        place.address, counts, paths,
        {name: documents[name] for name in sorted(QUARANTINED) if name in documents},
        parts if head["fingerprint"] else (),
        _changed(head, place.beside),
        head["output"] == published(output),
        head["fingerprint"] is not None,
    )  # fmt: skip


def _changed(head: dict[str, Any], beside: Any) -> tuple[str, ...]:  # noqa: ANN401  of a corpus
    """The user's tables beside the corpus, or where the last run had them, that have changed."""
    from extract.cache.recall import file_digest  # noqa: PLC0415  it needs what stands above

    before = (head["fingerprint"] or {}).get("tables", {})
    found = []
    for name, known in before.items():
        used = head["tables"].get(name)  # one at an address stands beside the corpus there
        path = Path(used) if used and not is_remote(used) else beside(name)
        if file_digest(path) != known:
            found.append(name)
    return tuple(found)
