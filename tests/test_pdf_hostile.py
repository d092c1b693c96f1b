"""PDF files that are damaged, hostile, encrypted, or whose fonts hide what they say."""

from __future__ import annotations

import zlib

import fpdf
import pytest
from PIL import Image

from extract.errors import DocumentError
from extract.loaders import load
from extract.loaders import pdf as loader
from extract.loaders.pdf import page as page_module
from extract.loaders.pdf import scans
from extract.loaders.pdf.scans import ScanLine
from tests.builders import add_part, new_pdf, pdf_of

TABLE = [["项目", "金额"], ["人员经费", "1,234.56"], ["会议费", ""]]
CMAPS = [("UniGB-UCS2-H", "utf-16-be", "1 95 500"), ("GBK-EUC-H", "gbk", "814 939 500")]


def written(*objects: bytes) -> bytes:
    """A PDF of ``objects`` numbered from 1, the catalogue first, with its table of places."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), extra, content)


def page_with(content: bytes, *font: bytes, n_pages: int = 1) -> bytes:
    """Pages that all show ``content`` in the font objects given (numbered from 5)."""
    font = font or (b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",)
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    numbers = [3, *range(5 + len(font), 4 + len(font) + n_pages)]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    return written(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, n_pages),
        page,
        stream(content),
        *font,
        *[page] * (n_pages - 1),
    )


def cid_font(cmap: str, halves: str) -> tuple[bytes, bytes, bytes]:
    """A CID font that is not embedded, under a predefined CMap."""
    return (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun-{cmap} /Encoding /{cmap}"
        " /DescendantFonts [6 0 R] >>".encode(),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /FontDescriptor 7 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
        f" /DW 1000 /W [{halves}] >>".encode(),
        b"<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [-8 -145 1000 859]"
        b" /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 859 /StemV 80 >>",
    )


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


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


def test_a_font_that_does_not_say_its_characters_leaves_the_page_unread() -> None:
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Hidden /Encoding /Identity-H"
        b" /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Hidden /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>",
        b"<< /Type /FontDescriptor /FontName /ABCDEF+Hidden /Flags 4 /FontBBox [0 0 1000 1000]"
        b" /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 859 /StemV 80 >>",
    )
    codes = "".join(f"{code:04x}" for code in range(3, 90))
    data = page_with(f"BT /F1 12 Tf 60 700 Td <{codes}> Tj ET".encode(), *font)
    assert outcome(data) == ("empty", "scanned")


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


def test_what_a_reader_of_pictures_says_becomes_paragraphs_with_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(_: object, numbers: list[int]) -> dict[int, list[ScanLine]]:
        assert numbers == [2]
        return {
            2: [
                ScanLine("全年支出12.5万元，其中人员经费", (60, 100, 516, 130), 0.9, ((4, 8),)),
                ScanLine("占比60%。", (60, 140, 200, 170), 0.8),
            ]
        }

    pdf = new_pdf()
    pdf.add_page()
    add_part(pdf, "第一页文字。")
    pdf.add_page()
    pdf.image(Image.new("L", (60, 80), 200), 0, 0, 210, 297)
    data = bytes(pdf.output())
    unread = load(data)
    assert (unread.text, unread.status, unread.reason) == ("第一页文字。", "partial", "scanned")
    monkeypatch.setattr(loader, "read_scans", read)
    document = load(data)
    assert document.text == "第一页文字。\n全年支出12.5万元，其中人员经费占比60%。"
    assert (document.status, document.reason) == ("ok", None)
    assert [document.text[a:b] for a, b in document.unsure] == ["12.5"]
    assert document.ocr_confidence == pytest.approx(0.876, abs=0.01)
    assert document.places is not None
    start = document.text.index("12.5")
    place = document.places([(start, start + 4)])[0]
    assert place is not None
    assert place.page == 2
    assert place.box == pytest.approx((60 + 456 / 17 * 4, 100, 60 + 456 / 17 * 8, 130))
    assert scans.read_scans(None, [2]) is None


# --- damage -----------------------------------------------------------------------------------


def test_what_pdfium_does_not_open_pdfplumber_may_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> None:
        raise loader.pdfium.PdfiumError("no")

    data = page_with(b"BT /F1 12 Tf 60 700 Td (Budget 12.5) Tj ET", n_pages=2)
    monkeypatch.setattr(loader.pdfium, "PdfDocument", refuse)
    document = load(data)
    assert document.text == "Budget 12.5\nBudget 12.5"
    assert (document.status, document.pages) == ("ok", 2)
    assert document.places is not None
    assert outcome(b"%PDF-1.4\n" + bytes(900)) == ("corrupt", "pdf")


def test_a_page_that_pdfium_does_not_read_pdfplumber_may_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = loader.read_page

    def read(pdf: object, index: int, *, ruled: bool) -> object:
        if index == 0:
            raise loader.pdfium.PdfiumError("no")
        return real(pdf, index, ruled=ruled)

    content = b"60 600 m 300 600 l S 60 580 m 300 580 l S 60 560 m 300 560 l S"
    content += b" 60 560 m 60 600 l S 180 560 m 180 600 l S 300 560 m 300 600 l S"
    words = ((60, 700, "Report"), (65, 585, "A"), (185, 585, "1"), (65, 565, "B"), (185, 565, "2"))
    for x, y, word in words:
        content += f" BT /F1 12 Tf {x} {y} Td ({word}) Tj ET".encode()
    data = page_with(content, n_pages=2)
    expected = load(data)
    monkeypatch.setattr(loader, "read_page", read)
    document = load(data)
    assert document.text == expected.text
    assert document.text.startswith("Report\nA\t1\nB\t2")
    assert document.status == "ok"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", b"%PDF-1.4 " + bytes(3000)])
def test_a_file_that_only_begins_like_a_pdf_is_corrupt(data: bytes) -> None:
    assert outcome(data) == ("corrupt", "pdf")


def test_half_a_file_gives_what_it_has_or_is_corrupt() -> None:
    data = pdf_of(*[[f"第{i}页的文字"] for i in range(4)])
    for share in (0.3, 0.6, 0.9):
        try:
            document = load(data[: int(len(data) * share)])
        except DocumentError as error:
            assert error.status in ("corrupt", "empty")  # noqa: PT017
        else:
            assert document.text


def test_junk_before_the_head_does_no_harm() -> None:
    assert load(bytes(900) + pdf_of(["甲县决算"])).text == "甲县决算"


@pytest.mark.parametrize(
    "objects",
    [
        (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        ),
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            b"<< /Length 100000000000 >>\nstream\nq\nendstream",
        ),
        (b"<< /Type /Catalog /Pages 2 0 R >>", b"[" * 5000),
    ],
    ids=["kids_loop", "count", "length", "nesting"],
)
def test_loops_and_lies_end_as_a_status(objects: tuple[bytes, ...]) -> None:
    assert outcome(written(*objects))[0] in ("corrupt", "empty")


def test_a_form_that_draws_itself_ends() -> None:
    data = written(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /X 5 0 R >> >> >>",
        stream(b"/X Do"),
        stream(
            b"/X Do 0 0 m 9 9 l S",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
            b" /Resources << /XObject << /X 5 0 R >> >>",
        ),
    )
    assert outcome(data)[0] == "empty"


def test_more_pages_than_the_limit_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "MAX_PAGES", 2)
    document = load(pdf_of(["甲"], ["乙"], ["丙"]))
    assert (document.text, document.pages) == ("甲\n乙", 3)
    assert (document.status, document.reason) == ("partial", "limit")


def test_more_text_than_a_page_may_have_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "MAX_CHARS", 12)
    document = load(pdf_of(["第一行的文字", "第二行的文字"]))
    assert document.text.startswith("第一行的文字\n第二")
    assert (document.status, document.reason) == ("partial", "limit")


def test_thousands_of_rules_are_a_drawing_and_no_table() -> None:
    lines = b"".join(b"%d 0 m %d 800 l S\n0 %d m 500 %d l S\n" % (i, i, i, i) for i in range(3000))
    text = b"BT /F1 12 Tf 60 700 Td (Budget 12.5) Tj ET"
    document = load(page_with(lines + text))
    assert document.text == "Budget 12.5"
    assert {block.kind for block in document.blocks} == {"paragraph"}


def test_a_stream_that_inflates_without_end_is_cut_or_empty() -> None:
    content = zlib.compress(b"q " * 2_000_000)
    data = page_with(b"").replace(stream(b""), stream(content, b"/Filter /FlateDecode"))
    assert outcome(data)[0] in ("empty", "corrupt")


# --- encryption -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", list(fpdf.enums.EncryptionMethod)[1:])
def test_a_file_locked_without_a_password_for_readers_opens(method: object) -> None:
    pdf = new_pdf()
    pdf.set_encryption(owner_password="owner", user_password="", encryption_method=method)  # noqa: S106
    pdf.add_page()
    add_part(pdf, "甲县决算12万元")
    assert load(bytes(pdf.output())).text == "甲县决算12万元"


def test_a_locked_file_is_encrypted() -> None:
    assert outcome(pdf_of(["甲"], password="x")) == ("encrypted", "")  # noqa: S106 made for the test
