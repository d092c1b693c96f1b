from __future__ import annotations

import io
import subprocess
import sys
from contextlib import closing

import pypdfium2 as pdfium
import pytest
from fontTools.ttLib import TTFont

from extract.loaders import standin
from tests.rendering.cid import GBK, UCS2, Encoding, cid
from tests.rendering.source import Paragraph

# Character by character, as some producers place all their text.
LONE = [Paragraph(char) for char in "完成值≥95分，"]


@pytest.fixture(autouse=True)
def installed() -> None:
    standin.install()


def text_of(data: bytes) -> str:
    with closing(pdfium.PdfDocument(data)) as pdf, closing(pdf[0]) as page:
        return str(page.get_textpage().get_text_range())


@pytest.mark.parametrize("encoding", [UCS2, GBK], ids=lambda encoding: encoding.cmap)
def test_a_lone_character_of_a_font_that_is_not_embedded_is_read(encoding: Encoding) -> None:
    lines = text_of(cid(LONE, "虚构样例", encoding)).split("\r\n")
    assert [line for line in lines if len(line) == 1] == [part.text for part in LONE]


def test_a_character_has_the_box_that_its_font_would_give_it() -> None:
    with (
        closing(pdfium.PdfDocument(cid([Paragraph("值12")], "题"))) as pdf,
        closing(pdf[0]) as page,
    ):
        words = page.get_textpage()
        at = words.get_text_range().index("值")
        han, digit = words.get_charbox(at), words.get_charbox(at + 1)
    assert han[2] - han[0] == pytest.approx(0.9 * 12, abs=0.2)
    assert digit[2] - digit[0] == pytest.approx(0.45 * 12, abs=0.2)
    assert han[3] - han[1] > 8


def test_the_font_is_a_font() -> None:
    font = TTFont(io.BytesIO(standin.font()), lazy=False)
    assert font.getBestCmap()[ord("县")] == font.getBestCmap()[0x20000]
    assert font["hmtx"][font.getBestCmap()[ord("县")]][0] == 1000
    assert font["hmtx"][font.getBestCmap()[ord("7")]][0] == 500
    assert len(standin.font()) < 1000


def test_a_process_that_used_it_ends_in_peace() -> None:
    code = (
        "from extract.loaders import standin; standin.install(); import pypdfium2\n"
        "from tests.test_standin import LONE, cid, text_of\n"
        "print(len(text_of(cid(LONE, ''))))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603
    assert (run.stderr, int(run.stdout) > len(LONE)) == (b"", True)
