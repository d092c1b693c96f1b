"""Fonts of PDF files: not embedded, or without a word on which characters they show."""

from __future__ import annotations

import pytest

from extract.loaders import load
from tests.rawpdf import cid_font, outcome, page_with, stream

TABLE = [["项目", "金额"], ["人员经费", "1,234.56"], ["会议费", ""]]
CMAPS = [("UniGB-UCS2-H", "utf-16-be", "1 95 500"), ("GBK-EUC-H", "gbk", "814 939 500")]


@pytest.mark.parametrize(("cmap", "codec", "halves"), CMAPS)
def test_fonts_that_are_not_embedded_give_paragraphs_and_cells(
    cmap: str, codec: str, halves: str
) -> None:
    def show(x: float, y: float, text: str) -> str:
        return f"BT /F1 12 Tf {x} {y} Td <{text.encode(codec).hex()}> Tj ET"

    lines = [
        "　　全年医疗保障基金收入1,234.56万元，较上年增长5.6%，其中居民医保基金",
        "收入1,000.00万元。",
    ]
    content = [show(60, 780 - 20 * i, line) for i, line in enumerate(lines)]
    content += [f"60 {y} m 400 {y} l S" for y in (700, 680, 660, 640)]
    content += [f"{x} 640 m {x} 700 l S" for x in (60, 250, 400)]
    for i, row in enumerate(TABLE):
        content += [show(65 + 190 * j, 685 - 20 * i, text) for j, text in enumerate(row) if text]
    document = load(page_with("\n".join(content).encode(), *cid_font(cmap, halves)))
    prose = lines[0].strip() + lines[1]
    assert document.text == f"{prose}\n项目\t金额\n人员经费\t1,234.56\n会议费\t"


@pytest.mark.usefixtures("no_ocr")
def test_a_font_that_does_not_say_its_characters_leaves_the_page_unread() -> None:
    font = (
        (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Hidden /Encoding /Identity-H"
            b" /DescendantFonts [6 0 R] >>"
        ),
        (
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Hidden /FontDescriptor 7 0 R"
            b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            b" /DW 1000 >>"
        ),
        (
            b"<< /Type /FontDescriptor /FontName /ABCDEF+Hidden /Flags 4 /FontBBox [0 0 1000 1000]"
            b" /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 859 /StemV 80 >>"
        ),
    )
    codes = "".join(f"{code:04x}" for code in range(3, 90))
    data = page_with(f"BT /F1 12 Tf 60 700 Td <{codes}> Tj ET".encode(), *font)
    assert outcome(data) == ("empty", "scanned")


@pytest.mark.usefixtures("no_ocr")
def test_private_use_characters_are_no_text() -> None:
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def"
        b" 1 begincodespacerange <00> <ff> endcodespacerange"
        b" 1 beginbfrange <41> <5a> <E001> endbfrange endcmap end end"
    )
    font = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        stream(cmap),
    )
    both = page_with(b"BT /F1 12 Tf 60 700 Td (HELLOWORLD) Tj ET", *font)
    assert outcome(both) == ("empty", "scanned")


def written(x: float, y: float, codes: bytes) -> str:
    return f"BT /F1 12 Tf {x} {y} Td <{codes.hex()}> Tj ET"


def letters(x: float, y: float, text: str, codec: str) -> list[str]:
    """Each character drawn by itself."""
    return [written(x + 12 * i, y, letter.encode(codec)) for i, letter in enumerate(text)]


def grid(ys: list[int], xs: list[int]) -> list[str]:
    rules = [f"{xs[0]} {y} m {xs[-1]} {y} l S" for y in ys]
    return rules + [f"{x} {ys[-1]} m {x} {ys[0]} l S" for x in xs]


def test_a_character_that_stands_for_nothing_leaves_those_behind_it_where_they_are() -> None:
    cmap, codec, halves = CMAPS[0]
    said = "收支总表".encode(codec)
    content = [written(60, 780, said[:4] + b"\0\0" + said[4:])]
    content += grid([700, 680, 660, 640], [60, 250, 400])
    for i, row in enumerate(TABLE):
        cells = [(65 + 190 * j, text) for j, text in enumerate(row) if text]
        content += [written(x, 685 - 20 * i, text.encode(codec)) for x, text in cells]
    document = load(page_with("\n".join(content).encode(), *cid_font(cmap, halves)))
    assert document.text == "收支\ufffd总表\n项目\t金额\n人员经费\t1,234.56\n会议费\t"
    assert document.n_replaced == 1


def test_a_slanting_watermark_drawn_first_leaves_level_words_whole() -> None:
    cmap, codec, halves = CMAPS[0]
    mark = "决算公开".encode(codec).hex()
    content = [f"BT /F1 60 Tf .77 .64 -.64 .77 150 300 Tm <{mark}> Tj ET"]
    content += letters(60, 780, "全年支出合计四十万元", codec)
    content += grid([700, 680, 660], [60, 250, 400])
    content += [*letters(65, 685, "人员经费", codec), *letters(255, 685, "三十万元", codec)]
    content += [*letters(65, 665, "会议费", codec), *letters(255, 665, "十万元", codec)]
    document = load(page_with("\n".join(content).encode(), *cid_font(cmap, halves)))
    lines = [document.text[b.start : b.end] for b in document.blocks if b.kind != "furniture"]
    assert lines == ["全年支出合计四十万元", "人员经费\t三十万元", "会议费\t十万元"]
