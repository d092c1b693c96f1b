"""A report as a PDF with a CID font that is not embedded, under a predefined CMap.

So the PDFs of older office suites: a reader has to know the character collection Adobe-GB1.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

from tests.rendering.flow import HEIGHT, WIDTH, Layout, Page
from tests.rendering.source import Part


class Encoding(NamedTuple):
    """A predefined CMap: its name, Python's codec for it, the CIDs of half width."""

    cmap: str
    codec: str
    halves: str


UCS2 = Encoding("UniGB-UCS2-H", "utf-16-be", "1 95 500")
GBK = Encoding("GBK-EUC-H", "gbk", "814 939 500")


def cid(
    parts: Sequence[Part],
    title: str,
    encoding: Encoding = UCS2,
    *,
    strokes: bool = True,
    indented: bool = True,
) -> bytes:
    """The bytes of the PDF; rules are ``strokes`` or thin filled boxes."""
    pages = Layout(title, indented=indented).add(parts)
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", _tree(len(pages)), *_font(encoding)]
    bodies = [text.encode("ascii") for text in objects]
    for number, page in enumerate(pages):
        content = zlib.compress(_content(page, encoding.codec, strokes=strokes))
        bodies.append(_page(6 + 2 * number + 1))
        length = b"<< /Filter /FlateDecode /Length %d >>" % len(content)
        bodies.append(length + b"\nstream\n" + content + b"\nendstream")
    return _file(bodies)


def _tree(count: int) -> str:
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(count))
    return f"<< /Type /Pages /Count {count} /Kids [{kids}] >>"


def _font(encoding: Encoding) -> list[str]:
    whole = (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun-{encoding.cmap}"
        f" /Encoding /{encoding.cmap} /DescendantFonts [4 0 R] >>"
    )
    glyphs = (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /FontDescriptor 5 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
        f" /DW 1000 /W [{encoding.halves}] >>"
    )
    look = (
        "<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [-8 -145 1000 859]"
        " /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 859 /StemV 80 >>"
    )
    return [whole, glyphs, look]


def _page(content: int) -> bytes:
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH:g} {HEIGHT:g}]"
        f" /Resources << /Font << /F1 3 0 R >> >> /Contents {content} 0 R >>"
    ).encode("ascii")


def _content(page: Page, codec: str, *, strokes: bool) -> bytes:
    lines = [b"0.5 w"]
    for x0, y0, x1, y1 in page.rules:
        lines.append(_rule(x0, HEIGHT - y0, x1, HEIGHT - y1, strokes=strokes).encode("ascii"))
    for text, x, y, size in page.texts:
        codes = text.encode(codec, "replace").hex()
        lines.append(f"BT /F1 {size:g} Tf {x:.2f} {HEIGHT - y:.2f} Td <{codes}> Tj ET".encode())
    return b"\n".join(lines)


def _rule(x0: float, y0: float, x1: float, y1: float, *, strokes: bool) -> str:
    if strokes:
        return f"{x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S"
    left, bottom = min(x0, x1) - 0.25, min(y0, y1) - 0.25
    return f"{left:.2f} {bottom:.2f} {abs(x1 - x0) + 0.5:.2f} {abs(y1 - y0) + 0.5:.2f} re f"


def _file(bodies: Sequence[bytes]) -> bytes:
    """Number the objects from 1 and write the table of where they stand."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    begin = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1,
        begin,
    )
    return bytes(out)
