"""The files of both sides (文件对应): which one is which, and why what was read of it differs.

Files of the same bytes are one, whatever their paths; of the others, those at one path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from extract.arrow import batches
from extract.diff.changes import RANK, Cause, Change
from extract.diff.rows import Pairing, differing, left_over, paired
from extract.diff.sides import Side, shared
from extract.regions.evidence import TOLD

_IDENTITY = ("agency_id", "agency", "entity", "report_year", "doc_type")
_EVIDENCE = ("agency_evidence", "year_evidence", "type_evidence", "entity_evidence")
_NEEDED = ("source", "doc_id", "duplicate_of", "status", "reason", *_IDENTITY, *_EVIDENCE)
Row = Mapping[str, Any]
Differences = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Unit:
    """What one file is on both sides; ``same`` where its bytes are, ``renamed`` at another path."""

    key: str
    cause: Cause
    same: bool = False
    renamed: bool = False


@dataclass
class Units:
    """All files, by ``doc_id`` on each side, and those that tell why an agency's rows differ."""

    base: str = "rule_changed"  # why the same bytes are read in another way
    old: dict[str, Unit] = field(default_factory=dict)
    new: dict[str, Unit] = field(default_factory=dict)
    of_agency: dict[str, list[tuple[int | None, Cause]]] = field(default_factory=dict)

    @cached_property
    def same(self) -> frozenset[str]:
        """The keys of files whose bytes are the same on both sides; once all are known."""
        return frozenset(unit.key for unit in self.old.values() if unit.same)

    def explain(self, agency: str | None, year: int | None) -> Cause:
        """Why a row of an agency differs that no figure of its own explains.

        A file of that very year comes first, then one of another year, then the rules.
        """
        found = self.of_agency.get(agency or "", ())
        own = [cause for report_year, cause in found if report_year == year]
        return first(own or [cause for _, cause in found]) or Cause(self.base)

    def _see(self, rows: Iterable[Row | None], cause: Cause) -> None:
        if cause.cause != self.base:
            for at in {(r["agency_id"] or "", r["report_year"]) for r in rows if r}:
                self.of_agency.setdefault(at[0], []).append((at[1], cause))

    def add(self, old: Row | None, new: Row | None, unit: Unit) -> None:
        """Know a file by its bytes on either side; the first word counts."""
        for row, known in ((old, self.old), (new, self.new)):
            if row is not None and row["doc_id"]:
                known.setdefault(row["doc_id"], unit)
        self._see((old, new), unit.cause)


def first(causes: Iterable[Cause]) -> Cause | None:
    """The one that comes first in the list of causes."""
    return min(causes, key=lambda c: (RANK[c.cause], c.source or ""), default=None)


def compare_documents(old: Side, new: Side) -> tuple[Units, list[Change]]:
    """All files with their causes, and the changes of ``documents``.

    Memory grows with the number of files, by about two kilobytes each.
    """
    names = shared(old, new, "documents")
    tables = [_read(side, names) for side in (old, new)]
    rows = [_rows(table) for table in tables]
    pairing = _pairs(*rows)
    units = Units(_base(old, new))
    said = old.user_files() != new.user_files()
    causes = [cause_of(rows[0][i], rows[1][j], units.base, told=said) for i, j in pairing.pairs]
    _know(units, rows, pairing, told=said)
    unlike = differing(tables[0], tables[1], pairing.pairs, names)
    changes = [
        change
        for index, fields in unlike.items()
        for change in _changed(
            rows[0][pairing.pairs[index][0]], rows[1][pairing.pairs[index][1]], fields,
            causes[index], units,
        )
    ]  # fmt: skip
    changes += [_whole(rows[0][i], "removed") for i in pairing.removed]
    changes += [_whole(rows[1][i], "added") for i in pairing.added]
    return units, sorted(changes, key=lambda c: (c.row, c.change, c.field or ""))


def cause_of(old: Row, new: Row, base: str, *, told: bool) -> Cause:
    """Why what was read of a file differs; ``told`` where the user's own tables do."""
    if old["doc_id"] and new["doc_id"] and old["doc_id"] != new["doc_id"]:
        cause = "input_changed"
    elif (old["status"], old["reason"]) != (new["status"], new["reason"]):
        cause = "status_changed"
    elif told and any(old[name] != new[name] for name in _IDENTITY) and _by_user(old, new):
        cause = "user_files_changed"
    else:
        cause = base
    return Cause(cause, new["source"], old["doc_id"], new["doc_id"])


def _by_user(old: Row, new: Row) -> bool:
    return any(row[name] == TOLD for row in (old, new) for name in _EVIDENCE)


def _base(old: Side, new: Side) -> str:
    """Same rules and code, but other tables of the user: it can only be these."""
    same = all(
        old.report.get(name) is not None and old.report.get(name) == new.report.get(name)
        for name in ("rules", "version")
    )
    return "user_files_changed" if same and old.user_files() != new.user_files() else "rule_changed"


def _read(side: Side, names: list[str]) -> pa.Table:
    empty = side.schema("documents").empty_table().select(names)
    return pa.concat_tables([empty, *batches(side.path("documents"), names)])


def _rows(table: pa.Table) -> list[Row]:
    names = [name for name in _NEEDED if name in table.column_names]
    empty = dict.fromkeys(_NEEDED)
    return [empty | row for row in table.select(names).to_pylist()]


def _pairs(old: Sequence[Row], new: Sequence[Row]) -> Pairing:
    """The same file: path and bytes, else bytes, else path."""
    both = [[(row["source"], row["doc_id"]) for row in rows] for rows in (old, new)]
    bytes_ = [[row["doc_id"] or None for row in rows] for rows in (old, new)]
    paths = [[row["source"] for row in rows] for rows in (old, new)]
    whole = paired(both[0], both[1])
    whole = left_over(whole, bytes_[0], bytes_[1])
    return left_over(whole, paths[0], paths[1])


def _know(units: Units, rows: Sequence[Sequence[Row]], pairing: Pairing, *, told: bool) -> None:
    """Every file by its bytes: the firsts of their kind, whose figures stand in the tables."""
    firsts = [
        {r["doc_id"]: r for r in side if r["doc_id"] and not r["duplicate_of"]} for side in rows
    ]
    for doc_id, old in firsts[0].items():
        new = firsts[1].get(doc_id)
        if new is not None:
            renamed = old["source"] != new["source"]
            cause = cause_of(old, new, units.base, told=told)
            units.add(old, new, Unit(doc_id, cause, same=True, renamed=renamed))
    for i, j in pairing.pairs:
        old, new = rows[0][i], rows[1][j]
        fresh = old["doc_id"] not in units.old, new["doc_id"] not in units.new
        if old["doc_id"] != new["doc_id"]:
            cause = cause_of(old, new, units.base, told=told)
            unit = Unit(f"{old['doc_id']}>{new['doc_id']}", cause)
            units.add(old if fresh[0] else None, new if fresh[1] else None, unit)
        elif not old["doc_id"]:
            units.add(old, new, Unit("", cause_of(old, new, units.base, told=told)))
    for side, left in ((0, pairing.removed), (1, pairing.added)):
        for index in left:
            row = rows[side][index]
            if row["doc_id"] not in (units.new if side else units.old):
                unit = Unit(row["doc_id"], _whole(row, ("removed", "added")[side]).cause)
                units.add(None if side else row, row if side else None, unit)


def _changed(
    old: Row, new: Row, fields: Differences, cause: Cause, units: Units
) -> Iterator[Change]:
    """The columns of one file that differ."""
    if "duplicate_of" in fields and old["doc_id"] == new["doc_id"]:
        cause = _of_copy(old, units) or cause
    for name, (before, now) in fields.items():
        why = cause
        if name == "source":
            why = Cause("renamed", new["source"], old["doc_id"], new["doc_id"])
        yield _change(new, "changed", why, field=name, old=before, new=now)


def _of_copy(old: Row, units: Units) -> Cause | None:
    """Whose copy a file is has changed: its first one came, went or moved."""
    unit = units.old.get(old["doc_id"])
    if unit is None:
        return None
    word = (
        "renamed"
        if unit.renamed
        else "document_removed"
        if old["duplicate_of"]
        else "document_added"
    )
    return Cause(word, unit.cause.source, old["doc_id"], old["doc_id"])


def _whole(row: Row, change: str) -> Change:
    doc_id = row["doc_id"]
    if change == "removed":
        cause = Cause("document_removed", row["source"], old_doc_id=doc_id)
        return _change(row, change, cause, old=row["status"])
    cause = Cause("document_added", row["source"], new_doc_id=doc_id)
    return _change(row, change, cause, new=row["status"])


def _change(row: Row, change: str, cause: Cause, **more: Any) -> Change:  # noqa: ANN401  fields of Change
    return Change(
        "documents", change, row["source"], cause,
        agency_id=row["agency_id"], agency=row["agency"], year=row["report_year"], **more,
    )  # fmt: skip
