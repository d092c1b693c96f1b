from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from extract.batch import load_rules, rows_of
from extract.errors import DocumentError
from extract.inputs.corpus import source_of
from extract.loaders import load
from extract.loaders.sniff import sniff
from tests.builders import docx_of, pdf_of, zip_of
from tests.ole_file import ole_of
from tests.word97 import Par, doc_of, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.builders import Table

LINES = ["一、预算执行情况", "2022年全年预算数812.4万元，执行率97.5%。", "走访困难家庭48户。"]
TEXT = "\n".join(LINES)
DOCX, PDF, DOC = docx_of(*LINES), pdf_of(LINES), doc_of(*LINES)
RTF = rb"{\rtf1\ansicpg936 " + r"\par ".join(LINES).encode("gbk") + b"}"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def ole_with(stream: str) -> bytes:
    name = stream.encode("utf-16-le")
    return OLE + name.ljust(64, b"\0") + bytes([len(name) + 2, 0, 2]) + bytes(61)


def doc_with(parts: list[str | Table]) -> bytes:
    paragraphs: list[str | Par] = []
    for part in parts:
        if isinstance(part, str):
            paragraphs.append(part)
        else:
            paragraphs += [each for cells in part for each in row(*cells)]
    return doc_of(*paragraphs)


def rtf_with(parts: list[str | Table]) -> bytes:
    rows = [[part] if isinstance(part, str) else part for part in parts]
    words = [
        rf"{each}\par "
        if isinstance(each, str)
        else "".join(rf"{c}\cell " for c in each) + r"\row "
        for part in rows
        for each in part
    ]
    return rb"{\rtf1\ansicpg936 " + "".join(words).encode("gbk") + b"}"


def status(data: bytes) -> str:
    try:
        return load(data).status
    except DocumentError as error:
        return error.status


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


# --- type by content --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (TEXT.encode(), "txt"),
        (b"PK is how this text begins", "txt"),
        (PDF, "pdf"),
        (b"junk before\n" + PDF, "pdf"),
        (DOCX, "docx"),
        (zip_of({"xl/workbook.xml": b"<x/>"}), "xlsx"),
        (zip_of({"OFD.xml": b"<x/>"}), "ofd"),
        (zip_of({"reports/a.txt": b"x"}), "zip"),
        (ole_with("WordDocument"), "doc"),
        (ole_with("Workbook"), "xls"),
        (ole_with("EncryptedPackage"), "encrypted"),
        (DOC, "doc"),
        (ole_of({"WordDocument": b"", "ObjectPool": None, "Workbook": b""}), "doc"),
        (
            DOC.replace(
                "WordDocument\0\0".encode("utf-16-le"), "WordDocument\0x".encode("utf-16-le")
            ),
            "doc",
        ),
        (ole_of({"Contents": b""}), "ole"),
        (rb"{\rtf1\ansi}", "rtf"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>", "html"),
        ("<html><head>".encode("utf-16"), "html"),
        (b'<?xml version="1.0"?><w:wordDocument/>', "xml"),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "image"),
        (bytes(range(256)) * 8, "binary"),
    ],
)
def test_the_type_is_seen_in_the_content(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ("empty", "zero_bytes")),
        (b" \r\n\t\n", ("empty", "no_text")),
        (codecs.BOM_UTF8, ("empty", "no_text")),
        (ole_with("EncryptedPackage"), ("encrypted", "")),
        (ole_with("PowerPoint Document"), ("unsupported", "ppt")),
        (zip_of({"a.txt": b"x"}), ("unsupported", "zip")),
        (bytes(range(256)) * 8, ("unsupported", "binary")),
    ],
)
def test_what_no_loader_takes_says_why(data: bytes, expected: tuple[str, str]) -> None:
    assert outcome(data) == expected


# --- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "recorded"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
    ],
)
def test_the_same_text_comes_out_of_every_encoding(codec: str, recorded: str) -> None:
    document = load(TEXT.encode(codec))
    assert document.text == TEXT
    assert (document.format, document.encoding, document.n_replaced) == ("txt", recorded, 0)
    assert (document.blocks, document.status) == ((), "ok")


def test_traditional_text_in_big5_is_read_as_such() -> None:
    text = "二〇二二年度全縣醫療保障基金預算執行情況，萬元為單位，經費支出有所增加。"
    document = load(text.replace("〇", "零").encode("big5"))
    assert (document.text, document.encoding) == (text.replace("〇", "零"), "big5hkscs")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_ends_of_line_become_lf(end: str) -> None:
    assert load(end.join(LINES).encode()).text == TEXT


def test_one_bad_byte_costs_one_character_not_the_text() -> None:
    document = load(TEXT.encode().replace("万".encode(), b"\xff", 1))
    assert document.text == TEXT.replace("万", "\ufffd", 1)
    assert (document.encoding, document.n_replaced) == ("utf-8", 1)


def test_bad_bytes_in_gb_text_are_replaced_and_counted() -> None:
    document = load(TEXT.encode("gbk") + b"\xff\xff")
    assert document.text == TEXT + "\ufffd\ufffd"
    assert (document.encoding, document.n_replaced) == ("gb18030", 2)


def test_a_replacement_character_of_the_source_is_no_new_loss() -> None:
    assert load("数\ufffd据".encode()).n_replaced == 0


def test_a_text_cut_inside_a_utf16_character_is_kept() -> None:
    document = load(TEXT.encode("utf-16")[:-1])
    assert document.text == TEXT[:-1] + "\ufffd"
    assert document.n_replaced == 1


def test_surrogates_never_come_out() -> None:
    halves = "\ud842\udfb7".encode("utf-8", "surrogatepass")
    assert load(TEXT.encode() + halves).text == TEXT + "𠮷"
    document = load(TEXT.encode() + "\ud842".encode("utf-8", "surrogatepass"))
    assert (document.text, document.n_replaced) == (TEXT + "\ufffd", 1)


def test_a_stray_zero_byte_does_not_make_a_text_binary() -> None:
    assert load((TEXT * 3).encode() + b"\0").text == TEXT * 3 + "\0"


@pytest.mark.parametrize("data", [b"\xff", b"\x80", b"\xa1\xa1\xff", b"\0"])
def test_lone_bytes_are_loaded_or_refused_never_a_traceback(data: bytes) -> None:
    assert status(data) in {"ok", "empty", "unsupported"}


# --- the same in all formats ------------------------------------------------------------------


@pytest.mark.parametrize("data", [TEXT.encode("gbk"), DOCX, PDF, DOC, RTF])
def test_loading_twice_gives_the_same(data: bytes) -> None:
    assert load(data) == load(data)


@pytest.mark.parametrize("data", [TEXT.encode("gbk"), DOCX, PDF, DOC, RTF])
def test_every_format_gives_the_same_text(data: bytes) -> None:
    assert load(data).text == TEXT


@pytest.mark.parametrize("make", [lambda parts: docx_of(*parts), pdf_of, doc_with, rtf_with])
def test_blocks_cover_the_text_and_are_joined_by_one_lf(
    make: Callable[[list[str | Table]], bytes],
) -> None:
    document = load(make([*LINES, [["甲", "乙"], ["1", "2"]]]))
    texts = [document.text[block.start : block.end] for block in document.blocks]
    assert "\n".join(texts) == document.text == f"{TEXT}\n甲\t乙\n1\t2"
    assert [(block.table, block.row) for block in document.blocks[-2:]] == [(0, 0), (0, 1)]


@pytest.mark.parametrize("data", [DOCX, PDF, DOC])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_cut_file_is_corrupt_or_partly_read(data: bytes, share: float) -> None:
    assert status(data[: int(len(data) * share)]) in {"corrupt", "empty", "partial"}


def test_what_cannot_be_read_has_the_format_that_its_content_shows() -> None:
    rules = load_rules(texts=False)
    for data, status, form in (
        (b"%PDF-1.4 broken", "corrupt", "pdf"),
        (pdf_of(LINES)[:200], "corrupt", "pdf"),
        (b"Rar!\x1a\x07", "unsupported", None),  # the reason says it
    ):
        documents = rows_of(source_of("a", data), rules)["documents"]
        assert (documents["status"], documents["format"]) == ([status], [form])
