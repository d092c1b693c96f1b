"""Facts, cells, panel rows and checks of both sides (单位对照), of whole agencies at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pyarrow as pa

from extract.diff.changes import Cause, Change
from extract.diff.documents import Unit, Units, first
from extract.diff.rows import Pairing, differing, left_over, paired

TABLES = (
    "checks",
    "facts",
    "cells",
    "panel",
)  # the first explain the next


@dataclass(frozen=True, slots=True)
class Spec:
    """How rows of a table are known again, and which columns only say where something stands."""

    key: tuple[str, ...]
    places: frozenset[str]
    ids: tuple[str, ...]  # columns with ids of mentions, which move with their files
    told: Mapping[str, str]  # columns of a change: those of the table
    whole: tuple[str, ...]  # what a row that came or went is told by, the first that is not null


_WHO = {name: name for name in ("agency_id", "agency", "year", "indicator", "measure")}
SPECS = {
    "checks": Spec(
        ("check_id",),
        frozenset(["check_id", "doc_id", "source", "mention_id", "operands", "suspects"]),
        ("mention_id", "operands", "suspects"), _WHO, ("verdict",),
    ),
    "facts": Spec(
        ("fact_id",), frozenset({"mention_id", "conflict_note", "restated_in"}),
        ("mention_id",), {**_WHO, "dims": "dims", "panel_column": "panel_column"}, ("value",),
    ),
    "cells": Spec(
        ("agency_id", "year", "column"),
        frozenset(["mention_id", "source", "start", "end", "page", "conflict_note", "restated_in"]),
        ("mention_id",), {**_WHO, "panel_column": "column"}, ("value", "reason"),
    ),
    "panel": Spec(
        ("agency_id", "year"), frozenset(), (),
        {name: name for name in ("agency_id", "agency", "year")}, ("n_reports",),
    ),
}  # fmt: skip
Row = dict[str, Any]


@dataclass
class Known:
    """What is known so far of why the rows of these agencies differ."""

    units: Units
    ids: dict[str, str] = field(default_factory=dict)  # mentions of OLD: the same in NEW
    by_fact: dict[str, list[tuple[Row, Cause]]] = field(default_factory=dict)
    by_mention: dict[str, Cause] = field(default_factory=dict)
    moved: dict[str, Cause] = field(default_factory=dict)  # by fact, and by mention of NEW
    of_checks: dict[str, Cause] = field(default_factory=dict)  # by mention
    of_facts: dict[str, Cause] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Units, effects: pa.Table) -> Known:
        """From what the comparison of the figures has left behind."""
        known = cls(units)
        for row in effects.to_pylist():
            cause = Cause(**{f.name: row[f.name] for f in fields(Cause)})
            facts = {row["old_fact"], row["new_fact"]} - {None}
            if row["old_id"] and row["new_id"]:
                known.ids[row["old_id"]] = row["new_id"]
            if row["change"] == "moved":
                known.moved.update(dict.fromkeys({*facts, row["new_id"]}, cause))
                continue
            for fact in facts:
                known.by_fact.setdefault(fact, []).append((row, cause))
            known.by_mention.update(dict.fromkeys({row["old_id"], row["new_id"]} - {None}, cause))
        return known


def compare_table(table: str, old: pa.Table, new: pa.Table, known: Known) -> Iterator[Change]:
    """The changes of one table, of agencies whose figures are ``known``."""
    spec = SPECS[table]
    mapped = {name: _moved_ids(old, name, known.ids) for name in spec.ids if name in _names(old)}
    pairing = _pairs(table, spec, old, new, mapped)
    unlike = differing(old, new, pairing.pairs, new.column_names, mapped)
    changed = [pairing.pairs[index] for index in unlike]
    before = _picked(old, [*(pair[0] for pair in changed), *pairing.removed])
    now = _picked(new, [*(pair[1] for pair in changed), *pairing.added])
    for (i, j), unequal in zip(changed, unlike.values(), strict=True):
        yield from _differs(table, before[i], now[j], unequal, known)
    for i in pairing.removed:
        cause = _cause(table, before[i], None, {}, known)
        yield _change(table, before[i], "removed", cause, old=_whole(spec, before[i]))
    for j in pairing.added:
        cause = _cause(table, None, now[j], {}, known)
        yield _change(table, now[j], "added", cause, new=_whole(spec, now[j]))


def _names(table: pa.Table) -> list[str]:
    names: list[str] = table.column_names
    return names


def _moved_ids(table: pa.Table, name: str, ids: Mapping[str, str]) -> pa.Array:
    """A column of mentions of OLD as NEW calls them."""
    type_ = table.schema.field(name).type
    values = table.column(name).to_pylist()
    if pa.types.is_list(type_):
        return pa.array([v and [ids.get(i, i) for i in v] for v in values], type_)
    return pa.array([ids.get(v, v) for v in values], type_)


def _pairs(
    table: str, spec: Spec, old: pa.Table, new: pa.Table, mapped: Mapping[str, pa.Array]
) -> Pairing:
    keys = [
        list(zip(*(side.column(n).to_pylist() for n in spec.key), strict=True))
        for side in (old, new)
    ]
    found = paired(*keys)
    if table == "checks" and found.removed and found.added:
        names = ("kind", "mention_id", "operands")
        sides = [
            [repr(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]
            for columns in (
                [mapped.get(name, old.column(name)) for name in names],
                [new.column(name) for name in names],
            )
        ]
        found = left_over(found, sides[0], sides[1])
    return found


def _picked(table: pa.Table, indices: Sequence[int]) -> dict[int, Row]:
    """The rows of these numbers."""
    rows = table.take(pa.array(indices, pa.int64())).to_pylist()
    return dict(zip(indices, rows, strict=True))


def _differs(
    table: str, old: Row, new: Row, fields: Mapping[str, tuple[Any, Any]], known: Known
) -> Iterator[Change]:
    spec = SPECS[table]
    told = {n: v for n, v in fields.items() if n not in spec.places}
    # another mention, and not the same one at another place
    told |= {n: v for n, v in fields.items() if n in spec.ids and _other(v, known.ids)}
    cause = _cause(table, old, new, told.keys(), known)
    if not told:
        behind = (new.get("fact_id"), new.get("mention_id"), *(new.get("operands") or ()))
        cause = next((known.moved[id_] for id_ in behind if id_ in known.moved), cause)
        yield _change(table, new, "moved", cause)
    for name, (before, now) in told.items():
        yield _change(table, new, "changed", cause, field=name, old=before, new=now)


def _other(values: tuple[Any, Any], ids: Mapping[str, str]) -> bool:
    old, new = (v if isinstance(v, list) else [v] for v in values)
    return [ids.get(i, i) for i in old] != new


def _cause(
    table: str, old: Row | None, new: Row | None, fields: Collection[str], known: Known
) -> Cause:
    row = new or old or {}
    if table == "checks":
        cause = _of_check(old, new, known)
        ids = [r["mention_id"] for r in (old, new) if r]
        known.of_checks.update(dict.fromkeys(ids, cause))
        return cause
    if table == "facts":
        cause = _of_fact(old, new, fields, known)
        known.of_facts[row["fact_id"]] = cause
        return cause
    facts = [r["fact_id"] for r in (new, old) if r and r.get("fact_id")]
    for fact in facts:
        if fact in known.of_facts:
            return known.of_facts[fact]
    found = first(cause for fact in facts for _, cause in known.by_fact.get(fact, ()))
    return found or known.units.explain(row["agency_id"], row["year"])


def _of_fact(old: Row | None, new: Row | None, fields: Collection[str], known: Known) -> Cause:
    """Why a fact differs: what became of its best mention, else of another one under its key."""
    row = new or old or {}
    effects = known.by_fact.get(row["fact_id"], [])
    for side, name in ((old, "old_id"), (new, "new_id")):
        for effect, cause in effects:
            if side is not None and effect[name] == side["mention_id"]:
                return cause
    found = first(cause for _, cause in effects)
    if found is None and set(fields) == {"check_status"}:
        found = known.of_checks.get(row["mention_id"])
    return found or known.units.explain(row["agency_id"], row["year"])


def _of_check(old: Row | None, new: Row | None, known: Known) -> Cause:
    """Why a check differs: what became of the figures in it, else of its file."""
    for row in (old, new):
        for id_ in (row["mention_id"], *(row["operands"] or ())) if row else ():
            if id_ in known.by_mention:
                return known.by_mention[id_]
    unit: Unit | None = None
    if new is not None:
        unit = known.units.new.get(new["doc_id"])
    elif old is not None:
        unit = known.units.old.get(old["doc_id"])
    return unit.cause if unit else Cause(known.units.base)


def _whole(spec: Spec, row: Row) -> object:
    return next((row[name] for name in spec.whole if row.get(name) is not None), None)


def _change(table: str, row: Row, change: str, cause: Cause, **more: Any) -> Change:  # noqa: ANN401  fields of Change
    spec = SPECS[table]
    told = {name: row.get(column) for name, column in spec.told.items()}
    return Change(table, change, " ".join(str(row[n]) for n in spec.key), cause, **told, **more)
