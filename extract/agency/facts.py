"""Mentions to facts, agency by agency (事实): one row for each thing known.

Works on a range of agencies at a time, so memory does not grow with the corpus. Most facts are
stated once: those stay columns from end to end, only the others are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from extract.agency.join import IN_DOCUMENT, Joined, Stated, join
from extract.arrow import Arrays, patched, schema, whole
from extract.catalogue import Indicator
from extract.columns import DIMENSIONS
from extract.panel.columns import Slot, assign, slot

Key = tuple[str, int, str, str, str]  # agency_id, year, indicator, measure, dims

KEY = ("agency_id", "year", "indicator", "measure", "dims")
_STATED = (
    "doc_id", "source", "report_year", "doc_type", "table", "section_kind", "page", "start", "end",
    "quote", "value", "value_min", "value_max", "approx", "bound", "value_raw", "unit_raw",
    "confidence", "flags",
)  # fmt: skip
_FROM_BEST = (
    "fact_id", *KEY, *DIMENSIONS, "function_code",
    "value", "per", "value_min", "value_max", "approx", "bound", "confidence", "flags",
    "agency", "entity", "doc_type", "report_year", "period_kind", "mention_id",
    "source", "start", "end", "quote", "page",  # not of facts, but of cells
    "doc_id", "value_raw", "unit_raw",  # nor these, but of checks
)  # fmt: skip
_AS_VALUE = ("value_low", "value_high")
# Of facts that are stated once; ``value_low`` and ``value_high`` are the value.
_ALONE: dict[str, Any] = {
    "n_mentions": 1, "n_docs": 1, "conflict": "none", "conflict_note": None, "revised": False,
    "value_restated": None, "restated_in": None, "check_status": "not_testable",
}  # fmt: skip
MENTION_COLUMNS = tuple(dict.fromkeys((*_FROM_BEST, "unit", *_STATED)))


def facts_of(
    mentions: pa.Table,
    catalogue: Mapping[str, Indicator],
    twins: Mapping[str, str] | None = None,
) -> Arrays:
    """The columns of ``facts`` from rows of ``mentions`` with ``MENTION_COLUMNS``.

    Sorted by the key, which is unique and without nulls. ``twins`` are documents that hold the
    report of another one in another format. Beside the columns of ``facts`` there is what cells
    and checks need: the place of the best mention, how it is printed (its unit is
    ``unit_stated``), and ``contested``, the panel column that a fact leaves empty because one
    document states two values.
    """
    mentions = _sorted(mentions)
    starts = _starts(mentions.column("fact_id"))
    several = _several(mentions, starts, twins or {})
    best = mentions.take(pa.array([*_best(starts, several)], pa.int64()))
    columns: Arrays = {name: whole(best.column(name)) for name in _FROM_BEST}
    columns |= _joined(columns, several)
    keys: list[Key] = list(zip(*(columns[name].to_pylist() for name in KEY), strict=True))
    columns["unit_stated"] = whole(best.column("unit"))
    units = _units(catalogue)
    stated = columns["unit_stated"].to_pylist()
    columns["unit"] = pa.array(
        [units(key[2], key[3], unit) for key, unit in zip(keys, stated, strict=True)], pa.string()
    )
    places = _panel_columns(keys, catalogue)
    torn = {row for row, joined in several.items() if IN_DOCUMENT in joined.flags}
    contested: list[str | None] = [None] * len(keys)
    for row in torn:
        contested[row], places[row] = places[row], None
    columns["panel_column"] = pa.array(places, pa.string())
    columns["contested"] = pa.array(contested, pa.string())
    return columns


def _sorted(mentions: pa.Table) -> pa.Table:
    """The mentions that support a fact, those of one fact together, in their order."""
    mentions = mentions.filter(mentions.column("fact_id").is_valid()).combine_chunks()
    order = pc.sort_indices(mentions, sort_keys=[(name, "ascending") for name in KEY])
    return mentions.take(order)


def _starts(facts: pa.ChunkedArray) -> list[int]:
    """The first row of each fact, and the number of rows."""
    if not len(facts):
        return [0]
    ids = whole(facts)
    changes = pc.indices_nonzero(pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1)))
    return [0, *(row + 1 for row in changes.to_pylist()), len(ids)]


def _several(
    mentions: pa.Table, starts: Sequence[int], twins: Mapping[str, str]
) -> dict[int, Joined]:
    """The facts that are stated more than once, by their row."""
    runs = {fact: run for fact, run in enumerate(pairwise(starts)) if run[1] - run[0] > 1}
    rows = [row for run in runs.values() for row in range(*run)]
    found = mentions.take(pa.array(rows, pa.int64()))
    stated = {name: found.column(name).to_pylist() for name in _STATED}
    if twins:
        stated["doc_id"] = [twins.get(doc_id, doc_id) for doc_id in stated["doc_id"]]
    said = map(Stated, rows, *stated.values())
    groups = {fact: [next(said) for _ in range(*run)] for fact, run in runs.items()}
    keys = found.select(["year", "measure"]).to_pydict()
    firsts = zip(keys["year"], keys["measure"], strict=True)
    of_row = dict(zip(rows, firsts, strict=True))
    return {fact: join(group, *of_row[runs[fact][0]]) for fact, group in groups.items()}


def _best(starts: Sequence[int], several: Mapping[int, Joined]) -> Iterator[int]:
    """The row of the best mention of each fact."""
    for fact, start in enumerate(starts[:-1]):
        yield several[fact].best if fact in several else start


def _joined(best: Arrays, several: Mapping[int, Joined]) -> Arrays:
    """What all mentions of a fact tell together."""
    count, types = len(best["value"]), schema("facts")
    columns = dict.fromkeys(_AS_VALUE, best["value"])
    columns |= {name: best[name] for name in ("confidence", "flags")}
    for name, usual in _ALONE.items():
        columns[name] = pa.array([usual] * count, types.field(name).type)
    flags = _unsorted(best["flags"])
    return {
        name: patched(column, (flags if name == "flags" else {}) | _of(several, name))
        for name, column in columns.items()
    }


def _of(several: Mapping[int, Joined], name: str) -> dict[int, Any]:
    if name == "check_status":  # checks tell that
        return {}
    return {row: getattr(joined, name) for row, joined in several.items()}


def _unsorted(flags: pa.Array) -> dict[int, list[str]]:
    """Rows whose flags are not in order, with those that are."""
    many = pc.indices_nonzero(pc.greater(pc.list_value_length(flags), 1)).to_pylist()
    found = zip(many, flags.take(pa.array(many, pa.int64())).to_pylist(), strict=True)
    return {row: sorted(words) for row, words in found if words != sorted(words)}


def _units(catalogue: Mapping[str, Indicator]) -> Callable[[str, str, str], str]:
    @cache  # agencies say the same things
    def unit_of(indicator: str, measure: str, unit: str) -> str:
        """The catalogue's unit where the classifier is a synonym of it."""
        known = catalogue[indicator]
        return known.unit_of(measure) if known.counts_in(unit, measure) else unit

    return unit_of


def _panel_columns(keys: Sequence[Key], catalogue: Mapping[str, Indicator]) -> list[str | None]:
    """The panel column of each fact, were no document at odds with itself."""

    @cache
    def place(year: int, indicator: str, measure: str, dims: str) -> Slot | None:
        return slot(catalogue[indicator], measure, dims, year)

    columns: list[str | None] = []
    for _, group in groupby(keys, key=itemgetter(0, 1)):
        columns += assign([place(*key[1:]) for key in group])
    return columns
