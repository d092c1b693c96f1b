"""Workbooks (XLSX) made in memory out of the XML of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.builders import zip_of

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = ["General", "0.00%", "#,##0.00", "yyyy-mm-dd", 'yyyy"年"m"月"']

Value = str | float | None


def cell(place: str, value: Value, style: int = 0) -> str:
    """The XML of a cell: text in line, or a number."""
    if isinstance(value, str):
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}" s="{style}"><v>{value!r}</v></c>'


def rows(*lines: Sequence[Value | tuple[float, int]]) -> str:
    """The XML of rows; a number with its style is a tuple, None a cell that is not there."""
    out = []
    for number, line in enumerate(lines, 1):
        cells = [
            cell(f"{chr(65 + column)}{number}", *(value if isinstance(value, tuple) else (value,)))
            for column, value in enumerate(line)
            if value is not None
        ]
        out.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(out)


def xlsx(
    *sheets: str,
    names: Sequence[str] = (),
    states: Sequence[str] = (),
    merged: Sequence[str] = (),
    before: str = "",
    prolog: str = "",
    strings: Sequence[str] = (),
) -> bytes:
    """A workbook out of the XML of its rows; ``merged`` on the first sheet."""
    names = [*names, *(f"Sheet{n}" for n in range(len(names) + 1, len(sheets) + 1))]
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"'
        f' state="{states[n - 1] if n <= len(states) else "visible"}"/>'
        for n, name in enumerate(names, 1)
    )
    codes = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for n, code in enumerate(STYLES)
    )
    styles = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(STYLES)))
    targets = [
        (f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)
    ]
    targets += [("rs", "styles", "styles.xml"), ("rt", "sharedStrings", "sharedStrings.xml")]
    related = "".join(
        f'<Relationship Id="{i}" Type="{_REL}/{t}" Target="{p}"/>' for i, t, p in targets
    )
    joined = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    parts = {
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{_REL}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts>'
        f"<cellXfs>{styles}</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{"".join(strings)}</sst>',
    }
    for n, data in enumerate(sheets, 1):
        merges = f"<mergeCells>{joined}</mergeCells>" if joined and n == 1 else ""
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'{prolog}<worksheet xmlns="{_MAIN}">{before}'
            f"<sheetData>{data}</sheetData>{merges}</worksheet>"
        )
    return zip_of({name: part.encode() for name, part in parts.items()})
