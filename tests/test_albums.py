"""Files of other formats that are nothing but pictures of pages (扫描件)."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from itertools import repeat

import docx
import pytest
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import serif_path

from extract.errors import DocumentError
from extract.loaders import load
from extract.loaders.image import load_album
from extract.loaders.scan import ocr
from tests.builders import docx_of
from tests.test_ofd import ofd
from tests.word97 import doc_of

needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")

WORDS = ("检查定点医药机构48家", "追回医保基金126.5万元")
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def page(words: str, kind: str = "PNG") -> bytes:
    """A picture as large as a page's upper part."""
    image = Image.new("L", (1000, 400), 255)
    face = ImageFont.truetype(str(serif_path()), 28)
    ImageDraw.Draw(image).text((90, 90), words, font=face, fill=0)
    stream = io.BytesIO()
    image.save(stream, kind, dpi=(150, 150))
    return stream.getvalue()


def in_docx(pages: Sequence[bytes]) -> bytes:
    document = docx.Document()
    for each in pages:
        document.add_paragraph().add_run().add_picture(io.BytesIO(each))
    document.sections[0].header.paragraphs[0].text = "松坪县医疗保障局"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def in_doc(pages: Sequence[bytes]) -> bytes:
    """Records as Word keeps them in a stream beside the text: a JPEG with two identifiers."""
    records = b""
    for i, each in enumerate(pages):
        jpeg = each.startswith(b"\xff\xd8")
        uids = bytes([i]) * (32 if jpeg else 16)
        head = struct.pack("<HH", 0x46B0, 0xF01D) if jpeg else struct.pack("<HH", 0x6E00, 0xF01E)
        body = uids + b"\xff" + each
        records += bytes(68) + head + struct.pack("<I", len(body)) + body
    return doc_of("", streams={"Data": records})


def in_ofd(pages: Sequence[bytes]) -> bytes:
    """One picture a page, listed in the resources, with a folder of their own."""
    shown = [
        f'<ofd:ImageObject ID="2" Boundary="0 0 210 297" ResourceID="{50 + i}"/>'
        for i in range(len(pages))
    ]
    media = "".join(
        f'<ofd:MultiMedia ID="{50 + i}" Type="Image"><ofd:MediaFile>p{i}.png</ofd:MediaFile>'
        "</ofd:MultiMedia>"
        for i in range(len(pages))
    )
    listed = f'<ofd:Res {_OFD} BaseLoc="Res"><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>'
    extra = {f"Doc_0/Res/p{i}.png": each for i, each in enumerate(pages)}
    named = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    return ofd(*shown, resources=named, extra={"Doc_0/DocumentRes.xml": listed.encode(), **extra})


FILES = {"docx": in_docx, "doc": in_doc, "ofd": in_ofd}


@needs_ocr
@pytest.mark.parametrize("form", FILES)
def test_a_file_of_nothing_but_pictures_of_pages_is_read_from_them(form: str) -> None:
    document = load(FILES[form]([page(WORDS[0]), page(WORDS[1], "JPEG")]))
    assert (document.text, document.format) == ("\n".join(WORDS), form)
    assert (document.status, document.pages) == ("ok", 2)
    assert [block.page for block in document.blocks] == [1, 2]
    assert document.ocr_confidence is not None


@pytest.mark.usefixtures("no_ocr")
@pytest.mark.parametrize("form", FILES)
def test_without_the_extra_it_is_a_scan_and_the_error_says_what_to_install(form: str) -> None:
    with pytest.raises(DocumentError, match=r"pip install 'zhengju\[ocr\]'") as caught:
        load(FILES[form]([page(WORDS[0])]))
    assert (caught.value.status, caught.value.reason) == ("empty", "scanned")


@pytest.mark.parametrize("form", FILES)
def test_a_logo_is_no_page(form: str) -> None:
    stream = io.BytesIO()
    Image.new("L", (90, 90), 250).save(stream, "PNG")
    with pytest.raises(DocumentError) as caught:
        load(FILES[form]([stream.getvalue()]))
    assert (caught.value.status, caught.value.reason) == (
        "empty",
        "scanned" if form == "ofd" else "no_text",  # pages of OFD are drawn: what else is there?
    )


@needs_ocr
@pytest.mark.parametrize("form", ["doc", "ofd"])
def test_a_damaged_picture_costs_itself_only(form: str) -> None:
    document = load(FILES[form]([page(WORDS[0]), bytes(200) + page(WORDS[1])[200:]]))
    assert (document.text, document.status, document.reason) == (WORDS[0], "partial", "page_errors")


@pytest.mark.parametrize("length", [0, 16, 2**32 - 1])
def test_a_record_of_an_odd_length_is_no_picture(length: int) -> None:
    record = struct.pack("<HHI", 0x6E00, 0xF01E, length) + bytes(40)
    with pytest.raises(DocumentError, match="no_text"):
        load(doc_of("", streams={"Data": record * 1000}))


def test_beside_words_pictures_are_not_read() -> None:
    document = docx.Document(io.BytesIO(docx_of("检查48家")))
    document.add_picture(io.BytesIO(page(WORDS[0])))
    stream = io.BytesIO()
    document.save(stream)
    assert load(stream.getvalue()).text == "检查48家"


def test_pictures_without_end_are_not_all_looked_at() -> None:
    with pytest.raises(DocumentError, match="no_text"):
        load_album(repeat(b"no picture"), "docx")
