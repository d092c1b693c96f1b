"""Page and box of spans of a PDF's text, against where the words were drawn."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest

from extract.loaders import load
from tests.builders import add_part, new_pdf, pdf_of
from tests.test_pdf_text import LONG, TABLE, page_of


def rotated(data: bytes, turn: int) -> bytes:
    return data.replace(b"/Type /Page\n", b"/Type /Page\n/Rotate %d\n" % turn)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_span_has_the_box_that_the_page_shows_it_in(turn: int) -> None:
    pdf = new_pdf()
    pdf.add_page()
    pdf.text(50, 70, "支出12.5万元")
    pdf.add_page()
    pdf.text(20, 50, "第二页")
    left = 50 * pdf.k + pdf.get_string_width("支出") * pdf.k
    right = left + pdf.get_string_width("12.5万元") * pdf.k
    base, width, height = 70 * pdf.k, pdf.w * pdf.k, pdf.h * pdf.k
    document = load(rotated(bytes(pdf.output()), turn))
    assert document.places is not None
    start = document.text.index("12.5")
    second = document.text.index("第二页")
    first, other = document.places([(start, start + 6), (second, second + 3)])
    assert first is not None
    assert other is not None
    assert (first.page, other.page) == (1, 2)
    assert first.box is not None
    x0, y0, x1, y1 = first.box
    sides, line = {
        0: ((x0, x1), (y0, y1)),
        90: ((y0, y1), (height - x1, height - x0)),
        180: ((width - x1, width - x0), (height - y1, height - y0)),
        270: ((width - y1, width - y0), (x0, x1)),
    }[turn]
    assert sides == pytest.approx((left, right), abs=1.5)
    assert line[0] < base - 7 < base < line[1] < line[0] + 22


def test_boxes_in_cells_and_over_lines_hold_the_characters() -> None:
    pdf = new_pdf()
    pdf.add_page()
    page_of(pdf, [LONG * 3])
    add_part(pdf, TABLE)
    data = bytes(pdf.output())
    document = load(data)
    assert document.places is not None
    spans = [
        (at, at + len(words))
        for words in ("12.34万人", "1,234.56", "3.2", "23,456.78万元")
        for at in [document.text.index(words)]
    ]
    page = pdfium.PdfDocument(data)[0]
    height = page.get_height()
    for span, place in zip(spans, document.places(spans), strict=True):
        assert place is not None
        assert place.box is not None
        left, top, right, bottom = place.box
        said = page.get_textpage().get_text_bounded(left, height - bottom, right, height - top)
        assert document.text[span[0] : span[1]] in said.replace("\r\n", "")


def test_a_span_over_two_pages_has_the_first_ones_box() -> None:
    pdf = new_pdf()
    pdf.add_page()
    page_of(pdf, [LONG * 40])
    document = load(bytes(pdf.output()))
    assert document.places is not None
    whole = (0, len(document.text))
    place = document.places([whole])[0]
    assert place is not None
    assert place.page == 1
    assert document.places([(len(document.text) - 3, len(document.text))])[0] != place


def test_text_between_cells_stands_nowhere() -> None:
    document = load(pdf_of([TABLE]))
    assert document.places is not None
    tab = document.text.index("\t")
    assert document.places([(tab, tab + 1)]) == [None]
