"""Workbooks: visible sheets as tables with their titles, numbers as they are shown."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from extract.errors import DocumentError
from extract.loaders import load
from extract.loaders.sheets.xls_records import shared_strings
from tests.biff import Cell, xls_of
from tests.chance import seeded
from tests.mutation import mutants
from tests.workbooks import STYLES, Value, rows, xlsx


def lines(data: bytes) -> list[str]:
    return load(data).text.split("\n")


def ended(data: bytes) -> str:
    """How reading ended; any error but ours goes through."""
    try:
        return load(data).status
    except DocumentError as error:
        return str(error)


# --- both kinds -------------------------------------------------------------------------------

BUDGET = [
    ("部门收支总表", None, None),
    (None, None, "单位：万元"),
    ("项目", "金额", None),
    (None, "预算", "执行率"),
    ("基本支出", (1234.5, 2), (0.94569999999999999, 1)),
    ("合计", (0.1 + 0.2, 0), (44957.0, 3)),
]
AS_TEXT = [
    "收支总表",
    "部门收支总表",
    "单位：万元",
    "项目\t金额\t",
    "\t预算\t执行率",
    "基本支出\t1,234.50\t94.57%",
    "合计\t0.3\t2023-01-31",
]


def old(table: Sequence[Sequence[Value | tuple[float, int]]], name: str = "Sheet1") -> bytes:
    cells = [
        (row, column, *(value if isinstance(value, tuple) else (value, 0)))
        for row, values in enumerate(table)
        for column, value in enumerate(values)
        if value is not None
    ]
    merged = [(0, 0, 0, 2), (2, 2, 1, 2), (2, 3, 0, 0)]
    return xls_of([(name, cells)], formats=STYLES[1:], merged=merged)


NEW = xlsx(rows(*BUDGET), names=["收支总表"], merged=["A1:C1", "B3:C3", "A3:A4"])
OLD = old(BUDGET, "收支总表")


@pytest.mark.parametrize(("data", "kind"), [(NEW, "xlsx"), (OLD, "xls")])
def test_a_sheet_is_its_name_its_title_its_unit_and_a_table(data: bytes, kind: str) -> None:
    document = load(data)
    assert document.text.split("\n") == AS_TEXT
    assert (document.format, document.status, document.text_share) == (kind, "ok", 1.0)
    blocks = [(block.kind, block.table, block.row) for block in document.blocks]
    assert blocks[:3] == [("heading", None, None), *[("paragraph", None, None)] * 2]
    assert blocks[3:] == [("row", 0, row) for row in range(4)]


def test_the_values_are_those_that_calamine_reads() -> None:
    for data in (NEW, OLD):
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        (title, *_), (*_, unit) = book.get_sheet_by_index(0).to_python()[:2]
        assert [title, unit] == AS_TEXT[1:3]


def test_what_a_merged_cell_covers_is_not_read() -> None:
    data = xlsx(rows(("甲", "乙"), ("1", "旧"), ("丙", "2")), merged=["A2:B2"])
    assert lines(data) == ["甲\t乙", "1\t", "丙\t2"]


def test_hidden_sheets_are_left_out_and_flagged() -> None:
    data = xlsx(
        rows(("甲", 1.0)), rows(("乙", 2.0)), rows(("丙", 3.0)), states=["hidden", "veryHidden"]
    )
    assert (load(data).text, load(data).flags) == ("丙\t3", ("hidden_sheet",))
    cells: list[Cell] = [(0, 0, "甲", 0), (0, 1, 1.0, 0)]
    document = load(xls_of([("Sheet1", cells), ("Sheet2", cells)], hidden=[1]))
    assert (document.text, document.flags) == ("甲\t1", ("hidden_sheet",))


@pytest.mark.parametrize("data", [xlsx(""), xlsx(rows(("  ",))), xls_of([("Sheet1", [])])])
def test_a_workbook_without_words_is_empty(data: bytes) -> None:
    assert ended(data) == "empty(no_text)"


@pytest.mark.parametrize("data", [NEW, OLD])
def test_a_damaged_workbook_is_read_or_refused_by_name(data: bytes) -> None:
    for mutant in mutants(data, seeded(7), 200):
        assert ended(mutant)
    for share in (0.02, 0.1, 0.2):
        assert ended(data[: int(len(data) * share)]) != "ok"


def test_a_workbook_whose_end_is_missing_is_partly_read() -> None:
    sheets: list[tuple[str, list[Cell]]] = [
        (f"Sheet{n}", [(row, 0, f"第{n}页第{row}行", 0) for row in range(200)]) for n in range(3)
    ]
    whole = xls_of(sheets)
    document = load(whole[: len(whole) // 2])
    assert (document.status, document.reason) == ("partial", "page_errors")
    assert document.text.startswith("第0页第0行\n")
    assert len(load(whole).text.split("\n")) == 600


def test_the_strings_of_an_old_workbook_go_on_in_the_next_record() -> None:
    """As Excel cuts them: inside a string, whose rest says anew how wide it is."""
    first = struct.pack("<II", 4, 3) + struct.pack("<HB", 2, 1) + "支出".encode("utf-16-le")
    first += struct.pack("<HBHI", 4, 0b1101, 1, 6) + "医保".encode("utf-16-le")
    second = b"\x01" + "基金".encode("utf-16-le") + bytes(4 + 6) + struct.pack("<HB", 4, 0) + b"GB"
    assert shared_strings([first, second, b"\0" + b"30"]) == ["支出", "医保基金", "GB30"]
    assert shared_strings([first, second[:4]]) == ["支出"]


# --- text -------------------------------------------------------------------------------------


def test_sheets_follow_each_other_and_their_tables_are_counted_on() -> None:
    document = load(xlsx(rows(("甲", 1.0)), rows(("乙", 2.0)), names=["表一 收入", "Sheet2"]))
    assert document.text == "表一 收入\n甲\t1\n乙\t2"
    assert [block.table for block in document.blocks] == [None, 0, 1]


def test_a_second_title_behind_an_empty_row_begins_a_second_table() -> None:
    data = xlsx(rows(("甲表",), ("a", "b"), ("c", 1.0), (), ("乙表",), ("d", "e"), ("f", 2.0)))
    document = load(data)
    assert document.text == "甲表\na\tb\nc\t1\n乙表\nd\te\nf\t2"
    assert [block.table for block in document.blocks] == [None, 0, 0, None, 1, 1]


def test_a_row_of_labels_above_the_header_is_no_row_of_the_table() -> None:
    labels = ("编制单位：青禾县医疗保障局", "2022年度", "金额单位：万元")
    data = xlsx(rows(("收入支出决算总表",), labels, ("项目", "行次", "金额"), ("合计", 1.0, 2.0)))
    document = load(data)
    assert document.text.split("\n") == [
        "收入支出决算总表",
        *labels,
        "项目\t行次\t金额",
        "合计\t1\t2",
    ]
    assert [block.row for block in document.blocks] == [None, None, None, None, 0, 1]


def test_empty_rows_and_columns_are_trimmed() -> None:
    assert lines(xlsx(rows((), (None, "a", None, "b"), (), (None, "c", None, 1.0)))) == [
        "a\tb",
        "c\t1",
    ]


def test_a_sheet_of_one_column_is_paragraphs() -> None:
    document = load(xlsx(rows(("决算说明",), ("一、\n二、",))))
    assert document.text == "决算说明\n一、\n二、"
    assert [block.kind for block in document.blocks] == ["paragraph", "paragraph"]


def test_a_cell_is_one_line() -> None:
    assert lines(xlsx(rows(("甲\n乙\t丙", "b"), ("c_x000D_\nd", 1.0)))) == ["甲 乙 丙\tb", "c d\t1"]


def test_shared_strings_are_read_without_their_readings() -> None:
    strings = [
        "<si><t>甲</t></si>",
        "<si><r><t>支</t></r><r><t>出</t></r><rPh sb='0' eb='1'><t>zhichu</t></rPh></si>",
    ]
    data = "".join(f'<c t="s"><v>{n}</v></c>' for n in (0, 1, 9)) + '<c t="b"><v>1</v></c>'
    data = f"<row>{data}</row>"
    assert lines(xlsx(data, strings=strings)) == ["甲\t支出\tTRUE"]


def test_a_formula_without_a_value_is_flagged() -> None:
    formula = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="B1"><f>1+1</f>{}</c></row>'
    )
    assert load(xlsx(formula.format(""))).flags == ("uncached_formula",)
    document = load(xlsx(formula.format("<v>2</v>")))
    assert (document.text, document.flags) == ("甲\t2", ())


def test_hidden_rows_and_columns_are_left_out_and_flagged() -> None:
    hidden = rows(("甲", "b", 9.0), ("c", 1.0, 8.0)).replace(
        '<row r="2">', '<row r="2" hidden="1">'
    )
    document = load(xlsx(hidden, before='<cols><col min="3" max="3" hidden="1"/></cols>'))
    assert (document.text, document.flags) == ("甲\tb", ("hidden_cells",))
