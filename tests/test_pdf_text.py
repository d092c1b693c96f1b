"""Text of PDF files: paragraphs, what belongs to the page, reading order, places, odd layers."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from fpdf.enums import TextMode, WrapMode
from PIL import Image

from extract.loaders import load
from tests.builders import add_part, new_pdf, pdf_of

if TYPE_CHECKING:
    from fpdf import FPDF

    from extract.model import Document

LONG = (
    "2022年全县基本医疗保险参保12.34万人，参保率98.76%，其中职工医保参保1.02万人，居民医保参保11.32万人，"
    "全年基金收入23,456.78万元，同比增长5.6%，全年基金支出20,123.45万元，"
)
NEXT = "按照上级要求做好经办服务，群众满意度不断提高。"
TABLE = [["项目", "预算"], ["人员经费", "1,234.56"], ["会议费", "3.2"]]


def blocks(document: Document, kind: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


def page_of(pdf: FPDF, paragraphs: list[str], *, indent: bool = True, width: float = 0) -> None:
    for text in paragraphs:
        pdf.multi_cell(
            width,
            8,
            ("　　" if indent else "") + text,
            align="L",
            wrapmode=WrapMode.CHAR,
            new_x="LMARGIN",
            new_y="NEXT",
        )


# --- paragraphs -------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("width", [0, 100, 73.3])
def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_not(
    *, indent: bool, width: float
) -> None:
    paragraphs = ["一、基本情况", LONG * 2 + NEXT, "（一）参保情况", NEXT, LONG + NEXT, NEXT * 5]
    pdf = new_pdf()
    pdf.add_page()
    page_of(pdf, paragraphs, indent=indent, width=width)
    assert load(bytes(pdf.output())).text == "\n".join(paragraphs)


def test_a_number_and_its_unit_on_two_lines_are_one_and_latin_words_are_two() -> None:
    pdf = new_pdf()
    pdf.add_page()
    left = "本年度共支出" * 6
    lines = (
        left + "1,234",
        ".56万元，支" + left[:-4] + "，",
        left[:-3] + "the insurance",
        "system运行平稳。",
    )
    for i, text in enumerate(lines):
        pdf.text(20, 20 + 8 * i, text)
    text = load(bytes(pdf.output())).text
    assert "1,234.56万元" in text
    assert "the insurance system运行" in text


FULL = "全年基金运行总体平稳各项待遇按时足额支付到位，参保人员办事更加方便，人均"


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        (FULL + "支出", "321.5", True),  # digits alone look smaller
        (FULL + "支出", "　四百元", True),  # a blank where the line was wrapped
        (FULL + "支出", "　　四百元", False),
        (FULL + "其：", "财政拨款四百元", True),
        (FULL + "下：", "1.财政拨款四百元", False),
        (FULL + "多。", "财政拨款四百元", False),
    ],
)
def test_what_follows_a_full_line_without_indents(above: str, below: str, *, joined: bool) -> None:
    pdf = new_pdf()
    pdf.add_page()
    for y, text in enumerate((above, below, "另一段")):
        pdf.text(20, 40 + 8 * y, text)
    pdf.text(20, 90, FULL + "多少")
    between = "" if joined else "\n"
    assert load(bytes(pdf.output())).text.startswith(above + between + below.strip(" 　") + "\n")


def test_a_list_item_below_a_full_line_begins_anew() -> None:
    pdf = new_pdf()
    pdf.add_page()
    full = "医疗保障经办服务工作持续推进" * 3 + "成效。"
    for i, text in enumerate([full, "（二）" + full[3:], "2.主要做法", full]):
        pdf.text(20, 20 + 8 * i, text)
    assert load(bytes(pdf.output())).text.count("\n") == 3


def test_a_table_of_contents_stays_lines() -> None:
    pdf = new_pdf()
    pdf.add_page()
    for i in range(5):
        pdf.text(20, 20 + 8 * i, f"第{'一二三四五'[i]}部分　概况{'.' * 60}{i + 1}")
    assert load(bytes(pdf.output())).text.count("\n") == 4


def test_a_paragraph_goes_on_over_the_page_break_and_its_furniture() -> None:
    class Framed(type(new_pdf())):  # type: ignore[misc]
        def header(self) -> None:
            self.cell(
                0, 6, "澄湖区医疗保障局2022年度决算", align="C", new_y="NEXT", new_x="LMARGIN"
            )

        def footer(self) -> None:
            self.set_y(-15)
            self.cell(0, 6, f"— {self.page_no()} —", align="C")

    import pylopdf_fonts_zh_cn  # noqa: PLC0415

    pdf = Framed()
    pdf.add_font("sans", fname=str(pylopdf_fonts_zh_cn.sans_path()))
    pdf.set_font("sans", size=11)
    pdf.add_page()
    whole = LONG * 40 + NEXT
    page_of(pdf, ["一、基本情况", whole, NEXT])
    document = load(bytes(pdf.output()))
    assert document.pages == 3
    assert blocks(document, "paragraph") == ["一、基本情况", whole, NEXT]
    assert [b.page for b in document.blocks if b.kind == "paragraph"] == [1, 1, 3]
    assert sorted(blocks(document, "furniture")) == sorted(
        ["澄湖区医疗保障局2022年度决算"] * 3 + ["— 1 —", "— 2 —", "— 3 —"]
    )


@pytest.mark.parametrize("number", ["3", "- 3 -", "第3页 共8页", "3/8", "Page 3 of 8", "·3·"])
def test_the_page_number_of_a_single_page_is_furniture(number: str) -> None:
    pdf = new_pdf()
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    page_of(pdf, [LONG, NEXT])
    pdf.text(100, 288, number)
    document = load(bytes(pdf.output()))
    assert blocks(document, "furniture") == [number]
    assert document.text.startswith(LONG)


def test_a_number_that_ends_a_list_near_the_lower_edge_stays() -> None:
    pdf = new_pdf()
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    for i, text in enumerate(["合计", "12", "15"]):
        pdf.text(20, 274 + 5 * i, text)
    assert blocks(load(bytes(pdf.output())), "furniture") == []


def test_names_of_tables_on_each_page_are_no_running_heads() -> None:
    page: list[str | list[list[str]]] = ["附件1", "单位：万元", TABLE]
    document = load(pdf_of(page, page, page))
    assert blocks(document, "furniture") == []
    assert blocks(document, "paragraph") == ["附件1", "单位：万元"] * 3


def test_a_watermark_askew_is_furniture() -> None:
    pdf = new_pdf()
    pdf.add_page()
    page_of(pdf, [LONG, NEXT])
    with pdf.rotation(45, 105, 150):
        pdf.set_font_size(60)
        pdf.text(40, 150, "内部资料")
    document = load(bytes(pdf.output()))
    assert blocks(document, "furniture") == ["内部资料"]
    assert blocks(document, "paragraph") == [LONG, NEXT]


def test_large_words_at_the_same_place_of_each_page_are_a_watermark() -> None:
    pdf = new_pdf()
    for i in range(3):
        pdf.add_page()
        pdf.set_font_size(11)
        page_of(pdf, [f"{'甲乙丙'[i]}县{LONG}", NEXT * (i + 1)])
        pdf.set_font_size(50)
        pdf.text(60, 150, "征求意见稿")
    assert blocks(load(bytes(pdf.output())), "furniture") == ["征求意见稿"] * 3


# --- order ------------------------------------------------------------------------------------


def test_the_caption_and_unit_of_a_table_stay_right_before_it() -> None:
    pdf = new_pdf()
    pdf.add_page()
    for y in (30, 120):
        pdf.set_y(y)
        add_part(pdf, TABLE)
    for y, name in ((20, "表一"), (110, "表二")):
        pdf.text(90, y, name)
        pdf.text(170, y + 6, "单位：万元")
    lines = load(bytes(pdf.output())).text.split("\n")
    assert [lines.index("表一"), lines.index("表二")] == [0, 5]
    assert lines[1] == lines[6] == "单位：万元"
    assert lines[2] == lines[7] == "项目\t预算"


def test_two_columns_are_read_one_after_the_other() -> None:
    pdf = new_pdf()
    pdf.add_page()
    pdf.text(60, 20, "两栏简报标题横跨全页的一行文字在此处")
    sides = [[f"{side}{i}栏文字一行内容较多" for i in range(8)] for side in "左右"]
    for i in range(8):
        pdf.text(20, 40 + 7 * i, sides[0][i])
    for i in range(8):
        pdf.text(110, 40 + 7 * i, sides[1][i])
    text = load(bytes(pdf.output())).text
    assert [c for c in text if c in "左右"] == ["左"] * 8 + ["右"] * 8
    assert text.startswith("两栏简报")


def test_paragraphs_of_short_columns_are_joined_and_go_on_in_the_next_column() -> None:
    left = [
        "　　全年城乡居民住院报销共4.27",
        "万人次，基金支付1.86亿元。",
        "　　检查定点机构143家，处理违",
    ]
    right = ["规机构37家，追回212.59万元，", "曝光典型案例6起。", "　　资助困难群众参保1.5万人。"]
    pdf = new_pdf()
    pdf.add_page()
    page_of(pdf, [LONG])
    top = pdf.get_y() + 8
    for x, side in ((10, left), (108, right)):
        for i, text in enumerate(side):
            pdf.text(x, top + 7 * i, text)
    pdf.set_y(top + 30)
    page_of(pdf, [LONG])
    assert load(bytes(pdf.output())).text.split("\n") == [
        LONG,
        "全年城乡居民住院报销共4.27万人次，基金支付1.86亿元。",
        "检查定点机构143家，处理违规机构37家，追回212.59万元，曝光典型案例6起。",
        "资助困难群众参保1.5万人。",
        LONG,
    ]


def test_boxes_drawn_at_any_time_are_read_from_the_top() -> None:
    pdf = new_pdf()
    pdf.add_page()
    lines = [f"第{i}行的文字" for i in range(6)]
    for i in (3, 4, 0, 5, 1, 2):
        pdf.text(20, 20 + 10 * i, lines[i])
    assert load(bytes(pdf.output())).text.split("\n") == lines


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_turned_for_reading_has_its_lines_in_order(turn: int) -> None:
    pdf = new_pdf()
    pdf.add_page()
    with pdf.rotation(turn, pdf.w / 2, pdf.h / 2):
        for i in range(4):
            pdf.text(60, 120 + 8 * i, f"第{i}行12.5万元")
    data = bytes(pdf.output())
    turned = data.replace(b"/Type /Page\n", b"/Type /Page\n/Rotate %d\n" % turn)
    expected = [f"第{i}行12.5万元" for i in range(4)]
    assert load(turned).text.split("\n") == expected
    assert load(data).text.split("\n") == expected  # whatever the page says


# --- layers -----------------------------------------------------------------------------------


def test_text_that_no_page_shows_is_furniture_and_flagged() -> None:
    pdf = new_pdf()
    pdf.add_page()
    page_of(pdf, [LONG, NEXT])
    with pdf.local_context(text_mode=TextMode.INVISIBLE):
        pdf.text(20, 150, "支出999万元")
    document = load(bytes(pdf.output()))
    assert document.flags == ("hidden_text",)
    assert blocks(document, "furniture") == ["支出999万元"]


def test_a_layer_behind_a_scan_is_its_text() -> None:
    pdf = new_pdf()
    pdf.add_page()
    pdf.image(Image.new("L", (60, 80), 200), 0, 0, 210, 297)
    with pdf.local_context(text_mode=TextMode.INVISIBLE):
        page_of(pdf, [LONG, NEXT])
    document = load(bytes(pdf.output()))
    assert document.flags == ("ocr_layer",)
    assert document.text == f"{LONG}\n{NEXT}"
    assert document.status == "ok"


def test_pairs_of_any_two_orders_give_the_same_words() -> None:
    texts = ["甲的一行", "乙的一行", "丙的一行"]
    found = set()
    for order in itertools.permutations(range(3)):
        pdf = new_pdf()
        pdf.add_page()
        for i in order:
            pdf.text(20, 20 + 12 * i, texts[i])
        found.add(load(bytes(pdf.output())).text)
    assert found == {"\n".join(texts)}
