"""XLSX: the visible sheets of a workbook, numbers as they are shown (ECMA-376 part 1, §18).

Values are those that the file holds; no formula is computed. Charts, comments and text boxes are
not read.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from extract.errors import DocumentError
from extract.loaders import limits
from extract.loaders.package import open_package, parse_xml, read_part
from extract.loaders.sheets.numbers import Format, built_in, format_of
from extract.loaders.sheets.sheet import Sheet, document_of
from extract.loaders.sheets.xlsx_sheet import Book, read_sheet, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipFile

    from extract.model import Document

_MAX_SHEETS = 500


def load(data: bytes) -> Document:
    """Read the visible sheets.

    Raises:
        DocumentError: ``corrupt``, ``refused``, ``encrypted`` or ``empty(no_text)``.
    """
    return document_of("xlsx", *sheets_of(data))


def sheets_of(data: bytes) -> tuple[list[Sheet], list[str], str]:
    """The visible sheets, flags, and why some are missing; raises ``DocumentError``."""
    with open_package(data) as package:
        main = _main_part(package)
        if main.endswith(".bin"):
            raise DocumentError("unsupported", "xlsb")
        workbook = parse_xml(read_part(package, main))
        parts = dict(_relations(package, main))
        book = Book(
            tuple(_strings(package, parts)),
            tuple(_formats(package, parts)),
            from_1904=_is_on(_child(workbook, "workbookPr"), "date1904"),
        )
        return _sheets(package, workbook, parts, book)


def _sheets(
    package: ZipFile, workbook: Element, parts: dict[str, tuple[str, str]], book: Book
) -> tuple[list[Sheet], list[str], str]:
    """The visible sheets, flags, and why some are missing; a damaged one costs itself only."""
    sheets: list[Sheet] = []
    hidden, failure = False, None
    listed = [node for node in _child(workbook, "sheets") if local(node.tag) == "sheet"]
    for node in listed[:_MAX_SHEETS]:
        limits.sign()
        kind, part = parts.get(_relation(node), ("", ""))
        if node.get("state", "visible") != "visible":
            hidden = True
        elif kind == "worksheet":
            try:
                sheets.append(read_sheet(node.get("name", ""), read_part(package, part), book))
            except DocumentError as error:
                if error.status != "corrupt":
                    raise
                failure = failure or error
    if failure is not None and not sheets:
        raise failure
    reason = "page_errors" if failure else "limit" if len(listed) > _MAX_SHEETS else ""
    return sheets, ["hidden_sheet"] if hidden else [], reason


# --- parts ------------------------------------------------------------------------------------


def local(tag: str) -> str:
    """A tag or attribute without its namespace: strict and transitional files differ in that."""
    return tag.rpartition("}")[2]


def _main_part(package: ZipFile) -> str:
    """The workbook: what the package's relations name, else its usual name."""
    for kind, target in dict(_relations(package, "")).values():
        if kind == "officeDocument" and target in package.namelist():
            return target
    return "xl/workbook.xml"


def _relations(package: ZipFile, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Id → kind and target of the relations of a part."""
    folder, _, name = part.rpartition("/")
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in package.namelist():
        return
    for node in parse_xml(read_part(package, path)):
        target = node.get("Target", "")
        full = target[1:] if target.startswith("/") else posixpath.join(folder, target)
        kind = node.get("Type", "").rpartition("/")[2]
        yield node.get("Id", ""), (kind, posixpath.normpath(full))


def _relation(sheet: Element) -> str:
    return next((v for k, v in sheet.items() if k.endswith("}id")), "")


def _of_kind(package: ZipFile, parts: dict[str, tuple[str, str]], kind: str) -> Element | None:
    part = next((target for name, target in parts.values() if name == kind), None)
    if part is None or part not in package.namelist():
        return None
    return parse_xml(read_part(package, part))


def _child(parent: Element, name: str) -> Element:
    """The child of that name, or an empty one."""
    return next((node for node in parent if local(node.tag) == name), Element(name))


def _is_on(node: Element, name: str) -> bool:
    return node.get(name, "0") in ("1", "true", "on")


def _strings(package: ZipFile, parts: dict[str, tuple[str, str]]) -> Iterator[str]:
    root = _of_kind(package, parts, "sharedStrings")
    for item in () if root is None else root:
        yield string_of(item)


def string_of(item: Element) -> str:
    """The runs of a string, without the readings above it."""
    words = []
    for node in item:
        if local(node.tag) == "t":
            words.append(node.text or "")
        elif local(node.tag) == "r":
            words += [t.text or "" for t in node if local(t.tag) == "t"]
    return unescaped("".join(words))


def _formats(package: ZipFile, parts: dict[str, tuple[str, str]]) -> Iterator[Format]:
    """How numbers of each cell style are shown."""
    root = _of_kind(package, parts, "styles")
    if root is None:
        return
    codes = {
        node.get("numFmtId", ""): node.get("formatCode", "") for node in _child(root, "numFmts")
    }
    for node in _child(root, "cellXfs"):
        number = node.get("numFmtId", "0")
        code = codes.get(number)
        if code is None:
            code = built_in(int(number)) if number.isdecimal() and len(number) < 6 else ""
        yield format_of(code)
