"""Which format the bytes are, by content alone: suffixes of published reports often lie.

The answer is a word: those that ``loaders.FORMATS`` names can be loaded, ``encrypted`` cannot,
every other one (``rar``, ``7z``, ``binary``, …) is a reason of ``unsupported``.
"""

from __future__ import annotations

import re
import struct
from importlib import import_module

from extract.loaders.package import open_package
from extract.loaders.txt import is_utf16

# First bytes that settle it. Text never starts so.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"II+\x00", "image"),
    (b"MM\x00+", "image"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
    (b"\x7fELF", "binary"),
)
# Words may begin like these two, so more of the header is asked.
_BITMAP = re.compile(rb"BM....\x00{4}..\x00\x00[\x0c\x28\x38\x40\x6c\x7c]\x00\x00\x00", re.DOTALL)
_WEBP = re.compile(rb"RIFF....WEBPVP8", re.DOTALL)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Stream of an OLE container → format, the telling ones first: a .doc may hold a workbook.
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("MatOST", "wps"),  # Microsoft Works, not the WPS of Kingsoft
)
# Member of a ZIP → format. Word names its main part differently now and then, hence the folder.
_ZIP_MEMBERS = (
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "pptx"),
    ("OFD.xml", "ofd"),
    ("META-INF/manifest.xml", "odf"),
)
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"  # stored first, by its standard
_PDF = re.compile(rb"%PDF-\d")
_MARKUP: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (
        re.compile(
            rb"<(?:!doctype html|html|head|body|meta|title|div|table|style|script|p|h[1-6]|span|"
            rb"font|center|frameset|article|section)\b",
            re.IGNORECASE,
        ),
        "html",
    ),
    (re.compile(rb"<\?xml\b|<!doctype\b", re.IGNORECASE), "xml"),
    (re.compile(rb"MIME-Version:", re.IGNORECASE), "mhtml"),
)
_COMMENT = re.compile(rb"\s{0,99}<!--.{0,2000}?-->\s{0,99}", re.DOTALL)
_SHEETS = b"urn:schemas-microsoft-com:office:spreadsheet"
_XHTML = re.compile(rb"<(?:!doctype\s{1,9})?html\b", re.IGNORECASE)
# What a saved page begins with: the header lines of a mail.
_MAIL = re.compile(rb"[A-Za-z][A-Za-z-]{1,40}:[^\n]{0,500}\n")
_MAIL_KIND = re.compile(
    rb"^content-type:\s{0,9}(?:multipart/related|multipart/alternative|text/html)",
    re.IGNORECASE | re.MULTILINE,
)
_LEADING = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1a\x1b")
_MAX_CONTROL_SHARE = 0.03  # random bytes have a tenth, damaged text a stray one


def sniff(data: bytes) -> str:
    """Name the format of ``data``.

    Raises:
        DocumentError: it is a container that cannot be opened, or must not be.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if _BITMAP.match(data) or _WEBP.match(data):
        return "image"
    if data.startswith(_OLE):
        return _ole_kind(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if _PDF.search(data[:1024]):
        return "pdf"
    return _text_kind(data)


def _ole_kind(data: bytes) -> str:
    """Find a directory entry: the name padded to 64 bytes, its length, type 2 (stream)."""
    found = []
    for name, kind in _OLE_STREAMS:
        raw = name.encode("utf-16-le")
        # The short search first: it is many times as fast, and mostly all there is to do.
        if raw in data and raw.ljust(64, b"\0") + struct.pack("<HB", len(raw) + 2, 2) in data:
            found.append((name, kind))
    if len(found) == 1:
        return found[0][1]
    # None may mean that the file is cut short or the name not padded by zeros, two that one
    # document holds another.
    container = import_module("extract.loaders.ole").Container(data)
    return next((kind for name, kind in found or _OLE_STREAMS if container.has(name)), "ole")


def _zip_kind(data: bytes) -> str:
    if _ODT in data[:200]:
        return "odt"
    with open_package(data) as package:
        names = package.namelist()
    for prefix, kind in _ZIP_MEMBERS:
        if any(name.startswith(prefix) for name in names):
            return kind
    return "zip"


def _text_kind(data: bytes) -> str:
    head = data[:4096]
    bare = head.replace(b"\0", b"").lstrip(_LEADING)
    while comment := _COMMENT.match(bare):
        bare = bare[comment.end() :]
    for pattern, kind in _MARKUP:
        if pattern.match(bare):
            return _xml_kind(bare) if kind == "xml" else kind
    if _MAIL.match(bare) and _MAIL_KIND.search(bare):
        return "mhtml"
    if is_utf16(data):
        return "txt"
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "binary" if controls > len(head) * _MAX_CONTROL_SHARE else "txt"


def _xml_kind(head: bytes) -> str:
    """Tell pages and workbooks among files that call themselves XML."""
    if _SHEETS in head:
        return "xlsxml"
    return "html" if _XHTML.search(head) else "xml"
