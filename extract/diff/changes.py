"""The table of changes (变动表): a row for each row that came or went, and each changed value."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

# name, type, Chinese label, meaning
COLUMNS = (
    ("table", "string", "表", "documents, mentions, checks, facts, cells or panel"),
    ("change", "string", "变动", "added, removed, changed, or moved: the same at another place"),
    ("row", "string", "行", "key of the row in its table; that of NEW where both have it"),
    ("agency_id", "string", "单位编号", "whose row it is"),
    ("agency", "string", "单位名称", "the agency as written"),
    ("year", "int16", "年度", "the year that the row is about; of documents the report year"),
    ("indicator", "string", "指标", "id in the catalogue"),
    ("measure", "string", "口径", "actual, budget, target, standard, change, …"),
    ("dims", "string", "维度串", "dimensions of a fact or mention"),
    ("panel_column", "string", "面板列", "of cells, and of facts that fill one"),
    ("field", "string", "字段", "the column of the table that changed; null for whole rows"),
    ("old", "string", "原值", "as text; of whole rows value, quote, status or verdict"),
    ("new", "string", "新值", "the same in NEW"),
    ("old_value", "double", "原数值", "the same as a number, where it is one"),
    ("new_value", "double", "新数值", "the same in NEW"),
    ("cause", "string", "原因", "why, of a closed list; see the README"),
    ("old_rule", "string", "原规则", "the rule that decided on the figure behind the change"),
    ("new_rule", "string", "新规则", "the same in NEW"),
    ("source", "string", "来源文件", "the file behind the change; that of NEW where both have it"),
    ("old_doc_id", "string", "原文件指纹", "SHA-256 of that file in OLD; null where there is none"),
    ("new_doc_id", "string", "新文件指纹", "the same in NEW"),
)  # fmt: skip

# Why a row differs, the first one that holds; of several documents behind a fact likewise.
CAUSES = {
    "input_changed": "the file has other bytes",
    "document_added": "the file is only in NEW",
    "document_removed": "the file is only in OLD",
    "status_changed": "the same bytes, read to another end (timeout, OCR installed, …)",
    "user_files_changed": "the same bytes; sources.csv, aliases.csv or frame.csv say other things",
    "rule_changed": "the same bytes, read in another way: rules, code or libraries",
    "renamed": "the same bytes under another path",
}
RANK = {cause: place for place, cause in enumerate(CAUSES)}
KINDS = ("added", "removed", "changed", "moved")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a row differs, and the file and rules behind it."""

    cause: str
    source: str | None = None
    old_doc_id: str | None = None
    new_doc_id: str | None = None
    old_rule: str | None = None
    new_rule: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the table of changes."""

    table: str
    change: str
    row: str
    cause: Cause
    agency_id: str | None = None
    agency: str | None = None
    year: int | None = None
    indicator: str | None = None
    measure: str | None = None
    dims: str | None = None
    panel_column: str | None = None
    field: str | None = None
    old: object = None
    new: object = None


def schema() -> pa.Schema:
    """The Arrow schema, with labels and meanings as in the tables of a dataset."""
    return pa.schema(
        [
            pa.field(
                name, pa.float64() if type_ == "double" else pa.type_for_alias(type_),
                metadata={"label_zh": label, "unit": "", "meaning": meaning},
            )
            for name, type_, label, meaning in COLUMNS
        ],
        metadata={"table": "changes"},
    )  # fmt: skip


_SAME = (
    "table", "change", "row", "agency_id", "agency", "year", "indicator", "measure", "dims",
    "panel_column", "field",
)  # fmt: skip
_OF_CAUSE = ("cause", "old_rule", "new_rule", "source", "old_doc_id", "new_doc_id")


def to_table(changes: list[Change]) -> pa.Table:
    """The rows as Arrow."""
    columns = {name: [getattr(c, name) for c in changes] for name in _SAME}
    columns |= {name: [getattr(c.cause, name) for c in changes] for name in _OF_CAUSE}
    for side in ("old", "new"):
        values = [getattr(c, side) for c in changes]
        columns[side] = [shown(value) for value in values]
        columns[f"{side}_value"] = [_number(value) for value in values]
    own = schema()
    return pa.table([pa.array(columns[f.name], f.type) for f in own], schema=own)


def shown(value: object) -> str | None:
    """A value of any column as text."""
    if value is None:
        return None
    if isinstance(value, float):
        return f"{value:.15g}"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
