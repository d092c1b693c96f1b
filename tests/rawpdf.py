"""PDF files written object by object, for what no library writes."""

from __future__ import annotations

import pytest

from extract.errors import DocumentError
from extract.loaders import load


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
        (
            b"<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [-8 -145 1000 859]"
            b" /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 859 /StemV 80 >>"
        ),
    )


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason
