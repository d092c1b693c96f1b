"""PDF files that are damaged, hostile, encrypted, or whose fonts hide what they say."""

from __future__ import annotations

import zlib

import pypdfium2 as pdfium
import pytest
from fpdf.enums import EncryptionMethod

from extract.errors import DocumentError
from extract.loaders import load
from extract.loaders import pdf as loader
from extract.loaders.pdf import page as page_module
from tests.builders import add_part, new_pdf, pdf_of
from tests.rawpdf import outcome, page_with, stream, written

# --- damage -----------------------------------------------------------------------------------


def test_what_pdfium_does_not_open_pdfplumber_may_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> None:
        raise pdfium.PdfiumError("no")

    data = page_with(b"BT /F1 12 Tf 60 700 Td (Budget 12.5) Tj ET", n_pages=2)
    monkeypatch.setattr(pdfium, "PdfDocument", refuse)
    document = load(data)
    assert document.text == "Budget 12.5\nBudget 12.5"
    assert (document.status, document.pages) == ("ok", 2)
    assert document.places is not None
    assert outcome(b"%PDF-1.4\n" + bytes(900)) == ("corrupt", "pdf")


def test_a_page_that_pdfium_does_not_read_pdfplumber_may_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = page_module.read_page

    def read(pdf: object, index: int, *, ruled: bool) -> object:
        if index == 0:
            raise pdfium.PdfiumError("no")
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


@pytest.mark.parametrize("method", list(EncryptionMethod)[1:])
def test_a_file_locked_without_a_password_for_readers_opens(method: EncryptionMethod) -> None:
    pdf = new_pdf()
    pdf.set_encryption(owner_password="owner", user_password="", encryption_method=method)  # noqa: S106
    pdf.add_page()
    add_part(pdf, "甲县决算12万元")
    assert load(bytes(pdf.output())).text == "甲县决算12万元"


def test_a_locked_file_is_encrypted() -> None:
    assert outcome(pdf_of(["甲"], password="x")) == ("encrypted", "")  # noqa: S106 made for the test
