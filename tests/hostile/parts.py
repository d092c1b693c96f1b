"""What hostile files are made of: packages, PDF objects, and words for how they may end."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from warnings import catch_warnings, simplefilter

Made = Iterator[tuple[str, bytes, str]]  # name, bytes, outcomes parted by " | "
READ = "ok"
READ_IN_PART = "ok | partial(limit) | partial(timeout) | partial(memory) | partial(page_errors)"
NO_TEXT = "empty(no_text) | empty(scanned)"
GIVEN_UP = "memory | timeout"
FIGURE = "青禾县2022年支出12.5万元。"
SHOWN = b"BT /F 12 Tf 50 700 Td (spent 12.5 in 2022) Tj ET\n"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_members(package: bytes, members: dict[str, bytes]) -> bytes:
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


def relations(*targets: tuple[str, str, str]) -> bytes:
    told = "".join(
        f'<Relationship Id="r{i}" Type="{RELS}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for i, (kind, target, mode) in enumerate(targets)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{XML}<Relationships xmlns="{space}">{told}</Relationships>'.encode()


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


def stream(data: bytes, more: bytes = b"", length: int | None = None) -> bytes:
    told = len(data) if length is None else length
    return b"<</Length %d%b>>stream\n%b\nendstream" % (told, more, data)


def one_page(
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
