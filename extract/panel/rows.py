"""Rows of the panel (面板行): their keys, their cells, and why core cells are empty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extract.arrow import Arrays
from extract.ids import number_of
from extract.panel.coverage import Coverage
from extract.panel.frame import Expected
from extract.panel.reports import At, Reports
from extract.tables import Columns

_ENTITIES = ("consolidated", "own", "unknown", "subunit")  # which to compare, the best first
_OF_FACTS = (
    "agency_id", "year", "indicator", "measure", "report_year", "panel_column", "contested",
)  # fmt: skip
_Cells = dict[At, dict[str, int]]


@dataclass(frozen=True, slots=True)
class AgencyYear:
    """One row of the panel; ``cells`` and ``contested`` name columns and rows of ``facts``.

    ``reasons`` holds the core indicators whose own column is empty, each with the reason.
    """

    keys: Mapping[str, Any]
    cells: Mapping[str, int]
    contested: Mapping[str, int]
    reasons: Mapping[str, str]


def panel_rows(
    facts: Arrays,
    reports: Reports,
    coverage: Coverage,
    names: Mapping[str, str],
    expected: Collection[Expected] = (),
) -> list[AgencyYear]:
    """The rows of some whole groups of agencies, in order.

    One for each agency and year with a figure or a report of its own, or that is ``expected``.
    ``names`` are the bare columns of the core indicators.
    """
    told: Columns = {name: facts[name].to_pylist() for name in _OF_FACTS}
    cells, contested = _cells(told, "panel_column"), _cells(told, "contested")
    at = {*cells, *contested, *reports.own, *reports.unreadable}
    groups = _groups(reports, expected)
    primary = _primary(groups, reports, cells, set(names.values()))
    awaited = _awaited(expected, groups, reports, primary)
    rows = []
    for agency, year in sorted(at | awaited):
        here = agency, year
        keys = _keys(here, reports, is_primary=agency in primary)
        mine, torn = cells.get(here, {}), contested.get(here, {})
        kinds = [report.doc_type for report in reports.own.get(here, {}).values()]
        stated = _stated(told, {**mine, **torn}.values(), year)
        keys["coverage"] = _share(stated, coverage.possible(kinds, keys["bureau"]))
        reasons = {
            id_: "conflict"
            if name in torn
            else _reason(id_, here, keys["bureau"], reports, coverage, expected=here in awaited)
            for id_, name in names.items()
            if name not in mine
        }
        rows.append(AgencyYear(keys, mine, torn, reasons))
    return rows


def _cells(facts: Columns, name: str) -> _Cells:
    cells: _Cells = defaultdict(dict)
    where = zip(facts["agency_id"], facts["year"], facts[name], strict=True)
    for index, (agency, year, column) in enumerate(where):
        if column is not None:
            cells[agency, year][column] = index
    return cells


def _groups(reports: Reports, expected: Iterable[Expected]) -> dict[str, list[str]]:
    """The agencies (entities) of each group; those only expected are introduced to ``reports``."""
    for one in expected:
        if one.agency_id not in reports.profiles and one.profile is not None:
            reports.profiles[one.agency_id] = dict(one.profile)
    groups: dict[str, list[str]] = defaultdict(list)
    for agency in sorted(reports.profiles):
        groups[reports.group_of(agency)].append(agency)
    return groups


def _primary(
    groups: Mapping[str, Sequence[str]], reports: Reports, cells: _Cells, core: set[str]
) -> set[str]:
    """One agency of each group: most years reported, then most core cells, then the widest."""
    years: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for agency, _ in reports.own:
        years[agency] += 1
    for (agency, _), columns in cells.items():
        filled[agency] += len(core & columns.keys())

    def rank(agency: str) -> tuple[object, ...]:
        entity = reports.profiles[agency]["entity"]
        width = _ENTITIES.index(entity if entity in _ENTITIES else "unknown")
        return -years[agency], -filled[agency], width, agency

    return {min(agencies, key=rank) for agencies in groups.values()}


def _awaited(
    expected: Iterable[Expected],
    groups: Mapping[str, Sequence[str]],
    reports: Reports,
    primary: set[str],
) -> set[At]:
    """Agency-years that should have a report of their own, and have none that could be seen."""
    awaited: set[At] = set()
    known = reports.own.keys() | reports.unreadable
    for one in expected:
        same = [a for a in groups[one.group] if reports.profiles[a]["entity"] == one.entity]
        members = same or groups[one.group]
        seen = {year for a in members for year in one.years if (a, year) in known}
        first = next((a for a in members if a in primary), members[0])
        awaited.update((first, year) for year in one.years - seen)
    return awaited


def _keys(at: At, reports: Reports, *, is_primary: bool) -> dict[str, Any]:
    agency, year = at
    own = reports.own.get(at, {})
    return {
        "agency_id": agency,
        "agency_num": number_of(agency),
        **reports.profiles[agency],
        "agency_group": reports.group_of(agency),
        **reports.of_year(agency, year),
        "is_primary": is_primary,
        "year": year,
        "n_reports": len(reports.speaking.get(at, set()) | own.keys()),
        "has_own_report": bool(own),
    }


def _stated(facts: Columns, rows: Iterable[int], year: int) -> set[str]:
    """The indicators whose level a report of the year itself states."""
    return {
        facts["indicator"][row]
        for row in rows
        if facts["measure"][row] == "actual" and facts["report_year"][row] == year
    }


def _share(stated: set[str], possible: frozenset[str]) -> float | None:
    return len(stated & possible) / len(possible) if possible else None


def _reason(
    indicator: str,
    at: At,
    bureau: str | None,
    reports: Reports,
    coverage: Coverage,
    *,
    expected: bool,
) -> str:
    if expected:
        return "no_report"
    reason = coverage.reason(indicator, list(reports.own.get(at, {}).values()), bureau)
    return "unreadable" if reason == "section_missing" and at in reports.unreadable else reason
