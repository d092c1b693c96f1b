"""The agency stage (按单位汇总): what only all documents of an agency together tell.

Facts, panel rows and cells of some whole groups of agencies: a pure function of their rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from extract.agency.facts import facts_of
from extract.arrow import Arrays, schema, to_table
from extract.catalogue import Indicator
from extract.checks.rules import CheckRules
from extract.checks.status import judge
from extract.columns import PANEL
from extract.panel.cells import cells_of
from extract.panel.coverage import Coverage
from extract.panel.frame import Expected
from extract.panel.reports import reports_of
from extract.panel.rows import AgencyYear, panel_rows
from extract.panel.twins import twins_of


@dataclass(frozen=True, slots=True)
class StageRules:
    """What the agency stage goes by."""

    catalogue: Mapping[str, Indicator]
    coverage: Coverage  # what a report can state
    checks: CheckRules

    def core(self) -> dict[str, str]:
        """The bare columns of the core indicators."""
        return {i.id: i.short for i in self.catalogue.values() if i.tier == "core"}


class Part(NamedTuple):
    """All rows of some whole groups of agencies, in the order of the documents.

    ``mentions`` has ``MENTION_COLUMNS``, ``documents`` ``DOCUMENT_COLUMNS``, ``checks`` (those
    within reports) ``CHECK_COLUMNS``; ``expected`` are agencies of the user's list among them.
    """

    mentions: pa.Table
    documents: pa.Table
    checks: pa.Table
    expected: Sequence[Expected] = ()


def stage(part: Part, rules: StageRules) -> dict[str, pa.Table]:
    """The rows of ``facts``, ``cells``, ``panel``, and of ``checks`` those between reports.

    ``panel`` has those value columns that hold a value, in no order that matters.
    """
    twins = twins_of(part.mentions, part.documents)
    facts = facts_of(part.mentions, rules.catalogue, twins)
    judged = judge(facts, part.mentions, part.checks, rules.checks)
    facts |= {"check_status": pa.array(judged.status, pa.string()), "flags": judged.flags}
    reports = reports_of(part.mentions, part.documents, twins)
    rows = panel_rows(facts, reports, rules.coverage, rules.core(), part.expected)
    return {
        "facts": to_table(facts, schema("facts")),
        "cells": to_table(cells_of(rows, facts, rules.catalogue), schema("cells")),
        "panel": _panel(rows, facts),
        "checks": to_table(judged.checks, schema("checks")),
    }


def _panel(rows: Sequence[AgencyYear], facts: Arrays) -> pa.Table:
    """Key columns, and a column for each that has a value somewhere."""
    values = facts["value"].to_pylist()
    columns: dict[str, list[float | None]] = {}
    for at, row in enumerate(rows):
        for name, index in row.cells.items():
            columns.setdefault(name, [None] * len(rows))[at] = values[index]
    table = to_table({c.name: [row.keys[c.name] for row in rows] for c in PANEL}, schema("panel"))
    for name, column in columns.items():
        table = table.append_column(name, pa.array(column, pa.float64()))
    return table
