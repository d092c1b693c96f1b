"""Other formats, and files that are not what their names say."""

from __future__ import annotations

import struct
import zipfile
import zlib

from tests import builders
from tests.builders import zip_of
from tests.hostile.parts import (
    FIGURE,
    NO_TEXT,
    READ_IN_PART,
    RELS,
    XML,
    Made,
    relations,
    with_members,
)


def wrong_types() -> Made:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    yield "d11-ole.docx", ole, "corrupt(ole) | corrupt(doc) | unsupported(ole)"
    locked = "EncryptedPackage".encode("utf-16-le")
    entry = locked.ljust(64, b"\0") + struct.pack("<HB", len(locked) + 2, 2)
    yield "d11-locked.docx", ole + entry, "encrypted"
    page = "<html><body><p>青禾县2022年支出12.5万元。</p></body></html>".encode("gbk")
    yield "d11-page.doc", b'<meta charset="gbk">' + page, "ok | unsupported(html)"
    yield "d11-rtf.docx", b"{\\rtf1\\ansi 12.5}", "ok | unsupported(rtf)"
    missing = "<html><head><title>404</title></head><body>页面不存在</body></html>".encode("gbk")
    yield "p06-page-404.pdf", missing, f"ok | unsupported(html) | {NO_TEXT}"
    yield "p06-picture.pdf", b"\xff\xd8\xff\xe0" + bytes(200), "unsupported(image) | corrupt(image)"
    yield "p06-nothing.pdf", b"", "empty(zero_bytes)"
    yield "p06-header.pdf", b"%PDF-1.7\n", "corrupt(pdf)"
    whole = builders.pdf_of([FIGURE, [["甲", "乙"], ["1", "2"]]] * 3)
    yield (
        "p06-sixty-percent.pdf",
        whole[: len(whole) * 6 // 10],
        f"corrupt(pdf) | {NO_TEXT} | {READ_IN_PART}",
    )
    yield "p06-junk-before.pdf", b"junk\n" * 100 + whole, "ok | corrupt(pdf)"
    yield (
        "p06-much-junk-before.pdf",
        bytes(range(256)) * 8 + whole,
        "ok | unsupported(binary) | corrupt(pdf)",
    )


def other_formats(scale: int, secret: str, address: str) -> Made:
    """Formats that have loaders, or words for having none."""
    page = "<!doctype html><html><body><p>" + FIGURE * 9 + "</p>{}</body></html>"
    html = "ok | partial(limit) | refused(depth) | refused(size) | unsupported(html)"
    deep = "<div>" * (20_000 * scale) + "1" + "</div>" * (20_000 * scale)
    yield "x01-deep.html", page.format(deep).encode(), html
    wide = '<table><tr><td colspan="1000000000" rowspan="1000000000">1</td></tr></table>'
    yield "x01-wide-cell.html", page.format(wide).encode(), html
    calls = f'<img src="http://{address}/i"><script src="http://{address}/s"></script>'
    yield "x01-calls.html", page.format(f'{calls}<iframe src="file://{secret}">').encode(), html
    yield "x01-many-tables.html", page.format("<table><tr><td>1" * (500 * scale)).encode(), html
    rtf = f"ok | corrupt(rtf) | refused(depth) | unsupported(rtf) | {NO_TEXT}"
    yield "x02-deep.rtf", b"{\\rtf1 " + b"{" * (50_000 * scale) + b"12.5 yuan", rtf
    yield "x02-bin.rtf", b"{\\rtf1 12.5 yuan \\bin2000000000 x}", rtf
    yield "x02-numbers.rtf", b"{\\rtf1 12.5 yuan \\u" + b"9" * 5_000 + b" \\'zz}", rtf
    ofd = f'{XML}<!DOCTYPE d [<!ENTITY l9 SYSTEM "file://{secret}">]><OFD>&l9;</OFD>'
    yield "x03-entity.ofd", zip_of({"OFD.xml": ofd.encode()}), "refused(doctype) | unsupported(ofd)"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'{XML}<worksheet xmlns="{space}"><dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1048576"><c r="XFD1048576"><v>12.5</v></c></row></sheetData></worksheet>'
    )
    book = (
        f'{XML}<workbook xmlns="{space}" xmlns:r="{RELS}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r0"/></sheets></workbook>'
    )
    workbook = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", "")),
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml", "")),
        "xl/worksheets/sheet1.xml": sheet.encode(),
    }
    far = f"ok | refused(size) | partial(limit) | unsupported(xlsx) | corrupt(xlsx) | {NO_TEXT}"
    yield "x04-far-cell.xlsx", zip_of(workbook), far
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    picture = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    picture += struct.pack(">I", zlib.crc32(chunk))
    yield "x05-huge.png", picture, "refused(size) | unsupported(image) | corrupt(image)"
    inner = zip_of({"a.txt": FIGURE.encode()})
    for _ in range(8):
        inner = zip_of({"in.zip": inner})
    bundle = "ok | unsupported(zip) | refused(depth)"
    yield "x06-deep.zip", inner, bundle
    zeros = zip_of({"a.txt": bytes(30 * 2**20 * scale), "b.txt": FIGURE.encode()})
    yield "x06-zeros.zip", zeros, f"{bundle} | refused(zip_ratio)"
    out = with_members(zip_of({"b.txt": FIGURE.encode()}), {"../../x.txt": b"1"})
    yield "x06-path.zip", out, "refused(zip_path)"
    blocks = zip_of({"a.txt": bytes(40 * 2**20 * scale)}, zipfile.ZIP_BZIP2)  # one block: 50 bytes
    yield "x06-blocks.zip", blocks, f"{bundle} | refused(zip_ratio)"
    entries = b"PK\x01\x02".ljust(46, b"\0") * (200_000 * scale)
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 1, 1, len(entries), 4, 0)
    yield "x06-entries.zip", b"PK\x03\x04" + entries + end, "refused(zip_members)"
