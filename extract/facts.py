"""Mentions to facts, agency by agency (事实): one row for each thing known.

Works on a range of agencies at a time, so memory does not grow with the corpus.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby

import pyarrow as pa

from extract.catalogue import Indicator
from extract.columns import DIMENSIONS
from extract.join import IN_DOCUMENT, Stated, join
from extract.panel.columns import Slot, assign, slot
from extract.tables import Columns

Key = tuple[str, int, str, str, str]  # agency_id, year, indicator, measure, dims

KEY = ("agency_id", "year", "indicator", "measure", "dims")
_STATED = (
    "doc_id", "source", "report_year", "doc_type", "table", "section_kind", "page", "start", "end",
    "quote", "value", "value_min", "value_max", "approx", "bound", "value_raw", "unit_raw",
    "confidence", "flags",
)  # fmt: skip
_FROM_BEST = (
    "fact_id", *KEY, *DIMENSIONS, "function_code",
    "value", "per", "value_min", "value_max", "approx", "bound",
    "agency", "entity", "doc_type", "report_year", "period_kind", "mention_id",
    "source", "start", "end", "quote", "page",  # not of facts, but of cells
)  # fmt: skip
_FROM_JOIN = (
    "n_mentions", "n_docs", "value_low", "value_high",
    "conflict", "conflict_note", "revised", "value_restated", "restated_in", "confidence",
)  # fmt: skip
MENTION_COLUMNS = tuple(dict.fromkeys((*_FROM_BEST, "unit", *_STATED)))


def facts_of(
    mentions: pa.Table,
    catalogue: Mapping[str, Indicator],
    twins: Mapping[str, str] | None = None,
) -> Columns:
    """The columns of ``facts`` from rows of ``mentions`` with ``MENTION_COLUMNS``.

    Sorted by the key, which is unique and without nulls. ``twins`` are documents that hold the
    report of another one in another format. Beside the columns of ``facts`` there is what cells
    need: the place of the best mention, and ``contested``, the panel column that a fact leaves
    empty because one document states two values.
    """
    mentions = mentions.filter(mentions.column("fact_id").is_valid())
    groups = _groups(mentions, twins or {})
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
    columns["check_status"] = ["not_testable"] * len(keys)
    places = _panel_columns(keys, catalogue)
    torn = [IN_DOCUMENT in j.flags for j in joined]
    for name, wanted in (("panel_column", False), ("contested", True)):
        columns[name] = [p if t == wanted else None for p, t in zip(places, torn, strict=True)]
    return columns


def _groups(mentions: pa.Table, twins: Mapping[str, str]) -> dict[Key, list[Stated]]:
    keys = zip(*(mentions.column(name).to_pylist() for name in KEY), strict=True)
    stated = {name: mentions.column(name).to_pylist() for name in _STATED}
    if twins:
        stated["doc_id"] = [twins.get(doc_id, doc_id) for doc_id in stated["doc_id"]]
    groups: dict[Key, list[Stated]] = defaultdict(list)
    for index, (key, row) in enumerate(zip(keys, zip(*stated.values(), strict=True), strict=True)):
        groups[key].append(Stated(index, *row))
    return groups


def _unit(indicator: Indicator, measure: str, unit: str) -> str:
    """The catalogue's unit where the classifier is a synonym of it."""
    return indicator.unit_of(measure) if indicator.counts_in(unit, measure) else unit


def _panel_columns(keys: Sequence[Key], catalogue: Mapping[str, Indicator]) -> list[str | None]:
    """The panel column of each fact, were no document at odds with itself."""

    @cache  # agencies say the same things
    def place(year: int, indicator: str, measure: str, dims: str) -> Slot | None:
        return slot(catalogue[indicator], measure, dims, year)

    columns: list[str | None] = []
    for _, group in groupby(keys, key=lambda key: key[:2]):
        columns += assign([place(*key[1:]) for key in group])
    return columns
