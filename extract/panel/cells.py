"""The panel in long form (面板长表): cells with their evidence, or with the reason of none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import pyarrow as pa

from extract.arrow import Arrays, patched
from extract.catalogue import Indicator
from extract.panel.columns import all_columns
from extract.panel.rows import AgencyYear

# Of the fact that a cell is; a conflict has one as well, so that both places can be looked up.
_FROM_FACT = (
    "confidence", "check_status", "conflict", "conflict_note", "doc_type", "value_restated",
    "restated_in", "fact_id", "mention_id", "source", "start", "end", "quote", "page", "flags",
)  # fmt: skip
_FORMS = 5  # other forms of a missing cell that are named
_OF_VALUE = ("value", "bound", "approx")
_OF_INDICATOR = ("indicator", "measure", "unit")
_KEYS = ("agency_id", "agency", "year")

_Level = tuple[str, int, str]  # agency_id, year, indicator


class _Cell(NamedTuple):
    row: int  # of the panel
    column: str
    fact: int | None  # row of ``facts``
    indicator: str  # "" where the fact tells it
    reason: str | None


def cells_of(
    rows: Sequence[AgencyYear], facts: Arrays, catalogue: Mapping[str, Indicator]
) -> dict[str, Any]:
    """The columns of ``cells``: filled cells, contested ones, and missing core cells.

    In the order of the rows, and of the catalogue within a row.
    """
    names = {id_: indicator.short for id_, indicator in catalogue.items()}
    order = _order(tuple(catalogue.values()))
    last = len(order)
    cells = [
        cell
        for at, row in enumerate(rows)
        for cell in sorted(
            _cells(at, row, names), key=lambda c: (order.get(c.column, last), c.column)
        )
    ]
    of_row = pa.array((cell.row for cell in cells), pa.int64())
    of_fact = pa.array((cell.fact for cell in cells), pa.int64())
    of_value = pa.array((None if cell.reason else cell.fact for cell in cells), pa.int64())
    keys = {name: pa.array([row.keys[name] for row in rows]) for name in _KEYS}
    columns: dict[str, Any] = {name: values.take(of_row) for name, values in keys.items()}
    columns |= {name: facts[name].take(of_fact) for name in (*_FROM_FACT, *_OF_INDICATOR)}
    columns |= {name: facts[name].take(of_value) for name in _OF_VALUE}
    for name, values in _missing(cells, catalogue).items():
        columns[name] = patched(columns[name], values)
    columns["column"] = [cell.column for cell in cells]
    columns["reason"] = [cell.reason for cell in cells]
    reported = facts["report_year"].take(of_fact).to_pylist()
    columns["origin"] = [
        None if cell.fact is None else _origin(year, rows[cell.row].keys["year"])
        for cell, year in zip(cells, reported, strict=True)
    ]
    columns["stated_as"] = _stated_as(cells, rows, facts)
    return columns


def _missing(
    cells: Sequence[_Cell], catalogue: Mapping[str, Indicator]
) -> dict[str, dict[int, str]]:
    """Indicator, measure and unit of the cells without a fact, by their row."""
    own = {at: catalogue[cell.indicator] for at, cell in enumerate(cells) if cell.fact is None}
    return {
        "indicator": {at: indicator.id for at, indicator in own.items()},
        "measure": dict.fromkeys(own, "actual"),
        "unit": {at: indicator.unit_of("actual") for at, indicator in own.items()},
    }


def _stated_as(
    cells: Sequence[_Cell], rows: Sequence[AgencyYear], facts: Arrays
) -> list[list[str] | None]:
    """Of missing cells, the other forms in which the indicator's level is stated."""
    levels: list[_Level | None] = [None] * len(cells)
    for at, cell in enumerate(cells):
        if cell.reason and cell.indicator:
            keys = rows[cell.row].keys
            levels[at] = keys["agency_id"], keys["year"], cell.indicator
    forms = _forms(facts, set(filter(None, levels)))
    return [forms.get(level) if level else None for level in levels]


def _cells(at: int, row: AgencyYear, names: Mapping[str, str]) -> Iterator[_Cell]:
    for column, fact in row.cells.items():
        yield _Cell(at, column, fact, "", None)
    for column, fact in row.contested.items():
        if column not in row.cells:
            yield _Cell(at, column, fact, "", "conflict")
    for indicator, reason in row.reasons.items():
        if names[indicator] not in row.contested:
            yield _Cell(at, names[indicator], None, indicator, reason)


def _forms(facts: Arrays, wanted: Collection[_Level]) -> dict[_Level, list[str]]:
    """By agency, year and indicator: where else its level is stated, a few columns or dims."""
    forms: dict[_Level, list[str]] = defaultdict(list)
    names = ("agency_id", "year", "indicator", "measure", "dims", "panel_column")
    for agency, year, indicator, measure, dims, column in zip(
        *(facts[name].to_pylist() for name in names), strict=True
    ):
        if measure == "actual" and dims and (agency, year, indicator) in wanted:
            forms[agency, year, indicator].append(column or dims)
    return {
        at: sorted(found, key=lambda form: ("=" in form, form))[:_FORMS]
        for at, found in forms.items()
    }


def _origin(report_year: int | None, year: int) -> str | None:
    if report_year is None:
        return None
    if report_year == year:
        return "own_report"
    return "later_report" if report_year > year else "earlier_report"


@cache
def _order(indicators: tuple[Indicator, ...]) -> Mapping[str, int]:
    names = (column.name for indicator in indicators for column in all_columns(indicator))
    return {name: place for place, name in enumerate(names)}
