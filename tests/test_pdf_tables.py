"""Tables of PDF files: cells exact, whatever their rules are drawn with."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import pdfplumber
import pytest
from fpdf.fonts import FontFace

from extract.loaders import load
from tests.builders import add_part, new_pdf, pdf_of
from tests.samples.make_corpus import CORPUS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fpdf import FPDF

    from extract.model import Document

HEAD = ["项目", "年初预算", "决算"]
TABLE = [
    HEAD,
    ["人员经费", "1,234.56", "1,200.00"],
    ["会议费", "", "3.2"],
    ["合计", "1,240", "1,203.2"],
]
ROWS = "\n".join("\t".join(row) for row in TABLE)
XS, YS = (40, 80, 120, 160), (40, 50, 60, 70, 80)  # mm


def rows(document: Document) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == "row"]


def drawn(rules: Callable[[FPDF], None]) -> Document:
    """A page with the table's words at fixed places and the rules of the case."""
    pdf = new_pdf()
    pdf.add_page()
    pdf.text(40, 20, "收支情况表")
    pdf.text(140, 36, "单位：万元")
    for row, y in zip(TABLE, YS, strict=False):
        for text, x in zip(row, XS, strict=False):
            pdf.text(x + 3, y + 7, text)
    rules(pdf)
    pdf.text(40, 100, "表后一句话。")
    return load(bytes(pdf.output()))


def strokes(pdf: FPDF) -> None:
    for y in YS:
        pdf.line(XS[0], y, XS[-1], y)
    for x in XS:
        pdf.line(x, YS[0], x, YS[-1])


def thin_boxes(pdf: FPDF) -> None:
    for y in YS:
        pdf.rect(XS[0], y, XS[-1] - XS[0], 0.2, style="F")
    for x in XS:
        pdf.rect(x, YS[0], 0.2, YS[-1] - YS[0], style="F")


def frames(pdf: FPDF) -> None:
    for x0, x1 in itertools.pairwise(XS):
        for y0, y1 in itertools.pairwise(YS):
            pdf.rect(x0, y0, x1 - x0, y1 - y0)


def double_lines(pdf: FPDF) -> None:
    strokes(pdf)
    for y in (YS[0], YS[-1]):
        pdf.line(XS[0] - 0.7, y + 0.7, XS[-1] + 0.7, y + 0.7)
    for x in (XS[0], XS[-1]):
        pdf.line(x + 0.7, YS[0] - 0.7, x + 0.7, YS[-1] + 0.7)


def dashes(pdf: FPDF) -> None:
    for y in YS:
        for x in range(XS[0], XS[-1], 2):
            pdf.line(x, y, x + 1.2, y)
    for x in XS:
        for y in range(YS[0], YS[-1], 2):
            pdf.line(x, y, x, y + 1.2)


def dash_pattern(pdf: FPDF) -> None:
    pdf.set_dash_pattern(dash=1, gap=1)
    strokes(pdf)


def open_sides(pdf: FPDF) -> None:
    for y in YS:
        pdf.line(XS[0], y, XS[-1], y)
    for x in XS[1:-1]:
        pdf.line(x, YS[0], x, YS[-1])


def three_lines(pdf: FPDF) -> None:
    for y in (YS[0], YS[1], YS[-1]):
        pdf.line(XS[0], y, XS[-1], y)


def level_lines(pdf: FPDF) -> None:
    for y in YS:
        pdf.line(XS[0], y, XS[-1], y)


@pytest.mark.parametrize(
    "rules",
    [
        strokes,
        thin_boxes,
        frames,
        double_lines,
        dashes,
        dash_pattern,
        open_sides,
        three_lines,
        level_lines,
    ],
)
def test_cells_are_exact_whatever_draws_the_rules(rules: Callable[[FPDF], None]) -> None:
    document = drawn(rules)
    assert document.text == f"收支情况表\n单位：万元\n{ROWS}\n表后一句话。"
    assert [(b.table, b.row) for b in document.blocks if b.kind == "row"] == [
        (0, row) for row in range(4)
    ]


def test_a_merged_cell_has_its_text_first_and_what_it_covers_is_empty() -> None:
    pdf = new_pdf()
    pdf.add_page()
    with pdf.table(first_row_as_headings=False) as table:
        row = table.row()
        row.cell("指标", rowspan=2)
        row.cell("金额", colspan=2)
        table.row().cell("预算")
        table.rows[1].cell("决算")
        table.row(["甲", "1", "2"])
    assert rows(load(bytes(pdf.output()))) == ["指标\t金额\t", "\t预算\t决算", "甲\t1\t2"]


def test_a_wrapped_cell_is_one_text_and_stacked_numbers_stay_apart() -> None:
    pdf = new_pdf()
    pdf.add_page()
    with pdf.table(first_row_as_headings=False, col_widths=(30, 60)) as table:
        for texts in (("医疗服务与保障能力提升补助资金项目", "1"), ("甲", "15\n13")):
            row = table.row()
            for text in texts:
                row.cell(text)
    assert load(bytes(pdf.output())).text == "医疗服务与保障能力提升补助资金项目\t1\n甲\t15 13"


def test_a_word_that_pdfium_sees_across_a_border_is_parted_there() -> None:
    pdf = new_pdf()
    pdf.add_page()
    pdf.line(10, 20, 90, 20)
    pdf.line(10, 30, 90, 30)
    for x in (10, 50, 90):
        pdf.line(x, 20, x, 30)
    pdf.text(50 - pdf.get_string_width("1,234.56") - 0.2, 27, "1,234.56")
    pdf.text(50.2, 27, "2,345.67")
    assert rows(load(bytes(pdf.output()))) == ["1,234.56\t2,345.67"]


def test_a_number_wider_than_its_cell_stays_whole() -> None:
    pdf = new_pdf()
    pdf.add_page()
    for y in (20, 30, 40):
        pdf.line(10, y, 90, y)
    for x in (10, 30, 50, 90):
        pdf.line(x, 20, x, 40)
    pdf.text(31, 27, "12,345,678,901.23")
    pdf.text(12, 37, "甲")
    pdf.text(60, 37, "5")
    assert rows(load(bytes(pdf.output()))) == ["\t12,345,678,901.23\t", "甲\t\t5"]


def long_table(n: int, *, head_again: bool) -> bytes:
    pdf = new_pdf()
    pdf.add_page()
    add_part(pdf, "表前")
    with pdf.table(first_row_as_headings=head_again, headings_style=FontFace()) as table:
        table.row(HEAD)
        for i in range(n):
            table.row([f"第{i}项", f"{i},000.50", ""])
    add_part(pdf, "表后")
    return bytes(pdf.output())


@pytest.mark.parametrize("head_again", [False, True])
def test_a_table_over_pages_is_one_and_its_head_comes_once(*, head_again: bool) -> None:
    document = load(long_table(80, head_again=head_again))
    assert document.pages == 3
    found = [b for b in document.blocks if b.kind == "row"]
    assert [(b.table, b.row) for b in found] == [(0, i) for i in range(81)]
    assert rows(document)[0] == "\t".join(HEAD)
    assert rows(document)[80] == "第79项\t79,000.50\t"
    assert {b.page for b in found} == {1, 2, 3}
    heads = [document.text[b.start : b.end] for b in document.blocks if b.kind == "furniture"]
    assert heads == ["\t".join(HEAD)] * (2 if head_again else 0)


def test_the_same_form_on_each_page_is_a_table_of_its_own() -> None:
    form = [["项目名称", "金额"], ["预算数", "1"], ["决算数", "2"]]
    document = load(pdf_of([form], [[["项目名称", "金额"], ["预算数", "3"], ["决算数", "4"]]]))
    assert [b.table for b in document.blocks] == [0, 0, 0, 1, 1, 1]


def test_a_row_broken_over_pages_is_one_row() -> None:
    pdf = new_pdf()
    pdf.set_auto_page_break(auto=False)
    for top, words in ((270, ("城乡居民基本医疗保险", "25.1")), (10, ("财政补助资金项目", ""))):
        pdf.add_page()
        width = pdf.get_string_width("城乡居民基本医疗保险") + 3
        for y in (top, top + 10):
            pdf.line(10, y, 90, y)
        for x in (10, 10 + width, 90):
            pdf.line(x, top, x, top + 10)
        pdf.text(11.5, top + 7, words[0])
        pdf.text(13 + width, top + 7, words[1])
    assert rows(load(bytes(pdf.output()))) == ["城乡居民基本医疗保险财政补助资金项目\t25.1"]


def broken(*parts: Sequence[str]) -> bytes:
    """A row of a table at the foot of a page, and one of the same columns on the next.

    The columns are as wide as the longer text.
    """
    pdf = new_pdf()
    pdf.set_auto_page_break(auto=False)
    xs = [10.0]
    for column in zip(*parts, strict=True):
        xs.append(xs[-1] + max(map(pdf.get_string_width, column)) + 3)
    for top, row in zip((270, 10), parts, strict=True):
        pdf.add_page()
        for y in (top, top + 10):
            pdf.line(10, y, xs[-1], y)
        for x in xs:
            pdf.line(x, top, x, top + 10)
        for x, words in zip(xs, row, strict=False):
            pdf.text(x + 1.5, top + 7, words)
    return bytes(pdf.output())


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        (
            ["控制率", "4", "控制率1.04=（支出数1560/预算数1500", "4"],
            ["", "", "0）×100%", ""],
            "控制率\t4\t控制率1.04=（支出数1560/预算数15000）×100%\t4",
        ),
        (
            ["完整性", "3", "①制度齐全，得1分；②附件完", "3"],
            ["", "", "整，得2分", ""],
            "完整性\t3\t①制度齐全，得1分；②附件完整，得2分\t3",
        ),
    ],
)
def test_cells_cut_by_the_page_go_on_where_marks_have_nothing_below(
    above: Sequence[str], below: Sequence[str], whole: str
) -> None:
    assert rows(load(broken(above, below))) == [whole]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (
            ["控制率", "4", "控制率等于支出数除以预算数", "4"],
            ["", "3", "以预算批复为准，有依据", "3"],
        ),
        (["完整性", "3", "①制度齐全，得1分；", "3"], ["", "", "②附件完整，得2分", ""]),
        (["社会效益", "会议次数", "4"], ["", "参加各类培训的人数", ""]),
        (["满意度", "参保群众满意度调查", "95%"], ["", "", "96%"]),
    ],
)
def test_a_row_whose_first_cells_are_merged_above_stays_its_own_over_pages(
    above: Sequence[str], below: Sequence[str]
) -> None:
    assert rows(load(broken(above, below))) == ["\t".join(above), "\t".join(below)]


def test_tables_side_by_side_stay_apart() -> None:
    pdf = new_pdf()
    pdf.add_page()
    for left in (10, 110):
        for y in (20, 30, 40):
            pdf.line(left, y, left + 60, y)
        for x in (0, 30, 60):
            pdf.line(left + x, 20, left + x, 40)
        for i, text in enumerate(["收入", "1,000", "支出", "900"]):
            pdf.text(left + 2 + 30 * (i % 2), 27 + 10 * (i // 2), text)
    document = load(bytes(pdf.output()))
    assert rows(document) == ["收入\t1,000", "支出\t900"] * 2
    assert [b.table for b in document.blocks] == [0, 0, 1, 1]


def test_rules_that_underline_or_frame_are_no_table() -> None:
    pdf = new_pdf()
    pdf.add_page()
    for i, text in enumerate(["填报单位：澄湖区", "填报人：甲", "联系电话：无"]):
        pdf.text(20, 30 + 10 * i, text)
        pdf.line(20, 32 + 10 * i, 120, 32 + 10 * i)
    pdf.rect(10, 100, 150, 40)
    pdf.text(12, 110, "框内一句话")
    assert rows(load(bytes(pdf.output()))) == []


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_landscape_table_on_a_turned_page_reads_as_it_is_shown(turn: int) -> None:
    pdf = new_pdf()
    pdf.add_page(format=(297, 210))
    middle = pdf.w / 2, pdf.h / 2
    with pdf.rotation(turn, *middle):
        add_part(pdf, TABLE)
    data = bytes(pdf.output())
    assert b"/Type /Page\n" in data
    turned = data.replace(b"/Type /Page\n", b"/Type /Page\n/Rotate %d\n" % turn)
    assert load(turned).text == ROWS


@pytest.mark.parametrize("angle", [30, 45, -40])
def test_a_watermark_over_a_table_stands_in_none_of_its_cells(angle: int) -> None:
    pdf = new_pdf()
    pdf.add_page()
    pdf.set_font_size(40)
    with pdf.rotation(angle, 100, 60):
        pdf.text(70, 60, "政务公开2023")
    pdf.set_font_size(11)
    pdf.set_xy(10, 20)
    add_part(pdf, [HEAD, *([f"第{i}项", f"{i}10.00", f"{i}08.35"] for i in range(1, 13))])
    document = load(bytes(pdf.output()))
    assert rows(document)[1:] == [f"第{i}项\t{i}10.00\t{i}08.35" for i in range(1, 13)]
    furniture = [document.text[b.start : b.end] for b in document.blocks if b.kind == "furniture"]
    assert "".join("".join(furniture).split()) == "政务公开2023"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.pdf")), ids=lambda path: path.stem[-14:])
def test_text_and_cells_are_those_that_pdfplumber_finds(path: Path) -> None:
    document = load(path.read_bytes())
    with pdfplumber.open(path) as other:
        text = "".join(page.extract_text() for page in other.pages)
        theirs = [row for page in other.pages for table in page.extract_tables() for row in table]
    assert Counter("".join(text.split())) == Counter("".join(document.text.split()))
    flat = ["\t".join((cell or "").replace("\n", "") for cell in row) for row in theirs]
    assert rows(document) == flat
    assert len(flat) > 10


BARE = """\
项目\t\t支出合计\t基本支出
科目编码\t科目名称\t\t
208\t社会保障和就业支出\t42.15\t42.15
20805\t行政事业单位养老支出\t40.00\t40.00
210\t卫生健康支出\t1,190.36\t402.61
合计\t\t1,232.51\t444.76"""


def bare(*, ruled: bool = False) -> Document:
    """A page with a title and a table of four columns whose header cells are as high as two."""
    pdf = new_pdf()
    pdf.add_page()
    pdf.text(80, 20, "支出情况表")
    pdf.text(140, 30, "单位：万元")
    xs, top = (20, 50, 110, 150), 40
    for text, x, y in (("项目", 20, 0), ("支出合计", 110, 3), ("基本支出", 150, 3)):
        pdf.text(x, top + y, text)
    for text, x in zip(("科目编码", "科目名称"), xs, strict=False):
        pdf.text(x, top + 6, text)
    for i, row in enumerate(BARE.split("\n")[2:]):
        for text, x in zip(row.split("\t"), xs, strict=True):
            pdf.text(x, top + 15 + 9 * i, text)
    if ruled:
        for y in (35, 49, 58, 67, 76, 85):
            pdf.line(18, y, 190, y)
    pdf.text(20, 100, "表后一句话。")
    return load(bytes(pdf.output()))


def test_rows_of_values_that_no_rule_parts_are_a_table_and_flagged() -> None:
    document = bare()
    assert "\n".join(rows(document)) == BARE
    assert document.flags == ("unruled_table",)
    lines = [document.text[b.start : b.end] for b in document.blocks if b.kind != "row"]
    assert lines == ["支出情况表", "单位：万元", "表后一句话。"]


def test_rows_between_rules_are_not_flagged() -> None:
    assert bare(ruled=True).flags == ()


def test_prose_full_of_numbers_is_no_table() -> None:
    pdf = new_pdf()
    pdf.add_page()
    said = [f"{2018 + i}年收入{i}3.5万元，支出{i}2.6万元；结余{i}.9万元。" for i in range(6)]
    for i, line in enumerate(said):
        pdf.text(20, 40 + 8 * i, line)
    assert not rows(load(bytes(pdf.output())))
