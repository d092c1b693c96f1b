"""The agency stage (按单位汇总): what only all documents of an agency together tell.

Facts, panel rows and cells, of a bounded number of whole groups of agencies at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from extract.catalogue import Indicator
from extract.checks.rules import CheckRules
from extract.checks.status import judge
from extract.columns import PANEL
from extract.facts import facts_of
from extract.panel.cells import cells_of
from extract.panel.coverage import Coverage
from extract.panel.frame import Expected
from extract.panel.reports import reports_of
from extract.panel.rows import AgencyYear, panel_rows
from extract.panel.twins import twins_of
from extract.tables import Columns


class AgencyStage:
    """Goes through the agencies; ``used`` are the panel columns that have a value so far."""

    def __init__(
        self, catalogue: Mapping[str, Indicator], coverage: Coverage, checks: CheckRules
    ) -> None:
        """Work with these indicators, and these rules of what a report can state."""
        self.used: set[str] = set()
        self._catalogue = catalogue
        self._coverage = coverage
        self._checks = checks
        self._core = {i.id: i.short for i in catalogue.values() if i.tier == "core"}

    def tables_of(
        self,
        mentions: pa.Table,
        documents: pa.Table,
        checks: pa.Table,
        expected: Sequence[Expected] = (),
    ) -> dict[str, Columns]:
        """The rows of ``facts``, ``cells``, ``panel`` (in long form) of whole groups.

        Of ``checks`` those between reports; ``checks`` given are those within them.

        From rows of ``mentions`` with ``MENTION_COLUMNS`` and ``documents`` with
        ``DOCUMENT_COLUMNS``; ``expected`` are agencies of the user's list among them.
        """
        twins = twins_of(mentions, documents)
        facts = facts_of(mentions, self._catalogue, twins)
        judged = judge(facts, mentions, checks, self._checks)
        facts |= {"check_status": judged.status, "flags": judged.flags}
        self.used.update(filter(None, facts["panel_column"]))
        reports = reports_of(mentions, documents, twins)
        rows = panel_rows(facts, reports, self._coverage, self._core, expected)
        cells = cells_of(rows, facts, self._catalogue)
        panel = _long(rows, facts["value"])
        return {"facts": facts, "cells": cells, "panel": panel, "checks": judged.checks}


def _long(rows: Sequence[AgencyYear], values: Sequence[float]) -> Columns:
    """Key columns, and two lists: which columns the row has, and their values."""
    columns: Columns = {c.name: [row.keys[c.name] for row in rows] for c in PANEL}
    columns["columns"] = [list(row.cells) for row in rows]
    columns["values"] = [[values[index] for index in row.cells.values()] for row in rows]
    return columns
