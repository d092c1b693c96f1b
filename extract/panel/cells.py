"""The panel in long form (面板长表): cells with their evidence, or with the reason of none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from extract.catalogue import Indicator
from extract.panel.columns import all_columns
from extract.panel.rows import AgencyYear
from extract.tables import Columns

# Of the fact that a cell is; a conflict has one as well, so that both places can be looked up.
_FROM_FACT = (
    "confidence", "check_status", "conflict", "conflict_note", "doc_type", "value_restated",
    "restated_in", "fact_id", "mention_id", "source", "start", "end", "quote", "page", "flags",
)  # fmt: skip
_FORMS = 5  # other forms of a missing cell that are named
_OF_VALUE = ("value", "bound", "approx")

# agency-year, column, row of ``facts`` or -1, indicator or "" where the fact tells it, reason
_Cell = tuple[AgencyYear, str, int, str, str | None]


def cells_of(
    rows: Sequence[AgencyYear], facts: Columns, catalogue: Mapping[str, Indicator]
) -> Columns:
    """The columns of ``cells``: filled cells, contested ones, and missing core cells.

    In the order of the rows, and of the catalogue within a row.
    """
    names = {id_: indicator.short for id_, indicator in catalogue.items()}
    order = _order(tuple(catalogue.values()))
    cells = [
        cell
        for row in rows
        for cell in sorted(_cells(row, names), key=lambda c: (order.get(c[1], len(order)), c[1]))
    ]
    index = [cell[2] for cell in cells]
    keys = [cell[0].keys for cell in cells]
    columns: Columns = {
        name: [key[name] for key in keys] for name in ("agency_id", "agency", "year")
    }
    columns["column"] = [cell[1] for cell in cells]
    columns["reason"] = [cell[4] for cell in cells]
    for name in _FROM_FACT:
        values = facts[name]
        columns[name] = [values[i] if i >= 0 else None for i in index]
    for name in _OF_VALUE:
        values = facts[name]
        columns[name] = [None if cell[4] else values[cell[2]] for cell in cells]
    for name in ("indicator", "measure", "unit"):
        values = facts[name]
        columns[name] = [values[i] if i >= 0 else None for i in index]
    columns["origin"] = [
        _origin(facts["report_year"][i], key["year"]) if i >= 0 else None
        for i, key in zip(index, keys, strict=True)
    ]
    _complete(columns, cells, facts, catalogue)
    return columns


def _complete(
    columns: Columns, cells: Sequence[_Cell], facts: Columns, catalogue: Mapping[str, Indicator]
) -> None:
    """What a missing cell tells of itself: its indicator, and the other forms that are stated."""
    forms = _forms(facts)
    columns["stated_as"] = [None] * len(cells)
    for at, (row, _, index, indicator, reason) in enumerate(cells):
        if index < 0:
            columns["indicator"][at] = indicator
            columns["measure"][at] = "actual"
            columns["unit"][at] = catalogue[indicator].unit_of("actual")
        if reason and indicator:
            here = row.keys["agency_id"], row.keys["year"], indicator
            columns["stated_as"][at] = forms.get(here)


def _cells(row: AgencyYear, names: Mapping[str, str]) -> Iterator[_Cell]:
    for column, index in row.cells.items():
        yield row, column, index, "", None
    for column, index in row.contested.items():
        if column not in row.cells:
            yield row, column, index, "", "conflict"
    for indicator, reason in row.reasons.items():
        if names[indicator] not in row.contested:
            yield row, names[indicator], -1, indicator, reason


def _forms(facts: Columns) -> dict[tuple[str, int, str], list[str]]:
    """By agency, year and indicator: where else its level is stated, a few columns or dims."""
    forms: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    names = ("agency_id", "year", "indicator", "measure", "dims", "panel_column")
    for agency, year, indicator, measure, dims, column in zip(
        *(facts[name] for name in names), strict=True
    ):
        if measure == "actual" and dims:
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
