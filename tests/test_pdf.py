from __future__ import annotations

import pytest
from PIL import Image

from extract.errors import DocumentError
from extract.loaders import load
from tests.builders import add_part, new_pdf, pdf_of

TABLE = [["指标", "年初预算", "决算"], ["基本支出", "1,234.56", "1,200.00"], ["会议费", "", "3.2"]]
ROWS = "指标\t年初预算\t决算\n基本支出\t1,234.56\t1,200.00\n会议费\t\t3.2"


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


def test_short_lines_are_paragraphs_of_their_own() -> None:
    document = load(pdf_of(["第一页", "共3家"], ["第二页"]))
    assert document.text == "第一页\n共3家\n第二页"
    assert (document.format, document.pages, document.status) == ("pdf", 2, "ok")
    assert [(block.kind, block.page) for block in document.blocks] == [
        ("paragraph", 1),
        ("paragraph", 1),
        ("paragraph", 2),
    ]


def test_a_ruled_table_comes_as_rows_at_its_place() -> None:
    document = load(pdf_of(["表前", TABLE, "表后"]))
    assert document.text == f"表前\n{ROWS}\n表后"
    rows = [(block.table, block.row) for block in document.blocks if block.kind == "row"]
    assert rows == [(0, 0), (0, 1), (0, 2)]


def test_tables_are_counted_through_the_document() -> None:
    document = load(pdf_of([TABLE, "中", TABLE], [TABLE]))
    tables = [block.table for block in document.blocks if block.row == 0]
    assert tables == [0, 1, 2]
    assert document.text == f"{ROWS}\n中\n{ROWS}\n{ROWS}"


def test_what_is_drawn_out_of_order_stands_where_it_is_shown() -> None:
    pdf = new_pdf()
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    pdf.text(10, 280, "页脚")
    pdf.set_y(20)
    for part in ("表前", TABLE, "表后"):
        add_part(pdf, part)
    pdf.text(10, 8, "页眉")
    lines = load(bytes(pdf.output())).text.replace(ROWS, "表").split("\n")
    assert lines == ["页眉", "表前", "表", "表后", "页脚"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_gives_the_same_rows(turn: int) -> None:
    pdf = new_pdf()
    pdf.add_page()
    add_part(pdf, TABLE)
    plain = bytes(pdf.output())
    assert b"/Type /Page\n" in plain
    turned = plain.replace(b"/Type /Page\n", b"/Type /Page\n/Rotate %d\n" % turn)
    # Rows of a page turned by a quarter are columns of its drawing, so the cells are compared.
    cells = load(turned).text.replace("\n", "\t").split("\t")
    assert sorted(filter(None, cells)) == sorted(filter(None, ROWS.replace("\n", "\t").split("\t")))


def test_a_word_hyphenated_at_the_end_of_a_line_leaves_no_mark() -> None:
    pdf = new_pdf()
    pdf.add_page()
    pdf.multi_cell(60, text="abcdefghijk hyphen-\nated 2021-2022")
    text = load(bytes(pdf.output())).text
    assert "hyphenated 2021-2022" in text
    assert not set("\ufffe\x02\xad") & set(text)


@pytest.mark.usefixtures("no_ocr")
@pytest.mark.parametrize("line", ["", "有字的一页"])
def test_a_page_that_is_only_a_picture_is_a_scan(line: str) -> None:
    pdf = new_pdf()
    pdf.add_page()
    pdf.image(Image.new("L", (60, 80), 200), 0, 0, 200, 280)
    pdf.add_page()
    if line:
        add_part(pdf, line)
    data = bytes(pdf.output())
    if line:
        document = load(data)
        assert (document.text, document.status, document.reason) == (line, "partial", "scanned")
    else:
        assert outcome(data) == ("empty", "scanned")


def test_blank_pages_hold_no_text() -> None:
    assert outcome(pdf_of([], [])) == ("empty", "no_text")


def test_a_locked_file_is_encrypted() -> None:
    assert outcome(pdf_of(["甲"], password="x")) == ("encrypted", "")  # noqa: S106 made for the test


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", b"%PDF-1.4 " + bytes(3000)])
def test_a_file_that_only_begins_like_a_pdf_is_corrupt(data: bytes) -> None:
    assert outcome(data) == ("corrupt", "pdf")


def test_a_damaged_page_costs_only_itself() -> None:
    data = pdf_of(["第一页"], ["第二页"])
    document = load(data.replace(b"/Type /Page\n", b"/Type /Gone\n", 1))
    assert (document.text, document.status, document.reason) == ("第二页", "partial", "page_errors")
    assert document.pages == 2
