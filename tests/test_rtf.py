from __future__ import annotations

import random
from contextlib import suppress

import pytest

from extract.errors import DocumentError
from extract.loaders import load
from extract.model import Document

FONTS = (
    r"{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset134 \'cb\'ce\'cc\'e5;}{\f2\fcharset2 Symbol;}}"
)
GBK = "".join(rf"\'{byte:02x}" for byte in "医保基金".encode("gbk"))


def rtf(body: str) -> Document:
    return load((r"{\rtf1\ansi\ansicpg936\deff0" + FONTS + body + "}").encode("gbk"))


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (GBK, "医保基金"),
        (rf"\f1 {GBK}", "医保基金"),
        ("医保基金", "医保基金"),
        (r"\u21307?\u20445?", "医保"),
        (r"\uc2\u21307\'d2\'bd\u20445\'b1\'a3", "医保"),
        (r"{\uc0\u21307}\u20445?", "医保"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"{\upr{??}{\*\ud{\u21307?\u20445?}}}", "医保"),
        ("预算\r\n收入", "预算收入"),
        (r"\'d4" + "\r\n" + r"\'a4\'cb\'e3", "预算"),
        (r"甲\tab 乙\line 丙\~丁\_戊\-己", "甲 乙\n丙 丁-戊己"),
        (r"\{甲\}\\", "{甲}\\"),
        (r"\ldblquote 甲\rdblquote\emdash", "“甲”—"),
        (r"甲{\deleted 旧值99}乙", "甲乙"),
        (r"甲{\v 藏}{\v\v0 见}乙", "甲见乙"),
        (r"\v 藏\plain 见", "见"),
        (r"10{\super 4}元", "10⁴元"),
        (r"面积{\super 2}", "面积2"),
        (r"{\field{\*\fldinst PAGE}{\fldrslt 3}}页", "3页"),
        (r"甲{\*\bkmkstart _Toc1}乙{\*\unknown 丙{丁}}戊", "甲乙戊"),
        (r"甲{\pict\pngblip 89504e47{\*\blipuid 12}}乙", "甲乙"),
        (r"甲{\object{\*\objdata 0105}{\result 乙}}", "甲乙"),
        (r"甲{\*\bin}乙{\pict\bin3 }{}}丙", "甲乙丙"),
        (r"\bin2 {}甲", "甲"),
        (r"{\f2 \'b3}95%\f2\u-3917?", "≥95%≥"),
        (r"甲\nosuchword5 乙\'zz", "甲乙zz"),
    ],
)
def test_words_come_out_as_the_page_shows_them(body: str, text: str) -> None:
    assert rtf(body).text == text


def test_bytes_without_a_code_page_are_chinese_if_they_can_be() -> None:
    assert load(rb"{\rtf1 " + "预算".encode("gbk") + b"}").text == "预算"
    assert load(rb"{\rtf1 caf\'e9}").text == "café"
    assert load(rb"{\rtf1\ansicpg950 " + "預算".encode("big5") + b"}").text == "預算"
    assert load(rb"{\rtf1\ansicpg99999 ok \'e9}").text == "ok é"


def test_lone_halves_are_counted_as_lost() -> None:
    document = rtf(r"甲\u-10179?")
    assert (document.text, document.n_replaced) == ("甲\ufffd", 1)


def test_paragraphs_sections_and_pages_end_paragraphs() -> None:
    assert rtf(r"甲\par\par 乙\sect 丙\page 丁").text == "甲\n乙\n丙\n丁"


def test_headings_have_the_level_of_their_style_or_their_own() -> None:
    sheet = r"{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\s12\fs2 标题;}{\*\cs2 x;}}"
    blocks = rtf(
        sheet + r"\s1 甲\par\pard 乙\par\outlinelevel1 丙\par\pard\s12 丁\par\outlinelevel9 戊"
    ).blocks
    assert [(block.kind, block.level) for block in blocks] == [
        ("heading", 1),
        ("paragraph", None),
        ("heading", 2),
        ("paragraph", None),
        ("paragraph", None),
    ]


def test_list_numbers_stand_before_their_text_and_bullets_do_not() -> None:
    text = rtf(
        r"{\listtext\pard 一、\tab}概况\par {\listtext 1.\tab}职责\par {\pntext 2.}2022年\par"
        r"{\listtext\f2\'b7\tab}其他\par"
    ).text
    assert text == "一、概况\n1. 职责\n2. 2022年\n其他"


# --- tables -----------------------------------------------------------------------------------


def row(*cells: str, edges: tuple[int, ...] = (), merge: str = "") -> str:
    widths = "".join(rf"{merge if i else ''}\cellx{edge}" for i, edge in enumerate(edges))
    return rf"\trowd{widths}\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row "


def test_rows_become_blocks_and_cells_are_one_line() -> None:
    document = rtf("前\\par " + row("名称", "金额") + row(r"会议\par 费", "3.2") + r"\pard 后\par")
    assert document.text == "前\n名称\t金额\n会议 费\t3.2\n后"
    assert [(block.kind, block.table, block.row) for block in document.blocks] == [
        ("paragraph", None, None),
        ("row", 0, 0),
        ("row", 0, 1),
        ("paragraph", None, None),
    ]


def test_a_wide_cell_covers_the_columns_below_it() -> None:
    text = rtf(
        row("项目", "预算", edges=(900, 2700))
        + row("会议费", "1,234.5", "2", edges=(900, 1800, 2700))
    ).text
    assert text == "项目\t预算\t\n会议费\t1,234.5\t2"


@pytest.mark.parametrize(
    ("word", "text"), [(r"\clvmrg", "甲\t乙\n丙\t"), (r"\clmrg", "甲\t\n丙\t")]
)
def test_covered_cells_are_empty(word: str, text: str) -> None:
    edges = (900, 1800)
    assert (
        rtf(
            row("甲", "乙", edges=edges, merge=word) + row("丙", "旧", edges=edges, merge=word)
        ).text
        == text
    )


def test_cells_that_the_row_has_not_are_dropped_if_empty() -> None:
    assert rtf(row("甲", "乙", "", "", edges=(900, 1800))).text == "甲\t乙"
    assert rtf(row("甲", "乙", "丙", edges=(900, 1800))).text == "甲\t乙\t丙"


def test_a_table_in_a_cell_stands_behind_the_row() -> None:
    inner = (
        r"\pard\intbl\itap2 1\nestcell 2\nestcell"
        r"{\*\nesttableprops\trowd\cellx400\cellx800\nestrow}{\nonesttables\par}"
    )
    document = rtf(
        r"\trowd\cellx900\cellx1800\pard\intbl 外\par " + inner + r"\pard\intbl\cell 乙\cell\row"
    )
    assert document.text == "外\t乙\n1\t2"
    assert [block.table for block in document.blocks] == [0, 1]


# --- other stories ----------------------------------------------------------------------------


def test_notes_and_boxes_stand_behind_their_paragraph() -> None:
    note = r"{\super\chftn}{\footnote\pard\plain {\chftn} 口径为12.5万元\par}"
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv 9}}{\shptxt\pard 框内3万元\par}}{\shprslt 框内}}"
    assert rtf(rf"甲{note}乙{box}\par 丙").text == "甲乙\n 口径为12.5万元\n框内3万元\n丙"


def test_notes_in_a_cell_follow_the_row_and_boxes_are_part_of_it() -> None:
    note, box = r"{\footnote 注}", r"{\shp{\*\shpinst{\shptxt 框\par}}}"
    assert rtf(row(f"甲{note}", f"乙{box}")).text == "甲\t乙 框\n注"


def test_running_heads_are_furniture_at_the_end_and_said_once() -> None:
    document = rtf(r"{\header 澄湖县\par}{\footerf 第1页\par}甲\sect{\header 澄湖县\par}乙")
    assert document.text == "甲\n乙\n澄湖县\n第1页"
    assert [block.kind for block in document.blocks][2:] == ["furniture", "furniture"]


def test_the_title_is_read() -> None:
    document = rtf(r"{\info{\title 绩效\'d7\'d4评报告}{\author 某人}}甲")
    assert (document.text, document.title) == ("甲", "绩效自评报告")
    assert rtf(r"{\info{\title Microsoft Word - 1.doc}}甲").title is None


# --- the file ---------------------------------------------------------------------------------


def test_nothing_to_read() -> None:
    assert outcome(b"{\\rtf1}") == ("empty", "no_text")
    assert outcome(b"{\\rtf1{\\header a\\par}}") == ("empty", "no_text")


def test_a_file_cut_short_is_read_as_far_as_it_goes() -> None:
    assert load(rb"{\rtf1{\b ab{\pict 00").text == "ab"


def test_closing_braces_without_end_are_no_fault() -> None:
    assert load(rb"{\rtf1 a}}}} b").text == "a b"


def test_too_deep_groups_are_refused() -> None:
    assert outcome(b"{\\rtf1 " + b"{" * 100_000) == ("refused", "depth")
    nested = rb"{\footnote\itap32 a" * 190 + rb"\par}" * 190
    assert outcome(b"{\\rtf1 " + nested + b"b}") == ("refused", "depth")


def test_skipped_groups_may_be_deep_and_long() -> None:
    hexadecimal = b"{\\pict " + b"89504e47" * 500_000 + b"}"
    assert (
        load(
            b"{\\rtf1 a{\\*\\x " + b"{" * 100_000 + b"}" * 100_000 + b"}" + hexadecimal + b"b}"
        ).text
        == "ab"
    )


@pytest.mark.parametrize(
    "word", [rb"\bin99999999999 ", rb"\bin-5 ", rb"\uc-3\u5 ", rb"\cellx99999999999 "]
)
def test_absurd_numbers_do_no_harm(word: bytes) -> None:
    with suppress(DocumentError):
        assert load(rb"{\rtf1 a" + word + b"b}").text.startswith("a")


def test_random_damage_never_ends_in_another_error() -> None:
    whole = (
        r"{\rtf1\ansicpg936" + FONTS + GBK + row("甲", "乙", edges=(1, 2)) + r"{\footnote 注}"
        r"{\*\x{a}}\u21307?{\upr{a}{\*\ud{b}}}{\listtext 1.}{\header c}\bin2 ab}"
    ).encode("gbk")
    draw = random.Random(1987)  # noqa: S311 no secrets here
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(draw.choice([1, 3, 9])):
            data[draw.randrange(6, len(data))] = draw.choice(b"{}\\*'0au ;9\xff")
        with suppress(DocumentError):
            load(bytes(data))
