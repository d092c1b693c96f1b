"""A handful of documents to Arrow tables: the unit of work that a worker does.

One document's failure is one row; nothing that a document does ends the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from errno import errorcode
from typing import TYPE_CHECKING, Any

from extract.errors import DocumentError
from extract.loaders import limits, load
from extract.model import Document, Identity, Reading, Source
from extract.tables import STREAMED, Columns, empty_columns, extend, tables_of

if TYPE_CHECKING:
    import pyarrow as pa

    from extract.identity import Alias
    from extract.rulebook import Rulebook

Job = tuple[Source, ...]
AliasRows = list[list[Any]]  # name, and the fields of ``identity.Alias``


@dataclass(frozen=True, slots=True)
class Rules:
    """What every document is read by."""

    rulebook: Rulebook
    texts: bool = True
    loaded: str | None = None  # folder in which loaded documents are kept, see ``frozen``

    def aliases(self) -> AliasRows:
        """The names that the user has given to agencies, as plain rows."""
        known = self.rulebook.identity.aliases
        return [[name, *astuple(alias)] for name, found in known.items() for alias in found]

    def knowing(self, aliases: Mapping[str, tuple[Alias, ...]]) -> Rules:
        """The rules with the names that the user has given to agencies."""
        if not aliases:
            return self
        identity = replace(self.rulebook.identity, aliases=aliases)
        return replace(self, rulebook=replace(self.rulebook, identity=identity))


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one job: Arrow tables, and ``documents`` still as columns.

    Copies have their own row in ``documents``, to be completed by whoever knows the first one.
    ``counts`` are the rows that each document has in each table; tables without rows may be left
    out. ``seconds`` are what each document took, where it was read just now.
    """

    tables: Mapping[str, pa.Table]
    documents: Columns
    counts: Mapping[str, Sequence[int]]
    seconds: Sequence[float | None] = ()

    def part(self, start: int, stop: int) -> Batch:
        """The documents from number ``start`` to ``stop`` by themselves."""
        tables, counts = {}, {}
        for name, rows in self.tables.items():
            own = self.counts[name][start:stop]
            counts[name] = own
            if total := sum(own):
                tables[name] = rows.slice(sum(self.counts[name][:start]), total)
        documents = {name: values[start:stop] for name, values in self.documents.items()}
        return Batch(tables, documents, counts)


def load_rules(*, texts: bool) -> Rules:
    """The rules of the installed package; raises ``RulebookError``."""
    from extract.rulebook import load  # noqa: PLC0415  compiling the rules is the run's own cost

    return Rules(load(), texts)


def aliases_of(rows: AliasRows) -> Mapping[str, tuple[Alias, ...]]:
    """The aliases that ``Rules.aliases`` has made plain."""
    from extract.identity import Alias  # noqa: PLC0415  the rulebook has it

    found: dict[str, list[Alias]] = {}
    for name, *told in rows:
        found.setdefault(name, []).append(Alias(*told))
    return {name: tuple(aliases) for name, aliases in found.items()}


def failed(source: Source, rules: Rules, status: str, reason: str = "") -> Batch:
    """The row of a document that took its worker process down with it."""
    return batch_of([failure(source, rules, status, reason)])


def read(source: Source, rulebook: Rulebook, loaded: str | None = None) -> Reading:
    """One document; raises ``DocumentError``, or whatever its bytes or the rules provoke.

    What the loader makes of it is kept in the folder ``loaded``, if there is one.
    """
    from extract.reader import read_document  # noqa: PLC0415  loaded for the first document

    nothing = source.data is None and source.kept is None
    if source.status != "ok" or source.duplicate_of or nothing:
        lost = source.status not in ("ok", "skipped")
        return Reading(source, None, presumed(source, rulebook) if lost else Identity())
    document = _document(source, loaded)
    limits.loaded(max(document.pages or 0, len(document.text) // limits.PAGE))
    return read_document(source, document, rulebook)


def _document(source: Source, loaded: str | None) -> Document:
    """The document as it was loaded before, or now."""
    if source.kept is None and loaded is None:
        return load(source.data or b"")
    from extract.loaders.frozen import shelf, thawed  # noqa: PLC0415  only where documents are kept

    if source.kept is not None:
        return thawed(source.kept, source.data)
    document = load(source.data or b"")
    if loaded is not None:
        shelf(loaded).keep(source.doc_id, document)
    return document


def batch_of(documents: Iterable[Mapping[str, Columns]]) -> Batch:
    """Join the rows of documents; ``documents`` stay columns, the rest becomes Arrow."""
    from extract.arrow import schema, to_table  # noqa: PLC0415  slow, so after the first reading

    joined: dict[str, Columns] = {}
    counts: dict[str, list[int]] = {name: [] for name in STREAMED if name != "documents"}
    for tables in documents:
        for name, columns in tables.items():
            extend(joined.setdefault(name, empty_columns(name)), columns)
        for name, own in counts.items():
            own.append(len(tables[name]["source"]) if name in tables else 0)
    rows = joined.pop("documents")
    found = {name: to_table(columns, schema(name)) for name, columns in joined.items()}
    return Batch(found, rows, {name: own for name, own in counts.items() if name in found})


def joined(parts: Sequence[Batch]) -> Batch:
    """One batch of several, the same to the byte as if it had never been parted."""
    if len(parts) == 1:
        return parts[0]
    import pyarrow as pa  # noqa: PLC0415  whoever has parts has Arrow already

    names = dict.fromkeys(name for part in parts for name in part.tables)
    tables = {name: [p.tables[name] for p in parts if name in p.tables] for name in names}
    documents: Columns = empty_columns("documents")
    seconds: list[float | None] = []
    counts: dict[str, list[int]] = {name: [] for name in names}
    for part in parts:
        extend(documents, part.documents)
        seconds.extend(part.seconds or [None] * len(part.documents["doc_id"]))
        for name, own in counts.items():
            own.extend(part.counts.get(name) or [0] * len(part.documents["doc_id"]))
    found = {name: pa.concat_tables(rows).combine_chunks() for name, rows in tables.items()}
    return Batch(found, documents, counts, seconds)


def rows_of(source: Source, rules: Rules) -> Mapping[str, Columns]:
    """The rows of one document by table, whatever becomes of it."""
    try:
        reading = read(source, rules.rulebook, rules.loaded)
        book = rules.rulebook
        return tables_of(reading, book.catalogue, texts=rules.texts, checks=book.checks)
    except DocumentError as error:
        seen = replace(source, format=source.format or error.format)
        return failure(seen, rules, error.status, error.reason)
    except MemoryError:
        return failure(source, rules, "memory")
    except Exception as error:  # noqa: BLE001  a document must not end the run
        return failure(source, rules, "crash", _kind(error))


def _kind(error: Exception) -> str:
    """What it is called; of what the system refuses the cause, such as ``ENOSPC``."""
    number = error.errno if isinstance(error, OSError) else None
    return errorcode.get(number or 0) or type(error).__name__


def failure(source: Source, rules: Rules, status: str, reason: str = "") -> Mapping[str, Columns]:
    """The one row of a document that could not be read."""
    who = presumed(source, rules.rulebook)
    failed = Reading(replace(source, data=None), None, who, status=status, reason=reason)
    return tables_of(failed, {}, texts=False)


def presumed(source: Source, rulebook: Rulebook) -> Identity:
    """Whose report an unread file may be, and on which year: all that its path tells."""
    from extract.identity import identify  # noqa: PLC0415  seldom needed

    return identify("", source.path, rulebook.identity, source.told)
