"""Figures of both sides (数据提及对照), file by file.

A figure is found again though its file was edited, renamed or read into another text: by its
place, else by its words and sentence, else by what it means. An ``Effect`` tells its fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pyarrow as pa

from extract.diff.changes import Cause, Change
from extract.diff.documents import Unit, Units
from extract.diff.rows import Pairing, differing, left_over, paired

# Where a figure stands: a row that differs in nothing else has only moved.
_PAGE = ("page", "bbox", "table", "row", "col")
PLACES = frozenset(("mention_id", "doc_id", "source", "start", "end", "anchor_id", *_PAGE))
_PLACE = ("start", "end", "quote")
DERIVED = frozenset({"fact_id"})  # hashes of other columns
_TOLD = ("agency_id", "agency", "year", "indicator", "measure", "dims")
_NEEDED = (
    "mention_id", "doc_id", "source", "start", "end", "quote", "sentence", "value", "unit",
    "anchor_id", "fact_id", "section", "rule", *_TOLD,
)  # fmt: skip
_NUMBER = re.compile(r"[\d,.]+")
Row = dict[str, Any]

OF_EFFECT = ("old_fact", "new_fact", "old_id", "new_id", "change")
EFFECTS = pa.schema(
    [(name, pa.string()) for name in ("key", *OF_EFFECT, *(f.name for f in fields(Cause)))]
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of one figure, for the facts on either side that it supports."""

    keys: frozenset[str]  # of the agencies on both sides
    old_fact: str | None
    new_fact: str | None
    old_id: str | None
    new_id: str | None
    change: str
    cause: Cause


def unit_keys(units: dict[str, Unit]) -> Callable[[pa.Table], list[str]]:
    """The key that brings all figures of one file together, from rows of one side."""

    def keys(table: pa.Table) -> list[str]:
        doc_ids = table.column("doc_id").to_pylist()
        return [units[d].key if d in units else d for d in doc_ids]

    return keys


def compare_mentions(
    old: pa.Table, new: pa.Table, units: Units
) -> tuple[list[Change], list[Effect]]:
    """The changes of the figures of whole files, and what they mean for the facts."""
    found = list(_compared(old, new, units))
    return [c for changes, _ in found for c in changes], [effect for _, effect in found]


def _compared(old: pa.Table, new: pa.Table, units: Units) -> Iterator[tuple[list[Change], Effect]]:
    tables = old, new
    keys = [unit_keys(units.old)(old), unit_keys(units.new)(new)]
    pairing = match(tables, keys, units.same)
    ids = [table.column("mention_id").to_pylist() for table in tables]
    known = {ids[0][i]: ids[1][j] for i, j in pairing.pairs}
    anchors = [known.get(id_, id_) for id_ in old.column("anchor_id").to_pylist()]
    names = [n for n in new.column_names if n not in DERIVED]
    mapped = {"anchor_id": pa.array(anchors, pa.string())}
    unlike = differing(old, new, pairing.pairs, names, mapped)
    pairs = [pairing.pairs[index] for index in unlike]
    before = _rows(old, [*(pair[0] for pair in pairs), *pairing.removed])
    now = _rows(new, [*(pair[1] for pair in pairs), *pairing.added])
    for (i, j), unequal in zip(pairs, unlike.values(), strict=True):
        yield _differs(before[i], now[j], unequal, units)
    for i in pairing.removed:
        row = before[i]
        cause = _of(units.old, row, row, None)
        change = _change(row, "removed", cause, old=row["quote"])
        yield [change], _effect(row, None, "removed", cause)
    for j in pairing.added:
        row = now[j]
        cause = _of(units.new, row, None, row)
        change = _change(row, "added", cause, new=row["quote"])
        yield [change], _effect(None, row, "added", cause)


def match(
    tables: Sequence[pa.Table], keys: Sequence[Sequence[str]], same: Collection[str]
) -> Pairing:
    """The figures that are one: by place, by words, by overlap in one text, by meaning.

    ``keys`` name the file of each, ``same`` are those of the same bytes.
    """
    ways: list[Callable[[Row], tuple[Any, ...] | None]] = [
        lambda r: (r["quote"], r["sentence"], r["section"]),
        lambda r: (r["quote"], r["sentence"]),
        lambda r: (r["quote"], *(r[n] for n in _TOLD[2:])),
        lambda r: ("start", r["start"]) if r["key"] in same else None,
        lambda r: ("end", r["end"]) if r["key"] in same else None,
        lambda r: (_NUMBER.sub("#", r["sentence"] or ""), r["unit"], *(r[n] for n in _TOLD[2:])),
    ]
    places = [
        list(zip(names, *(table.column(n).to_pylist() for n in _PLACE), strict=True))
        for table, names in zip(tables, keys, strict=True)
    ]
    found = paired(places[0], places[1])
    left = [_rows(tables[0], found.removed), _rows(tables[1], found.added)]
    for rows, names in zip(left, keys, strict=True):
        for index, row in rows.items():
            row["key"] = names[index]
    for way in ways:
        if found.removed and found.added:
            found = left_over(found, *(_told(rows, way) for rows in left))
    return found


def _told(rows: Mapping[int, Row], way: Callable[[Row], tuple[Any, ...] | None]) -> dict[int, Any]:
    """By number of the row, its file and what ``way`` tells of it."""
    found = {index: way(row) for index, row in rows.items()}
    return {i: None if told is None else (rows[i]["key"], *told) for i, told in found.items()}


def _rows(table: pa.Table, indices: Sequence[int]) -> dict[int, Row]:
    """The rows of these numbers, with what is needed of them."""
    names = [name for name in _NEEDED if name in table.column_names]
    rows = table.select(names).take(pa.array(indices, pa.int64())).to_pylist()
    empty = dict.fromkeys(_NEEDED)
    return {index: empty | row for index, row in zip(indices, rows, strict=True)}


def _differs(
    old: Row, new: Row, fields: dict[str, tuple[Any, Any]], units: Units
) -> tuple[list[Change], Effect]:
    told = {name: values for name, values in fields.items() if name not in PLACES}
    if "anchor_id" in fields:
        told |= {"anchor_id": fields["anchor_id"]}
    unit = units.new.get(new["doc_id"])
    cause = _of(units.new, new, old, new)
    if not told:
        if unit is not None and unit.renamed:
            cause = replace(cause, cause="renamed")
        moved = _change(new, "moved", cause, old=old["start"], new=new["start"])
        return [moved], _effect(old, new, "moved", cause)
    changes = [
        _change(new, "changed", cause, field=name, old=before, new=now)
        for name, (before, now) in told.items()
    ]
    return changes, _effect(old, new, "changed", cause)


def _of(units: dict[str, Unit], row: Row, old: Row | None, new: Row | None) -> Cause:
    """The cause of a file, with the rules of one of its figures."""
    unit = units.get(row["doc_id"])
    cause = unit.cause if unit else Cause("rule_changed", row["source"])
    return replace(
        cause, old_rule=old["rule"] if old else None, new_rule=new["rule"] if new else None
    )


def _effect(old: Row | None, new: Row | None, change: str, cause: Cause) -> Effect:
    rows = [row for row in (old, new) if row is not None]
    return Effect(
        frozenset(agency_key(row) for row in rows),
        old["fact_id"] if old else None, new["fact_id"] if new else None,
        old["mention_id"] if old else None, new["mention_id"] if new else None,
        change, cause,
    )  # fmt: skip


def agency_key(row: Row) -> str:
    """What brings the rows of one agency together; of an unknown one, those of a file."""
    return str(row["agency_id"] or row["source"])


def _change(row: Row, change: str, cause: Cause, **more: Any) -> Change:  # noqa: ANN401  fields of Change
    told = {name: row[name] for name in _TOLD}
    return Change("mentions", change, row["mention_id"], cause, **told, **more)
