"""Numbers of workbooks as they are shown; workbooks that would do harm."""

from __future__ import annotations

import time

import pytest

from extract.errors import DocumentError
from extract.loaders import load, package
from extract.loaders.sheets.numbers import format_of, shown
from extract.model import Document
from tests.builders import zip_of
from tests.workbooks import rows, xlsx


def ended(data: bytes) -> str:
    """How reading ended; any error but ours goes through."""
    try:
        return load(data).status
    except DocumentError as error:
        return str(error)


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("0.30000000000000004", "General", "0.3"),
        ("1234567.0", "General", "1234567"),
        ("1E-3", "General", "0.001"),
        ("1e300", "General", "1E+300"),
        ("0.94569999999999999", "0.00%", "94.57%"),
        ("0.945", "0%", "95%"),
        ("-1234.565", "#,##0.00", "-1,234.57"),
        ("-1234.565", '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-1,234.57"),
        ("0", '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0.00"),
        ("5", '0"人"', "5人"),
        ("12.50", "0.##", "12.5"),
        ("12", "0.##", "12"),
        ("12345678", "#,##0.00,", "12,345.68"),
        ("3", "[$¥-804]#,##0.00", "¥3.00"),
        ("3.14", "# ?/?", "3.14"),
        ("3", "@", "3"),
        ("3.5", "[Red]0.0;[Blue]-0.0", "3.5"),
        ("44957", "yyyy/m/d", "2023-01-31"),
        ("44957.5", "yyyy-mm-dd hh:mm", "2023-01-31 12:00"),
        ("44957", 'yyyy"年"m"月"', "2023年1月"),
        ("44957", 'm"月"d"日"', "1月31日"),
        ("0.75", "h:mm", "18:00"),
        ("9e9", "yyyy-mm-dd", "9000000000"),
        ("-1", "yyyy-mm-dd", "-1"),
        ("nan", "0.00", "nan"),
        ("x", "0.00", "x"),
        ("1", "0." + "0" * 40, "1"),
        ("1", '"' * 300, "1"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: str, code: str, expected: str) -> None:
    assert shown(value, format_of(code)) == expected


def test_workbooks_may_count_days_from_1904() -> None:
    assert shown("43495", format_of("yyyy-mm-dd"), from_1904=True) == "2023-01-31"


# --- hostile ----------------------------------------------------------------------------------


BINARY = b'<R><R Type="/officeDocument" Target="xl/workbook.bin"/></R>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (xlsx(rows(("甲",)), prolog='<!DOCTYPE x [<!ENTITY e "1">]>'), "refused(doctype)"),
        (xlsx("<row><c>"), "corrupt(xml)"),
        (zip_of({"xl/workbook.xml": b"<x/>"}), "empty(no_text)"),
        (zip_of({"xl/a.xml": b"<x/>"}), "corrupt(part)"),
        (zip_of({"xl/workbook.bin": b"x", "_rels/.rels": BINARY}), "unsupported(xlsb)"),
        (xlsx(rows(("甲" * 12_000_000,))), "refused(zip_ratio)"),
    ],
)  # fmt: skip
def test_a_hostile_workbook_is_refused(data: bytes, expected: str) -> None:
    assert ended(data) == expected


def test_a_damaged_sheet_costs_itself_only() -> None:
    document = load(xlsx(rows(("甲", 1.0)), "<row><c>"))
    assert (document.text, document.status, document.reason) == ("甲\t1", "partial", "page_errors")


@pytest.mark.parametrize("place", ["XFD1048576", "ZZZ9999999", "A0", "?", "", "A" * 400])
def test_a_cell_anywhere_costs_no_memory(place: str) -> None:
    data = rows(("甲", 1.0)) + f'<row><c r="{place}"><v>7</v></c></row>'
    start = time.process_time()
    document = load(xlsx(data, merged=["A1:XFD1048576", "B2", "x:y"]))
    assert document.text.startswith("甲")
    assert time.process_time() - start < 3


def test_a_sheet_beyond_the_limits_is_read_as_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.loaders.sheets.sheet.MAX_ROWS", 2)
    monkeypatch.setattr("extract.loaders.sheets.sheet.MAX_COLUMNS", 2)
    document = load(xlsx(rows(*[("甲", 1.0, 2.0)] * 3)))
    assert (document.text, document.status, document.reason) == ("甲\t1\n甲\t1", "partial", "limit")


def test_a_large_sheet_is_read_within_seconds() -> None:
    line = "".join(f"<c><v>{n}.5</v></c>" for n in range(50))
    start = time.process_time()
    document: Document = load(xlsx(f"<row>{line}</row>" * 1_000))
    assert len(document.blocks) == 1_000
    assert time.process_time() - start < 5
    assert package.MAX_PART < 2**27
