"""Made-up readings through the agency stage: the rows of facts, panel and cells that they give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from extract import catalogue
from extract.agency.facts import MENTION_COLUMNS
from extract.agency.stage import Part, StageRules, stage
from extract.arrow import schema, to_table
from extract.columns import PANEL
from extract.model import Section
from extract.panel import coverage
from extract.panel.reports import DOCUMENT_COLUMNS
from extract.tables import empty_columns, extend, tables_of
from tests.stubs import StubRulebook, mention, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.model import Mention, Reading
    from extract.panel.frame import Expected

CATALOGUE = catalogue.load()
Row = dict[str, Any]
Said = tuple[str, str]  # indicator, quote


def said(indicator: str, quote: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """The fields of a mention."""
    return {"indicator": indicator, "quote": quote, **more}


def report(
    path: str,
    *figures: dict[str, Any],
    year: int = 2022,
    kinds: Sequence[str] = ("budget_execution", "enforcement"),
    **more: Any,  # noqa: ANN401
) -> Reading:
    """A report on ``year`` with these figures, in turn, and headings of these kinds."""
    mentions: list[Mention] = []
    for at, figure in enumerate(figures):
        fields = {"year": year, "section_kind": kinds[0], **figure}
        mentions.append(mention(fields.pop("quote"), 20 * at, **fields))
    status = more.pop("status", "ok")
    who = {"bureau": "医疗保障", "report_year": year, **more}
    sections = tuple(Section(i, i + 1, k, 1, k, (k,), "number") for i, k in enumerate(kinds))
    return replace(reading(*mentions, path=path, **who), sections=sections, status=status)


def staged(
    *readings: Reading, expected: Sequence[Expected] = (), groups: Mapping[str, str] | None = None
) -> dict[str, list[Row]]:
    """Rows by table: ``facts``, ``panel`` (cells among the keys) and ``cells``.

    ``groups`` maps agencies to what joins them.
    """
    rules = StubRulebook().checks
    mentions, documents, checks = map(empty_columns, ("mentions", "documents", "checks"))
    for one in readings:
        tables = tables_of(one, CATALOGUE, checks=rules)
        extend(mentions, tables["mentions"])
        extend(documents, tables["documents"])
        extend(checks, tables["checks"])
    figures = to_table(mentions, schema("mentions")).select(list(MENTION_COLUMNS))
    files = to_table(documents, schema("documents")).select(list(DOCUMENT_COLUMNS))
    if groups:
        joined = pa.array([groups[agency] for agency in documents["agency_id"]])
        files = files.drop_columns([c for c in files.column_names if c == "agency_group"])
        files = files.append_column("agency_group", joined)
    part = Part(figures, files, to_table(checks, schema("checks")), expected)
    joined = stage(part, StageRules(CATALOGUE, coverage.load(), rules))
    rows = {name: joined[name].to_pylist() for name in ("facts", "cells")}
    keys = {column.name for column in PANEL}
    rows["panel"] = [
        {name: value for name, value in row.items() if name in keys or value is not None}
        for row in joined["panel"].to_pylist()
    ]
    return rows


def cell(tables: dict[str, list[Row]], column: str, year: int = 2022) -> Row:
    """The one cell of a column and year."""
    (row,) = (r for r in tables["cells"] if (r["column"], r["year"]) == (column, year))
    return row
