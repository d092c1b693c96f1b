"""PDF: bombs, pages without end, loops, locks and what hides in them."""

from __future__ import annotations

import zlib

import fpdf
from fpdf.enums import EncryptionMethod

from tests import builders
from tests.hostile.parts import (
    FIGURE,
    GIVEN_UP,
    NO_TEXT,
    READ,
    READ_IN_PART,
    SHOWN,
    Made,
    one_page,
    pdf_raw,
    stream,
)


def bombs(scale: int) -> Made:
    size = 2**20 * 60 * scale
    fallen = (
        f"{READ_IN_PART} | {GIVEN_UP} | {NO_TEXT} | corrupt(pdf) | crash(SIGABRT) | crash(SIGTRAP)"
    )
    once = zlib.compress(SHOWN + b" " * size, 9)
    yield "p01-flate.pdf", one_page(stream(once, b"/Filter/FlateDecode")), fallen
    twice = zlib.compress(zlib.compress(SHOWN + b" " * (size * 4), 9), 9)
    filters = b"/Filter[/FlateDecode/FlateDecode]"
    yield "p01-flate-in-flate.pdf", one_page(stream(twice, filters)), fallen
    run = SHOWN + b"\n"
    lengths = bytes([len(run) - 1]) + run + b"\x81 " * (10**5 * scale) + b"\x80"
    yield "p01-run-length.pdf", one_page(stream(lengths, b"/Filter/RunLengthDecode")), fallen
    image = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000"
    image += b"/ColorSpace/DeviceRGB/BitsPerComponent 8"
    drawn = one_page(
        stream(SHOWN + b"q 500 0 0 700 0 0 cm /X Do Q"),
        more={6: stream(once, image + b"/Filter/FlateDecode")},
    )
    yield "p01-huge-picture.pdf", drawn, fallen
    only = one_page(
        stream(b"q 500 0 0 700 0 0 cm /X Do Q"),
        more={6: stream(once, image + b"/Filter/FlateDecode")},
    )
    yield "p01-huge-picture-alone.pdf", only, fallen


def pages(scale: int) -> Made:
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
        objects[2 * i + 6] = stream(line)
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
        packed = stream(zlib.compress(SHOWN + content), b"/Filter/FlateDecode")
        yield f"{name}.pdf", one_page(packed), fallen


def loops() -> Made:
    fallen = f"{READ_IN_PART} | corrupt(pdf) | {NO_TEXT} | {GIVEN_UP} | crash(RecursionError)"
    base = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        4: stream(SHOWN),
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
    yield "p04-length.pdf", one_page(stream(SHOWN, length=10**11)), fallen
    yield "p04-object-loop.pdf", pdf_raw({**base, 2: pages, 4: b"4 0 R"}), fallen
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
    yield (
        "p04-form-loop.pdf",
        one_page(stream(SHOWN + b"/X Do"), more={6: stream(b"/X Do", form)}),
        fallen,
    )
    line = b"<</Title(a)/Parent 6 0 R/Next 7 0 R/Prev 7 0 R>>"
    loop = {6: b"<</First 7 0 R/Last 7 0 R/Count 1>>", 7: line}
    yield (
        "p04-outline-loop.pdf",
        one_page(stream(SHOWN), root=b"/Outlines 6 0 R", more=loop),
        fallen,
    )
    deep = b"[" * 200_000 + b"]" * 200_000
    yield (
        "p04-deep-arrays.pdf",
        one_page(stream(SHOWN), page=b"/Annots 6 0 R", more={6: deep}),
        fallen,
    )
    held = stream(b"7 0 <</Type/ObjStm>>", b"/Type/ObjStm/N 1/First 4/Extends 6 0 R")
    yield "p04-object-stream-loop.pdf", one_page(stream(SHOWN), more={6: held}), fallen


def locks() -> Made:
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
    plain = one_page(stream(SHOWN))
    unknown = plain.replace(b"/Root 1 0 R", b"/Root 1 0 R" + known)
    yield "p05-unknown.pdf", unknown, "encrypted | corrupt(pdf)"


def oddities(address: str) -> Made:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/..#2f..#2fetc#2fpasswd"
    font += b"/DescendantFonts[7 0 R]>>"
    below = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/A"
    below += b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 0>>>>"
    text = stream(SHOWN)
    fallen = f"{READ_IN_PART} | {NO_TEXT} | corrupt(pdf)"
    # pdfium takes most of a GiB for such a font, so the worker's limit decides
    yield "p07-cmap-name.pdf", one_page(text, more={5: font, 7: below}), f"{fallen} | memory"
    form = f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://{address}/x"><xdp/>'.encode()
    xfa = b"/AcroForm<</XFA 6 0 R/Fields[]>>"
    yield "p07-xfa.pdf", one_page(text, root=xfa, more={6: stream(form)}), fallen
    script = (
        b'/OpenAction<</S/JavaScript/JS(app.launchURL\\("http://%b/j"\\);)>>' % address.encode()
    )
    yield "p07-script.pdf", one_page(text, root=script), READ
    link = b"/OpenAction<</S/URI/URI(http://%b/u)>>" % address.encode()
    yield "p07-link.pdf", one_page(text, root=link), READ
    launch = b"/OpenAction<</S/Launch/F(/bin/sh)>>"
    yield "p07-launch.pdf", one_page(text, root=launch), READ
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="spent 12.5 in 2022")
    pdf.embed_file(basename="x.exe", bytes=b"MZ" + bytes(999))
    yield "p07-embedded-file.pdf", bytes(pdf.output()), READ
    hidden = SHOWN + b"BT 3 Tr /F 12 Tf 50 700 Td (spent 99.9 in 2022) Tj ET\n"
    yield "p07-invisible-layer.pdf", one_page(stream(hidden)), READ
    actual = b"/Span<</ActualText(spent 99.9)>>BDC " + SHOWN + b"EMC"
    yield "p07-actual-text.pdf", one_page(stream(actual)), READ
