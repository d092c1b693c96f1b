"""Mentions to facts and panel rows, agency by agency (事实与面板).

Works on a range of agencies at a time, so memory does not grow with the corpus.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import pyarrow as pa

from extract.catalogue import Indicator
from extract.columns import DIMENSIONS, Column
from extract.ids import number_of
from extract.join import IN_DOCUMENT, Joined, Stated, join
from extract.panel import Slot, assign, slot
from extract.tables import Columns

Key = tuple[str, int, str, str, str]  # agency_id, year, indicator, measure, dims

KEY = ("agency_id", "year", "indicator", "measure", "dims")
_STATED = (
    "doc_id", "source", "report_year", "doc_type", "table", "section_kind", "start", "end",
    "quote", "value", "value_min", "value_max", "approx", "bound", "value_raw", "unit_raw",
    "confidence", "flags",
)  # fmt: skip
_FROM_BEST = (
    "fact_id", *KEY, *DIMENSIONS, "function_code",
    "value", "per", "value_min", "value_max", "approx", "bound",
    "agency", "entity", "doc_type", "report_year", "period_kind", "mention_id",
)  # fmt: skip
_FROM_JOIN = (
    "n_mentions", "n_docs", "value_low", "value_high",
    "conflict", "conflict_note", "revised", "confidence",
)  # fmt: skip
MENTION_COLUMNS = tuple(dict.fromkeys((*_FROM_BEST, "unit", *_STATED)))
_PROFILE = ("agency", "bureau", "level")
DOCUMENT_COLUMNS = ("agency_id", *_PROFILE, "report_year", "doc_id", "status", "duplicate_of")


@dataclass(frozen=True, slots=True)
class AgencyYear:
    """One row of the panel before its columns are known: the keys, and the cells that it has."""

    keys: Mapping[str, Any]
    cells: Mapping[str, float]


def facts_of(mentions: pa.Table, catalogue: Mapping[str, Indicator]) -> Columns:
    """The columns of ``facts`` from rows of ``mentions`` with ``MENTION_COLUMNS``.

    Sorted by the key, which is unique and without nulls.
    """
    mentions = mentions.filter(mentions.column("fact_id").is_valid())
    groups = _groups(mentions)
    keys = sorted(groups)
    joined = [join(groups[key], key[1], key[3]) for key in keys]
    best = mentions.take(pa.array([j.best for j in joined], pa.int64()))
    columns: Columns = {name: best.column(name).to_pylist() for name in _FROM_BEST}
    columns.update({name: [getattr(j, name) for j in joined] for name in _FROM_JOIN})
    columns["flags"] = [list(j.flags) for j in joined]
    columns["unit"] = [
        _unit(catalogue[key[2]], key[3], unit)
        for key, unit in zip(keys, best.column("unit").to_pylist(), strict=True)
    ]
    columns["panel_column"] = _panel_columns(keys, joined, catalogue)
    return columns


def panel_rows(facts: Columns, mentions: pa.Table, documents: pa.Table) -> Iterator[AgencyYear]:
    """One row for each agency and year that has a cell or a report of its own, in order."""
    cells: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    named = (facts[name] for name in ("agency_id", "year", "panel_column", "value"))
    for agency, year, column, value in zip(*named, strict=True):
        if column is not None:
            cells[agency, year][column] = value
    profiles, own = _profiles(documents)
    reports = _reports(mentions)
    for at in sorted(cells.keys() | own.keys()):
        keys = {
            "agency_id": at[0],
            "agency_num": number_of(at[0]),
            **profiles[at[0]],
            "year": at[1],
            "n_reports": len(reports.get(at, set()) | own.get(at, set())),
            "has_own_report": at in own,
        }
        yield AgencyYear(keys, cells.get(at, {}))


def wide(rows: Iterable[Mapping[str, Any]], values: Sequence[Column]) -> Columns:
    """Rows in long form (key columns, ``columns``, ``values``) as panel columns."""
    kept = list(rows)
    cells = [dict(zip(row["columns"], row["values"], strict=True)) for row in kept]
    keys = {name: [row[name] for row in kept] for name in kept[0]} if kept else {}
    return keys | {c.name: [cell.get(c.name) for cell in cells] for c in values}


def _groups(mentions: pa.Table) -> dict[Key, list[Stated]]:
    keys = zip(*(mentions.column(name).to_pylist() for name in KEY), strict=True)
    rows = zip(*(mentions.column(name).to_pylist() for name in _STATED), strict=True)
    groups: dict[Key, list[Stated]] = defaultdict(list)
    for index, (key, row) in enumerate(zip(keys, rows, strict=True)):
        groups[key].append(Stated(index, *row))
    return groups


def _unit(indicator: Indicator, measure: str, unit: str) -> str:
    """The catalogue's unit where the classifier is a synonym of it."""
    return indicator.unit_of(measure) if indicator.counts_in(unit, measure) else unit


def _panel_columns(
    keys: Sequence[Key], joined: Sequence[Joined], catalogue: Mapping[str, Indicator]
) -> list[str | None]:
    @cache  # agencies say the same things
    def place(year: int, indicator: str, measure: str, dims: str) -> Slot | None:
        return slot(catalogue[indicator], measure, dims, year)

    columns: list[str | None] = []
    for _, group in groupby(zip(keys, joined, strict=True), key=lambda pair: pair[0][:2]):
        facts = list(group)
        filled = assign([place(*key[1:]) for key, _ in facts])
        columns += [
            None if IN_DOCUMENT in fact.flags else column
            for (_, fact), column in zip(facts, filled, strict=True)
        ]
    return columns


def _profiles(
    documents: pa.Table,
) -> tuple[dict[str, dict[str, Any]], dict[tuple[str, int], set[str]]]:
    """Name, bureau and level of each agency from its latest report, and its own reports."""
    profiles: dict[str, dict[str, Any]] = {}
    own: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in sorted(documents.to_pylist(), key=lambda row: row["report_year"] or 0):
        profile = profiles.setdefault(row["agency_id"], dict.fromkeys(_PROFILE))
        profile.update({k: row[k] for k in profile if row[k] is not None})
        readable = row["status"] in ("ok", "partial") and row["duplicate_of"] is None
        if readable and row["report_year"] is not None:
            own[row["agency_id"], row["report_year"]].add(row["doc_id"])
    return profiles, own


def _reports(mentions: pa.Table) -> dict[tuple[str, int], set[str]]:
    reports: dict[tuple[str, int], set[str]] = defaultdict(set)
    columns = (mentions.column(name).to_pylist() for name in ("agency_id", "year", "doc_id"))
    for agency, year, doc_id in zip(*columns, strict=True):
        if year is not None:
            reports[agency, year].add(doc_id)
    return reports
