"""Two outputs to their changes (对比): files first, then figures by file, then facts by agency.

Memory is bounded by a bucket of whole files or agencies, and by the list of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from extract.arrow import TableWriter, read_part
from extract.columns import PANEL
from extract.diff.agencies import TABLES, Known, compare_table
from extract.diff.buckets import Spill, bucket_count, cut
from extract.diff.changes import Cause, Change, schema, to_table
from extract.diff.documents import Units, compare_documents
from extract.diff.mentions import EFFECTS, OF_EFFECT, Effect, compare_mentions, unit_keys
from extract.diff.sides import Side, shared
from extract.diff.summary import Summary

_PANEL = frozenset(column.name for column in PANEL)
_AT_ONCE = 10_000  # changes on their way to the file


def compare(old: Path, new: Path, target: Path, *, keep: int = 20) -> Summary:
    """Write every change between two output folders to the Parquet file ``target``.

    ``keep`` is how many of the largest changes of a value the summary names. Raises ``CorpusError``
    where a folder holds no dataset.
    """
    sides = Side(old, "old"), Side(new, "new")
    summary = Summary(*sides, keep=keep)
    with TemporaryDirectory(dir=target.parent, prefix=".diff-") as scratch:
        path = Path(scratch) / "changes.parquet"
        with closing(TableWriter(path, schema())) as writer:
            pending: list[Change] = []
            for changes in _changes(*sides, Path(scratch)):
                summary.see(changes)
                pending += changes
                if len(pending) >= _AT_ONCE:
                    writer.write(to_table(pending))
                    pending = []
            writer.write(to_table(pending))
        path.replace(target)  # whole, or not at all
    return summary


def _changes(old: Side, new: Side, folder: Path) -> Iterator[list[Change]]:
    units, changes = compare_documents(old, new)
    yield changes
    count = bucket_count(sum(side.rows(t) for side in (old, new) for t in ("mentions", *TABLES)))
    effects = Spill(folder, "effects", EFFECTS, count)
    with closing(effects):
        for found, known in _of_files(old, new, units, folder):
            yield found
            rows = [(key, effect) for effect in known for key in sorted(effect.keys)]
            effects.write(_effects(rows), [key for key, _ in rows])
    yield from _of_agencies(old, new, units, folder, effects.paths)


def _of_files(
    old: Side, new: Side, units: Units, folder: Path
) -> Iterator[tuple[list[Change], list[Effect]]]:
    """The mentions, whole files at a time."""
    if not (old.has("mentions") and new.has("mentions")):
        return
    names = shared(old, new, "mentions")
    count = bucket_count(old.rows("mentions") + new.rows("mentions"))
    paths = [
        cut(side, "mentions", names, unit_keys(known), (folder, count))
        for side, known in ((old, units.old), (new, units.new))
    ]
    for bucket in range(count):
        before, now = (_taken(part[bucket]) for part in paths)
        yield compare_mentions(before, now, units)


def _of_agencies(
    old: Side, new: Side, units: Units, folder: Path, effects: Sequence[Path]
) -> Iterator[list[Change]]:
    """The other tables, whole agencies at a time."""
    count = len(effects)
    tables = [t for t in TABLES if old.has(t) and new.has(t)]
    paths = {
        (table, side.role): cut(side, table, _names(old, new, table), _agency_keys, (folder, count))
        for table in tables
        for side in (old, new)
    }
    for bucket in range(count):
        known = Known.of(units, _taken(effects[bucket]))
        for table in tables:
            before, now = (_taken(paths[table, role][bucket]) for role in ("old", "new"))
            yield list(compare_table(table, before, now, known))


def _names(old: Side, new: Side, table: str) -> list[str]:
    """The columns that are compared; of the panel the key ones, as its cells are a table too."""
    names = shared(old, new, table)
    return [n for n in names if n in _PANEL] if table == "panel" else names


def _taken(path: Path) -> pa.Table:
    """The rows of a bucket, whose file is of no use any more."""
    table = read_part(path)
    path.unlink()
    return table


def _agency_keys(table: pa.Table) -> list[str]:
    agencies = table.column("agency_id").to_pylist()
    if "source" not in table.column_names:
        return [agency or "" for agency in agencies]
    sources = table.column("source").to_pylist()
    return [agency or source or "" for agency, source in zip(agencies, sources, strict=True)]


def _effects(rows: Sequence[tuple[str, Effect]]) -> pa.Table:
    effects = [effect for _, effect in rows]
    columns = {name: [getattr(e, name) for e in effects] for name in OF_EFFECT}
    columns |= {f.name: [getattr(e.cause, f.name) for e in effects] for f in fields(Cause)}
    return pa.table({"key": [key for key, _ in rows], **columns}, schema=EFFECTS)
