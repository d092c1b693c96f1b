"""Workbooks in one XML file (Excel 2003), which many office systems write under the name .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from extract.errors import DocumentError
from extract.loaders.package import MAX_PART, parse_xml
from extract.loaders.sheets.numbers import Format, format_of, shown
from extract.loaders.sheets.sheet import Sheet, document_of
from extract.loaders.txt import decode
from extract.model import Document

_DECLARED = re.compile(r"\s{0,99}<\?xml[^>]{0,300}\?>")
_NAMED = {
    "Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00", "Currency": "#,##0.00",
    "Short Date": "yyyy-m-d", "Long Date": "yyyy-m-d", "Medium Date": "yyyy-m-d",
    "General Date": "yyyy-m-d h:mm",
}  # fmt: skip
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})")
_MIDNIGHT = "00:00"
_TRUTH = {"1": "TRUE", "0": "FALSE"}
_GENERAL = Format()
_MOST = 1_048_576  # rows that a place or a span may count


def load(data: bytes) -> Document:
    """Read the visible sheets.

    Raises:
        DocumentError: ``refused(size|doctype)``, ``corrupt(xml)``, ``empty(no_text)``.
    """
    if len(data) > MAX_PART:
        raise DocumentError("refused", "size")
    # The parser knows few encodings by name, and GB18030 is not among them.
    root = parse_xml(_DECLARED.sub("", decode(data)[0], count=1).encode())
    formats = dict(_formats(root))
    sheets, hidden = [], False
    for node in root:
        if _local(node.tag) == "Worksheet":
            if _is_hidden(node):
                hidden = True
            else:
                sheets.append(_read(node, formats))
    return document_of("xlsxml", sheets, ["hidden_sheet"] if hidden else [], "")


def _formats(root: Element) -> Iterator[tuple[str, Format]]:
    """How numbers of each style are shown."""
    for style in root.iter():
        if _local(style.tag) == "Style":
            for node in style:
                if _local(node.tag) == "NumberFormat":
                    code = _get(node, "Format")
                    yield _get(style, "ID"), format_of(_NAMED.get(code, code))


def _is_hidden(sheet: Element) -> bool:
    return any(
        _local(node.tag) == "Visible" and (node.text or "").startswith("Sheet")
        for options in sheet
        if _local(options.tag) == "WorksheetOptions"
        for node in options
    )


def _read(node: Element, formats: dict[str, Format]) -> Sheet:
    sheet = Sheet(_get(node, "Name"))
    for table in node:
        if _local(table.tag) == "Table":
            row = -1
            for line in table:
                if _local(line.tag) == "Row":
                    row = _number(line, "Index", row + 2) - 1
                    if _get(line, "Hidden") == "1":
                        sheet.hidden = True
                    else:
                        _read_row(sheet, line, row, formats)
    return sheet


def _read_row(sheet: Sheet, line: Element, row: int, formats: dict[str, Format]) -> None:
    column = 0
    for cell in line:
        if _local(cell.tag) != "Cell":
            continue
        column = _number(cell, "Index", column + 1) - 1
        across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
        known = formats.get(_get(cell, "StyleID"), _GENERAL)
        sheet.put(row, column, _text(cell, known))
        if across or down:
            sheet.merged.append((row, column, row + down, column + across))
        column += 1 + across


def _text(cell: Element, known: Format) -> str:
    data = next((node for node in cell if _local(node.tag) == "Data"), None)
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = _get(data, "Type")
    if kind == "Number":
        return shown(text.strip(), known)
    if kind == "Boolean":
        return _TRUTH.get(text.strip(), text)
    moment = _MOMENT.match(text.strip()) if kind == "DateTime" else None
    if moment:
        return moment[1] if moment[2] == _MIDNIGHT else f"{moment[1]} {moment[2]}"
    return text


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _get(node: Element, name: str) -> str:
    return next((value for key, value in node.items() if _local(key) == name), "")


def _number(node: Element, name: str, default: int) -> int:
    value = _get(node, name)
    return min(int(value), _MOST) if value.isdecimal() and len(value) < 10 else default
