"""A handful of documents to Arrow tables: the unit of work that a worker does.

One document's failure is one row; nothing that a document does ends the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Any

from extract.bundles import expanded
from extract.errors import DocumentError
from extract.loaders import limits, load
from extract.model import Identity, Reading, Source
from extract.tables import Columns, empty_columns, extend, tables_of

if TYPE_CHECKING:
    import pyarrow as pa

    from extract.corpus import Corpus, Found
    from extract.identity import Alias
    from extract.rulebook import Rulebook

DOCUMENTS_PER_JOB = 16
BYTES_PER_JOB = 8 << 20

Job = tuple[Source, ...]
AliasRows = list[list[Any]]  # name, and the fields of ``identity.Alias``


@dataclass(frozen=True, slots=True)
class Rules:
    """What every document is read by."""

    rulebook: Rulebook
    texts: bool = True

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
    """

    tables: Mapping[str, pa.Table]
    documents: Columns
    supporting: Mapping[str, int]


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


def jobs(
    corpus: Corpus, listed: Iterable[Found], told: Callable[[str], dict[str, str]] = lambda _: {}
) -> Iterator[Job]:
    """Read the files in order and hand them on in jobs of bounded size; copies carry no bytes.

    The members of an archive follow it.

    ``told`` answers what the user says of a path.

    Jobs do not depend on the number of workers, so the written bytes do not either.
    """
    first: dict[str, str] = {}
    job: list[Source] = []
    size = 0
    read = corpus.fetched(listed)
    sources = (member for source, _ in read for member in expanded(source))
    for source in (_marked(_claimed(source, told), first) for source in sources):
        job.append(source)
        size += len(source.data or b"")
        if len(job) == DOCUMENTS_PER_JOB or size >= BYTES_PER_JOB:
            yield tuple(job)
            job, size = [], 0
    if job:
        yield tuple(job)


def process(job: Job, rules: Rules) -> Batch:
    """All rows of a job."""
    return batch_of(rows_of(source, rules) for source in job)


def failed(source: Source, rules: Rules, status: str, reason: str = "") -> Batch:
    """The row of a document that took its worker process down with it."""
    return batch_of([failure(source, rules, status, reason)])


def read(source: Source, rulebook: Rulebook) -> Reading:
    """One document; raises ``DocumentError``, or whatever its bytes or the rules provoke."""
    from extract.reader import read_document  # noqa: PLC0415  loaded for the first document

    if source.status != "ok" or source.duplicate_of or source.data is None:
        lost = source.status not in ("ok", "skipped")
        return Reading(source, None, presumed(source, rulebook) if lost else Identity())
    document = load(source.data)
    limits.loaded(max(document.pages or 0, len(document.text) // limits.PAGE))
    return read_document(source, document, rulebook)


def batch_of(documents: Iterable[Mapping[str, Columns]]) -> Batch:
    """Join the rows of documents; ``documents`` stay columns, the rest becomes Arrow."""
    from extract.arrow import schema, to_table  # noqa: PLC0415  slow, so after the first reading

    joined: dict[str, Columns] = {}
    for tables in documents:
        for name, columns in tables.items():
            extend(joined.setdefault(name, empty_columns(name)), columns)
    rows = joined.pop("documents")
    return Batch(
        tables={name: to_table(columns, schema(name)) for name, columns in joined.items()},
        documents=rows,
        supporting=_supporting(rows["agency_id"], joined.get("mentions")),
    )


def joined(parts: Sequence[Batch]) -> Batch:
    """One batch of several, the same to the byte as if it had never been parted."""
    if len(parts) == 1:
        return parts[0]
    import pyarrow as pa  # noqa: PLC0415  whoever has parts has Arrow already

    names = dict.fromkeys(name for part in parts for name in part.tables)
    tables = {name: [p.tables[name] for p in parts if name in p.tables] for name in names}
    documents: Columns = empty_columns("documents")
    supporting: Counter[str] = Counter()
    for part in parts:
        extend(documents, part.documents)
        for agency, count in part.supporting.items():
            supporting[agency] += count
    return Batch(
        {name: pa.concat_tables(found).combine_chunks() for name, found in tables.items()},
        documents,
        dict(supporting),
    )


def _claimed(source: Source, told: Callable[[str], dict[str, str]]) -> Source:
    said = told(source.path)
    return replace(source, told=said) if said else source


def _marked(source: Source, first: dict[str, str]) -> Source:
    """A copy of bytes seen before names the first path instead of carrying them again."""
    original = first.setdefault(source.doc_id, source.path) if source.doc_id else source.path
    if original == source.path:
        return source
    return replace(source, duplicate_of=original, data=None)


def rows_of(source: Source, rules: Rules) -> Mapping[str, Columns]:
    """The rows of one document by table, whatever becomes of it."""
    try:
        reading = read(source, rules.rulebook)
        book = rules.rulebook
        return tables_of(reading, book.catalogue, texts=rules.texts, checks=book.checks)
    except DocumentError as error:
        return failure(source, rules, error.status, error.reason)
    except MemoryError:
        return failure(source, rules, "memory")
    except Exception as error:  # noqa: BLE001  a document must not end the run
        return failure(source, rules, "crash", type(error).__name__)


def failure(source: Source, rules: Rules, status: str, reason: str = "") -> Mapping[str, Columns]:
    """The one row of a document that could not be read."""
    who = presumed(source, rules.rulebook)
    failed = Reading(replace(source, data=None), None, who, status=status, reason=reason)
    return tables_of(failed, {}, texts=False)


def presumed(source: Source, rulebook: Rulebook) -> Identity:
    """Whose report an unread file may be, and on which year: all that its path tells."""
    from extract.identity import identify  # noqa: PLC0415  seldom needed

    return identify("", source.path, rulebook.identity, source.told)


def _supporting(agencies: Sequence[str | None], mentions: Columns | None) -> dict[str, int]:
    """How many mentions support a fact, for every agency of the job."""
    counts = dict.fromkeys(filter(None, agencies), 0)
    if mentions:
        pairs = zip(mentions["agency_id"], mentions["fact_id"], strict=True)
        for agency, fact_id in pairs:
            if fact_id is not None:
                counts[agency] += 1
    return counts
