"""``datapackage.json`` (数据包描述): what the files hold, for machines (Frictionless)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from extract.export.source import Source
from extract.glossary import TABLE_TEXTS, Column

_TYPES = {"double": "number", "bool": "boolean", "int16": "integer", "int32": "integer"}
_TYPES["int64"] = "integer"
OF_CSV = (
    "UTF-8 with a byte-order mark. Text that begins with = + - @ (or a tab or line break) has "
    "a ' in front, so that no spreadsheet runs it; lists are joined by ;"
)
TITLE = "政据 zhengju: figures that Chinese government reports state, each with its source"


def descriptor(source: Source, form: str, **more: object) -> dict[str, Any]:
    """The tables of a dataset in one format (``csv`` or ``parquet``) as a data package."""
    return {
        "profile": "tabular-data-package" if form == "csv" else "data-package",
        "name": "zhengju",
        "title": TITLE,
        **({"description": OF_CSV} if form == "csv" else {}),
        **more,
        "resources": [_resource(source, table, form) for table in source.tables],
    }


def write_json(data: Mapping[str, Any], path: Path) -> Path:
    """A mapping as a file that people can read too."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path


def _resource(source: Source, table: str, form: str) -> dict[str, Any]:
    text = TABLE_TEXTS[table]
    columns = source.columns(table)
    schema: dict[str, Any] = {
        "fields": [_field(column, form) for column in columns],
        "missingValues": [""],
    }
    if text.key:
        schema["primaryKey"] = list(text.key)
    if links := [_link(*link) for link in text.links if link[1] in source.tables]:
        schema["foreignKeys"] = links
    about: dict[str, Any] = {
        "name": table,
        "title": f"{text.label_zh} {text.label_en}",
        "description": f"one row for each {text.row}",
        "path": [f"{table}.parquet/{part.name}" for part in source.parts(table)]
        if form == "parquet" and len(source.parts(table)) > 1
        else f"{table}.{form}",
        "format": form,
        "mediatype": "text/csv" if form == "csv" else "application/vnd.apache.parquet",
    }
    if form == "csv":
        about |= {
            "profile": "tabular-data-resource",
            "encoding": "utf-8-sig",
            "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\n"},
        }
    return {**about, "schema": schema}


def _field(column: Column, form: str) -> dict[str, Any]:
    many = "array" if form == "parquet" else "string"  # joined by ; in CSV
    field: dict[str, Any] = {
        "name": column.name,
        "type": many if column.type == "list" else _TYPES.get(column.type, "string"),
        "title": f"{column.label_zh} {column.label_en}".strip(),
        "description": f"{column.meaning}; {column.missing}",
    }
    if column.unit:
        field["unit"] = column.unit
    if not column.nullable and column.type != "string":  # an empty text looks like a missing one
        field["constraints"] = {"required": True}
    return field


def _link(column: str, table: str, other: str) -> dict[str, Any]:
    return {"fields": [column], "reference": {"resource": table, "fields": [other]}}
