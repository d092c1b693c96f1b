"""The gate before every ZIP container (DOCX and its kin): nothing is inflated unasked.

Limits hold for what is read, so a huge picture that no loader wants costs nothing. Parts are read
into memory, never to disk. XML with a DOCTYPE is refused: the office formats forbid it, and an
entity inside an amount would lose the figure silently.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from extract.errors import DocumentError
from extract.loaders import limits

MAX_MEMBERS = limits.ZIP_MEMBERS
MAX_PART = limits.XML_PART
MAX_TOTAL = limits.XML_TOTAL
MAX_RATIO = limits.ZIP_RATIO
RATIO_FROM = limits.ZIP_RATIO_FROM
# What zipfile raises over damaged containers, besides its own error.
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError)
_ENTRY = b"PK\x01\x02"  # what each entry of a central directory begins with
_BAD_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")


def open_package(data: bytes) -> zipfile.ZipFile:
    """Open the container over its central directory alone.

    Raises:
        DocumentError: ``corrupt(zip)``, ``refused(zip_members|zip_path|size)``.
    """
    try:
        package = zipfile.ZipFile(_Container(data))
    except _BROKEN as error:
        raise DocumentError("corrupt", "zip") from error
    members = package.infolist()
    if len(members) > MAX_MEMBERS:
        raise DocumentError("refused", "zip_members")
    if any(_BAD_NAME.search(member.filename) for member in members):
        raise DocumentError("refused", "zip_path")
    if sum(m.file_size for m in members if m.filename.endswith((".xml", ".rels"))) > MAX_TOTAL:
        raise DocumentError("refused", "size")
    return package


class _Container(BytesIO):
    """Bytes of a container; its central directory, which is read at once, has so many entries."""

    def read(self, size: int | None = -1) -> bytes:
        """Some bytes; raises ``DocumentError`` before millions of entries become objects."""
        data = super().read(size)
        if data.count(_ENTRY) > MAX_MEMBERS:
            raise DocumentError("refused", "zip_members")
        return data


def read_part(package: zipfile.ZipFile, name: str) -> bytes:
    """Inflate one member.

    Raises:
        DocumentError: ``corrupt(part)`` where it is missing, ``corrupt(zip)``, ``encrypted``,
            ``refused(zip_ratio|size)``.
    """
    member = _member(package, name)
    try:
        return package.read(member)
    except _BROKEN as error:
        raise DocumentError("corrupt", "zip") from error


def _member(package: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """One member that may be inflated; raises as ``read_part``."""
    try:
        member = package.getinfo(name)
    except KeyError as error:
        raise DocumentError("corrupt", "part") from error
    _check_size(member)
    if member.flag_bits & 1:
        raise DocumentError("encrypted")
    return member


def read_head(package: zipfile.ZipFile, name: str, size: int) -> bytes:
    """Inflate the first ``size`` bytes of one member, without its checksum.

    Raises:
        DocumentError: as ``read_part``.
    """
    member = _member(package, name)
    try:
        with package.open(member) as stream:
            return stream.read(size)
    except _BROKEN as error:
        raise DocumentError("corrupt", "zip") from error


def parse_xml(data: bytes) -> ET.Element:
    """Parse one part; no DOCTYPE, so no entities and nothing fetched.

    Raises:
        DocumentError: ``refused(doctype)``, ``corrupt(xml)``.
    """
    try:
        if b"!" in data:  # no DOCTYPE without one, in whichever encoding expat knows
            _refuse_doctype(data)
        return ET.fromstring(data)  # noqa: S314 the line above is the guard that the rule asks for
    except (ET.ParseError, expat.ExpatError, LookupError, ValueError) as error:
        raise DocumentError("corrupt", "xml") from error


def _check_size(member: zipfile.ZipInfo) -> None:
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > RATIO_FROM and ratio > MAX_RATIO:
        raise DocumentError("refused", "zip_ratio")
    if member.file_size > MAX_PART:
        raise DocumentError("refused", "size")


def _refuse_doctype(data: bytes) -> None:
    """Read up to the first element, before which a DOCTYPE has to stand."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = _stop
    with suppress(_FirstElement):
        parser.Parse(data, True)


class _FirstElement(Exception):  # noqa: N818 no error, it ends the search
    """The part has a root element, and no DOCTYPE before it."""


def _refuse(*_: object) -> None:
    raise DocumentError("refused", "doctype")


def _stop(*_: object) -> None:
    raise _FirstElement
