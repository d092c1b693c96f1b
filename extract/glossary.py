"""What the registry says of columns and tables (字段表的说明): English labels, rows, keys.

``columns`` lists the columns with their Chinese labels. Here stand the English ones by name,
what one row of each table is, which columns name it and which lead to other tables.
"""

from __future__ import annotations

from dataclasses import dataclass

LABELS_EN = {
    # whose report
    "doc_id": "Document fingerprint", "source": "Source file", "duplicate_of": "Copy of",
    "agency_id": "Agency id", "agency_num": "Agency id as integer",
    "agency_group": "Agency group", "agency": "Agency", "entity": "Reporting entity",
    "is_primary": "Primary entity", "report_year": "Report year", "doc_type": "Kind of report",
    "bureau": "Bureau", "level": "Administrative level",
    "province_code": "Province code", "prefecture_code": "Prefecture code",
    "adcode_asof": "Division code of that year", "adcode": "Division code of today",
    "province": "Province", "prefecture": "Prefecture", "county": "County",
    # the figure
    "mention_id": "Mention id", "fact_id": "Fact id", "start": "Start of span",
    "end": "End of span", "quote": "Quote", "value": "Value", "unit": "Unit", "per": "Per",
    "value_min": "Lower end", "value_max": "Upper end", "approx": "Approximate",
    "bound": "Bound", "value_raw": "Number as printed", "unit_raw": "Unit as printed",
    "indicator": "Indicator", "measure": "Measure", "year": "Year", "period_kind": "Period",
    "as_of": "As of", "stage": "Budget stage", "base_year": "Base year",
    "anchor_id": "Mention that it is about", "reach": "Reach", "label": "Wording",
    "base": "Base of comparison", "whole": "Whole of a share", "dims": "Dimension key",
    # dimensions
    "scheme": "Insurance scheme", "care": "Kind of care", "benefit": "Benefit",
    "fund_source": "Source of money", "institution": "Kind of institution",
    "function": "Functional class", "function_code": "Functional class code",
    "project": "Project", "region": "Other territory", "item": "Item", "subject": "Group",
    "channel": "Channel",
    # where it stands
    "sentence": "Sentence", "section": "Section", "section_kind": "Kind of section",
    "section_kinds": "Kinds of section", "page": "Page", "bbox": "Place on the page",
    "table": "Table", "row": "Row", "col": "Column of the table", "rule": "Rule",
    "confidence": "Confidence", "flags": "Flags",
    # facts, panel and cells
    "n_mentions": "Number of mentions", "n_docs": "Number of documents",
    "value_low": "Lowest value", "value_high": "Highest value", "conflict": "Conflict",
    "conflict_note": "Places of the conflict", "revised": "Revised later",
    "value_restated": "Restated value", "restated_in": "Restated in",
    "check_status": "Outcome of checks", "panel_column": "Panel column",
    "n_reports": "Number of reports", "has_own_report": "Has own report",
    "coverage": "Coverage", "column": "Panel column", "reason": "Reason", "origin": "Origin",
    "stated_as": "Stated instead",
    # documents, sections, rejected, texts
    "format": "Format", "size": "Size", "encoding": "Encoding", "pages": "Pages",
    "characters": "Characters", "title": "Title",
    "region_evidence": "Evidence of the division", "region_candidates": "Possible divisions",
    "entity_evidence": "Evidence of the entity", "agency_evidence": "Evidence of the agency",
    "year_evidence": "Evidence of the year", "type_evidence": "Evidence of the kind",
    "conflicts": "Contradicting evidence", "url": "Address", "published": "Published on",
    "attachments": "Attachments", "status": "Status", "n_replaced": "Replaced characters",
    "text_share": "Share of text read", "ocr_confidence": "Confidence of OCR",
    "n_rejected": "Number of rejections", "heading": "Heading", "kind": "Kind",
    "path": "Heading path", "how": "Recognised by", "text": "Text",
    # checks
    "check_id": "Check id", "across": "Across reports", "operands": "Operands",
    "reported": "Reported value", "computed": "Computed value", "tolerance": "Tolerance",
    "gap": "Gap", "verdict": "Verdict", "formula": "Formula", "suspects": "Suspect figures",
    "slips": "Kinds of slip",
}  # fmt: skip


CODEBOOK = ("table", "column", "type", "unit", "label_zh", "meaning", "label_en", "missing")
NEVER = "never missing"
NOT_STATED = "null: none is given"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Arrow type by name (``list`` is a list of strings), unit and meaning.

    ``english`` is its English label where the one by name does not fit, ``absent`` what a null
    stands for where the meaning does not tell.
    """

    name: str
    type: str
    label_zh: str
    meaning: str
    unit: str = ""
    nullable: bool = True
    english: str = ""
    absent: str = ""

    @property
    def label_en(self) -> str:
        """The English label."""
        return self.english or LABELS_EN.get(self.name, "")

    @property
    def missing(self) -> str:
        """What a missing value stands for; it is never a zero."""
        return (self.absent or NOT_STATED) if self.nullable else NEVER


@dataclass(frozen=True, slots=True)
class TableText:
    """What a table holds: labels, one row of it, the columns that name a row, links to others.

    ``links`` maps a column to the table and column that it points at.
    """

    label_zh: str
    label_en: str
    row: str
    key: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()


_DOCUMENT = ("source", "documents", "source")

TABLE_TEXTS = {
    "panel": TableText(
        "面板", "Panel",
        "agency and year; one column for each figure that is stated (start here)",
        ("agency_id", "year"),
    ),
    "cells": TableText(
        "面板单元格", "Cells of the panel",
        "cell of the panel with its evidence, or the reason why it is empty",
        ("agency_id", "year", "column"),
        (("fact_id", "facts", "fact_id"), ("mention_id", "mentions", "mention_id")),
    ),
    "facts": TableText(
        "事实", "Facts",
        "thing known: agency, year, indicator, measure, dimensions",
        ("fact_id",), (("mention_id", "mentions", "mention_id"),),
    ),
    "mentions": TableText(
        "提及", "Mentions",
        "figure in a text, with span, sentence, heading and rule",
        ("mention_id",), (_DOCUMENT,),
    ),
    "documents": TableText(
        "文件", "Documents",
        "file found, with status; a file that cannot be read is a row too",
        ("source",),
    ),
    "sections": TableText(
        "章节", "Sections", "heading and what it governs", (), (_DOCUMENT,)
    ),
    "rejected": TableText(
        "排除的数字", "Rejected numbers",
        "number that is no figure, with the reason", (), (_DOCUMENT,),
    ),
    "checks": TableText(
        "核对", "Checks",
        "relation that can be tested (a sum, a share, growth against last year): verdict, gap and "
        "arithmetic",
        ("check_id",), (("mention_id", "mentions", "mention_id"),),
    ),
    "texts": TableText(
        "全文", "Texts",
        "text as loaded; all spans count from here", (), (_DOCUMENT,),
    ),
}  # fmt: skip
