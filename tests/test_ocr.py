"""Scanned pages (扫描件): what is read, where it goes, and what happens without the extra."""

from __future__ import annotations

import io
import socket
import struct
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf.enums import WrapMode
from PIL import Image

from extract import cli
from extract.errors import DocumentError
from extract.loaders import load
from extract.loaders.image import load_album
from extract.loaders.scan import ocr
from extract.loaders.scan.columns import in_turn
from extract.loaders.scan.flow import Page, pieces
from extract.loaders.scan.layout import Glyph, cut, in_order, lines, split
from extract.loaders.scan.ocr import Box, OcrLine
from extract.loaders.scan.text import Readings, ScanText
from extract.runreport import RunReport
from tests.builders import add_part, new_pdf, pdf_of

needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")

EM = 12.0
SIZE = (600.0, 800.0)  # of a page, in points
LEFT = 60.0  # its margin
FULL = ("本年度基本医疗保险基金收支总体平稳各项待遇按时足额支付未发生拖欠情况参保群众" * 2)[
    :40
]  # ems, as many as go between the margins
TEXT = (
    "2022年松坪县共检查定点医药机构48家，追回医保基金126.5万元，比上年增加3万元；全年基金支出"
    "1,234.56万元，其中住院支出800万元。参保群众办理异地就医备案312人次，窗口办结各类业务5,418件，"
    "接听咨询电话2,077次，群众满意度达到98.5%，全年没有发生有效投诉。"
)
TABLE = [
    ["指标", "年初预算", "决算数"],
    ["基本支出", "1,234.56", "1,200.00"],
    ["会议费", "", "3.2"],
]
ROWS = "指标\t年初预算\t决算数\n基本支出\t1,234.56\t1,200.00\n会议费\t\t3.2"


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


def saved(image: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **more)
    return stream.getvalue()


def drawn(data: bytes, dpi: float = 150) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    with closing(pdfium.PdfDocument(data)) as pdf:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in pdf]


# --- read by the models -------------------------------------------------------------------------


def wrapped() -> bytes:
    """Two pages: a paragraph over three lines, a table, page numbers; then only a picture of it."""
    pdf = new_pdf()
    pdf.set_auto_page_break(auto=False)
    for number in (1, 2):
        pdf.add_page()
        pdf.set_y(40)
        if number == 1:
            pdf.multi_cell(0, 8, TEXT, wrapmode=WrapMode.CHAR, align="L")
            pdf.ln(10)
            add_part(pdf, TABLE)
        else:
            add_part(pdf, "有文字的一页")
        pdf.text(100, 285, f"- {number} -")
    return bytes(pdf.output())


@needs_ocr
def test_only_the_page_without_text_is_read_from_its_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("no network")

    monkeypatch.setattr(socket, "socket", refuse)
    data = wrapped()
    plain = load(data)
    scan = drawn(data)[0].rotate(0.3, Image.Resampling.BICUBIC, fillcolor=255)
    pdf = new_pdf()
    pdf.add_page()
    pdf.image(scan, 0, 0, 210, 297)
    pdf.add_page()
    add_part(pdf, "有文字的一页")

    document = load(bytes(pdf.output()))

    assert (document.status, document.reason, document.pages) == ("ok", None, 2)
    assert document.text.split("\n") == [TEXT, *ROWS.split("\n"), "-1-", "有文字的一页"]
    assert plain.text.startswith(f"{TEXT}\n{ROWS}\n")
    assert document.ocr_confidence is not None
    assert document.ocr_confidence > 0.95
    assert [block.kind for block in document.blocks][-2:] == ["furniture", "paragraph"]
    spans = [(start := document.text.index(q), start + len(q)) for q in ("126.5万元", "1,200.00")]
    assert document.places is not None
    assert plain.places is not None
    there = plain.places(spans)  # both texts are the same up to here
    for place, other in zip(document.places(spans), there, strict=True):
        assert place is not None and other is not None  # noqa: PT018  one thing
        assert place.page == other.page
        assert place.box is not None and other.box is not None  # noqa: PT018
        assert place.box == pytest.approx(other.box, abs=7)


@needs_ocr
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_on_its_side_or_head_is_turned(turn: int) -> None:
    page = drawn(pdf_of(["检查定点医药机构48家", "追回基金126.5万元"]))[0].crop((0, 0, 800, 260))
    document = load(saved(page.rotate(turn, expand=True), "JPEG", dpi=(150, 150)))
    assert document.text.split("\n") == ["检查定点医药机构48家", "追回基金126.5万元"]


@needs_ocr
def test_pages_of_a_tiff_are_pages_and_unread_ones_are_said() -> None:
    first, second = (page.crop((0, 0, 700, 200)) for page in drawn(pdf_of(["甲48家"], ["乙9家"])))
    data = saved(first, "TIFF", save_all=True, append_images=[second], dpi=(150, 150))
    document = load(data)
    assert (document.text, document.pages, document.format) == ("甲48家\n乙9家", 2, "image")
    assert [block.page for block in document.blocks] == [1, 2]


@needs_ocr
def test_a_blank_picture_holds_no_text() -> None:
    assert outcome(saved(Image.new("L", (600, 400), 250))) == ("empty", "no_text")


@needs_ocr
def test_a_digit_alone_in_a_cell_is_read() -> None:
    page = drawn(pdf_of([[["名称", "个数", "备注"], ["医院", "7", ""], ["药店", "1", ""]]]))[0]
    document = load(saved(page.crop((0, 0, 1241, 400)), dpi=(150, 150)))
    assert document.text == "名称\t个数\t备注\n医院\t7\t\n药店\t1\t"


# --- without the extra, and damaged files ---------------------------------------------------------


@pytest.mark.usefixtures("no_ocr")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_without_the_extra_a_picture_is_a_scan_and_the_error_says_what_to_install(
    kind: str,
) -> None:
    with pytest.raises(DocumentError, match=r"pip install 'zhengju\[ocr\]'") as caught:
        load(saved(Image.new("L", (60, 80), 200), kind))
    assert (caught.value.status, caught.value.reason) == ("empty", "scanned")


@pytest.mark.usefixtures("no_ocr")
def test_without_the_extra_pages_with_text_are_read_all_the_same() -> None:
    pdf = new_pdf()
    for text in ("", "检查48家"):
        pdf.add_page()
        pdf.image(Image.new("L", (60, 80), 200), 0, 100, 90, 80)
        if text:
            add_part(pdf, text)
    document = load(bytes(pdf.output()))
    assert (document.text, document.status, document.reason) == ("检查48家", "partial", "scanned")


@pytest.mark.usefixtures("no_ocr")
def test_a_page_number_or_a_name_of_a_program_on_a_picture_is_no_text() -> None:
    pdf = new_pdf()
    for mark in ("- 1 -", "掌上扫描 创建"):
        pdf.add_page()
        pdf.image(Image.new("L", (60, 80), 200), 0, 0, 210, 280)
        pdf.text(90, 285, mark)
    assert outcome(bytes(pdf.output())) == ("empty", "scanned")


@pytest.mark.usefixtures("no_ocr")
def test_a_run_says_how_to_read_its_scans(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.png").write_bytes(saved(Image.new("L", (60, 80), 200)))
    (corpus / "b.txt").write_text("全年检查定点医药机构48家。", encoding="utf-8")
    code = cli.main(["run", str(corpus), "--output", str(tmp_path / "out"), "--workers", "1"])
    assert code == 0
    assert "scans      1 unread" in (said := capsys.readouterr().out)
    assert "pip install 'zhengju[ocr]'" in said


def test_a_run_without_scans_says_nothing_of_them() -> None:
    report = RunReport({"ok": 1}, 1, 1, 1, 0.1, Path("out"))
    assert "ocr" not in cli.summary(report)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has a few rows only."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [10_000, 40_000])
def test_a_picture_that_would_fill_the_memory_is_refused_unread(side: int) -> None:
    assert outcome(png_of(side, side)) == ("refused", "size")


@needs_ocr
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF"])
def test_a_picture_cut_short_is_corrupt(kind: str) -> None:
    noise = Image.effect_noise((300, 200), 80)
    data = saved(noise, kind)
    assert outcome(data[: len(data) // 3]) == ("corrupt", "image")


@pytest.mark.parametrize("head", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"GIF89a"])
def test_bytes_that_only_begin_like_a_picture_are_corrupt(head: bytes) -> None:
    assert outcome(head + bytes(range(256)) * 4) == ("corrupt", "image")


# --- layout, without the models -------------------------------------------------------------------


def read(text: str, left: float, top: float, *, score: float = 0.99, em: float = EM) -> OcrLine:
    """A line as the recogniser gives it: digits and Latin letters half as wide."""
    centres, x = [], left
    for char in text:
        width = em if char >= "\u2e80" else em / 2
        centres.append(x + width / 2)
        x += width
    box = (left, top, x, top + 1.2 * em)
    return OcrLine(text, box, tuple(centres), (score,) * len(text))


def page_of(*found: OcrLine, number: int = 1, grids: Sequence[list[list[Box | None]]] = ()) -> Page:
    return Page(tuple(in_order(*split(lines(found, number), grids))), *SIZE, number)


def texts(*pages: Page) -> list[str]:
    return [piece.text for piece, _ in pieces(pages)]


def test_a_line_that_had_no_room_goes_on_in_the_next_one() -> None:
    page = page_of(
        read("　" + FULL[:38], LEFT + 12, 100),
        read(FULL, LEFT, 120),
        read("共计12万元。", LEFT, 140),
        read("另起一行", LEFT + 24, 160),
        read(FULL, LEFT, 180),
    )
    assert texts(page) == ["　" + FULL[:38] + FULL + "共计12万元。", "另起一行", FULL]


def test_a_list_number_and_a_larger_letter_begin_anew() -> None:
    listed = page_of(
        *(read(FULL, LEFT, 100 + 20 * i) for i in range(3)), read("二、其他", LEFT, 160)
    )
    assert texts(listed) == [FULL * 3, "二、其他"]
    title = page_of(
        *(read(FULL, LEFT, 100 + 20 * i) for i in range(3)), read("标题", LEFT, 160, em=18)
    )
    assert texts(title) == [FULL * 3, "标题"]


def test_a_paragraph_goes_on_over_pages_around_their_furniture() -> None:
    first = page_of(*(read(FULL, LEFT, y) for y in (640, 660, 680)), read("- 1 -", 280, 760))
    rest = [read("完。", LEFT, 100), *(read(FULL, LEFT, y) for y in (140, 160, 180))]
    second = page_of(*rest, read("-2-", 280, 760), number=2)
    found = pieces([first, second])
    assert [p.piece.text for p in found] == [FULL * 3 + "完。", "- 1 -", FULL * 3, "-2-"]
    assert [p.piece.kind for p in found] == ["paragraph", "furniture", "paragraph", "furniture"]
    assert [p.piece.page for p in found] == [1, 1, 2, 2]


def test_a_running_head_is_furniture() -> None:
    pages = [
        page_of(read("松坪县医疗保障局", 240, 30), read(f"第{n}段", LEFT, 200), number=n)
        for n in (1, 2, 3)
    ]
    kinds = [piece.kind for piece, _ in pieces(pages)]
    assert kinds == ["furniture", "paragraph"] * 3


GRID: list[list[Box | None]] = [
    [(60, 100 + 20 * i, 180, 120 + 20 * i), (180, 100 + 20 * i, 300, 120 + 20 * i)]
    for i in range(3)
]


def test_lines_go_to_the_cells_that_hold_their_middle() -> None:
    page = page_of(
        read("项目", 65, 102), read("12.5", 190, 121), read("下方", 65, 170), grids=[GRID]
    )
    assert texts(page) == ["项目\t", "\t12.5", "\t", "下方"]


def test_a_line_over_a_border_is_cut_there() -> None:
    assert cut([(65, 102, 290, 116)], [GRID]) == [(65, 102, 180, 116), (180, 102, 290, 116)]
    assert cut([(65, 102, 182, 116)], [GRID]) == [(65, 102, 180, 116)]
    assert cut([(20, 300, 182, 316)], [GRID]) == [(20, 300, 182, 316)]


def test_a_wrapped_cell_is_one_text_and_stacked_numbers_stay_apart() -> None:
    tall: list[list[Box | None]] = [[(60, 100, 120, 140), (120, 100, 240, 140)]]
    page = page_of(
        *(read("医疗救助", 62, 102), read("补助", 62, 120)),
        *(read("15", 122, 102), read("13", 122, 120)),
        grids=[tall],
    )
    assert texts(page) == ["医疗救助补助\t15 13"]


def test_a_table_that_goes_on_is_one_and_its_repeated_header_is_furniture() -> None:
    head = (read("项目", 65, 102), read("金额", 190, 102))
    first = page_of(*head, read("甲", 65, 121), read("1.5", 190, 121), grids=[GRID[:2]])
    second = page_of(*head, read("乙", 65, 121), read("2.5", 190, 121), grids=[GRID[:2]], number=2)
    found = [(p.text, p.kind, p.table, p.row) for p, _ in pieces([first, second])]
    assert found == [
        ("项目\t金额", "paragraph", 0, 0),
        ("甲\t1.5", "paragraph", 0, 1),
        ("项目\t金额", "furniture", None, None),
        ("乙\t2.5", "paragraph", 0, 2),
    ]


def test_parts_of_a_line_keep_their_distance() -> None:
    page = page_of(read("收入", LEFT, 100), read("12.5", 180, 101), read("万元", 204, 100))
    assert texts(page) == ["收入        12.5万元"]


def doubts(text: str, score: Callable[[int], float] = lambda _: 0.99) -> list[str]:
    glyphs = tuple(Glyph(c, 1, (i, 0, i + 1, 1), score(i)) for i, c in enumerate(text))
    reading = Readings([(5, ScanText(text, glyphs, {1: (1, 0, 0, 0, 1, 0)}))])
    return [text[start - 5 : end - 5] for start, end in reading.unsure()]


def test_improbable_characters_and_letters_in_numbers_are_in_doubt_but_stay() -> None:
    assert doubts("支出12.5万元") == []
    assert doubts("支出12.5万元", lambda i: 0.4 if i == 3 else 0.99) == ["2"]
    assert "".join(doubts("支出1O2.5万元")) == "1O2.5"
    assert "".join(doubts("支出l2万元，见A1栏OK")) == "l2"
    assert "".join(doubts("死亡率2.6%₀，参保率98%")) == "%₀"


# --- files of another format that hold nothing but pictures ---------------------------------------


@pytest.mark.usefixtures("no_ocr")
def test_an_album_of_pages_is_a_scan_and_one_of_logos_has_no_text() -> None:
    large, small = (saved(Image.new("L", size, 250)) for size in ((800, 1100), (90, 90)))
    for pictures, reason in ([small, large], "scanned"), ([small], "no_text"), ([b"x"], "no_text"):
        with pytest.raises(DocumentError) as caught:
            load_album(pictures, "docx")
        assert (caught.value.status, caught.value.reason) == ("empty", reason)


@needs_ocr
def test_pictures_of_an_album_are_its_pages() -> None:
    pages = [page.crop((0, 0, 800, 400)) for page in drawn(pdf_of(["甲48家"], ["乙9家"]))]
    data = [saved(page, dpi=(150, 150)) for page in pages]
    document = load_album([data[0], b"no picture", data[1]], "docx")
    assert (document.text, document.pages) == ("甲48家\n乙9家", 2)
    assert (document.format, document.status, document.reason) == ("docx", "partial", "page_errors")


# --- two columns ----------------------------------------------------------------------------------

HALF = FULL[:18]  # ems of a column of 216 points


def columned(left: Sequence[str], right: Sequence[str], *more: OcrLine) -> list[str]:
    found = [read(text, LEFT, 140 + 20 * i) for i, text in enumerate(left)]
    found += [read(text, 310, 140 + 20 * i) for i, text in enumerate(right)]
    # The detector tells no order.
    held = in_turn(lines([*found[::2], *found[1::2], *more], 1), *SIZE)
    return texts(Page(held, *SIZE, 1)) if held else []


def test_the_left_column_is_read_before_the_right_one_and_a_paragraph_goes_over() -> None:
    left, right = [HALF] * 25, [HALF] * 24
    title, number = read("标题横跨两栏", 200, 80, em=24), read("- 1 -", 280, 760)
    found = columned(left, [*right, "完成126万元。"], title, number)
    assert found == ["标题横跨两栏", HALF * 49 + "完成126万元。", "- 1 -"]


def test_rows_of_labels_and_numbers_are_no_columns() -> None:
    labels = [HALF[: 10 + i % 8] for i in range(25)]
    assert columned(labels, ["1,234.56"] * 25) == []
    assert columned([HALF] * 25, labels) == []
    assert columned([HALF] * 25, [HALF] * 6) == []
    assert columned([HALF] * 25, [HALF] * 25, read(FULL, LEFT, 333)) == []
