"""The reports of each agency and year (报告): its own, unreadable ones, all that speak of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from extract.columns import TABLES
from extract.panel.coverage import Report

At = tuple[str, int]  # agency_id, year

# What the latest report that knows it says of an agency in all years.
LASTING = (
    "agency_group", "agency", "entity", "bureau", "level", "province_code", "prefecture_code",
    "adcode", "province", "prefecture", "county",
)  # fmt: skip
PASSING = ("adcode_asof",)  # what each year's report says of that year
_KNOWN = {column.name for column in TABLES["documents"]}
DOCUMENT_COLUMNS = (
    "agency_id", *(name for name in (*LASTING, *PASSING) if name in _KNOWN),
    "report_year", "doc_id", "doc_type", "status", "duplicate_of", "section_kinds",
)  # fmt: skip
_READ = ("ok", "partial")
_NO_REPORT = ("skipped",)  # not a report that could have been read: a link, a socket


@dataclass(slots=True)
class Reports:
    """What is known of the documents of some agencies."""

    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    passing: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    own: dict[At, dict[str, Report]] = field(default_factory=lambda: defaultdict(dict))
    unreadable: set[At] = field(default_factory=set)
    speaking: dict[At, set[str]] = field(default_factory=lambda: defaultdict(set))

    def group_of(self, agency: str) -> str:
        """The group of an agency: its own id where nothing joins it with others."""
        return str(self.profiles[agency].get("agency_group") or agency)

    def of_year(self, agency: str, year: int) -> dict[str, Any]:
        """What the report of the year, or else of the year next to it, says of the agency then."""
        known = self.passing.get(agency, {})
        nearest = min(known, key=lambda y: (abs(y - year), y), default=None)
        return known[nearest] if nearest is not None else dict.fromkeys(PASSING)


def reports_of(mentions: pa.Table, documents: pa.Table, twins: Mapping[str, str]) -> Reports:
    """``Reports`` from rows of ``documents`` with ``DOCUMENT_COLUMNS`` and all their mentions."""
    reports = Reports()
    unmapped = _speaking(mentions, twins, reports)
    for row in sorted(documents.to_pylist(), key=lambda row: row["report_year"] or 0):
        agency, year = row["agency_id"], row["report_year"]
        _learn(reports, row)
        if year is None or row["duplicate_of"] is not None:
            continue
        if row["status"] in _READ:
            doc_id = twins.get(row["doc_id"], row["doc_id"])
            figures = frozenset(unmapped.get(row["doc_id"], ()))
            kinds = frozenset(row["section_kinds"] or ())
            whole = row["status"] == "ok"
            report = Report(row["doc_type"], kinds, figures, whole)
            own = reports.own[agency, year]
            own[doc_id] = own[doc_id].joined(report) if doc_id in own else report
        elif row["status"] not in _NO_REPORT:
            reports.unreadable.add((agency, year))
    return reports


def _learn(reports: Reports, row: Mapping[str, Any]) -> None:
    """What a document says of its agency; later ones of the same agency know better."""
    profile = reports.profiles.setdefault(row["agency_id"], dict.fromkeys(LASTING))
    profile.update({k: row[k] for k in profile if row.get(k) is not None})
    said = {name: row[name] for name in PASSING if row.get(name) is not None}
    if said and row["report_year"] is not None:
        reports.passing.setdefault(row["agency_id"], {})[row["report_year"]] = said


def _speaking(
    mentions: pa.Table, twins: Mapping[str, str], reports: Reports
) -> dict[str, set[str]]:
    """Note who speaks of which year; the kinds of section, by document, with unmapped figures."""
    unmapped: dict[str, set[str]] = defaultdict(set)
    names = ("agency_id", "year", "doc_id", "fact_id", "section_kind")
    columns = (mentions.column(name).to_pylist() for name in names)
    for agency, year, doc_id, fact_id, kind in zip(*columns, strict=True):
        if fact_id is None:
            unmapped[doc_id].add(kind)
        if year is not None:
            reports.speaking[agency, year].add(twins.get(doc_id, doc_id))
    return unmapped
